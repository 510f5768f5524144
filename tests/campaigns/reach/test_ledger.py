"""The ledger only grows, and what is derived from it always agrees with it."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import foundation
from campaigns.models import (
    DailyPiece,
    DailyPieceTotal,
    DailyReach,
    DailyTotal,
    MonthlyPiece,
    MonthlyReach,
    ReachEntry,
)
from campaigns.reach import append_only, rollups
from campaigns.reach.ledger import AlreadyRecordedError, correct, record
from campaigns.reach.models import AppendOnlyError
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import summed

REFUSED = [
    "UPDATE {} SET count = 0",
    "DELETE FROM {}",
    pytest.param("INSERT OR REPLACE INTO {} SELECT * FROM {}", marks=pytest.mark.sqlite),
]


def refused(sql: str) -> None:
    """Say it past all of our own code."""
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.replace("{}", ReachEntry._meta.db_table))


class TestAppendOnly:
    @pytest.mark.parametrize(
        "change",
        [
            lambda row: ReachEntry.objects.filter(pk=row.pk).update(count=2),
            lambda _row: ReachEntry.objects.all().delete(),
            lambda row: ReachEntry.objects.bulk_update([row], ["count"]),
            lambda row: ReachEntry.objects.bulk_create(
                [row], update_conflicts=True, update_fields=["count"], unique_fields=["source_key"]
            ),
            lambda row: ReachEntry._base_manager.filter(pk=row.pk).update(count=2),
            lambda row: row.save(),
            lambda row: row.delete(),
        ],
        ids=["update", "delete", "bulk_update", "upsert", "base manager", "save", "delete one"],
    )
    def test_nothing_is_changed_or_deleted(self, recorded, change):
        row = recorded(7)
        with pytest.raises(AppendOnlyError):
            change(row)
        assert ReachEntry.objects.get().count == 7

    @pytest.mark.parametrize("sql", REFUSED)
    def test_the_database_refuses_it_as_well(self, recorded, sql):
        recorded(7)
        refused(sql)
        assert ReachEntry.objects.get().count == 7

    @pytest.mark.sqlite
    def test_what_went_with_an_old_table_is_laid_again(self, recorded):
        """Django makes a table anew for most changes of its columns; then `migrate` ends."""
        recorded(7)
        with connection.cursor() as cursor:
            for act in ("UPDATE", "DELETE"):
                cursor.execute(f"DROP TRIGGER {append_only.trigger_name(act)}")
        foundation.lay()
        foundation.lay()
        for sql in ("UPDATE {} SET count = 0", "DELETE FROM {}"):
            refused(sql)

    def test_a_source_key_is_recorded_once(self, recorded, entry):
        recorded(7, key="session:1:attendance")
        with pytest.raises(AlreadyRecordedError, match="session:1:attendance"):
            record([entry(1), entry(8, key="session:1:attendance")])
        assert [row.count for row in ReachEntry.objects.all()] == [7]

    @pytest.mark.parametrize("wrong", [{"metric": "people"}, {"basis": "felt"}])
    def test_an_unknown_metric_or_basis_is_refused(self, entry, wrong):
        with pytest.raises(ValueError, match="no such"):
            record([entry(1, **wrong)])
        assert not ReachEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestGuard:
    """A test that commits has the ledger emptied when it is over, and the guard is still there."""

    @pytest.mark.parametrize("time", [1, 2])
    def test_the_guard_stands(self, entry, time):
        record([entry(7, key="once")])
        refused(REFUSED[0])

    @pytest.mark.postgresql
    def test_postgresql_does_not_empty_it(self, recorded):
        recorded(7)
        refused("TRUNCATE {} CASCADE")


class TestCorrection:
    def test_it_is_a_signed_entry_that_says_what_and_why(self, recorded, person):
        by = person(Role.MANAGER)
        row = recorded(100)
        correction = correct(row, 80, "counted twice at the door", by)
        assert correction.count == -20
        assert correction.corrects_id == row.pk
        assert correction.reason == "counted twice at the door"
        assert correction.recorded_by == by
        assert correction.origin == ReachEntry.Origin.CORRECTION
        assert summed().get().count == 80

    def test_a_second_one_starts_from_where_the_first_left_it(self, recorded):
        row = recorded(100)
        correct(row, 80, "first")
        assert correct(row, 90, "second").count == 10
        assert summed().get().count == 90

    def test_nothing_is_added_when_the_figure_stands_there_already(self, recorded):
        row = recorded(100)
        correct(row, 80, "first")
        assert correct(row, 80, "again") is None
        assert ReachEntry.objects.count() == 2

    def test_it_needs_a_reason(self, recorded):
        with pytest.raises(ValueError, match="reason"):
            correct(recorded(1), 2, "  ")

    def test_a_correction_is_not_corrected_itself(self, recorded):
        correction = correct(recorded(1), 2, "why")
        with pytest.raises(ValueError, match="itself"):
            correct(correction, 3, "why")


class TestRollups:
    def test_only_the_days_that_were_touched_are_recomputed(self, recorded, edition):
        recorded(5, day=date(2026, 3, 9))
        summed().update(count=999)  # as if somebody had tampered with it
        recorded(1, day=date(2026, 3, 10))
        recorded(1, day=date(2026, 3, 9), edition=edition)
        by_day = summed().filter(edition_id=0).values_list("day", "count")
        assert dict(by_day) == {date(2026, 3, 9): 999, date(2026, 3, 10): 1}

    def test_they_are_recomputed_and_not_added_to(self, recorded):
        recorded(5)
        summed().update(count=999)
        recorded(1)
        assert summed().get().count == 6

    def test_an_entry_is_in_its_region_and_all_above_it(self, recorded, tree):
        recorded(5, region="654321", content="case-1")
        recorded(2, region="650000")
        for table in (DailyReach, MonthlyReach):
            rows = table.objects.values_list("node_id").annotate(Sum("count"))
            assert {code: dict(rows).get(tree[code].pk) for code in tree} == {
                "000000": 7,
                "650000": 7,
                "654300": 5,
                "654321": 5,
                "430000": None,
                "430100": None,
                "430102": None,
            }
        for table in (DailyPiece, MonthlyPiece):
            assert set(table.objects.values_list("content", "count")) == {("case-1", 5)}
            assert table.objects.count() == 4

    def test_an_upper_region_has_its_channels_together(self, recorded, tree):
        recorded(5, region="654321", content="case-1")
        recorded(2, region="654321", channel="wechat", content="case-1")
        upper = {(tree[code].pk, 7) for code in ("000000", "650000")}
        for table in (DailyTotal, DailyPieceTotal):
            assert set(table.objects.values_list("node_id", "count")) == upper

    @pytest.mark.parametrize(
        "table",
        [DailyReach, MonthlyReach, DailyPiece, MonthlyPiece, DailyTotal, DailyPieceTotal],
    )
    def test_verify_looks_at_every_table(self, recorded, edition, table):
        recorded(5, content="case-1", edition=edition)
        assert list(rollups.differences()) == []
        table.objects.update(count=6)
        (found,) = rollups.differences()
        assert (found.table, found.in_rollup, found.in_ledger) == (table.__name__, 6, 5)
        table.objects.update(count=5, edition_id=999)
        assert [told.in_ledger for told in rollups.differences()] == [5, None]

    def test_the_last_day_there_is(self, recorded):
        recorded(5, day=date.max)
        assert list(rollups.differences()) == []

    def test_verify_finds_what_differs_and_rebuild_mends_it(self, recorded):
        recorded(5)
        recorded(3, channel="wechat", metric="reads")
        summed().filter(metric="views").update(count=6)
        summed().filter(metric="reads").delete()
        out = StringIO()
        with pytest.raises(SystemExit) as stop:
            call_command("verify_reach", stdout=out)
        assert stop.value.code == 1
        assert "rollup 6, ledger 5" in out.getvalue()
        assert "rollup none, ledger 3" in out.getvalue()
        call_command("rebuild_reach", stdout=StringIO())
        out = StringIO()
        call_command("verify_reach", stdout=out)
        assert out.getvalue().strip() == "differences=0"

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        steps=st.lists(
            st.tuples(
                st.sampled_from(["record", "correct", "rebuild"]),
                st.integers(0, 10**9),
                st.sampled_from(["000000", "650000", "654321"]),
                st.dates(date(2026, 2, 27), date(2026, 3, 2)),
            ),
            max_size=12,
        )
    )
    def test_any_history_keeps_them_equal_to_the_ledger(self, entry, edition, steps):
        with transaction.atomic():
            rows = []
            for kind, count, region, day in steps:
                if kind == "record" or not rows:
                    told = entry(
                        count,
                        region=region,
                        day=day,
                        edition=edition if count % 2 else None,
                        content="case-1" if count % 3 else "",
                        language="kk" if count % 5 else "",
                    )
                    rows += record([told])
                elif kind == "correct":
                    correct(rows[count % len(rows)], count, "why")
                else:
                    rollups.rebuild()
            assert list(rollups.differences()) == []
            transaction.set_rollback(True)
