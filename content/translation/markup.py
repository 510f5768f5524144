"""A segment's text as it is stored and as it is typed, and whether its marks are whole.

wagtail-localize keeps every text as a piece of HTML. A plain field's is shown and typed without
any; formatted text shows its tags (<b>, <a id="a1">), because they have to stay.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from django.utils.translation import gettext as _
from wagtail_localize.strings import INLINE_TAGS, StringValue, validate_translation_links

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_VOID = {"br"}


def to_box(data: str, *, is_rich: bool) -> str:
    """The stored text as a translator types it."""
    return data if is_rich else StringValue(data).render_text()


def from_box(text: str, *, is_rich: bool) -> str:
    """What is stored of a text that was typed; formatted text has passed `problems`."""
    clean = tidy(text)
    if is_rich:
        return StringValue.from_translated_html(clean).data
    return StringValue.from_plaintext(clean).data if clean else ""


def tidy(text: str) -> str:
    """A text as a browser's box sends it, with one kind of line break and none around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def problems(source: str, text: str) -> list[str]:
    """Why a text cannot stand for its source: marks that are lost, broken, twice or not allowed.

    Both as they are stored, which for formatted text is the form of the box too. Empty where
    nothing is wrong. The page would break, lead elsewhere, or lose what its author stressed.
    """
    reader = _read(text)
    found = reader.wrong + [_("%(tag)s is not closed") % {"tag": tag} for tag in reader.open_tags]
    if "<" in _TAG.sub("", text):
        found.append(_("there is a “<” that belongs to no tag; write &lt;"))
    if found:
        return found
    try:
        StringValue.from_translated_html(text)
        validate_translation_links(source, text)
    except ValueError as error:
        return [str(error)]
    had, has = _read(source).kept, reader.kept
    if lost := had - has:
        found.append(_("missing: %(tags)s") % {"tags": ", ".join(lost.elements())})
    if more := [tag for tag in has - had if tag.startswith("<a")]:
        found.append(_("more often than in the source: %(tags)s") % {"tags": ", ".join(more)})
    return found


def _read(text: str) -> "_Reader":
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


class _Reader(HTMLParser):
    """Lists the tags and finds those that stand wrongly."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.wrong: list[str] = []
        self._open: list[tuple[str, str]] = []

    @property
    def open_tags(self) -> list[str]:
        return [shown for _name, shown in self._open]

    @property
    def kept(self) -> Counter[str]:
        """The marks that a translation has to keep, each as often as it stands there."""
        return Counter(tag for tag in self.tags if tag != "<br>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = "".join(f' {name}="{value}"' for name, value in attrs)
        shown = f"<{tag}{told}>"
        self.tags.append(shown)
        if tag not in INLINE_TAGS:
            self.wrong.append(_("%(tag)s is not allowed here") % {"tag": shown})
        if tag not in _VOID:
            self._open.append((tag, shown))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.wrong.append(_("</%(tag)s> closes nothing there") % {"tag": tag})
