"""An uploaded file from its first byte to its undoing: each step whole, or not at all."""

import csv
import io
import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone, translation

from campaigns.models import ImportBatch, ImportRow, ReachEntry
from campaigns.reach import ledger, reversing, rollups
from campaigns.reach.importing import batches, giving_back, import_file, problems, rights, working
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import NOON, summed
from tests.campaigns.reach.test_importing import GOOD, HEADER, as_csv, as_xlsx, good

State = ImportBatch.State


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def staged(db):
    """Stage rows (or bytes) and have them checked."""

    def go(rows, by=None, name="reach.csv") -> ImportBatch:
        batch = batches.stage(rows if isinstance(rows, bytes) else as_csv(rows), name, by)
        batches.check(batch)
        return batch

    return go


@pytest.fixture
def committed(staged):
    def go(rows, by=None, name="reach.csv") -> ImportBatch:
        batch = staged(rows, by, name)
        batches.commit(batch, batch.fingerprint, by)
        return batch

    return go


def total() -> int:
    return sum(summed().values_list("count", flat=True))


def outcomes(batch) -> dict[int, str]:
    return dict(batch.rows.values_list("number", "outcome"))


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


class TestUndo:
    def test_back_to_where_it_stood_before(self, committed):
        committed([good(source_key="a", count="5"), good(source_key="b", count="7")])
        batch = committed([good(source_key="a", count="50"), good(source_key="c", count="9")])
        assert total() == 66
        assert batches.undo(batch, "wrong file", None) == 2
        assert (batch.state, batch.undo_reason, total()) == (State.UNDONE, "wrong file", 12)
        assert set(ReachEntry.objects.filter(origin="undo").values_list("count", "batch")) == {
            (-45, batch.pk),
            (-9, batch.pk),
        }
        assert list(rollups.differences()) == []
        with pytest.raises(batches.WrongStateError):
            batches.undo(batch, "again", None)

    def test_refused_while_a_later_import_builds_on_it(self, committed):
        first = committed([good(count="5")])
        second = committed([good(count="6")])
        with pytest.raises(reversing.BatchInUseError) as refused:
            batches.undo(first, "x", None)
        assert refused.value.batches == [second.pk]
        assert (first.state, total()) == (State.COMMITTED, 6)
        batches.undo(second, "x", None)
        batches.undo(first, "x", None)
        assert total() == 0
        assert list(rollups.differences()) == []

    def test_what_was_put_right_by_hand_goes_with_it(self, committed):
        batch = committed([good(count="5")])
        ledger.correct(ReachEntry.objects.get(), 8, "counted again")
        batches.undo(batch, "x", None)
        assert total() == 0

    def test_the_same_file_can_come_in_again(self, committed):
        rows = [good(source_key=f"k-{n}", count=str(n)) for n in range(4)]
        first = committed(rows)
        for _round in range(2):
            batches.undo(first, "x", None)
            assert total() == 0
            first = committed(rows)
            assert total() == 6
        assert list(rollups.differences()) == []

    def test_a_number_that_was_taken_back_is_free_for_another_meaning(self, committed, staged):
        first = committed([good(source_key="k"), good(source_key="l", count="7")])
        batches.undo(first, "wrong region", None)
        again = staged([good(source_key="k", region="430000", count="9")])
        assert (outcomes(again), again.totals[0]["difference"]) == ({2: "new"}, 9)
        batches.commit(again, again.fingerprint, None)
        entry = ReachEntry.objects.get(batch=again)
        assert (entry.source_key, entry.region.code, entry.corrects) == (
            "import2:k",
            "430000",
            None,
        )
        # From here on it is taken as any other, until it is taken back as well.
        assert outcomes(staged([good(source_key="k", region="430000", count="9")])) == {
            2: "unchanged"
        }
        assert outcomes(staged([good(source_key="k", region="650000")])) == {2: "conflict"}
        third = committed([good(source_key="k", region="430000", count="10")])
        assert (third.rows_changed, total()) == (1, 10)
        with pytest.raises(reversing.BatchInUseError):
            batches.undo(again, "x", None)
        batches.undo(third, "x", None)
        batches.undo(again, "x", None)
        last = committed([good(source_key="k"), good(source_key="l", count="7")])
        assert (last.rows_new, total()) == (2, 127)
        assert set(ReachEntry.objects.filter(batch=last).values_list("source_key", flat=True)) == {
            "import3:k",
            "import2:l",
        }
        assert list(rollups.differences()) == []

    def test_put_right_by_hand_since_it_stands_for_something(self, committed, staged):
        batches.undo(committed([good(count="5")]), "x", None)
        ledger.correct(ReachEntry.objects.get(source_key="import:k-1"), 8, "was so after all")
        assert outcomes(staged([good(count="8")])) == {2: "unchanged"}
        assert outcomes(staged([good(count="9")])) == {2: "changed"}
        assert outcomes(staged([good(region="430000")])) == {2: "conflict"}

    def test_a_reason_is_asked_for(self, committed):
        batch = committed([good()])
        with pytest.raises(ValueError):
            batches.undo(batch, "  ", None)
        with pytest.raises(ValueError):
            reversing.reverse_batch(batch, "")
        assert total() == 120

    def test_by_command(self, tmp_path, capsys):
        path = tmp_path / "reach.csv"
        path.write_bytes(as_csv([good()]))
        batch = import_file(path).batch
        call_command("undo_reach", str(batch.pk), "--reason", "wrong file")
        assert "taken back: 1 entries" in capsys.readouterr().out
        with pytest.raises(CommandError, match="not committed"):
            call_command("undo_reach", str(batch.pk), "--reason", "again")
        with pytest.raises(CommandError, match="no batch"):
            call_command("undo_reach", "999999", "--reason", "x")


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


