"""A piece as WeChat keeps it: inline styles, no scripts, no links out, its pictures uploaded.

`compose` makes the article with a name in the place of each picture; the pictures are uploaded by
whoever calls, and `fill` puts their addresses in. The QR code at the end carries the push's own
tracked link, which also stands behind 阅读原文 (content_source_url).
"""

import io
from dataclasses import dataclass, replace
from uuid import UUID

import segno
from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.adapters.portable import MissingFileError, make_portable
from content.languages import language_of

__all__ = ["Article", "MissingFileError", "compose", "convert", "fill", "marker_of"]

QR = "images/qr.png"
COVER = "images/cover.jpg"
# Long enough to stand for an address that WeChat gives a picture (about 130 characters).
STAND_IN_ADDRESS = "https://mmbiz.qpic.cn/" + "x" * 150
LATIN = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
# What phones in China have for Kazakh in Arabic letters, before the general ones.
ARABIC = "'UKIJ Tuz','Microsoft Uighur','Noto Naskh Arabic','Geeza Pro','Segoe UI',serif"
STYLES = {
    "p": "margin:0 0 1em;",
    "h2": "margin:1.6em 0 0.6em;font-size:1.2em;font-weight:bold;color:#0f6b66;",
    "h3": "margin:1.4em 0 0.5em;font-size:1.1em;font-weight:bold;",
    "h4": "margin:1.2em 0 0.5em;font-weight:bold;",
    "h5": "margin:1.2em 0 0.5em;font-weight:bold;",
    "h6": "margin:1.2em 0 0.5em;font-weight:bold;",
    "img": "display:block;max-width:100%;height:auto;margin:0 auto;",
    "figure": "margin:1.2em 0;",
    "figcaption": "color:#5b6770;font-size:0.85em;text-align:center;",
    "blockquote": "margin:1.2em 0;padding:0 1em;border:1px solid #c9a24b;",
    "aside": "margin:1.2em 0;padding:0.8em 1em;background:#f4f1ea;",
    "ul": "margin:0 0 1em;padding-inline-start:1.5em;",
    "ol": "margin:0 0 1em;padding-inline-start:1.5em;",
    "li": "margin:0.3em 0;",
    "table": "border-collapse:collapse;width:100%;margin:1em 0;",
    "td": "border:1px solid #c9d1d3;padding:0.4em 0.6em;",
    "th": "border:1px solid #c9d1d3;padding:0.4em 0.6em;background:#f4f1ea;",
    "pre": "white-space:pre-wrap;",
}  # fmt: skip
# Elements that WeChat does not keep, and what they become.
RENAMED = {"figure": "section", "figcaption": "p", "aside": "section"}
KEPT = frozenset({
    "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
})  # fmt: skip
KEPT_ATTRIBUTES = frozenset({"alt", "colspan", "dir", "lang", "rowspan", "src", "start"})


@dataclass(frozen=True)
class Article:
    """What is handed to WeChat. `pictures` are those of the body, by the name that stands there."""

    title: str
    author: str
    digest: str
    html: str
    text: str
    cover: bytes
    pictures: dict[str, bytes]
    source_url: str


def marker_of(key: UUID) -> str:
    """What this delivery's draft and article are found by on WeChat's side."""
    return f"push-{key.hex}"


def compose(delivery: Delivery, author: str = "") -> Article:
    """The whole article. Raises MissingFileError when a picture of the piece cannot be read."""
    page = delivery.page
    language = language_of(delivery.language)
    with translation.override(delivery.language):
        body = make_portable(
            render_to_string("campaigns/channels/package_body.html", {"page": page, "plain": True})
        )
        ending = render_to_string(
            "campaigns/channels/wechat_ending.html", {"page": page, "delivery": delivery, "qr": QR}
        )
    title = shortened(page.title, settings.WECHAT["title_length"])
    # Kazakh titles are longer than WeChat takes: the whole one then stands above the text.
    heading = "" if title == page.title else f"<h2>{escape(page.title)}</h2>"
    html = convert(
        heading + body.html + ending, names={*body.pictures, QR}, rtl=language.direction == "rtl"
    )
    pictures = {
        name: as_picture(name, data, "body_image_bytes") for name, data in body.pictures.items()
    }
    cover = next(iter(body.pictures.values()), None) if page.image_id else None
    return Article(
        title=title,
        author=author[: settings.WECHAT["author_length"]],
        digest=shortened(page.summary, settings.WECHAT["digest_length"]),
        html=html,
        text=body.text,
        cover=as_picture(COVER, cover or default_cover(), "material_bytes"),
        pictures={**pictures, QR: qr_code(delivery.tracked_link)},
        # WeChat keeps the fragment, and no server ever sees it.
        source_url=f"{delivery.tracked_link.split('#')[0]}#{marker_of(delivery.key)}",
    )


