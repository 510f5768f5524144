"""Every row against what exists, column by column, before anything is written.

A file repeats its dates, channels and regions thousands of times: each distinct value is checked
once and remembered.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.reach.importing import words
from campaigns.reach.importing.cells import (
    BadValueError,
    hashable,
    is_plain_count,
    stands_already,
    text_of,
    too_long,
    whole_number,
    word_of,
)
from campaigns.reach.importing.columns import columns_of
from campaigns.reach.importing.existing import Existing
from campaigns.reach.importing.figures import Figure, Piece
from campaigns.reach.importing.problems import ImportReport
from campaigns.reach.importing.reading import Cell, Row
from campaigns.reach.models import BatchWarning
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LONGEST_KEY = 150

# Letters, digits and a few signs: nothing that would have to be trimmed, shortened or refused.
_PLAIN_KEY = re.compile(rf"[0-9A-Za-z_.:-]{{1,{LONGEST_KEY}}}", re.ASCII).fullmatch
_MADE_HARMLESS = ("'=", "'+", "'-", "'@")
_UNKNOWN = object()


class _Remembered(dict):
    """What each distinct value came to, asked for once."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        super().__init__()
        self.find = find

    def __missing__(self, value: Any) -> Any:
        self[value] = found = self.find(value)
        return found


class RowChecker:
    """Checks rows against channels, accounts, regions, campaigns and pieces, read once.

    `by` knows the regions of their own postings and no others; None is the command line, which
    knows all.
    """

    def __init__(
        self,
        header: list[Cell],
        report: ImportReport,
        by: "AbstractBaseUser | None" = None,
    ) -> None:
        self.at = at = columns_of(header)
        self.width = max(at.values()) + 1
        # The column of reasons in a file that we gave back.
        self.ignored = {
            index
            for index, cell in enumerate(header)
            if text_of(cell).lower() in words.REASON_COLUMN
        }
        self.report = report
        existing = Existing(by)
        self.checks = {
            "date": existing.day,
            "channel": existing.place,
            "region": existing.region,
            "campaign": existing.edition,
            "content": existing.content,
            "language": existing.language,
            "metric": word_of(words.metric_words()),
            "count": whole_number,
            "basis": word_of(words.basis_words()),
        }
        # What each distinct cell that passed came to. Those that did not are asked again.
        self.good: dict[str, dict[Cell, Any]] = {name: {} for name in self.checks}
        # Only asked for days that lie outside the campaign's own.
        self.windows = _Remembered(lambda pair: pair[0].window_of(pair[1]))
        self.first_seen: dict[str, int] = {}

    def figures(self, rows: Iterable[Row]) -> Iterator[Figure]:  # noqa: C901 flat: it is the hot loop
        """The rows that passed; what is wrong with the others goes into the report."""
        # Names of one function's own are quicker than attributes, and there are many rows.
        days, places, regions, editions, pages, languages, metrics, counts, bases = (
            self.good.values()
        )
        (
            at_day,
            at_place,
            at_region,
            at_edition,
            at_page,
            at_language,
            at_metric,
            at_count,
            at_basis,
        ) = (self.at[name] for name in self.checks)
        at_key, seen, width = self.at["source_key"], self.first_seen, self.width
        for number, cells in rows:
            if len(cells) != width and not self._has_its_width(number, cells):
                continue
            try:
                day, page = days[cells[at_day]], pages[cells[at_page]]
                edition, language = editions[cells[at_edition]], languages[cells[at_language]]
                place, region = places[cells[at_place]], regions[cells[at_region]]
                metric, basis = metrics[cells[at_metric]], bases[cells[at_basis]]
                cell = cells[at_count]
                count = int(cell) if is_plain_count(cell) else counts[hashable(cell)]
            except KeyError:
                values = self._all_of(number, cells)
                if values is None:
                    self._key(number, cells[at_key])
                    continue
                day, place, region, edition, page, language, metric, count, basis = values
            key = cells[at_key]
            if type(key) is str and key not in seen and _PLAIN_KEY(key):
                seen[key] = number
            else:
                key = self._key(number, key)
                if key is None:
                    continue
            content = ""
            if page is not None:
                content = page.code
                if not language:
                    language = page.language
                elif language != page.language:
                    self._foreign_language(number, language, page)
                    continue
            if edition is not None and not edition.starts_on <= day <= edition.ends_on:
                self._look_at_window(number, day, edition, region)
            yield Figure(
                number, day, place, region, edition, content, language, metric, count, basis, key
            )

    def _has_its_width(self, number: int, cells: list[Cell]) -> bool:
        if len(cells) < self.width:
            cells.extend([None] * (self.width - len(cells)))
        elif any(
            text_of(cell)
            for index, cell in enumerate(cells)
            if index >= self.width and index not in self.ignored
        ):
            self.report.note(
                number,
                "row",
                _("%(cells)s cells, but the header has %(width)s")
                % {"cells": len(cells), "width": self.width},
            )
            return False
        return True

    def _all_of(self, number: int, cells: list[Cell]) -> list | None:
        """Each cell of the row checked; what passes is remembered. None where one does not."""
        values, fine = [], True
        for name, check in self.checks.items():
            cell = hashable(cells[self.at[name]])
            try:
                value = self.good[name].get(cell, _UNKNOWN)
                if value is _UNKNOWN:
                    value = self.good[name][cell] = check(cell)
                values.append(value)
            except BadValueError as error:
                self.report.note(number, name, str(error))
                fine = False
        return values if fine else None

    def _foreign_language(self, number: int, language: str, page: Piece) -> None:
        self.report.note(
            number,
            "language",
            _("%(told)s, but %(piece)s is in %(language)s")
            % {"told": language, "piece": page.code, "language": page.language},
        )

    def _look_at_window(self, number: int, day: date, edition: Edition, region: Region) -> None:
        first, last = self.windows[edition, region]
        if not first <= day <= last:
            self.report.postpone(
                number,
                "date",
                _("%(day)s lies outside %(campaign)s (%(first)s to %(last)s)")
                % {"day": day, "campaign": edition.code, "first": first, "last": last},
                warning=BatchWarning.Kind.OUTSIDE_WINDOW,
            )

    def _key(self, number: int, cell: Cell) -> str | None:
        key = text_of(cell)
        if self.ignored and key.startswith(_MADE_HARMLESS):
            # We put the apostrophe there when we gave the file back (files.with_reasons).
            key = key[1:]
        if not key:
            self.report.note(number, "source_key", _("is empty"))
        elif len(key) > LONGEST_KEY:
            self.report.note(number, "source_key", too_long(LONGEST_KEY))
        elif not key.isprintable():
            self.report.note(number, "source_key", _("has characters that cannot be shown"))
        elif key in self.first_seen:
            self.report.note(
                number,
                "source_key",
                stands_already(key, self.first_seen[key]),
            )
        else:
            self.first_seen[key] = number
            return key
        return None
