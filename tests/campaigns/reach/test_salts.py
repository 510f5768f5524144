"""Salts come before they are needed, and are gone when nobody may know readers any more."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings

from campaigns.calendar.models import RegionalWindow
from campaigns.reach import redis_store, salts
from tests.campaigns.reach.conftest import BEIJING, NOON

READER = ("203.0.113.7", "Mozilla/5.0", "zh-CN")
# As campaigns.reach.salts has it: a day ahead.
MONTH = "m202603"


def names() -> set[str]:
    return {salt.scope for salt in salts.store().all()}


def at(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000


@pytest.fixture(params=["folder", "redis"])
def kept(request, settings):
    """In both places where salts may lie."""
    if request.param == "redis":
        request.getfixturevalue("own_redis")
        settings.HIT_STREAM = True
    return request.param


@pytest.mark.usefixtures("clock", "kept")
class TestTurningOver:
    def test_an_open_edition_and_the_month_have_one_each(self, edition):
        assert salts.turn_over() == {"made": 2, "destroyed": 0}
        assert names() == {MONTH, f"e{edition.pk}"}
        assert salts.turn_over() == {"made": 0, "destroyed": 0}

    def test_an_edition_far_off_has_none(self, edition):
        edition.starts_on, edition.ends_on = date(2026, 9, 14), date(2026, 9, 20)
        edition.save()
        salts.turn_over()
        assert names() == {MONTH}

    def test_it_is_there_a_day_ahead_but_not_used_before(self, edition):
        edition.starts_on = date(2026, 3, 11)
        edition.save()
        salts.turn_over()
        assert f"e{edition.pk}" in names()
        assert f"e{edition.pk}." not in salts.tokens(READER, at(NOON))
        midnight = NOON.replace(day=11, hour=0)
        assert f"e{edition.pk}." in salts.tokens(READER, at(midnight))

    def test_a_regions_wider_window_keeps_it_open(self, edition, tree):
        RegionalWindow.objects.create(
            edition=edition,
            region=tree["650000"],
            starts_on=edition.starts_on,
            ends_on=date(2026, 3, 25),
        )
        salts.turn_over(datetime(2026, 3, 25, 23, 59, tzinfo=BEIJING))
        assert f"e{edition.pk}" in names()
        salts.turn_over(datetime(2026, 3, 26, tzinfo=BEIJING))
        assert f"e{edition.pk}" not in names()

    def test_the_day_after_the_last_it_is_destroyed(self, edition, clock):
        salts.turn_over()
        clock.move_to(datetime.combine(edition.ends_on, datetime.min.time(), BEIJING))
        clock.shift(timedelta(hours=24))
        assert salts.turn_over() == {"made": 0, "destroyed": 1}
        assert names() == {MONTH}
        # Nobody uses it for a moment longer, whatever the tick does.
        assert f"e{edition.pk}." not in salts.tokens(READER, at(NOON + timedelta(days=30)))

    def test_months_turn_over(self, db, clock):
        salts.turn_over()
        clock.move_to(datetime(2026, 3, 31, 12, tzinfo=BEIJING))
        salts.turn_over()
        assert names() == {MONTH, "m202604"}
        assert salts.tokens(READER, at(NOON)).startswith("m202603.")
        clock.move_to(datetime(2026, 4, 1, tzinfo=BEIJING))
        salts.turn_over()
        assert names() == {"m202604"}

    def test_changed_days_keep_the_salt(self, edition):
        salts.turn_over()
        before = salts.tokens(READER, at(NOON))
        edition.ends_on += timedelta(days=3)
        edition.save()
        assert salts.turn_over() == {"made": 0, "destroyed": 0}
        salts.forget()
        assert salts.tokens(READER, at(NOON)) == before
        (salt,) = [one for one in salts.store().all() if one.scope[0] == "e"]
        assert salt.until == at(datetime(2026, 3, 19, tzinfo=BEIJING))

    def test_redis_forgets_by_itself(self, edition, kept):
        if kept == "redis":
            salts.turn_over()
            client = redis_store.client()
            left = client.pttl(f"edu_cms:salts:{MONTH}") / 1000
            assert timedelta(days=21).total_seconds() < left < timedelta(days=22).total_seconds()

    def test_of_two_at_once_one_stands(self, edition):
        salts.turn_over()
        (first, *_others) = salts.store().all()
        salts.store().lay(salts.Salt(first.scope, "00000000", "00" * 32, first.first, first.until))
        assert first in salts.store().all()


class TestToken:
    def test_the_same_reader_has_the_same_token_and_another_another(self, db, clock):
        salts.turn_over()
        told = salts.tokens(READER, at(NOON))
        assert salts.tokens(READER, at(NOON)) == told
        assert salts.tokens(("203.0.113.8", *READER[1:]), at(NOON)) != told
        assert salts.tokens(READER[:2], at(NOON)) != told
        scope, token = told.split("=")
        assert scope.startswith("m202603.")
        assert len(token) == salts.TOKEN_LENGTH

    def test_without_salts_there_is_no_reader(self, db):
        assert salts.tokens(READER, at(NOON)) == ""

    def test_what_is_no_salt_is_passed_over(self, db, clock):
        salts.turn_over()
        (settings.HIT_SALTS_DIR / "e7").write_text("{")
        assert names() == {MONTH}

    def test_nobody_else_can_read_it(self, db, clock):
        salts.turn_over()
        (path,) = settings.HIT_SALTS_DIR.iterdir()
        assert path.stat().st_mode & 0o777 == 0o600
        assert settings.HIT_SALTS_DIR.stat().st_mode & 0o777 == 0o700
