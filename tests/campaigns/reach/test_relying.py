"""Before an import is taken back, it is said which later files told the same figures."""

from unittest.mock import Mock

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from campaigns.models import ImportBatch
from campaigns.reach import ledger, relying, reversing
from campaigns.reach.importing import batches
from campaigns.reach.models import ReachEntry
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import NOON, summed
from tests.campaigns.reach.figure_files import as_csv, good


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


def brought(rows, by=None, name="reach.csv") -> ImportBatch:
    batch = batches.stage(as_csv(rows), name, by)
    batches.check(batch)
    batches.commit(batch, batch.fingerprint, by)
    return batch


def told(batch: ImportBatch) -> dict[int, tuple[int, dict[str, int]]]:
    found = relying.relying_on(batch)
    return {pk: (one.figures, one.changes) for pk, one in found.items()}


class TestRelying:
    def test_what_a_later_file_told_again_and_nothing_else(self):
        same = [good(source_key="a"), good(source_key="b", metric="leaflets", count="7")]
        earlier = brought([good(source_key="a", count="100")])
        first = brought([*same, good(source_key="c")])
        later = brought([*same, good(source_key="d")])
        last = brought([good(source_key="d")])
        assert told(first) == {later.pk: (2, {"views": -20, "leaflets": -7})}
        assert told(later) == {last.pk: (1, {"views": -120})}
        assert told(last) == {}
        batches.undo(later, "x", None)
        assert told(first) == {}
        with pytest.raises(reversing.BatchInUseError):
            batches.undo(earlier, "x", None)

    def test_by_as_much_as_it_stands_at_now(self):
        first, later = brought([good(count="5")]), brought([good(count="5")])
        ledger.correct(ReachEntry.objects.get(), 8, "counted again")
        assert told(first) == {later.pk: (1, {"views": -8})}
        ledger.correct(ReachEntry.objects.get(corrects=None), 0, "counted again")
        assert told(first) == {}

    def test_numbers_used_before_and_such_as_look_like_formulas(self):
        rows = [good(source_key="=1"), good(source_key="2:3")]
        batches.undo(brought(rows), "x", None)
        again, later = brought(rows), brought(rows)
        assert told(again) == {later.pk: (2, {"views": -240})}


class TestScreen:
    def address(self, batch: ImportBatch) -> str:
        return reverse("campaigns_admin:import_undo", args=[batch.pk])

    def test_they_are_named_before_it_is_confirmed(self, client, person):
        first = brought([good()])
        later = brought([good(), good(source_key="k-2")], name="later.csv")
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        page = client.get(self.address(first)).text
        assert "later.csv" in page
        assert reverse("importbatch:inspect", args=[later.pk]) in page
        assert "-120" in page
        assert "told-again" not in client.get(self.address(later)).text

    def test_files_of_others_are_a_number(self, client, person):
        mine = person(Role.REGIONAL_COORDINATOR, "650000")
        first = brought([good()], mine)
        brought([good(), good(source_key="hn", region="430000")], name="hunan.csv")
        client.force_login(mine)
        page = client.get(self.address(first))
        assert (page.context["relying"], page.context["hidden"]) == ([], 1)
        assert "hunan.csv" not in page.text
        assert "-120" in page.text

    def test_nor_does_a_refusal_name_files_of_others(self, client, person, monkeypatch):
        mine = person(Role.REGIONAL_COORDINATOR, "650000")
        first, second = brought([good(count="5")], mine), brought([good(count="6")], name="own.csv")
        other = brought([good(source_key="hn", region="430000")], name="hunan.csv")
        error = reversing.BatchInUseError([second.pk, other.pk])
        monkeypatch.setattr(batches, "undo", Mock(side_effect=error))
        client.force_login(mine)
        answer = client.post(self.address(first), {"reason": "x"})
        (told,) = answer.context["form"].non_field_errors()
        assert "own.csv" in told
        assert "1 个其他机构的文件" in told
        assert "hunan.csv" not in told


class TestCommand:
    def test_they_are_named_and_wait_for_a_yes(self, capsys):
        first, later = brought([good()]), brought([good()], name="later.csv")
        with pytest.raises(CommandError, match="--yes"):
            call_command("undo_reach", str(first.pk), "--reason", "x")
        out = capsys.readouterr().out
        assert f"batch {later.pk}, later.csv" in out
        assert "views -120" in out
        assert sum(summed().values_list("count", flat=True)) == 120
        call_command("undo_reach", str(first.pk), "--reason", "x", "--yes")
        assert sum(summed().values_list("count", flat=True)) == 0
