"""A long text in pieces that can be converted one after the other, in bounded memory."""

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import BinaryIO, Final

from . import tokens

# Characters read at once, and how many a piece may have when nothing better offers.
_SIZE: Final = 1 << 16
_LONGEST: Final = 1 << 20

# Between lines no token is cut, unless the line ends with a mark (it looks at the word that
# follows) or a tag is open. One blank is nearly as good: only an acronym looks further.
_BETWEEN_LINES: Final = re.compile(r"(?<![,;،؛\s])[ \t\r]*\n(?=\S)")
# Not beside what a mark before it looks through to the word, nor before what opens a fence only
# where a line begins.
_BETWEEN_WORDS: Final = re.compile(
    r"(?<=[^\s,;:،؛.\w«„“\"(\[*])\s(?=[^\s`~])|(?<=[^\W\d_][^\W\d_])\s(?=\w\w)"
)
_PAIRS: Final = (("{{", "}}"), ("{%", "%}"))
# How far an element or span may reach that is not closed yet, its opening and closing included.
_REACH: Final = {"element": tokens.CODE_REACH + 1000, "span": tokens.SPAN_REACH + 10}
_CODE: Final = frozenset({"script", "style", "fenced"})
# Longer than anything that closes code.
_SIGHT: Final = 300
_WINDOW: Final = 4096
_OVERLAP: Final = 256


class BrokenEncodingError(ValueError):
    """The input is not UTF-8 at one place: ``offset`` bytes from its beginning."""

    def __init__(self, offset: int, byte: int) -> None:
        self.offset = offset
        super().__init__(f"not UTF-8: byte 0x{byte:02x} at offset {offset}")


class Code(str):
    """A piece from the inside of a long script, style or fence: not to be converted."""

    __slots__ = ()


def pieces(stream: BinaryIO) -> Iterator[str]:
    """Yield the UTF-8 text of a stream in pieces of at most about a million characters.

    What is inside a script, style or fence of more than one read comes as ``Code``. A token longer
    than the million (a comment, a line without a blank) is cut. Raises BrokenEncodingError after it
    has yielded what stands before the broken byte.
    """
    waiting = ""
    closing: re.Pattern[str] | None = None
    try:
        for text in _decoded(stream):
            waiting += text
            while True:
                if closing is None:
                    cut, closing = _next_cut(waiting)
                    piece = waiting[:cut]
                else:
                    closed = closing.search(waiting)
                    cut = closed.end() if closed else max(0, len(waiting) - _SIGHT)
                    piece = Code(waiting[:cut])
                    closing = None if closed else closing
                if not cut:
                    break
                yield piece
                waiting = waiting[cut:]
    except BrokenEncodingError:
        yield waiting if closing is None else Code(waiting)
        raise
    yield waiting if closing is None else Code(waiting)


def _decoded(stream: BinaryIO) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    while True:
        block = stream.read(_SIZE)
        pending = len(decoder.getstate()[0])
        try:
            yield decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            yield error.object[: error.start].decode()
            raise BrokenEncodingError(
                done - pending + error.start, error.object[error.start]
            ) from error
        if not block:
            return
        done += len(block)


def _next_cut(text: str) -> tuple[int, re.Pattern[str] | None]:
    """Where to cut the text, 0 if more of it is needed first; and what ends the code there."""
    if len(text) < _SIZE:
        return 0, None
    closed, end, long_code = _closed(text)
    for boundary in (_BETWEEN_LINES, _BETWEEN_WORDS):
        cut = _last_end(boundary, text, end)
        # Not inside a comment or the like: rather before it.
        while cut and (around := _around(cut, closed)) is not None:
            cut = _last_end(boundary, text, around)
        if cut:
            return cut, None
    if long_code is not None and len(text) - end >= _SIZE // 2:
        opening = tokens.CODE_OPEN.match(text, end)
        if opening:
            fence = opening["fence"]
            return opening.end(), tokens.code_end(long_code, fence)
    return (len(text) if len(text) >= _LONGEST else 0), None


def _around(cut: int, closed: list[tuple[int, int]]) -> int | None:
    """Where that begins which the cut would fall into; None if it falls between."""
    at = bisect_left(closed, (cut, 0)) - 1
    return closed[at][0] if at >= 0 and closed[at][1] > cut else None


def _closed(text: str) -> tuple[list[tuple[int, int]], int, str | None]:
    """Where comments, code and tags stand, and where the first begins that is open at the end.

    The length of the text if none is; and its kind if it is code.
    """
    closed: list[tuple[int, int]] = []
    end, code = len(text), None
    for found in tokens.LONG.finditer(text):
        kind = found.lastgroup
        if kind in _REACH:
            # Is it closed in what follows? Not if that had to be here already.
            is_open = len(text) - found.start() <= _REACH[kind]
        else:
            is_open = kind is not None and kind != "fence"
        if is_open:
            end = found.start()
            code = kind if kind in _CODE else None
            break
        if kind not in _REACH:
            closed.append(found.span())
    for opening, closing in _PAIRS:
        opened = text.find(opening, text.rfind(closing, 0, end) + 1, end)
        if opened >= 0:
            end, code = opened, None
    return closed, end, code


def _last_end(boundary: re.Pattern[str], text: str, end: int) -> int:
    """The end of the last match before ``end``, looked for from the back; 0 if there is none."""
    while end > 0:
        start = max(0, end - _WINDOW)
        found = [match.end() for match in boundary.finditer(text, start, end)]
        if found:
            return found[-1]
        # A match may lie across the edge of two windows.
        end = start + _OVERLAP if start else 0
    return 0
