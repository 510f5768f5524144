"""What one cell says: text, a day, a count; and the words for what cannot be taken."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.reach.importing.reading import Cell

MOST = 10**12

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(36_526, 73_051)  # the years 2000 to 2099
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}(?:\.0*)?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:[,，'\u00a0 ]\d{3})+(?:\.\d*)?", re.ASCII)
_FEW_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII).fullmatch
_SHOWN = 60


class BadValueError(ValueError):
    """A cell that cannot be taken, with words for the sender."""


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


def quoting(message: str, word: str) -> str:
    """The message with the foreign value in its place, as %(word)s."""
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
            raise BadValueError(quoting(_("“%(word)s” is not a whole number"), str(cell)))
        return _within_bounds(int(cell))
    word = required(cell)
    if _WHOLE.fullmatch(word):
        return _within_bounds(int(word.partition(".")[0]))
    if _GROUPED.fullmatch(word):
        plain = re.sub(r"[,，'\u00a0 ]", "", word)
        raise BadValueError(
            _("“%(word)s” has separators: write %(plain)s")
            % {"word": shown(word), "plain": shown(plain)}
        )
    if re.fullmatch(r"[\d.]+\s*[万亿]", word):
        raise BadValueError(quoting(_("“%(word)s”: write the figure out in digits"), word))
    if re.fullmatch(r"-\s*\d+(\.0*)?", word, re.ASCII):
        raise BadValueError(quoting(_("“%(word)s” is negative"), word))
    raise BadValueError(quoting(_("“%(word)s” is not a whole number"), word))


def _within_bounds(count: int) -> int:
    if count < 0:
        raise BadValueError(quoting(_("“%(word)s” is negative"), str(count)))
    if count > MOST:
        raise BadValueError(
            quoting(_("“%(word)s” is beyond anything that can be reached"), str(count))
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
    word = required(cell)
    parts = _DATE.fullmatch(word)
    if parts:
        try:
            return date(int(parts[1]), int(parts[3]), int(parts[4]))
        except ValueError:
            pass
    raise BadValueError(quoting(_("“%(word)s” is not a date like 2026-03-09"), word))


def word_of(known: dict[str, str]) -> Callable[[Cell], str]:
    """A check for cells that hold one of these words. It raises BadValueError."""

    def check(cell: Cell) -> str:
        word = required(cell)
        if word not in known:
            raise BadValueError(quoting(_("“%(word)s” is not known"), word))
        return known[word]

    return check


def required(cell: Cell) -> str:
    """The cell's text. Raises BadValueError where there is none."""
    word = text_of(cell)
    if not word:
        raise BadValueError(_("is empty"))
    return word


def hashable(cell: Cell) -> Cell:
    """The cell as a key of what is remembered of it."""
    # True equals 1 and 1.0 as a key, but a count of TRUE is none.
    return str(cell) if isinstance(cell, bool) else cell


def is_plain_count(cell: Cell) -> bool:
    """Whether the cell is a count beyond doubt, which nothing else has to look at."""
    kind = type(cell)
    if kind is float:
        return 0.0 <= cell <= MOST and cell.is_integer()
    return kind is str and _FEW_DIGITS(cell) is not None
