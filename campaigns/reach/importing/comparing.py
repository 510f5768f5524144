"""A file's figures beside what stands in the ledger under the same keys."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from campaigns.reach.importing.figures import Figure
from campaigns.reach.importing.keys import KEY_PREFIX, MEANING, Known, held_under, in_ledger
from campaigns.reach.importing.problems import ImportReport
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.models import HeldEntry
from campaigns.regions.models import Region
from campaigns.regions.scope import sees_everything

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass
class Changes:
    """What a file asks of the ledger. Rows that are in none of the lists are conflicts."""

    new: list[Figure] = field(default_factory=list)
    changed: list[tuple[Figure, Known]] = field(default_factory=list)
    unchanged: list[Figure] = field(default_factory=list)
    # Held by an earlier import, and told once more with the same count.
    waiting: list[tuple[Figure, Known]] = field(default_factory=list)
    # Held by an earlier import and told with another count: to be decided (again).
    reopened: list[tuple[Figure, Known]] = field(default_factory=list)
    conflicts: set[int] = field(default_factory=set)
    # The source keys to use for numbers that an undone import has used before.
    keys: dict[str, str] = field(default_factory=dict)


def compare(
    figures: list[Figure], report: ImportReport, by: "AbstractBaseUser | None" = None
) -> Changes:
    """Sort the figures by what is known under their keys; another meaning is noted as a mistake."""
    changes = Changes()
    keys = [KEY_PREFIX + figure.key for figure in figures]
    there = in_ledger(keys)
    held = held_under(keys, there)
    changes.keys = there.free
    if not there.rows and not held:
        changes.new = list(figures)
        return changes
    days = {day: day.isoformat() for day in {figure.day for figure in figures}}
    hidden: set[int] | None = None
    for figure, key in zip(figures, keys, strict=True):
        if key not in there.rows and key not in held:
            changes.new.append(figure)
            continue
        meaning = _meaning_of(figure, days[figure.day])
        if key not in held and there.is_unchanged(key, meaning, figure.count):
            changes.unchanged.append(figure)
            continue
        found = held.get(key) or there.known(key)
        if meaning != found.meaning:
            changes.conflicts.add(figure.row)
            if hidden is None:
                regions = there.regions() | {one.region for one in held.values()}
                hidden = _hidden_from(by, regions)
            _note_conflict(figure, meaning, found, report, is_hidden=found.region in hidden)
        elif figure.count == found.told:
            if found.decision == HeldEntry.Decision.PENDING:
                changes.waiting.append((figure, found))
            else:
                changes.unchanged.append(figure)
        elif found.decision in (HeldEntry.Decision.PENDING, HeldEntry.Decision.DROPPED):
            changes.reopened.append((figure, found))
        else:
            changes.changed.append((figure, found))
    return changes


def _meaning_of(figure: Figure, day: str) -> tuple:
    """All of a figure but its count, in the order of the ledger's columns."""
    place, edition = figure.place, figure.edition
    return (
        day,
        place.channel.pk,
        place.account.pk if place.account else None,
        figure.region.pk,
        edition.pk if edition else None,
        figure.content,
        figure.language,
        figure.metric,
        figure.basis,
    )


def _hidden_from(by: "AbstractBaseUser | None", regions: set[int]) -> set[int]:
    """Those of the regions (primary keys) that the user is not to hear of."""
    if by is None or sees_everything(by):
        return set()
    return regions - set(Region.objects.visible_to(by).order_by().values_list("pk", flat=True))


def _note_conflict(
    figure: Figure, meaning: tuple, found: Known, report: ImportReport, *, is_hidden: bool
) -> None:
    if is_hidden:
        message = _("“%(key)s” cannot be used: give the row another number")
        report.note(figure.row, "source_key", message % {"key": figure.key})
        return
    told = zip(MEANING.values(), meaning, found.meaning, strict=True)
    for column in {column: None for column, new, old in told if new != old}:
        report.note(
            figure.row,
            column,
            _("“%(key)s” was imported with another %(column)s before")
            % {"key": figure.key, "column": COLUMNS[column]},
        )