class TestWorkers:
    def test_the_tick_takes_up_what_was_left_lying(self):
        batch = batches.stage(as_csv([good()]), "reach.csv", None)
        assert working.work_neglected() == working.Worked(done=1)
        batch.refresh_from_db()
        assert batch.state == State.READY
        batches.order_commit(batch, batch.fingerprint, None)
        assert working.work_neglected() == working.Worked(done=1)
        assert working.work_neglected() == working.Worked()
        assert total() == 120

    def test_who_is_alive_is_left_alone_and_who_is_silent_is_not(self):
        batch = batches.stage(as_csv([good()]), "reach.csv", None)
        ImportBatch.objects.update(state=State.CHECKING, heartbeat_at=timezone.now())
        assert not working.work(batch)
        ImportBatch.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=4))
        assert working.work(batch)
        batch.refresh_from_db()
        assert batch.state == State.READY

    def test_a_file_over_which_workers_die_is_given_up(self):
        batch = batches.stage(as_csv([good()]), "reach.csv", None)
        ImportBatch.objects.update(attempts=working.MOST_ATTEMPTS)
        working.work_neglected()
        batch.refresh_from_db()
        assert (batch.state, bool(batch.message)) == (State.FAILED, True)

    def test_what_breaks_is_told_and_does_not_stop_the_others(self, monkeypatch):
        one = batches.stage(as_csv([good()]), "one.csv", None)
        batches.stage(as_csv([good(source_key="2")]), "two.csv", None)
        check = batches.check

        def failing(batch):
            if batch.pk == one.pk:
                raise ZeroDivisionError
            check(batch)

        monkeypatch.setattr(batches, "check", failing)
        assert working.work_neglected() == working.Worked(done=1, failed=1)

    def test_given_up_is_not_taken_up(self, staged):
        batch = staged([good()])
        batches.abandon(batch)
        assert (batch.state, ImportRow.objects.count()) == (State.ABANDONED, 0)
        assert working.work_neglected() == working.Worked()
        with pytest.raises(batches.WrongStateError):
            batches.check_again(batch)


@pytest.mark.django_db(transaction=True)
class TestWhoeverClaims:
    @pytest.mark.postgresql
    def test_does_not_wait_for_a_commit_that_takes_longer_than_its_silence(self):
        """Other files wait for whoever claims, and a commit says nothing for minutes."""
        batch = batches.stage(as_csv([good()]), "reach.csv", None)
        batches.check(batch)
        batches.order_commit(batch, batch.fingerprint, None)
        held, let_go = threading.Event(), threading.Event()

        def commit_slowly():
            with transaction.atomic():
                ImportBatch.objects.select_for_update().get(pk=batch.pk)
                held.set()
                let_go.wait(60)
            connection.close()

        other = threading.Thread(target=commit_slowly)
        other.start()
        assert held.wait(60)
        try:
            with connection.cursor() as cursor:
                # Waiting would end in an error.
                cursor.execute("SET lock_timeout = '5s'")
            assert working.work_neglected() == working.Worked()
        finally:
            let_go.set()
            other.join()
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
        assert working.work_neglected() == working.Worked(done=1)
        batch.refresh_from_db()
        assert (batch.state, batch.attempts) == (State.COMMITTED, 1)

    def test_only_one_of_two_gets_it(self):
        batch = batches.stage(as_csv([good()]), "reach.csv", None)
        same = ImportBatch.objects.get(pk=batch.pk)
        assert (batches.claim(batch), batches.claim(same)) == (True, False)


