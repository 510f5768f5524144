"""An entry appears on exactly its Beijing days, whatever the server's time zone."""

import os
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.agenda.asking import everything
from campaigns.agenda.collecting import entries_within
from campaigns.agenda.entries import Span
from campaigns.models import Edition, Push
from campaigns.regions.roles import Role

ZONES = ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Urumqi"]
NEAR_MIDNIGHT = st.integers(0, 5 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 27, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.fixture(params=ZONES)
def server_zone(request, monkeypatch):
    """The whole server, libraries and Django, lives in that zone."""
    monkeypatch.setenv("TZ", request.param)
    with override_settings(TIME_ZONE=request.param), timezone.override(request.param):
        time.tzset()
        yield request.param
    monkeypatch.undo()
    os.environ.setdefault("TZ", "Asia/Shanghai")
    time.tzset()


def days_of(kind: str, pk: int, user) -> list[date]:
    """Each day around it on whose own list the entry stands."""
    asked = everything(user)
    return [
        day
        for day in Span(date(2026, 2, 24), date(2026, 3, 8))
        if any(e.kind == kind and e.pk == pk for e in entries_within(asked, Span(day, day)))
    ]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=NEAR_MIDNIGHT)
def test_a_push_stands_on_its_beijing_day(server_zone, person_once, push_once, at):
    Push.objects.filter(pk=push_once.pk).update(scheduled_at=at)
    beijing = (at + timedelta(hours=8)).date()
    assert days_of("push", push_once.pk, person_once) == [beijing]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.dates(date(2026, 2, 25), date(2026, 3, 1)), length=st.integers(1, 6))
def test_a_window_stands_on_all_its_days(server_zone, person_once, edition, first, length):
    last = first + timedelta(days=length - 1)
    Edition.objects.filter(pk=edition.pk).update(starts_on=first, ends_on=last)
    assert days_of("edition", edition.pk, person_once) == list(Span(first, last))


@pytest.fixture
def person_once(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR)


@pytest.fixture
def push_once(push_at):
    return push_at()
