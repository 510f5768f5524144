"""How many people were expected, as the import of figures asks."""

from datetime import date, datetime

import pytest

from campaigns.field.capacities import MARGIN, expected_people
from campaigns.field.models import BEIJING, FieldSession
from campaigns.reach.importing import outliers

DAY = date(2026, 3, 9)


@pytest.fixture
def held(tree):
    def go(region="654300", expected=50, hour=10, **changes) -> FieldSession:
        return FieldSession.objects.create(
            region=tree[region],
            form="stall",
            venue_class="rural",
            place="集市",
            language="zh-hans",
            starts_at=datetime(2026, 3, 9, hour, tzinfo=BEIJING),
            expected_attendance=expected,
            **changes,
        )

    return go


def test_all_sessions_of_the_region_on_the_beijing_day(held, tree):
    held(hour=0)
    held(hour=23, expected=30)
    held(expected=1000, state="cancelled")
    held(region="654321", expected=7)
    here = tree["654300"].pk
    asked = {(here, DAY), (here, date(2026, 3, 10)), (tree["430000"].pk, DAY)}
    assert expected_people(asked) == {(here, DAY): 80 * MARGIN}


def test_where_nobody_said_a_number_nothing_is_known(held, tree):
    held(expected=0)
    assert expected_people({(tree["654300"].pk, DAY)}) == {}


def test_the_import_asks_it():
    assert expected_people in outliers._capacities
