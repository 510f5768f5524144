"""What goes into a package: things that know where they come from and how to write themselves."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, TYPE_CHECKING

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import BEIJING
from campaigns.regions.models import Region
from campaigns.reports.exports import harmless

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models.fields.files import FieldFile

BOM = "\ufeff"
CHUNK = 256 * 1024
MOST_NAME = 80
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


class MissingError(Exception):
    """Something cannot be brought in; the message says why, for the index."""


@dataclass(frozen=True)
class Asked:
    """Whose evidence, of what: the user's rights and regions hold.

    Days, Beijing days, narrow sessions, pushes and figures; notices and plans belong to the whole
    campaign.
    """

    user: "AbstractBaseUser"
    region: Region
    editions: tuple[Edition, ...]
    everyday: bool = False
    first: date | None = None
    last: date | None = None

    @property
    def below(self) -> str:
        """The tree path that everything of the region and below begins with."""
        return self.region.path


@dataclass(frozen=True)
class Item:
    """A file of the package: its place, where it comes from, how it is written.

    `claimed` is the checksum that was taken when the file came in, if one was.
    """

    path: str
    source: str
    write: Callable[[IO[bytes]], None]
    claimed: str = ""


@dataclass
class Collected:
    """All that belongs in, and what was left out with the reason."""

    items: list[Item] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def add(self, path: str, source: str, write, claimed: str = "") -> None:
        self.items.append(Item(self._unused(path), source, write, claimed))

    def _unused(self, path: str) -> str:
        stem, dot, ending = path.rpartition(".")
        number, told = 1, path
        while told.lower() in self._taken:
            number += 1
            told = f"{stem}-{number}{dot}{ending}"
        self._taken.add(told.lower())
        return told


def safe(name: str) -> str:
    """A file's name as every system takes it; its ending stays."""
    cleaned = _NO_NAME.sub("_", name).strip(" .") or "file"
    if len(cleaned) <= MOST_NAME:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: MOST_NAME - len(ending) - 1]}.{ending}"
    return cleaned[:MOST_NAME]


def stored(file: "FieldFile") -> Callable[[IO[bytes]], None]:
    """Writes what lies in the storage. Raises MissingError where nothing does."""

    def write(out: IO[bytes]) -> None:
        try:
            stream = file.storage.open(file.name, "rb")
        except (OSError, ValueError) as error:
            raise MissingError("文件已不在存储中") from error
        with stream:
            while chunk := stream.read(CHUNK):
                out.write(chunk)

    return write


def text(words: str) -> Callable[[IO[bytes]], None]:
    return lambda out: out.write(words.encode())


def table(header: list[str], rows: Iterable[Iterable]) -> Callable[[IO[bytes]], None]:
    """Writes CSV that Excel opens as it is; rows are taken only when it is written."""

    def write(out: IO[bytes]) -> None:
        told = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        told.write(BOM)
        writer = csv.writer(told)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
        told.detach()

    return write


def _cell(value) -> object:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    return harmless(value) if isinstance(value, str) else value
