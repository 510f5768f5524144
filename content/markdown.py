"""Markdown to HTML that is safe to show.

Markdown lets raw HTML through, so the output always passes nh3 before anyone sees it.
"""

from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

TAGS = {
    *("p", "br", "hr", "blockquote", "h3", "h4", "h5", "h6"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("a", "abbr", "b", "bdi", "code", "del", "em", "i", "pre", "s", "strong", "sub", "sup"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "bdi": {"dir"},
    "td": {"align"},
    "th": {"align", "scope"},
}
URL_SCHEMES = {"http", "https", "mailto", "tel"}
HIGHEST_HEADING, LOWEST_HEADING = 3, 6
ANY_HEADING = {f"h{level}" for level in range(1, 7)}


class _HeadingsBelowSection(Treeprocessor):
    """A page has one h1 and its sections are h2: whatever marks an author used, his headings begin
    at h3 and keep their distance from one another."""

    def run(self, root: Element) -> None:
        headings = [el for el in root.iter() if el.tag in ANY_HEADING]
        highest = min((int(el.tag[1]) for el in headings), default=HIGHEST_HEADING)
        for el in headings:
            level = int(el.tag[1]) - highest + HIGHEST_HEADING
            el.tag = f"h{min(level, LOWEST_HEADING)}"


class _SectionText(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 the library's name
        md.treeprocessors.register(_HeadingsBelowSection(md), "headings_below_section", 1)


def render_markdown(text: str) -> str:
    """HTML for Markdown text, cleaned of scripts, styles, events and unknown schemes."""
    html = markdown.markdown(
        text, extensions=["extra", "sane_lists", "nl2br", _SectionText()], output_format="html"
    )
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener",
    )
