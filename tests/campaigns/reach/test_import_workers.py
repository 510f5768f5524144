"""Who works at an uploaded file: the request, a process of its own, and whoever takes it over."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone, translation

from campaigns.models import ImportBatch, ImportRow
from campaigns.reach.importing import batches, working
from tests.campaigns.reach.conftest import NOON, total
from tests.campaigns.reach.figure_files import as_csv, as_xlsx, good

State = ImportBatch.State


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


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
