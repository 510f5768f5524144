"""Stored texts as HTML: everything escaped, marks where they belong."""

from django.utils.safestring import mark_safe

from content.translation.desk.marking import Mark, marked

MARK = mark_safe("<mark>")


def test_tags_are_shown_and_never_work():
    shown = marked('<b>甲</b><img src="x">', [], is_rich=True)
    assert shown == (
        "<code>&lt;b&gt;</code>甲<code>&lt;/b&gt;</code><code>&lt;img src=&quot;x&quot;&gt;</code>"
    )


def test_a_mark_stands_at_its_place():
    assert marked("<b>保险合同</b>", [Mark(3, 5, MARK)], is_rich=True) == (
        "<code>&lt;b&gt;</code><mark>保险</mark>合同<code>&lt;/b&gt;</code>"
    )


def test_a_mark_that_runs_over_a_tag_is_left_out():
    assert "<mark>" not in marked("保<b>险</b>", [Mark(0, 5, MARK)], is_rich=True)


def test_marks_that_overlap_do_not_double_the_text():
    shown = marked("保险合同", [Mark(0, 2, MARK), Mark(1, 3, MARK)], is_rich=False)
    assert shown == "<mark>保险</mark>合同"


def test_entities_and_lines_of_a_plain_text_are_read():
    assert marked("甲 &amp; &lt;i&gt;<br/>乙", [], is_rich=False) == "甲 &amp; &lt;i&gt;<br>乙"
