"""The canonical form of one piece. Two equal materials are the same content, wherever they lie."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as day
from typing import BinaryIO

CASE, ARTICLE, VIDEO = TYPES = ("case", "article", "video")
LANGUAGES = ("zh-hans", "kk-arab", "kk")
# The shelf that a type stands on unless the file names another.
SHELF = {CASE: "cases", ARTICLE: "knowledge", VIDEO: "videos"}
# The one section of an article's or a video's body, which is not divided.
RUNNING_TEXT = "text"


@dataclass(frozen=True)
class Text:
    """Markdown, without blank lines at either end."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A picture in the text. `image` is a path in a file's text, a file hash in a Material."""

    image: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Quote:
    text: str
    who: str = ""


@dataclass(frozen=True)
class Callout:
    title: str
    text: str = ""


Part = Text | Figure | Quote | Callout


@dataclass(frozen=True)
class Section:
    """A part of a case (case, analysis, legal_note, risk_tips, get_help) or the running text.

    An empty heading stands for the usual one of the language.
    """

    kind: str
    heading: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Asset:
    """A picture, a video or captions: its bytes, and what to call it when written out.

    The hash is Wagtail's own: SHA-1 of a picture, SHA-256 of anything else.
    """

    hash: str
    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Material:
    """A piece of education. Files are named by hash, so that equal bytes are the same file."""

    type: str
    code: str
    title: str
    lang: str
    translation_of: str = ""
    category: str = ""
    audiences: tuple[str, ...] = ()
    source: str = ""
    legal_basis: tuple[str, ...] = ()
    summary: str = ""
    date: day | None = None  # None in a file: today for a new page, else the page's own
    ai_generated: bool = False
    image: str = ""
    video: str = ""  # SHA-256 of a file
    video_url: str = ""
    captions: str = ""
    duration: int | None = None  # seconds
    section: str = ""  # empty in a file: the page's own shelf, else the type's
    sections: tuple[Section, ...] = ()
    transcript: str = ""
    assets: Mapping[str, Asset] = field(default_factory=dict, compare=False, repr=False)
