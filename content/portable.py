"""A piece outside the site's own pages: clean HTML without scripts or styles, and plain text."""

import re
from urllib.parse import urljoin

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from content.markdown import ATTRIBUTES, TAGS, URL_SCHEMES

PORTABLE_TAGS = TAGS | {"aside", "figcaption", "figure", "h2", "h5", "h6", "img", "section"}
PORTABLE_ATTRIBUTES = {
    **ATTRIBUTES,
    "bdi": {"dir", "lang"},
    "img": {"src", "alt", "width", "height"},
}
BLOCKS = {
    "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "h2", "h3", "h4", "h5",
    "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip

# What XML 1.0 cannot hold, and so neither a feed nor a Word document.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def render_body(page) -> str:
    """The HTML of a piece's body in its own language, as its blocks draw it: not yet clean."""
    with translation.override(page.language):
        return render_to_string("content/portable_body.html", {"page": page, "plain": True})


def with_whole_addresses(html: str) -> str:
    """Clean HTML whose links and pictures lead back to the site from wherever it is shown."""
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img", src=True):
        if offers := largest_first(image):
            image["src"] = offers[0]
            # The size was that of another version.
            del image["width"], image["height"]
        image["src"] = whole_address(image["src"])
    return clean(soup)


def clean(soup: BeautifulSoup) -> str:
    """What is left of the HTML once nothing in it can run, with whole addresses in its links."""
    for link in soup.find_all("a", href=True):
        if not link["href"].startswith("#"):
            link["href"] = whole_address(link["href"])
    return nh3.clean(
        str(soup),
        tags=PORTABLE_TAGS,
        attributes=PORTABLE_ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener",
    ).strip()


def whole_address(address: str) -> str:
    """The address with the site's own in front of it, unless it has one."""
    return urljoin(f"{settings.SITE_URL}/", address)


def largest_first(image: Tag) -> list[str]:
    """The addresses that a picture offers by width, the widest first; none without a srcset."""
    offers = re.findall(r"(\S+)\s+(\d+)w", image.get("srcset", ""))
    return [address for address, _width in sorted(offers, key=lambda offer: -int(offer[1]))]


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
