"""An uploaded file from its first byte to its undoing: each step whole, or not at all."""

import csv
import io

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from campaigns.models import ImportBatch, ReachEntry
from campaigns.reach.importing import batches, giving_back, problems, rights
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import NOON, outcomes, total
from tests.campaigns.reach.figure_files import GOOD, HEADER, as_csv, as_xlsx, good

State = ImportBatch.State


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


class TestPreview:
    def test_each_row_has_its_outcome_and_nothing_is_in_the_ledger(self, staged, committed):
        committed([good(source_key="same"), good(source_key="other")])
        batch = staged(
            [
                good(source_key="same"),
                good(source_key="other", count="121"),
                good(source_key="fresh"),
            ]
        )
        assert (batch.state, outcomes(batch)) == (
            State.READY,
            {2: "unchanged", 3: "changed", 4: "new"},
        )
        assert batch.rows.get(number=3).before == 120
        assert batch.rows.get(number=4).cells == [GOOD[name] for name in HEADER[:-1]] + ["fresh"]
        assert total() == 240

    def test_mistakes_and_conflicts_are_named_row_by_row(self, staged, committed):
        committed([good()])
        batch = staged([good(region="430000"), good(source_key="k-2", count="x", date="y")])
        assert batch.state == State.FAILED
        assert outcomes(batch) == {2: "conflict", 3: "error"}
        assert [one["field"] for one in batch.rows.get(number=3).problems] == ["date", "count"]
        with pytest.raises(batches.WrongStateError):
            batches.commit(batch, batch.fingerprint, None)

    def test_totals_per_channel_before_and_after(self, staged, committed):
        committed([good()])
        batch = staged(
            [
                good(source_key="k-2", count="30"),
                good(source_key="k-3", metric="leaflets", count="999"),
                good(source_key="k-4", channel="wechat", metric="reads", count="7"),
            ]
        )
        assert batch.totals == [
            {"campaign": "315-2026", "channel": "website", "before": 120, "difference": 30},
            {"campaign": "315-2026", "channel": "wechat", "before": 0, "difference": 7},
        ]

    def test_a_file_that_is_no_table_says_so(self, staged):
        batch = staged(b"PK\x03\x04 no workbook", name="x.xlsx")
        assert (batch.state, "damaged" in batch.message) == (State.FAILED, True)

    def test_the_file_is_kept_privately_and_once(self, staged):
        first, second = staged([good()]), staged([good()])
        assert first.file.name == second.file.name
        assert (settings.PRIVATE_DIR / first.file.name).read_bytes() == as_csv([good()])


class TestCommit:
    def test_what_was_previewed_and_no_other(self, staged):
        one = staged([good(count="1")])
        two = staged([good(count="2")])
        batches.commit(one, one.fingerprint, None)
        with pytest.raises(batches.StalePreviewError):
            batches.commit(two, two.fingerprint, None)
        assert (two.state, two.fingerprint, total()) == (State.READY, "", 1)
        assert "checked again" in two.message
        batches.check_again(two)
        batches.check(two)
        assert outcomes(two) == {2: "changed"}
        batches.commit(two, two.fingerprint, None)
        assert (two.state, total()) == (State.COMMITTED, 2)

    def test_another_preview_than_the_one_that_was_looked_at(self, staged):
        batch = staged([good()])
        with pytest.raises(batches.StalePreviewError):
            batches.commit(batch, "0" * 64, None)
        assert (batch.state, total()) == (State.READY, 0)

    def test_twice_is_once(self, committed):
        batch = committed([good()])
        with pytest.raises(batches.WrongStateError):
            batches.commit(batch, batch.fingerprint, None)
        assert total() == 120

    def test_hits_that_come_in_meanwhile_do_not_make_a_preview_stale(self, staged, recorded):
        batch = staged([good()])
        recorded(5, channel="website")
        batches.commit(batch, batch.fingerprint, None)
        assert batch.state == State.COMMITTED

    def test_warnings_are_accepted_by_name_first(self, staged, person):
        boss = person(Role.CAMPAIGN_ADMINISTRATOR)
        batch = staged([good(date="2026-03-01")])
        with pytest.raises(batches.WarningsLeftError):
            batches.commit(batch, batch.fingerprint, boss)
        assert batches.accept(batch, "outside_window", boss) == 1
        batches.commit(batch, batch.fingerprint, boss)
        warning = batch.warnings.get()
        assert (warning.accepted_by, warning.accepted_name) == (boss, boss.username)
        assert ReachEntry.objects.get().recorded_by == boss

    def test_what_stands_already_needs_no_second_acceptance(self, staged, admin_user, monkeypatch):
        monkeypatch.setattr(problems, "MOST_PROBLEMS", 2)
        rows = [good(date="2026-03-01", source_key=f"k-{n}") for n in range(4)]
        first = staged(rows)
        batches.accept(first, "outside_window", admin_user)
        batches.commit(first, first.fingerprint, None)
        again = staged(rows)
        assert not again.warnings.exists()
        batches.commit(again, again.fingerprint, None)
        assert (again.state, again.rows_unchanged) == (State.COMMITTED, 4)
        other = staged([*rows[:3], {**rows[3], "count": "7"}])
        assert list(other.warnings.values_list("number", flat=True)) == [5]
        with pytest.raises(batches.WarningsLeftError):
            batches.commit(other, other.fingerprint, None)

    def test_nor_does_it_by_command(self, tmp_path, capsys):
        path = tmp_path / "reach.csv"
        path.write_bytes(as_csv([good(date="2026-03-01")]))
        call_command("import_reach", str(path))
        assert "warnings=1" in capsys.readouterr().out
        call_command("import_reach", str(path), "--strict")
        out = capsys.readouterr().out
        assert "unchanged=1 warnings=0" in out
        assert "lies outside" not in out

    def test_nor_does_what_is_held_and_told_again(self, staged, admin_user):
        row = good(date="2026-03-01", basis="self-reported")
        above = {**row, "region": "000000", "source_key": "above"}
        first = staged([{**row, "source_key": "below"}, above])
        batches.accept(first, "outside_window", admin_user)
        batches.commit(first, first.fingerprint, None)
        assert first.rows_held == 1
        assert not staged([above]).warnings.exists()

    def test_same_file_again_is_recognised_and_changes_nothing(self, staged, committed):
        first = committed([good()])
        again = staged([good()])
        assert again.twins().get() == first
        batches.commit(again, again.fingerprint, None)
        assert (again.rows_unchanged, total()) == (1, 120)
        assert ReachEntry.objects.count() == 1


