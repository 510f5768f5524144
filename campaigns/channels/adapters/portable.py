"""A rendered piece made independent of the site: clean HTML, its pictures beside it, plain text."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.core.files.storage import default_storage

from content.markdown import ATTRIBUTES, TAGS, URL_SCHEMES

PORTABLE_TAGS = TAGS | {"aside", "figcaption", "figure", "h2", "h5", "h6", "img", "section"}
PORTABLE_ATTRIBUTES = {**ATTRIBUTES, "img": {"src", "alt", "width", "height"}}
BLOCKS = {
    "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip


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
    for link in soup.find_all("a", href=True):
        if not link["href"].startswith("#"):
            link["href"] = urljoin(f"{settings.SITE_URL}/", link["href"])
    clean = nh3.clean(
        str(soup),
        tags=PORTABLE_TAGS,
        attributes=PORTABLE_ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener",
    )
    return Portable(html=clean.strip(), text=plain_text(clean), pictures=pictures)


def _take_pictures(soup: BeautifulSoup, folder: str) -> dict[str, bytes]:
    names: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    for image in soup.find_all("img"):
        source = _largest(image)
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


def _largest(image: Tag) -> str:
    """The address of the widest version that the site offers."""
    offers = re.findall(r"(\S+)\s+(\d+)w", image.get("srcset", ""))
    if offers:
        return max(offers, key=lambda offer: int(offer[1]))[0]
    return image.get("src", "")


def _read(stored: str) -> bytes:
    try:
        with default_storage.open(stored, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise MissingFileError(f"{stored}: {error.strerror or error}") from error


def plain_text(html: str) -> str:
    """The words of clean HTML: a line a block, a blank line between blocks, lists with marks."""
    lines = [""]
    _walk(BeautifulSoup(html, "html.parser"), lines)
    text = "\n".join(re.sub(r"[ \t\xa0]+", " ", line).strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _walk(node: Tag, lines: list[str]) -> None:
    for child in node.children:
        if isinstance(child, NavigableString):
            lines[-1] += re.sub(r"\s+", " ", str(child))
        elif child.name == "br":
            lines.append("")
        elif child.name == "img":
            lines[-1] += f"[{child['alt']}]" if child.get("alt") else ""
        elif child.name in BLOCKS:
            _walk_block(child, lines)
        else:
            _walk(child, lines)


def _walk_block(block: Tag, lines: list[str]) -> None:
    inner_list = block.name in ("ul", "ol") and block.find_parent("li")
    tight = block.name in ("li", "tr", "dt", "dd") or inner_list
    if lines[-1].strip():
        lines.append("")
    if not tight:
        lines.append("")
    lines[-1] += _mark(block)
    if block.name == "tr":
        lines[-1] += " | ".join(cell.get_text(" ", strip=True) for cell in block(["th", "td"]))
    else:
        _walk(block, lines)
    lines.extend([""] if tight else ["", ""])


def _mark(block: Tag) -> str:
    if block.name != "li":
        return ""
    if block.parent and block.parent.name == "ol":
        first = int(block.parent.get("start") or 1)
        return f"{first + len(block.find_previous_siblings('li'))}. "
    return "- "
