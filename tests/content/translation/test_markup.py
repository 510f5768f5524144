"""Marks of formatted text that have to stay, and plain texts that are typed without any."""

import pytest

from content.translation.markup import from_box, problems, to_box

SOURCE = '接到<b>陌生</b>来电,请<a id="a1">核实</a>。'


def test_a_plain_text_is_typed_as_it_is_read():
    assert to_box("甲 &amp; 乙<br/>丙 &lt; 丁", is_rich=False) == "甲 & 乙\n丙 < 丁"
    assert from_box("甲 & 乙\r\n丙 < 丁 ", is_rich=False) == "甲 &amp; 乙<br/>丙 &lt; 丁"


def test_a_script_in_a_plain_text_is_only_letters():
    assert from_box("<script>x</script>", is_rich=False) == "&lt;script&gt;x&lt;/script&gt;"


def test_whole_marks_are_taken_in_any_order():
    assert problems(SOURCE, '<a id="a1">x</a> y <b>z</b>') == []


def test_a_line_break_may_go_or_come():
    assert problems("甲<br/>乙", "x") == []
    assert problems("甲", "x<br/>y<br>z") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x", '<b>, <a id="a1">'),
        ('<a id="a1">x</a>', "<b>"),
        ("<b>x</b>", '<a id="a1">'),
        ('<b>x</b> <a id="a2">y</a>', "a2"),
        ('<b>x <a id="a1">y</a>', "<b>"),
        ('<b>x<a id="a1">y</b></a>', "</b>"),
        ('x</b> <a id="a1">y</a>', "</b>"),
        ('<b>x</b> <a id="a1">y</a> <script>z</script>', "<script>"),
        ('<b onclick="x">x</b> <a id="a1">y</a>', ""),
        ('<b>x</b> <a id="a1">y</a> <a id="a1">z</a>', '<a id="a1">'),
        ('<b>x</b> <a id="a1">y</a> 1 < 2', "&lt;"),
        ('<b>x</b> <a id="a1">y</a> <img src=x onerror=y>', "<img"),
        ('<b>x</b> <a id="a1" href="javascript:x">y</a>', ""),
    ],
)
def test_lost_broken_or_foreign_marks_are_named(text, told):
    found = problems(SOURCE, text)
    assert found
    assert told in " ".join(found)
