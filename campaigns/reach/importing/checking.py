"""Every row against what exists, column by column, before anything is written.

A file repeats its dates, channels and regions thousands of times: each distinct value is checked
once and remembered.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.reach.importing import words
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Cell, Row
from campaigns.reach.models import EVERYDAY
from campaigns.regions.models import Region
from content.models import EducationPage

MOST = 10**12
LONGEST_KEY = 150

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(36_526, 73_051)  # the years 2000 to 2099
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}(?:\.0*)?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:[,，'\u00a0 ]\d{3})+(?:\.\d*)?", re.ASCII)
_SHOWN = 60


class BadValueError(ValueError):
    """A cell that cannot be taken, with words for the sender."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a channel cell names: a channel, and perhaps one account on it."""

    channel: Channel
    account: ChannelAccount | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One row that passed every check. `count` is in the metric's unit, `day` a Beijing day."""

    row: int
    day: date
    place: Place
    region: Region
    edition: Edition | None
    content: str
    language: str
    metric: str
    count: int
    basis: str
    key: str


class _Remembered(dict):
    """A look-up that asks once for each distinct cell; keeps the BadValueError just as well."""

    def __init__(self, check: Callable[[Cell], Any]) -> None:
        super().__init__()
        self.check = check

    def __missing__(self, cell: Cell) -> Any:
        try:
            value = self.check(cell)
        except BadValueError as error:
            value = error
        self[cell] = value
        return value


def columns_of(header: list[Cell]) -> dict[str, int]:
    """Where each column stands. Raises UnreadableFileError naming all that is wrong with them."""
    at: dict[str, int] = {}
    unknown, twice = [], []
    for index, cell in enumerate(header):
        word = text_of(cell)
        name = words.COLUMN_OF.get(word.lower())
        if name in at:
            twice.append(word)
        elif name:
            at[name] = index
        elif word:
            unknown.append(shown(word))
    missing = [f"{label} ({name})" for name, label in words.COLUMNS.items() if name not in at]
    wrong = [
        f"{what}: {', '.join(names)}"
        for what, names in (
            (_("missing columns"), missing),
            (_("unknown columns"), unknown[:20]),
            (_("columns given twice"), twice),
        )
        if names
    ]
    if wrong:
        if len(header) == 1 and re.search(r"[\t;]", text_of(header[0])):
            wrong.append(_("columns are separated by commas"))
        raise UnreadableFileError(_("header: %(what)s") % {"what": "; ".join(wrong)})
    return at


class RowChecker:
    """Checks rows against channels, accounts, regions, campaigns and pieces, read once."""

    def __init__(self, at: dict[str, int], report: ImportReport) -> None:
        self.at = at
        self.width = max(at.values()) + 1
        self.report = report
        self.today = timezone.localdate()
        self._load()
        self.known = {
            "date": _Remembered(self._day),
            "channel": _Remembered(self._place),
            "region": _Remembered(self._region),
            "campaign": _Remembered(self._edition),
            "content": _Remembered(self._content),
            "language": _Remembered(self._language),
            "metric": _Remembered(_word_of(words.metric_words())),
            "count": _Remembered(whole_number),
            "basis": _Remembered(_word_of(words.basis_words())),
        }
        # Only asked for days that lie outside the campaign's own.
        self.windows = _Remembered(lambda pair: pair[0].window_of(pair[1]))
        self.first_seen: dict[str, int] = {}

    def figures(self, rows: Iterator[Row]) -> Iterator[Figure]:
        """The rows that passed; what is wrong with the others goes into the report."""
        lookups = [(name, self.at[name], known) for name, known in self.known.items()]
        key_at = self.at["source_key"]
        for number, cells in rows:
            if len(cells) < self.width:
                cells.extend([None] * (self.width - len(cells)))
            elif len(cells) > self.width and any(text_of(cell) for cell in cells[self.width :]):
                self.report.note(
                    number,
                    "row",
                    _("%(cells)s cells, but the header has %(width)s")
                    % {"cells": len(cells), "width": self.width},
                )
                continue
            values = [known[_hashable(cells[index])] for _name, index, known in lookups]
            fine = True
            for (name, _index, _known), value in zip(lookups, values, strict=True):
                if isinstance(value, BadValueError):
                    self.report.note(number, name, str(value))
                    fine = False
            key = self._key(number, cells[key_at])
            if not fine or key is None:
                continue
            figure = self._figure(number, values, key)
            if figure:
                yield figure

    def _figure(self, number: int, values: list, key: str) -> Figure | None:
        day, place, region, edition, page, language, metric, count, basis = values
        if page and language and language != page.language:
            self.report.note(
                number,
                "language",
                _("%(told)s, but %(piece)s is in %(language)s")
                % {"told": language, "piece": page.code, "language": page.language},
            )
            return None
        if edition and not edition.starts_on <= day <= edition.ends_on:
            first, last = self.windows[edition, region]
            if not first <= day <= last:
                self.report.note(
                    number,
                    "date",
                    _("%(day)s lies outside %(campaign)s (%(first)s to %(last)s)")
                    % {"day": day, "campaign": edition.code, "first": first, "last": last},
                    warning=True,
                )
        return Figure(
            number,
            day,
            place,
            region,
            edition,
            page.code if page else "",
            language or (page.language if page else ""),
            metric,
            count,
            basis,
            key,
        )

    def _load(self) -> None:
        channels = {channel.pk: channel for channel in Channel.objects.all()}
        self.places = {channel.code: Place(channel, None) for channel in channels.values()}
        for account in ChannelAccount.objects.all():
            self.places[account.code] = Place(channels[account.channel_id], account)
        self.regions = {region.code: region for region in Region.objects.all()}
        self.editions = {edition.code: edition for edition in Edition.objects.all()}
        self.languages = words.language_words(settings.LANGUAGES)
        self.pages = {
            page.code: page
            for page in EducationPage.objects.select_related("locale").only(
                "code", "locale__language_code"
            )
        }

    def _key(self, number: int, cell: Cell) -> str | None:
        key = text_of(cell)
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

    def _day(self, cell: Cell) -> date:
        return past_day(cell, self.today)

    def _place(self, cell: Cell) -> Place:
        word = _required(cell)
        if word not in self.places:
            raise BadValueError(
                _quoting(_("no channel and no account has the code “%(word)s”"), word)
            )
        return self.places[word]

    def _region(self, cell: Cell) -> Region:
        word = _required(cell)
        # Excel takes 000000 for a number and drops its zeros.
        code = word.zfill(6) if word.isascii() and word.isdigit() else word
        if code not in self.regions:
            raise BadValueError(_quoting(_("no region has the code “%(word)s”"), word))
        return self.regions[code]

    def _edition(self, cell: Cell) -> Edition | None:
        word = text_of(cell)
        if word in ("", EVERYDAY, "日常"):
            return None
        if word not in self.editions:
            raise BadValueError(_quoting(_("no campaign has the code “%(word)s”"), word))
        return self.editions[word]

    def _content(self, cell: Cell) -> EducationPage | None:
        word = text_of(cell)
        if not word:
            return None
        if word not in self.pages:
            raise BadValueError(_quoting(_("no piece has the code “%(word)s”"), word))
        return self.pages[word]

    def _language(self, cell: Cell) -> str:
        word = text_of(cell)
        if not word:
            return ""
        if word not in self.languages:
            raise BadValueError(
                _("“%(word)s” is none of %(languages)s")
                % {
                    "word": shown(word),
                    "languages": ", ".join(code for code, _name in settings.LANGUAGES),
                }
            )
        return self.languages[word]


