"""What is different between two versions of a plan."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.plans.telling import LEVELS, Names, figure, money
from campaigns.reach.metrics import name_of

TEXTS: dict[str, Promise] = {
    "window": _("Window"),
    "aims": _("Aims"),
    "themes": _("Themes"),
    "lead_department": _("Lead department"),
    "executive": _("Responsible executive"),
}


class Listed(NamedTuple):
    """A list of the plan: what makes a row the same row in another version, and what it tells.

    `name` and `say` put a row's identity and what it tells into words.
    """

    label: Promise
    same: tuple[str, ...]
    tells: tuple[str, ...]
    name: Callable[[dict, Names], str]
    say: Callable[[dict, Names], str]
    # What it says to the last digit, where `say` rounds; and under which heading it is grouped.
    exact: Callable[[dict, Names], str] | None = None
    group: Callable[[dict, Names], str] = lambda _row, _names: ""


def _joined(*names: str) -> Callable[[dict, Names], str]:
    return lambda row, _names: _words(row.get(name, "") for name in names)


def _target_name(row: dict, names: Names) -> str:
    region, channel = names.region(row["region"]), names.channel(row["channel"])
    return _words([region, channel, name_of(row["metric"])])


# What is told leaves out who does a task and how far it is: that is work, and no change of plan.
LISTS: dict[str, Listed] = {
    "tasks": Listed(
        _("Tasks"),
        ("title", "region"),
        ("due_on", "department"),
        _joined("title", "region"),
        _joined("due_on", "department"),
    ),
    "budget": Listed(
        _("Budget"),
        ("purpose",),
        ("amount",),
        _joined("purpose"),
        lambda row, _names: money(row["amount"]),
    ),
    "targets": Listed(
        _("Targets"),
        ("region", "channel", "metric"),
        ("value",),
        _target_name,
        lambda row, _names: figure(row["value"], row["metric"])[0],
        lambda row, _names: figure(row["value"], row["metric"])[1],
        lambda row, names: str(LEVELS[names.level(row["region"])]),
    ),
    "attachments": Listed(
        _("Attachments"), ("name", "sha256"), (), _joined("name"), _joined("name")
    ),
}


MOST_UNFOLDED = 8


@dataclass(frozen=True)
class Change:
    """One difference. Without `before` it is new, without `after` it is gone."""

    section: str
    label: str
    before: str | None
    after: str | None
    exact_before: str = ""
    exact_after: str = ""
    group: str = ""


@dataclass(frozen=True)
class Group:
    """Differences that belong together: a section, or one level's part of a long one."""

    name: str
    changes: list[Change]

    @property
    def is_long(self) -> bool:
        """Whether it is folded until somebody wants to see it."""
        return len(self.changes) > MOST_UNFOLDED


def grouped(changes: Iterable[Change]) -> list[Group]:
    """The differences in their order, by section and, within the targets, by level."""
    groups: dict[tuple, list[Change]] = {}
    for change in changes:
        groups.setdefault((change.section, change.group), []).append(change)
    return [Group(_words(key), rows) for key, rows in groups.items()]


def compare(old: dict, new: dict) -> list[Change]:
    """All differences from the old version's content to the new one's, in the plan's order."""
    changes = [
        Change(str(label), "", old.get(name, ""), new.get(name, ""))
        for name, label in TEXTS.items()
        if old.get(name, "") != new.get(name, "")
    ]
    names = Names()
    for name, listed in LISTS.items():
        for before, after in _pairs(old.get(name, ()), new.get(name, ()), listed):
            changes.append(_change(listed, before, after, names))
    return changes


def _change(listed: Listed, before: dict | None, after: dict | None, names: Names) -> Change:
    row = before or after
    said = [one and listed.say(one, names) for one in (before, after)]
    exact = [listed.exact(one, names) if one and listed.exact else "" for one in (before, after)]
    if exact[0] and said[0] == said[1]:
        # They differ behind what is rounded away.
        said = exact
    return Change(
        str(listed.label), listed.name(row, names), *said, *exact, group=listed.group(row, names)
    )


def is_different(old: dict, new: dict) -> bool:
    """Whether there is any difference; asks the database for nothing."""
    if any(old.get(name, "") != new.get(name, "") for name in TEXTS):
        return True
    return any(
        next(_pairs(old.get(name, ()), new.get(name, ()), listed), None)
        for name, listed in LISTS.items()
    )


def _pairs(old: Iterable[dict], new: Iterable[dict], listed: Listed) -> Iterator[tuple]:
    """Each row that differs, before and after; None where it is not there."""
    before, after = _by_key(old, listed.same), _by_key(new, listed.same)
    for key in {**before, **after}:
        pair = before.get(key), after.get(key)
        if None in pair or any(pair[0].get(name) != pair[1].get(name) for name in listed.tells):
            yield pair


def _by_key(rows: Iterable[dict], same: tuple[str, ...]) -> dict[tuple, dict]:
    """The rows by what they are; the number at the end tells twins apart."""
    seen: Counter = Counter()
    found = {}
    for row in rows:
        key = tuple(row.get(name, "") for name in same)
        seen[key] += 1
        found[(*key, seen[key])] = row
    return found


def _words(parts: Iterable[object]) -> str:
    return " · ".join(str(part) for part in parts if part not in ("", None))
