"""Opening a year, and the days that a campaign has."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.calendar.editions import open_campaigns
from campaigns.calendar.models import Edition, Series
from campaigns.calendar.windows import beijing_day
from tests.factories import EditionFactory


def test_every_active_series_gets_its_edition_with_the_usual_dates(db):
    opened = open_campaigns(2027)
    assert opened.existing == []
    assert {
        edition.code: (edition.starts_on, edition.ends_on, edition.state)
        for edition in Edition.objects.filter(year=2027)
    } == {
        "315-2027": (date(2027, 3, 9), date(2027, 3, 15), "expected"),
        "515-2027": (date(2027, 5, 15), date(2027, 5, 15), "expected"),
        "sep-2027": (date(2027, 9, 20), date(2027, 9, 26), "expected"),
    }


def test_again_changes_nothing_that_people_have_entered(db):
    open_campaigns(2027)
    Edition.objects.filter(code="315-2027").update(slogan="清朗金融网络", state="confirmed")
    opened = open_campaigns(2027)
    assert opened.created == []
    assert len(opened.existing) == 3
    assert Edition.objects.get(code="315-2027").slogan == "清朗金融网络"


def test_the_command_says_what_it_did(db):
    def run():
        out = StringIO()
        call_command("open_campaigns", year=2027, stdout=out)
        return out.getvalue().splitlines()

    first = run()
    assert first[0].startswith("created 315-2027 ")
    assert first[-1] == "created=3 existing=0"
    assert run()[-1] == "created=0 existing=3"


@pytest.mark.parametrize("year", [0, 2018, 2101])
def test_a_year_that_cannot_be_meant_is_refused(db, year):
    with pytest.raises(CommandError, match=r"^--year:"):
        call_command("open_campaigns", year=year)
    assert not Edition.objects.exists()


@pytest.mark.parametrize(("month", "day"), [(2, 29), (2, 30), (6, 31)])
def test_a_series_starts_on_a_day_that_every_year_has(month, day):
    series = Series(code="x", name="x", rule="fixed", start_month=month, start_day=day)
    with pytest.raises(ValidationError) as refusal:
        series.clean()
    assert set(refusal.value.message_dict) == {"start_day"}


def test_days_are_days_in_beijing(db):
    edition = EditionFactory()
    assert beijing_day(datetime(2026, 3, 8, 15, 59, tzinfo=UTC)) == date(2026, 3, 8)
    assert beijing_day(datetime(2026, 3, 8, 16, 0, tzinfo=UTC)) == edition.starts_on
    assert edition.closes_at() == datetime(2026, 3, 15, 16, 0, tzinfo=UTC)
