"""A long text in pieces that can be converted one after the other, in bounded memory."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

# Characters read at once, and how many a piece may have when nothing better offers.
_SIZE: Final = 1 << 16
_LONGEST: Final = 1 << 20

# Between lines no token is cut, unless the line ends with a mark (it looks at the word that
# follows) or a tag is open. One blank is nearly as good: only an acronym looks further.
_BETWEEN_LINES: Final = re.compile(r"(?<![,;،؛\s])[ \t\r]*\n(?=\S)")
_BETWEEN_WORDS: Final = re.compile(r"(?<=[^\s,;،؛.\w])\s(?=\S)|(?<=\w\w)\s(?=\w\w)")
_PAIRS: Final = (("<!--", "-->"), ("{{", "}}"), ("{%", "%}"))
_OPEN_TAG: Final = re.compile(r"</?[A-Za-z!][^<>]*")
_WINDOW: Final = 4096
_OVERLAP: Final = 256


class BrokenEncodingError(ValueError):
    """The input is not UTF-8 at one place: ``offset`` bytes from its beginning."""

    def __init__(self, offset: int, byte: int) -> None:
        self.offset = offset
        super().__init__(f"not UTF-8: byte 0x{byte:02x} at offset {offset}")


def pieces(stream: BinaryIO) -> Iterator[str]:
    """Yield the UTF-8 text of a stream in pieces of at most about a million characters.

    A token longer than that (a comment, a line without a blank) is cut. Raises
    BrokenEncodingError after it has yielded what stands before the broken byte.
    """
    waiting = ""
    try:
        for text in _decoded(stream):
            waiting += text
            while cut := _last_cut(waiting):
                yield waiting[:cut]
                waiting = waiting[cut:]
    except BrokenEncodingError:
        yield waiting
        raise
    yield waiting


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


def _last_cut(text: str) -> int:
    """Where to cut the text, 0 if more of it is needed first."""
    if len(text) < _SIZE:
        return 0
    end = _end_of_closed(text)
    for boundary in (_BETWEEN_LINES, _BETWEEN_WORDS):
        cut = _last_end(boundary, text, end)
        if cut:
            return cut
    return len(text) if len(text) >= _LONGEST else 0


def _end_of_closed(text: str) -> int:
    """The length of the text without a comment, placeholder or tag at its end that is open."""
    end = len(text)
    for opening, closing in _PAIRS:
        opened = text.find(opening, text.rfind(closing) + 1)
        if opened >= 0:
            end = min(end, opened)
    tag = text.rfind("<", 0, end)
    return tag if tag >= 0 and _OPEN_TAG.fullmatch(text, tag, end) else end


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
