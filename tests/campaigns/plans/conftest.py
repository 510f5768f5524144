"""An edition a year ahead, with accounts and a piece to plan pushes with."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import translation

from campaigns.calendar.windows import BEIJING
from campaigns.models import Edition, Series
from tests.factories import AccountFactory, make_case

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def _english():
    """Verbs speak the language of whoever calls them; here that of the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


@pytest.fixture
def series(db) -> Series:
    return Series.objects.get(code="315")


@pytest.fixture
def edition(clock, series) -> Edition:
    return Edition.objects.create(
        series=series,
        year=2027,
        code="315-2027",
        name="2027年3·15宣传周",
        starts_on=date(2027, 3, 9),
        ends_on=date(2027, 3, 15),
    )


@pytest.fixture
def page(db):
    return make_case("case-1")


@pytest.fixture
def account(db):
    return AccountFactory(code="wechat:000000")