class TestErrorsFile:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_the_same_text_with_a_column_of_reasons(self, staged, encoding):
        rows = [good(), good(source_key="k-2", count="=1+1", language="中文")]
        batch = staged(as_csv(rows, encoding=encoding))
        data, kind = giving_back.errors_file(batch)
        assert kind == "text/csv"
        lines = list(csv.reader(io.StringIO(data.decode(encoding))))
        assert lines[0] == [*HEADER, "原因"]
        assert lines[1] == [*(GOOD[name] for name in HEADER), ""]
        assert lines[2][10].startswith("数量：“=1+1”")
        assert lines[2][7] == "'=1+1"

    def test_numbers_that_look_like_formulas_come_back_as_what_they_are(self, staged, committed):
        committed([good(source_key="=甲-1")])
        batch = staged([good(source_key="=甲-1"), good(source_key="@2", count="x")])
        data, _kind = giving_back.errors_file(batch)
        assert "'=甲-1" in data.decode("utf-8-sig")
        assert outcomes(staged(data)) == {2: "unchanged", 3: "error"}

    def test_a_workbook_stays_one_and_can_be_sent_again(self, staged, tmp_path):
        row = ["2026-03-09", "website", 650000, "", "", "", "views", 12, "measured", "k"]
        batch = staged(as_xlsx([row, [*row[:2], "x", *row[3:9], "k-2"]]), name="r.xlsx")
        data, _kind = giving_back.errors_file(batch)
        assert data.startswith(b"PK")
        again = staged(data, name="r.xlsx")
        assert outcomes(again) == {2: "new", 3: "error"}

    def test_by_command(self, tmp_path):
        path, to = tmp_path / "reach.csv", tmp_path / "wrong.csv"
        path.write_bytes(as_csv([good(count="x")]))
        with pytest.raises(SystemExit):
            call_command("import_reach", str(path), "--errors-to", str(to))
        assert "not a whole number" in to.read_text(encoding="utf-8")


class TestScope:
    def test_other_regions_do_not_exist(self, staged, person, committed):
        committed([good(source_key="theirs", region="430000")])
        mine = person(Role.REGIONAL_COORDINATOR, "650000")
        batch = staged(
            [
                good(source_key="1", region="430000"),
                good(source_key="2", region="999999"),
                good(source_key="3", region="654300"),
                good(source_key="theirs"),
            ],
            mine,
        )
        told = {row.number: [one["message"] for one in row.problems] for row in batch.rows.all()}
        assert told[2] == ["no region has the code “430000”"]
        assert told[3] == ["no region has the code “999999”"]
        assert told[4] == []
        assert told[5] == ["“theirs” cannot be used: give the row another number"]

    def test_what_a_coordinator_sees_of_head_offices_file(self, committed, person):
        batch = committed(
            [good(source_key="1", region="430000"), good(source_key="2", region="654300")]
        )
        mine, other = (
            person(Role.REGIONAL_COORDINATOR, "650000"),
            person(Role.REGIONAL_COORDINATOR, "430100"),
        )
        assert list(ImportBatch.objects.visible_to(mine)) == [batch]
        assert list(ImportBatch.objects.visible_to(other)) == []
        assert list(batch.rows.visible_to(mine).values_list("number", flat=True)) == [3]
        assert not rights.may_handle(batch, mine)
        assert rights.may_handle(batch, person(Role.MANAGER))
