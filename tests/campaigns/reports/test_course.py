"""Editions side by side, pace and forecast: by the campaign's day, and never past its end."""

from datetime import date, timedelta

import pytest

from campaigns.models import Target
from campaigns.reports.figures import pace, select, years
from campaigns.reports.figures.pace import Method
from tests.factories import EditionFactory

FIRST = date(2026, 3, 9)


@pytest.fixture
def last_year(edition):
    return EditionFactory(
        series=edition.series,
        code="315-2025",
        year=2025,
        starts_on=date(2025, 3, 10),
        ends_on=date(2025, 3, 16),
    )


@pytest.fixture
def course(recorded):
    """So much on each campaign day from the first: course(edition, 10, 20, 30)."""

    def put(edition, *counts):
        for n, count in enumerate(counts):
            recorded(count, edition=edition, day=edition.starts_on + timedelta(days=n))

    return put


def the_pace(tree, today, codes=("315-2026",), **changes):
    selection = select(codes, **changes)
    found = pace.paces(selection, years.compared(selection), [tree["000000"]], today)
    return found[0] if found else None


def test_day_one_stands_beside_day_one(edition, last_year, course):
    course(edition, 10, 20)
    course(last_year, 1, 2, 3)
    (comparison,) = years.compared(select(["315-2026"]))
    newest, before = comparison.courses
    assert (newest.on(1), before.on(1), newest.on(3), before.on(3)) == (10, 1, 0, 3)
    assert comparison.before(newest) is before
    assert comparison.before(before) is None
    assert before.through(2) == 3


def test_what_lies_outside_the_window_is_in_the_total(edition, recorded):
    recorded(5, edition=edition, day=FIRST - timedelta(days=3))
    recorded(7, edition=edition, day=FIRST + timedelta(days=30))
    (comparison,) = years.compared(select(["315-2026"]))
    (only,) = comparison.courses
    assert (only.total.count, only.through(0)) == (12, 5)


def test_the_forecast_follows_last_year(tree, edition, last_year, course):
    course(last_year, 10, 10, 10, 70)
    course(edition, 20, 20, 20)
    found = the_pace(tree, FIRST + timedelta(days=3))
    assert (found.method, found.model) == (Method.LAST_YEAR, last_year)
    assert found.forecast == 60 * 100 // 30


def test_without_one_it_goes_straight_on(tree, edition, course):
    course(edition, 10, 20, 30)
    found = the_pace(tree, FIRST + timedelta(days=3))
    assert (found.method, found.forecast) == (Method.LINEAR, 140)


@pytest.mark.parametrize(
    ("days", "method"),
    [(-1, Method.COMING), (0, Method.TOO_EARLY), (2, Method.TOO_EARLY), (7, Method.OVER)],
)
def test_there_is_none_too_early_or_past_the_end(tree, edition, course, days, method):
    course(edition, 10, 20)
    found = the_pace(tree, FIRST + timedelta(days=days))
    assert (found.method, found.forecast) == (method, None)


def test_what_each_day_left_has_to_bring(tree, edition, course):
    Target.objects.create(edition=edition, region=tree["000000"], value=101)
    course(edition, 10, 20, 30)
    found = the_pace(tree, FIRST + timedelta(days=3))
    assert (found.gone, found.left, found.needed_a_day) == (3, 4, 11)
    assert the_pace(tree, FIRST + timedelta(days=9)).needed_a_day is None


def test_some_days_alone_have_no_pace(tree, edition, course):
    course(edition, 10)
    assert the_pace(tree, FIRST, first=FIRST) is None
