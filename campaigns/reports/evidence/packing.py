"""A ZIP out of collected things, with an index that names each, its source and its checksum."""

import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.template.loader import render_to_string

from campaigns.reports.evidence.items import Collected, Item, MissingError, table, text

INDEX_PAGE, INDEX_TABLE = "目录.html", "目录.csv"
# What gets no smaller by being squeezed once more.
_SQUEEZED = (
    ".pdf", ".docx", ".xlsx", ".pptx", ".ofd", ".jpg", ".jpeg", ".png", ".zip",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A file as the index names it."""

    path: str
    source: str
    size: int
    sha256: str
    # Whether it is still what came in; None where no checksum was taken then.
    unchanged: bool | None

    @property
    def address(self) -> str:
        return quote(self.path)

    @property
    def check(self) -> str:
        if self.unchanged is None:
            return ""
        return "与上传时一致" if self.unchanged else "与上传时不一致"


@dataclass(frozen=True)
class Packed:
    """What was written: checksum and bytes of the ZIP, files in it, what is missing."""

    sha256: str
    size: int
    entries: Sequence[Entry]
    missing: Sequence[tuple[str, str]]


def pack(
    found: Collected, path: Path, about: dict, told: Callable[[int], None] = lambda _done: None
) -> Packed:
    """Write all of it to the path; `told` hears after each how many are done.

    A thing that is missing does not stop the others: the index names it.
    """
    entries: list[Entry] = []
    missing = list(found.left_out)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for done, item in enumerate(found.items, start=1):
            try:
                entries.append(_add(archive, item))
            except MissingError as error:
                missing.append((item.path, str(error)))
            told(done)
        rows = [[e.path, e.source, e.size, e.sha256, e.check] for e in entries]
        rows += [[what, "", "", "", f"缺：{why}"] for what, why in missing]
        header = ["文件", "来源", "字节", "SHA-256", "核对"]
        _write(archive, INDEX_TABLE, table(header, rows))
        context = {**about, "entries": entries, "missing": missing}
        page = render_to_string("campaigns/reports/evidence/index.html", context)
        _write(archive, INDEX_PAGE, text(page))
    return Packed(_sha256_of(path), path.stat().st_size, entries, missing)


def _add(archive: zipfile.ZipFile, item: Item) -> Entry:
    size, sha256 = _write(archive, item.path, item.write)
    unchanged = sha256 == item.claimed if item.claimed else None
    return Entry(item.path, item.source, size, sha256, unchanged)


def _write(archive: zipfile.ZipFile, path: str, write: Callable) -> tuple[int, str]:
    """Bytes and checksum of what was written. Raises MissingError before anything is."""
    info = zipfile.ZipInfo(path, time.localtime()[:6])
    squeezed = path.lower().endswith(_SQUEEZED)
    info.compress_type = zipfile.ZIP_STORED if squeezed else zipfile.ZIP_DEFLATED
    with _Late(archive, info) as out:
        write(out)
    return out.size, out.digest.hexdigest()


class _Late(io.RawIOBase):
    """Opens its place in the ZIP only with the first byte, and takes the checksum on the way."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        super().__init__()
        self.archive, self.info, self.out = archive, info, None
        self.size, self.digest = 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._open().write(data)
        self.digest.update(data)
        self.size += len(data)
        return len(data)

    def __exit__(self, *failure) -> None:
        if failure[0] is None:
            self._open()
        if self.out is not None:
            self.out.close()
        super().__exit__(*failure)

    def _open(self):
        if self.out is None:
            self.out = self.archive.open(self.info, "w", force_zip64=True)
        return self.out


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
