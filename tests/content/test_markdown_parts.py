"""Markdown is cut into what a translator works on, and put back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.markdown_parts import cut, put_back

LETTERS = st.text(st.sampled_from("转账 \n\r\t-*+#>1.)`~|ab\u2028\u00a0"), max_size=60)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("一段话。\n\n又一段。", ["一段话。", "又一段。"]),
        ("- 不转账\n- 不给验证码\n", ["不转账", "不给验证码"]),
        ("1. **报案晚**。及时通知。\n2. 耳标缺。", ["**报案晚**。及时通知。", "耳标缺。"]),
        ("# 标题\n话", ["标题", "话"]),
        ("> 他说\n> 转账", ["他说", "转账"]),
        ("第一行\n第二行\n\n下一段", ["第一行\n第二行", "下一段"]),
        ("- 一项\n  接着说", ["一项\n  接着说"]),
        ("上\n\n---\n\n下", ["上", "下"]),
        ("| 名 | 数 |\n|---|---|\n| 甲 | 1 |", ["| 名 | 数 |", "| 甲 | 1 |"]),
        ("```\n甲\n\n乙\n```\n后", ["```\n甲\n\n乙\n```", "后"]),
        ("**粗**开头", ["**粗**开头"]),
        ("- > 2020. 年", ["年"]),
        ("", []),
        ("***\n\n…", []),
    ],
)
def test_a_part_is_a_paragraph_an_item_or_a_heading(text, parts):
    assert cut(text)[1] == parts


@given(st.one_of(LETTERS, st.text(max_size=80)))
def test_parts_put_back_are_the_text(text):
    fixed, parts = cut(text)
    assert put_back(fixed, parts) == text
    assert len(fixed) == len(parts) + 1
    assert all(part.strip() for part in parts)


def test_another_number_of_parts_is_refused():
    fixed, _parts = cut("- 甲\n- 乙")
    with pytest.raises(ValueError, match="2 places for 1 parts"):
        put_back(fixed, ["ا"])
