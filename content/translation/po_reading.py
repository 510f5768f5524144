"""PO files as people send them, one or a ZIP of many; what cannot be read is named by its line."""

import codecs
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import polib
from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024**2
MOST_UNPACKED = 20 * 1024**2
MOST_FILES = 200
MOST_ENTRIES = 20_000

_BOMS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
_CHARSET = re.compile(rb"charset=([\w.:-]+)", re.IGNORECASE)
_LINE = re.compile(r"line (\d+)")


class UnreadablePo(Exception):  # noqa: N818 it is said to people, not raised at programmers
    """A file that cannot be read; the message names it, and the line where there is one."""


@dataclass(frozen=True)
class PoText:
    """A file that was read."""

    name: str
    po: polib.POFile


def read(name: str, content: bytes) -> list[PoText]:
    """The PO files of an upload. Raises UnreadablePo."""
    if len(content) > MOST_BYTES:
        raise UnreadablePo(_too_large(name, MOST_BYTES))
    files = _unpacked(name, content) if content[:4] == b"PK\x03\x04" else [(name, content)]
    found = [PoText(one, _parsed(one, text)) for one, text in files]
    if sum(len(one.po) for one in found) > MOST_ENTRIES:
        text = _("%(name)s: more than %(n)s entries.")
        raise UnreadablePo(text % {"name": name, "n": MOST_ENTRIES})
    return found


def _too_large(name: str, most: int) -> str:
    text = _("%(name)s: larger than %(size)s MB.")
    return text % {"name": name, "size": most // 1024**2}


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The PO files of an archive, each read to no more than what all may have together."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [
                one
                for one in archive.infolist()
                if one.filename.lower().endswith(".po") and not one.filename.startswith("__MACOSX")
            ]
            if not members:
                raise UnreadablePo(_("%(name)s holds no PO file.") % {"name": name})
            if len(members) > MOST_FILES:
                text = _("%(name)s holds more than %(n)s files.")
                raise UnreadablePo(text % {"name": name, "n": MOST_FILES})
            left = MOST_UNPACKED
            for member in members:
                with archive.open(member) as file:
                    text = file.read(left + 1)
                left -= len(text)
                if left < 0:
                    raise UnreadablePo(_too_large(name, MOST_UNPACKED))
                yield member.filename, text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        text = _("%(name)s is a broken or locked ZIP file.")
        raise UnreadablePo(text % {"name": name}) from error


def _parsed(name: str, content: bytes) -> polib.POFile:
    text = _decoded(name, content)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        said = _("%(name)s, line %(line)s: a character that no text holds.")
        raise UnreadablePo(said % {"name": name, "line": line})
    try:
        # polib opens what is the name of a file; no file's name ends with a line break.
        po = polib.pofile(f"{text}\n", wrapwidth=0)
    except Exception as error:  # polib raises what its states happen to raise
        found = _LINE.search(str(error))
        if found is None:
            raise UnreadablePo(_("%(name)s is no PO file.") % {"name": name}) from error
        said = _("%(name)s, line %(line)s: this is not how a PO file is written.")
        raise UnreadablePo(said % {"name": name, "line": found[1]}) from error
    if not po:
        raise UnreadablePo(_("%(name)s holds no entries: is it a PO file?") % {"name": name})
    return po


def _decoded(name: str, content: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            raise UnreadablePo(_not_utf8(name, encoding))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(content[:4096])
        encoding = declared[1].decode("ascii") if declared else ""
        if encoding and encoding.upper().replace("-", "") != "UTF8":
            raise UnreadablePo(_not_utf8(name, encoding)) from error
        line = content[: error.start].count(b"\n") + 1
        said = _("%(name)s, line %(line)s: this is not UTF-8. Save the file as UTF-8.")
        raise UnreadablePo(said % {"name": name, "line": line}) from error


def _not_utf8(name: str, encoding: str) -> str:
    said = _("%(name)s is written in %(encoding)s. Save it as UTF-8.")
    return said % {"name": name, "encoding": encoding}
