"""Pictures, videos and captions that files name: found inside the folder, checked, hashed."""

import hashlib
import os
import re
import warnings
from pathlib import Path, PurePosixPath

from PIL import Image

from content.importing.material import Asset

IMAGE_MAX_BYTES = 10 * 1024 * 1024
IMAGE_MAX_PIXELS = 50_000_000
VIDEO_MAX_BYTES = 500 * 1024 * 1024
CAPTIONS_MAX_BYTES = 1024 * 1024
IMAGE_ENDINGS = {"GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
VIDEO_ENDINGS = (".mp4", ".m4v", ".webm", ".ogv", ".mov")


class UnusableFileError(ValueError):
    """A named file cannot be taken; the message says why, for the author."""


class AssetFolder:
    """The files below one folder, each looked at once."""

    def __init__(self, folder: Path) -> None:
        self.root = folder.resolve()
        self._seen: dict[tuple[Path, str], Asset | UnusableFileError] = {}

    def find(self, name: str, kind: str, beside: Path) -> Asset:
        """The image, video or captions of that path, from the folder or from the file's own place.

        Raises UnusableFileError where the path leads out of the folder, or the file is of no use.
        """
        path = self._inside(name, beside)
        key = (path, kind)
        if key not in self._seen:
            try:
                self._seen[key] = CHECKS[kind](path, name)
            except UnusableFileError as error:
                self._seen[key] = error
            except OSError as error:
                self._seen[key] = UnusableFileError(f"{name!r} cannot be read: {error.strerror}")
        found = self._seen[key]
        if isinstance(found, UnusableFileError):
            raise found
        return found

    def _inside(self, name: str, beside: Path) -> Path:
        pure = PurePosixPath(name)
        if pure.is_absolute() or "\\" in name or re.match(r"[A-Za-z]:|~", name):
            raise UnusableFileError(
                f"{name!r} must be a path inside the folder, such as media/a.png"
            )
        if ".." in pure.parts:
            raise UnusableFileError(f"{name!r} leads out of the folder: '..' is not possible")
        for base in dict.fromkeys((self.root, beside.parent.resolve())):
            try:
                path = (base / pure).resolve()
                if not path.is_relative_to(self.root):
                    raise UnusableFileError(f"{name!r} leads out of the folder through a link")
                if path.is_file():
                    return path
            except (OSError, RuntimeError) as error:
                raise UnusableFileError(f"{name[:80]!r} cannot be read: {error}") from error
        raise UnusableFileError(f"{name!r} is not a file in the folder")


def digest(path: Path, algorithm: str) -> str:
    """The file's hash in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def tidy_name(stem: str, ending: str) -> str:
    """A file name of ASCII letters that every system takes."""
    tidy = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:60]
    return (tidy or "file") + ending


def _limit(path: Path, name: str, most: int) -> None:
    size = path.stat().st_size
    if not size:
        raise UnusableFileError(f"{name!r} is empty")
    if size > most:
        raise UnusableFileError(f"{name!r} is larger than {most // 1024 // 1024} MB")


def _image(path: Path, name: str) -> Asset:
    _limit(path, name, IMAGE_MAX_BYTES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind, pixels = _decoded(path)
    if not kind:
        raise UnusableFileError(f"{name!r} is no GIF, JPEG, PNG or WebP image")
    if pixels > IMAGE_MAX_PIXELS:
        most = IMAGE_MAX_PIXELS // 1_000_000
        raise UnusableFileError(f"{name!r} has more than {most} million pixels")
    stored = tidy_name(path.stem, IMAGE_ENDINGS[kind])
    return Asset(digest(path, "sha1"), stored, lambda: path.open("rb"))


def _decoded(path: Path) -> tuple[str, int]:
    """Format and number of pixels of a picture; no format where it cannot be decoded."""
    try:
        with Image.open(path, formats=list(IMAGE_ENDINGS)) as picture:
            pixels = picture.width * picture.height
            if pixels <= IMAGE_MAX_PIXELS:
                picture.load()
            return picture.format, pixels
    except Image.DecompressionBombError:
        return "PNG", IMAGE_MAX_PIXELS + 1
    except Exception:  # noqa: BLE001 decoders raise anything on hostile bytes
        return "", 0


def _video(path: Path, name: str) -> Asset:
    ending = path.suffix.lower()
    if ending not in VIDEO_ENDINGS:
        raise UnusableFileError(f"{name!r} must end in one of: {' '.join(VIDEO_ENDINGS)}")
    _limit(path, name, VIDEO_MAX_BYTES)
    return Asset(digest(path, "sha256"), tidy_name(path.stem, ending), lambda: path.open("rb"))


def _captions(path: Path, name: str) -> Asset:
    if path.suffix.lower() != ".vtt":
        raise UnusableFileError(f"{name!r} must be a WebVTT file ending in .vtt")
    _limit(path, name, CAPTIONS_MAX_BYTES)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"{name!r} is not UTF-8 text") from error
    if not text.startswith("WEBVTT"):
        raise UnusableFileError(f"{name!r} does not begin with WEBVTT")
    return Asset(digest(path, "sha256"), tidy_name(path.stem, ".vtt"), lambda: path.open("rb"))


CHECKS = {"image": _image, "video": _video, "captions": _captions}


def markdown_files(folder: Path) -> list[Path]:
    """Every *.md below the folder in a stable order; hidden folders are left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(place, name) for name in names
            if name.lower().endswith(".md") and not name.startswith(".")
        ]  # fmt: skip
    return sorted(found, key=lambda path: os.fsencode(path.relative_to(folder)))
