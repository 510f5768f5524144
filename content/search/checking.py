"""How well a list of queries finds the pieces that people looked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.languages import LANGUAGES
from content.models import EducationPage
from content.search.finding import find


class BadRowError(ValueError):
    """A row that is no query with a code, told with its line."""


@dataclass(frozen=True)
class Expected:
    """A row of the list."""

    line: int
    query: str
    code: str
    language: str | None


@dataclass(frozen=True)
class Place:
    """Where the piece stood among the first ten; None: not there."""

    expected: Expected
    rank: int | None
    how: str
    instead: list[str]


def rows_of(lines: Iterable[str]) -> Iterator[Expected]:
    """The rows of a file: query, code and perhaps a language, with tabs between.

    Empty lines and those that begin with # are passed over. Raises BadRowError.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
        if len(cells) not in {2, 3} or not all(cells[:2]):
            raise BadRowError(f"line {number}: expected query, tab, code and perhaps a language")
        language = cells[2] if len(cells) == 3 and cells[2] else None
        if language and language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise BadRowError(f"line {number}: {language!r} is none of the languages {known}")
        yield Expected(number, cells[0], cells[1], language)


def check(rows: list[Expected]) -> Iterator[Place]:
    """Search for each row in the language of its piece, or the one it names.

    Raises BadRowError where a code is no piece's.
    """
    wanted = EducationPage.objects.filter(code__in={row.code for row in rows})
    pieces = {piece.code: piece for piece in wanted.select_related("locale")}
    for row in rows:
        if row.code not in pieces:
            raise BadRowError(f"line {row.line}: no piece has the code {row.code!r}")
    for row in rows:
        piece = pieces[row.code]
        found = find(row.query, row.language or piece.language)
        keys = found.keys
        if row.language and row.language != piece.language:
            # What is offered from the other languages counts too, behind the own results.
            keys = keys + [key for best in found.elsewhere.values() for key in best]
        rank = keys.index(piece.pk) + 1 if piece.pk in keys else None
        instead = EducationPage.objects.filter(pk__in=keys[:3]).values_list("code", flat=True)
        yield Place(row, rank, found.how, list(instead))
