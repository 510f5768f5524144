"""Rows out of an XLSX file: what it unpacks to is measured before a parser lays it out."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.reach.importing.problems import UnreadableFileError

MOST_UNPACKED_BYTES = 512 * 1024 * 1024
DAMAGED = gettext_noop("a damaged XLSX file, or none: open it in Excel and save it anew")

Cell = str | int | float | bool | date | datetime | time | timedelta | None

IS_ZIP = b"PK\x03\x04"
# What a row of our ten columns takes in the XML of a sheet, at least; more in most.
_BYTES_A_ROW = 300
# A cell further right than column Z, or further down than the rows we take: reading it would make
# the parser lay out everything in between.
_FAR = re.compile(rb' r="(?:[A-Za-z]{2,}\d|[A-Za-z]?\d{7})')
_LONGEST_FAR = 16
_PIECE = 1024 * 1024
_LOCAL_HEADER = 30
_ENCRYPTED = 1


def rows_of_workbook(data: bytes) -> Iterator[list[Cell]]:
    """The rows of the first sheet. Raises UnreadableFileError, also while they are read."""
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_oversized(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not workbook.sheet_names:
            return
        yield from workbook.get_sheet_by_index(0).iter_rows()
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise UnreadableFileError(_(DAMAGED)) from error
    except BaseException as error:
        # A panic in the parser's Rust arrives as a BaseException of its own.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError(_(DAMAGED)) from error


def rows_about_in(data: bytes) -> int:
    """As many rows as the workbook can well have, by what it says that it unpacks to.

    What it says is held to when it is read (_refuse_oversized). 0 for what is no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist()) // _BYTES_A_ROW
    except Exception:  # noqa: BLE001 zipfile has many ways to stumble
        return 0


def _refuse_oversized(data: bytes) -> None:
    """Raises UnreadableFileError for what unpacks to more than we take, or than it says itself."""
    far = False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if unpacked <= MOST_UNPACKED_BYTES:
            far = any([_has_far_cells(data, part) for part in parts])  # noqa: C419 all are measured
    except UnreadableFileError:
        raise
    except Exception as error:
        raise UnreadableFileError(_(DAMAGED)) from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise UnreadableFileError(_("an XLSX file that unpacks to an absurd size"))
    if far:
        raise UnreadableFileError(
            _("cells beyond column Z or row 999,999: copy the table into a new sheet")
        )


def _has_far_cells(data: bytes, part: zipfile.ZipInfo) -> bool:
    """Unpacks the part piece by piece, to no more than the size that it says."""
    is_sheet = "worksheets/" in part.filename and part.filename.endswith(".xml")
    far, before = False, b""
    for piece in _pieces(data, part):
        if is_sheet and not far:
            far = bool(_FAR.search(before + piece))
            before = piece[-_LONGEST_FAR:]
    return far


def _pieces(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the part holds. Raises UnreadableFileError where that is not the size it says.

    Python's own reader stops at that size without a word; the parser of workbooks does not.
    """
    at = part.header_offset
    names = data[at + 26 : at + _LOCAL_HEADER]
    at += _LOCAL_HEADER + int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
    packed = memoryview(data)[at : at + part.compress_size]
    if part.flag_bits & _ENCRYPTED or len(packed) != part.compress_size:
        raise UnreadableFileError(_(DAMAGED))
    if part.compress_type == zipfile.ZIP_STORED:
        if part.file_size != part.compress_size:
            raise UnreadableFileError(_(DAMAGED))
        for start in range(0, len(packed), _PIECE):
            yield bytes(packed[start : start + _PIECE])
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise UnreadableFileError(_(DAMAGED))
    size = 0
    for piece in _inflated(packed):
        size += len(piece)
        if size > part.file_size:
            break
        yield piece
    if size != part.file_size:
        raise UnreadableFileError(_(DAMAGED))


def _inflated(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), _PIECE):
        rest: bytes | memoryview = packed[start : start + _PIECE]
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
    while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
        yield piece
