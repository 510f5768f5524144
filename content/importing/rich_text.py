"""Rich text, as editors write it in the admin, to Markdown."""

import re

from markdownify import MarkdownConverter
from wagtail.rich_text import expand_db_html

from content.importing.body import split_lines, trim

_LINE_START = re.compile(r"^(\s*)([#>+\-]|\d+)(?=[.\s])", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")


class _Converter(MarkdownConverter):
    """Markdown in which plain text stays plain."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        text = super().escape(text, parent_tags)
        text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
        return _LINE_START.sub(
            lambda m: m[1] + (m[2] + "\\" if m[2].isdigit() else "\\" + m[2]), text
        )


_converter = _Converter(heading_style="ATX", bullets="-")


def rich_text_to_markdown(source: str) -> str:
    """Markdown for Wagtail's stored HTML; links to pages become their addresses."""
    html = expand_db_html(source) if "linktype=" in source or "<embed" in source else source
    return trim(split_lines(_converter.convert(html)))
