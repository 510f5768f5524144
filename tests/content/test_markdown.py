"""Markdown is shown cleaned, and its headings keep their place in the page's outline."""

import pytest

from content.markdown import render_markdown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        '<p style="position:fixed">x</p>',
        "<iframe src=//evil></iframe>",
        '<svg onload="alert(1)"></svg>',
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_nothing_that_acts_survives(text):
    html = render_markdown(text)
    for forbidden in ("<script", "onerror", "onload", "javascript:", "style=", "<iframe", "data:"):
        assert forbidden not in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 一\n\n## 二", ["<h3>一</h3>", "<h4>二</h4>"]),
        ("### 案例一", ["<h3>案例一</h3>"]),
        ("###### 六\n\n# 一", ["<h6>六</h6>", "<h3>一</h3>"]),
    ],
)
def test_headings_begin_below_the_sections_and_keep_their_distance(text, expected):
    html = render_markdown(text)
    assert all(part in html for part in expected)


def test_lists_bold_and_tables_are_kept():
    html = render_markdown("- **先核实**\n- 再报警\n\n|a|b|\n|-|-|\n|1|2|")
    assert "<li><strong>先核实</strong></li>" in html
    assert "<table>" in html