def convert(html: str, *, names: set[str], rtl: bool) -> str:
    """Any HTML as WeChat keeps it: one section with inline styles. Pictures of other names go."""
    soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.find_all(["script", "style", "iframe", "template", "noscript"]):
        element.decompose()
    for element in soup.find_all(True):
        if not element.decomposed:
            _keep(element, names)
    direction = "rtl" if rtl else "ltr"
    align, font = ("right", ARABIC) if rtl else ("left", LATIN)
    size = "1.15em" if rtl else "1em"
    style = (
        f"direction:{direction};text-align:{align};font-family:{font};"
        f"font-size:{size};line-height:1.8;color:#22303a;"
    )
    inner = soup.decode(formatter="minimal").strip()
    return f'<section dir="{direction}" style="{style}">{inner}</section>'


def fill(html: str, addresses: dict[str, str]) -> str:
    """The body with every picture's address in its place."""
    soup = BeautifulSoup(html, "html.parser")
    for image in soup.find_all("img"):
        image["src"] = addresses[image["src"]]
    return soup.decode(formatter="minimal")


def sized(article: Article) -> str:
    """The body as long as it will be, to be measured before anything is uploaded."""
    return fill(article.html, dict.fromkeys([*article.pictures, ""], STAND_IN_ADDRESS))


def _keep(element: Tag, names: set[str]) -> None:
    name = element.name.lower()
    if name == "img" and element.get("src") not in names:
        element.replace_with(NavigableString(element.get("alt") or ""))
        return
    style = STYLES.get(name, "")
    name = RENAMED.get(name, name)
    if name == "a":
        # Links out are not allowed; the words stay.
        name = "span"
    if name not in KEPT:
        element.unwrap()
        return
    element.name = name
    kept = {key: value for key, value in element.attrs.items() if key.lower() in KEPT_ATTRIBUTES}
    if name != "img":
        kept.pop("src", None)
    element.attrs = {**kept, **({"style": style} if style else {})}


def shortened(text: str, length: int) -> str:
    """The text in one line, cut with an ellipsis if it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def qr_code(address: str) -> bytes:
    """A PNG that survives a crease or a stain (15 % of it may be unreadable)."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def default_cover() -> bytes:
    """The zone's own picture, for pieces without one."""
    path = finders.find("img/share.png")
    if not path:
        raise MissingFileError("img/share.png")
    with open(path, "rb") as file:  # noqa: PTH123 the finder answers with a string
        return file.read()


def as_picture(name: str, content: bytes, limit: str) -> bytes:
    """The picture as JPEG or PNG below WeChat's limit, made smaller until it fits.

    Raises MissingFileError for what is no picture.
    """
    most = settings.WECHAT[limit]
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.format in ("JPEG", "PNG") and len(content) <= most and not image.getexif():
                return content
            # Written anew without EXIF: no place or device goes out with it.
            drawn = image.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise MissingFileError(_("%(name)s is no picture") % {"name": name}) from None
    for quality in (88, 80, 70, 60, 50, 40, 30):
        out = io.BytesIO()
        drawn.save(out, "JPEG", quality=quality, optimize=True)
        if len(out.getvalue()) <= most:
            return out.getvalue()
        drawn = drawn.resize((max(1, drawn.width * 4 // 5), max(1, drawn.height * 4 // 5)))
    raise MissingFileError(_("%(name)s is too large") % {"name": name})


def for_pictures(article: Article, delivery: Delivery) -> Article:
    """The article's words for a message of pictures: plain text, with the code it is found by."""
    end = f"\n{marker_of(delivery.key)}"
    most = settings.WECHAT["newspic_text_length"] - len(end)
    return replace(article, html=escape(shortened(article.text, most)) + end)
