"""What went and what came between two states of a text."""

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from content.translation.comparing import MOST_COMPARED, compare


def shown(parts, mark: str) -> str:
    name = "content/admin/translation/parts.html"
    return render_to_string(name, {"parts": parts, "mark": mark}).strip()


def test_chinese_is_compared_by_the_character_and_escaped():
    compared = compare("交<1>元", "交2元")
    assert shown(compared.before, "del") == "交<del>&lt;1&gt;</del>元"
    assert shown(compared.after, "ins") == "交<ins>2</ins>元"


def test_kazakh_is_compared_by_the_word():
    compared = compare("бір сөз", "бір сөйлем")
    assert shown(compared.after, "ins") == "бір <ins>сөйлем</ins>"


def test_very_long_texts_are_shown_whole():
    compared = compare("甲" * MOST_COMPARED, "乙")
    assert shown(compared.before, "del") == "甲" * MOST_COMPARED
    assert shown(compared.after, "ins") == "乙"


@given(st.text(), st.text())
def test_nothing_is_lost_and_what_is_shared_is_the_same(before, after):
    compared = compare(before, after)
    assert ("".join(p.text for p in compared.before), "".join(p.text for p in compared.after)) == (
        before,
        after,
    )
    kept = ["".join(p.text for p in side if not p.is_changed) for side in compared]
    assert kept[0] == kept[1]
