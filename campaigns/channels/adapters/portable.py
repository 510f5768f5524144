"""A rendered piece made independent of the site: clean HTML, its pictures beside it, plain text."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from bs4 import BeautifulSoup, NavigableString
from django.conf import settings
from django.core.files.storage import default_storage

from content.portable import clean, largest_first, plain_text


class MissingFileError(Exception):
    """A picture that the piece shows is not in the media folder; says which."""


@dataclass(frozen=True)
class Portable:
    """A piece's body. `pictures` maps the path that `html` refers to, to the file's bytes."""

    html: str
    text: str
    pictures: dict[str, bytes]


def make_portable(html: str, folder: str = "images") -> Portable:
    """Clean HTML without scripts or styles, with pictures below `folder` and whole addresses.

    Raises MissingFileError when a picture of the site's own cannot be read.
    """
    soup = BeautifulSoup(html, "html.parser")
    pictures = _take_pictures(soup, folder)
    cleaned = clean(soup)
    return Portable(html=cleaned, text=plain_text(cleaned), pictures=pictures)


def _take_pictures(soup: BeautifulSoup, folder: str) -> dict[str, bytes]:
    names: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    for image in soup.find_all("img"):
        offers = largest_first(image)
        source = offers[0] if offers else image.get("src", "")
        if not source.startswith(settings.MEDIA_URL):
            # Somebody else's server: the package would not be whole. The words stay.
            image.replace_with(NavigableString(image.get("alt", "")))
            continue
        stored = unquote(source.removeprefix(settings.MEDIA_URL))
        if stored not in names:
            suffix = PurePosixPath(stored).suffix.lower()
            names[stored] = f"{folder}/{len(names) + 1:02d}{suffix}"
            pictures[names[stored]] = _read(stored)
        image["src"] = names[stored]
        # The size was that of another version.
        del image["width"], image["height"]
    return pictures


def _read(stored: str) -> bytes:
    try:
        with default_storage.open(stored, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise MissingFileError(f"{stored}: {error.strerror or error}") from error
