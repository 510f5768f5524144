"""A committed file taken back as a whole: each figure stands where it stood before."""

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from campaigns.models import ImportBatch, ReachEntry
from campaigns.reach import ledger, reversing, rollups
from campaigns.reach.importing import batches, import_file
from tests.campaigns.reach.conftest import NOON, outcomes, total
from tests.campaigns.reach.figure_files import as_csv, good

State = ImportBatch.State


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


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
