"""Whether a translated segment keeps the marks of its source: links, tags, addresses, Markdown."""

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.translation import gettext as _
from wagtail_localize.strings import StringValue, validate_translation_links

_ADDRESS = re.compile(r"https?://[^\s<>\"')）]+")
_VOID = frozenset({"br"})


@dataclass(frozen=True)
class Remark:
    """What is wrong with the marks; with an error the text cannot be used."""

    text: str
    is_error: bool


def remarks(source: str, text: str) -> list[Remark]:
    """What a translation did to its source's marks; empty where all is well.

    Tags that do not fit together and links that came or went are errors: the page would break or
    lead elsewhere. Other tags, addresses and Markdown marks may be dropped for a reason, and are
    only pointed out.
    """
    had, has = _Tags(source), _Tags(text)
    found = [Remark(problem, is_error=True) for problem in has.problems]
    try:
        StringValue.from_translated_html(text)
        validate_translation_links(source, text)
    except ValueError as error:
        found.append(Remark(str(error), is_error=True))
    found += [
        Remark(_("The link %(mark)s is lost.") % {"mark": mark}, is_error=True)
        for mark in (had.links - has.links).elements()
    ]
    found += [
        Remark(_("The link %(mark)s stands there twice.") % {"mark": mark}, is_error=True)
        for mark, times in has.links.items()
        if times > had.links[mark] > 0
    ]
    found += [
        Remark(_("The mark <%(mark)s> is lost.") % {"mark": mark}, is_error=False)
        for mark in (had.tags - has.tags)
    ]
    found += [
        Remark(_("The address %(address)s is lost.") % {"address": address}, is_error=False)
        for address in set(_ADDRESS.findall(source)) - set(_ADDRESS.findall(text))
    ]
    if source.count("**") != text.count("**"):
        found.append(Remark(_("The bold marks ** are not as many as before."), is_error=False))
    return found


class _Tags(HTMLParser):
    """The tags of a segment, counted, and what does not fit together."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: Counter[str] = Counter()
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.problems += [
            _("<%(tag)s> is not closed.") % {"tag": tag} for tag in reversed(self._open)
        ]

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "a":
            self.links[f'<a id="{dict(attrs).get("id") or ""}">'] += 1
        else:
            self.tags[tag] += 1
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag not in _VOID:
            self.problems.append(_("</%(tag)s> closes nothing.") % {"tag": tag})