def text_of(cell: Cell) -> str:
    """What a person reads in the cell; a number that Excel made of a code loses its ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def shown(word: str) -> str:
    """As much of a foreign value as a message can bear."""
    return word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…"


def _quoting(message: str, word: str) -> str:
    return message % {"word": shown(word)}


def too_long(most: int) -> str:
    """What is said of a text with more characters than that."""
    return _("longer than %(most)s characters") % {"most": most}


def stands_already(word: str, row: int) -> str:
    """What is said of a key that stands in an earlier row."""
    return _("“%(word)s” stands in row %(row)s already") % {"word": shown(word), "row": row}


def whole_number(cell: Cell) -> int:
    """A count, in the metric's unit. Raises BadValueError."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if isinstance(cell, float) and not cell.is_integer():  # also infinity and not-a-number
            raise BadValueError(_quoting(_("“%(word)s” is not a whole number"), str(cell)))
        return _within_bounds(int(cell))
    word = _required(cell)
    if _WHOLE.fullmatch(word):
        return _within_bounds(int(word.partition(".")[0]))
    if _GROUPED.fullmatch(word):
        plain = re.sub(r"[,，'\u00a0 ]", "", word)
        raise BadValueError(
            _("“%(word)s” has separators: write %(plain)s")
            % {"word": shown(word), "plain": shown(plain)}
        )
    if re.fullmatch(r"[\d.]+\s*[万亿]", word):
        raise BadValueError(_quoting(_("“%(word)s”: write the figure out in digits"), word))
    if re.fullmatch(r"-\s*\d+(\.0*)?", word, re.ASCII):
        raise BadValueError(_quoting(_("“%(word)s” is negative"), word))
    raise BadValueError(_quoting(_("“%(word)s” is not a whole number"), word))


def _within_bounds(count: int) -> int:
    if count < 0:
        raise BadValueError(_quoting(_("“%(word)s” is negative"), str(count)))
    if count > MOST:
        raise BadValueError(
            _quoting(_("“%(word)s” is beyond anything that can be reached"), str(count))
        )
    return count


def past_day(cell: Cell, today: date) -> date:
    """A day of this century that has come. Raises BadValueError."""
    day = _date_of(cell)
    if day > today:
        raise BadValueError(_("%(day)s lies in the future") % {"day": day})
    if day.year < 2000:
        raise BadValueError(_("%(day)s lies too far back") % {"day": day})
    return day


def _date_of(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and cell in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    word = _required(cell)
    parts = _DATE.fullmatch(word)
    if parts:
        try:
            return date(int(parts[1]), int(parts[3]), int(parts[4]))
        except ValueError:
            pass
    raise BadValueError(_quoting(_("“%(word)s” is not a date like 2026-03-09"), word))


def _word_of(known: dict[str, str]) -> Callable[[Cell], str]:
    def check(cell: Cell) -> str:
        word = _required(cell)
        if word not in known:
            raise BadValueError(_quoting(_("“%(word)s” is not known"), word))
        return known[word]

    return check


def _required(cell: Cell) -> str:
    word = text_of(cell)
    if not word:
        raise BadValueError(_("is empty"))
    return word


def _hashable(cell: Cell) -> Cell:
    # True equals 1 and 1.0 as a key, but a count of TRUE is none.
    return str(cell) if isinstance(cell, bool) else cell