class TestHowLong:
    """Work that a request does not wait for is told by rows, and not by bytes on the disk."""

    ROW = ["2026-03-09", "website", 650000, "", "", "", "views", 12, "measured"]

    def test_few_bytes_may_be_many_rows(self, monkeypatch):
        begun = []
        monkeypatch.setattr(working, "start", lambda batch: begun.append(batch.pk))
        data = as_xlsx([[*self.ROW, "k"]] * 20_000)
        assert len(data) < working.SHORT_BYTES
        batch = batches.stage(data, "many.xlsx", None)
        working.set_to_work(batch)
        assert begun == [batch.pk]
        assert batch.rows_expected > working.SHORT_ROWS

    def test_many_bytes_may_be_few_rows(self, monkeypatch):
        begun = []
        monkeypatch.setattr(working, "start", lambda batch: begun.append(batch.pk))
        rows = [[*self.ROW, f"k-{n}"] for n in range(500)]
        for data, name in (
            (as_xlsx(rows), "few.xlsx"),
            (as_csv([good(source_key=f"k-{n}") for n in range(2_900)]), "few.csv"),
        ):
            batch = batches.stage(data, name, None)
            working.set_to_work(batch)
            batch.refresh_from_db()
            assert (begun, batch.state) == ([], State.READY)
            batches.abandon(batch)

    def test_blank_lines_are_rows_as_well(self):
        data = b"date\n" + b"\n" * 100_000
        assert batches.stage(data, "x.csv", None).rows_expected > working.SHORT_ROWS


class TestProcesses:
    def test_the_command_works_at_one_or_at_all(self, capsys):
        one, two = (batches.stage(as_csv([good(source_key=key)]), key, None) for key in "ab")
        call_command("work_reach_imports", str(two.pk))
        assert set(ImportBatch.objects.values_list("pk", "state")) == {
            (one.pk, State.STAGED),
            (two.pk, State.READY),
        }
        call_command("work_reach_imports")
        assert "done=1 failed=0" in capsys.readouterr().out
        call_command("work_reach_imports", "999999")

    def test_a_long_file_starts_one_and_does_not_wait(self, monkeypatch):
        begun = []

        class Process:
            def __init__(self, command, **options):
                begun.append((command[1:], options["start_new_session"]))

            def wait(self):
                return 0

        monkeypatch.setattr(working.subprocess, "Popen", Process)
        batch = batches.stage(as_csv([good()]), "long.csv", None)
        batch.rows_expected = working.SHORT_ROWS + 1
        working.set_to_work(batch)
        command = [str(settings.BASE_DIR / "manage.py"), "work_reach_imports", str(batch.pk)]
        assert begun == [(command, True)]

    def test_the_tick_starts_one_at_a_time_for_what_was_left_lying(self, monkeypatch):
        begun = []
        monkeypatch.setattr(working, "_start", lambda *told: begun.append(told) or True)
        assert (working.start_for_neglected(), begun) == ({"started": 0}, [])
        one, two = (batches.stage(as_csv([good(source_key=key)]), key, None) for key in "ab")
        assert (working.start_for_neglected(), begun) == ({"started": 1}, [()])
        batches.claim(one)
        assert working.start_for_neglected() == {"started": 0}
        batches.abandon(one)
        assert working.start_for_neglected() == {"started": 1}
        ImportBatch.objects.filter(pk=two.pk).update(
            state=State.CHECKING, heartbeat_at=timezone.now() - timedelta(minutes=4)
        )
        assert working.start_for_neglected() == {"started": 1}

    def test_where_none_can_be_started_another_does_it(self, monkeypatch):
        def refuse(*_args, **_options):
            raise OSError

        monkeypatch.setattr(working.subprocess, "Popen", refuse)
        batch = batches.stage(as_csv([good()]), "long.csv", None)
        working.start(batch)
        assert working.start_for_neglected() == {"started": 0}
        assert working.work_neglected().done == 1
