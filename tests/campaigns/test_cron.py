"""The minute's work: every part is done, and one that breaks stops no other."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.signals import page_published

from campaigns import cron
from campaigns.models import Heartbeat
from tests.factories import make_case

# The engine refuses to run inside a transaction, which is where an ordinary test is.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _engine_at_rest(monkeypatch):
    monkeypatch.setattr(cron.engine, "tick", lambda **_: cron.engine.TickResult())


def scheduled(code: str, **when):
    """A draft that was approved for a time."""
    page = make_case(code, live=False)
    page.go_live_at = when["at"]
    page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live
    return page


def test_a_page_goes_live_when_its_hour_has_struck():
    page = scheduled("at-eight", at=timezone.now() + timedelta(minutes=5))
    later = scheduled("at-nine", at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        cron.tick()
    page.refresh_from_db()
    later.refresh_from_db()
    assert page.live
    assert not later.live


def test_a_part_that_breaks_is_named_and_stops_no_other(monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError("no publishing today")

    monkeypatch.setattr(cron, "publish_due", broken)
    report = cron.tick()
    assert report.errors == {"publishing": "RuntimeError: no publishing today"}
    assert "hits" in report.results
    assert Heartbeat.objects.exists()


def test_a_page_that_cannot_be_published_is_named_and_stops_no_other():
    """Wagtail's own command would leave the second page where it is."""
    when = timezone.now() + timedelta(minutes=5)
    broken, sound = scheduled("broken", at=when), scheduled("sound", at=when)

    def receiver(sender, instance, **kwargs):
        if instance.code == "broken":
            raise RuntimeError("no such cache")

    page_published.connect(receiver)
    try:
        with time_machine.travel(when + timedelta(minutes=1)):
            report = cron.tick()
    finally:
        page_published.disconnect(receiver)
    sound.refresh_from_db()
    broken.refresh_from_db()
    assert (broken.live, sound.live) == (False, True)
    assert "RuntimeError: no such cache" in report.errors["publishing"]
    assert "hits" in report.results
