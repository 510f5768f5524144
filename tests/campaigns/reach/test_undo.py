"""Imports, corrections by hand and undoing in any order: figures stand where memory has them.

The memory is a dictionary of what each number stands at, and of what each file found before it.
"""

from collections import Counter

import pytest
from django.db.models import QuerySet, Sum
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import ImportBatch, ReachEntry
from campaigns.reach import ledger, reversing, rollups
from campaigns.reach.importing import batches, deciding
from tests.campaigns.reach.conftest import summed
from tests.campaigns.reach.figure_files import as_csv, good

KEYS = ("k-1", "k-2", "k-3")
counts = st.integers(0, 9)
imports = st.tuples(st.just("import"), st.dictionaries(st.sampled_from(KEYS), counts, min_size=1))
hands = st.tuples(st.just("hand"), st.tuples(st.sampled_from(KEYS), counts))
undoings = st.tuples(st.just("undo"), st.integers(0, 9))
deeds = st.lists(st.one_of(imports, imports, hands, undoings, undoings), min_size=1, max_size=10)


class Memory:
    """What a careful clerk would know, with pencil and paper."""

    def __init__(self) -> None:
        self.stands: dict[str, int] = {}
        # By batch: where each number that it touched stood before, None where it was unknown.
        # Those taken back are gone.
        self.before: dict[int, dict[str, int | None]] = {}

    def imported(self, batch: ImportBatch, told: dict[str, int]) -> None:
        touched = {
            key: self.stands.get(key)
            for key, count in told.items()
            if self.stands.get(key) != count
        }
        self.before[batch.pk] = touched
        self.stands.update(told)

    def later(self, batch: ImportBatch) -> list[int]:
        mine = set(self.before[batch.pk])
        return [pk for pk, touched in self.before.items() if pk > batch.pk and mine & set(touched)]

    def undone(self, batch: ImportBatch) -> None:
        for key, count in self.before.pop(batch.pk).items():
            if count is None:
                # As if it had never been told.
                del self.stands[key]
            else:
                self.stands[key] = count


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=deeds)
# What was put right by hand in between, and taken back with the later file, must not keep the
# earlier one from being taken back.
@example(
    deeds=[
        ("import", {"k-1": 5}),
        ("import", {"k-1": 7}),
        ("hand", ("k-1", 6)),
        ("undo", 1),
        ("undo", 0),
        ("import", {"k-1": 5}),
    ]
)
# A number that was taken back is free; put right by hand since, it is not.
@example(deeds=[("import", {"k-1": 5}), ("undo", 0), ("import", {"k-1": 0}), ("undo", 1)])
@example(
    deeds=[
        ("import", {"k-1": 5}),
        ("undo", 0),
        ("hand", ("k-1", 6)),
        ("import", {"k-1": 5}),
        ("hand", ("k-1", 0)),
        ("import", {"k-1": 7}),
        ("undo", 1),
    ]
)
def test_figures_stand_where_a_careful_clerk_has_them(edition, tree, clock, deeds):
    earlier = set(ReachEntry.objects.values_list("pk", flat=True))
    # Examples share a test, and so its ledger: each has numbers of its own.
    prefix = f"{ImportBatch.objects.count()}-{len(earlier)}-"
    memory, made = Memory(), []
    for deed, told in deeds:
        if deed == "import":
            rows = [good(source_key=prefix + key, count=str(count)) for key, count in told.items()]
            batch = brought(rows)
            memory.imported(batch, told)
            made.append(batch)
        elif deed == "hand":
            correct(prefix, *told, memory)
        elif made:
            undo(made[told % len(made)], memory)
        assert standing(prefix) == {key: n for key, n in memory.stands.items() if n}
    assert list(rollups.differences()) == []
    total = ReachEntry.objects.aggregate(total=Sum("count"))["total"] or 0
    assert sum(summed().values_list("count", flat=True)) == total


@pytest.mark.parametrize("dropped", [False, True])
def test_a_held_figure_is_not_gone_with_the_file_that_told_it_otherwise(
    edition, tree, clock, dropped
):
    above = good(region="000000", source_key="above", basis="self-reported")
    first = brought([good(source_key="below", basis="self-reported"), above])
    held = first.held.get()
    if dropped:
        deciding.decide([held], "dropped", "told twice", None)
    second = brought([{**above, "count": "130"}])
    assert (first.held.get().decision, second.held.get().decision) == ("withdrawn", "pending")
    deciding.decide(second.held.all(), "counted", "another event", None)
    batches.undo(second, "told by mistake", None)
    assert second.held.get().decision == "withdrawn"
    assert first.held.get().decision == ("dropped" if dropped else "pending")
    if not dropped:
        deciding.decide([first.held.get()], "counted", "another event", None)
    total = ReachEntry.objects.aggregate(total=Sum("count"))["total"]
    assert total == (120 if dropped else 240)
    assert list(rollups.differences()) == []


def brought(rows: list[dict]) -> ImportBatch:
    batch = batches.stage(as_csv(rows), "reach.csv", None)
    batches.check(batch)
    batches.commit(batch, batch.fingerprint, None)
    return batch


def correct(prefix: str, key: str, count: int, memory: Memory) -> None:
    entry = told(prefix).filter(source_key__endswith=key).order_by("pk").last()
    if entry and ledger.correct(entry, count, "counted again"):
        memory.stands[key] = count


def undo(batch: ImportBatch, memory: Memory) -> None:
    if batch.pk not in memory.before:
        with pytest.raises(batches.WrongStateError):
            batches.undo(batch, "told by mistake", None)
    elif later := memory.later(batch):
        with pytest.raises(reversing.BatchInUseError) as refused:
            batches.undo(batch, "told by mistake", None)
        assert refused.value.batches == later
    else:
        batches.undo(batch, "told by mistake", None)
        memory.undone(batch)


def standing(prefix: str) -> dict[str, int]:
    """What each number comes to, with all that was ever told under it; but for nothing."""
    found = ledger.standings(dict(told(prefix).values_list("pk", "count")))
    keys = dict(told(prefix).values_list("pk", "source_key"))
    sums = Counter()
    for pk, one in found.items():
        sums[keys[pk].partition(prefix)[2]] += one.count
    return {key: count for key, count in sums.items() if count}


def told(prefix: str) -> QuerySet:
    """The figures that imports brought, whether taken back or not."""
    return ReachEntry.objects.filter(source_key__contains=f":{prefix}", corrects=None)
