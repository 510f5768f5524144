"""Entries out of all sources, in a fixed number of queries: keys first, then what is shown."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from campaigns.agenda.asking import Asked
from campaigns.agenda.entries import Entry, Span
from campaigns.agenda.sources import BY_KIND, SOURCES, Key
from campaigns.regions.clocks import Clocks


def keys_within(asked: Asked, span: Span) -> list[Key]:
    """What fits the filters and touches the span, in the order of time."""
    return sorted(
        key
        for rank, source in enumerate(SOURCES)
        for key in source.keys(source.within(source.filtered(asked), span), rank)
    )


def load(keys: Iterable[Key], asked: Asked) -> dict[Key, Entry]:
    """The entries that the keys stand for; what has vanished in between is left out."""
    wanted: dict[str, dict[int, Key]] = defaultdict(dict)
    for key in keys:
        wanted[key.kind][key.pk] = key
    found: dict[Key, Entry] = {}
    clocks = Clocks()
    for kind, by_pk in wanted.items():
        source = BY_KIND[kind]
        rows = source.visible_to(asked.user).filter(pk__in=by_pk)
        for entry in source.entries(rows, asked.user, clocks):
            found[by_pk[entry.pk]] = entry
    return {key: found[key] for key in sorted(found)}


def entries_within(asked: Asked, span: Span) -> list[Entry]:
    """Every entry of the span, with all there is to say about it."""
    return list(load(keys_within(asked, span), asked).values())


def next_day(asked: Asked, after: date, kind: str = "") -> date | None:
    """The first day after that one on which something begins, of that kind if one is named.

    An empty view leads on to it.
    """
    sources = [source for source in SOURCES if kind in ("", source.kind)]
    firsts = (source.first_after(source.filtered(asked), after) for source in sources)
    return min((day for day in firsts if day), default=None)
