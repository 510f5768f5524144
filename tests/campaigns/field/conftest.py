"""A session in the county of 布尔津, and the people around it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.field import sessions
from campaigns.field.models import BEIJING, FieldSession
from campaigns.regions.roles import Role


@pytest.fixture
def plan_session(tree):
    """Plan a session: plan_session("654321", starts_at=...)."""

    def make(region: str = "654321", **fields) -> FieldSession:
        values = {
            "form": "yurt",
            "venue_class": "rural",
            "place": "冲乎尔镇春牧场",
            "starts_at": timezone.now() - timedelta(hours=3),
            "language": "kk-arab",
            "expected_attendance": 40,
        }
        return sessions.plan(by=None, region=tree[region], **(values | fields))

    return make


@pytest.fixture
def coordinator(person):
    """Works in the county itself."""
    return person(Role.REGIONAL_COORDINATOR, "654321")


@pytest.fixture
def city_manager(person):
    """The level above the county."""
    return person(Role.MANAGER, "654300")


@pytest.fixture
def reported(plan_session, coordinator):
    """A session that the county's coordinator has reported: 42 person-times, 60 leaflets."""
    session = plan_session(starts_at=datetime(2026, 3, 26, 0, 30, tzinfo=BEIJING))
    sessions.report(session, 42, 60, "讲解理赔流程", coordinator)
    return session
