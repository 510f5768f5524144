"""What is different between two versions of a plan."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, Promise] = {
    "window": _("Window"),
    "aims": _("Aims"),
    "themes": _("Themes"),
    "lead_department": _("Lead department"),
    "executive": _("Responsible executive"),
}
# Which parts make a row the same row in another version, and which tell what changed in it.
LISTS: dict[str, tuple[Promise, tuple[str, ...], tuple[str, ...]]] = {
    "tasks": (_("Tasks"), ("title", "region"), ("due_on", "department")),
    "budget": (_("Budget"), ("purpose",), ("amount",)),
    "targets": (_("Targets"), ("region", "channel", "metric"), ("value",)),
    "attachments": (_("Attachments"), ("name", "sha256"), ()),
}


@dataclass(frozen=True)
class Change:
    """One difference. Without `before` it is new, without `after` it is gone."""

    section: str
    label: str
    before: str | None
    after: str | None


def compare(old: dict, new: dict) -> list[Change]:
    """All differences from the old version's content to the new one's, in the plan's order."""
    changes = [
        Change(str(label), "", old.get(name, ""), new.get(name, ""))
        for name, label in TEXTS.items()
        if old.get(name, "") != new.get(name, "")
    ]
    for name, (label, same, told) in LISTS.items():
        before = _by_key(old.get(name, ()), same, told)
        after = _by_key(new.get(name, ()), same, told)
        changes += [
            Change(str(label), _words(key[:-1]), before.get(key), after.get(key))
            for key in {**before, **after}
            if before.get(key) != after.get(key)
        ]
    return changes


def _by_key(rows: Iterable[dict], same: tuple[str, ...], told: tuple[str, ...]) -> dict:
    """What each row says, by what it is; the number at the end tells twins apart."""
    seen: Counter = Counter()
    found = {}
    for row in rows:
        key = tuple(row.get(name, "") for name in same)
        seen[key] += 1
        found[(*key, seen[key])] = _words(row.get(name, "") for name in told) or _words(key)
    return found


def _words(parts: Iterable[object]) -> str:
    return " · ".join(str(part) for part in parts if part not in ("", None))
