"""Where a Chinese text holds agreed terms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.glossary.occurrences import Finder, Wording

WORDS = ("保险", "保险合同", "合同", "财产保险", "理财", "退保", "保证金", "AI换脸", "APP", "贷款")
FINDER = Finder([(word, [Wording(word)]) for word in WORDS])


def found(text: str, finder: Finder = FINDER) -> list[str]:
    places = finder.find(text)
    assert all(text[one.start : one.end] for one in places)
    return [text[one.start : one.end] for one in places]


def test_the_longest_at_a_place_is_found_and_nothing_within_it():
    assert found("请看保险合同。") == ["保险合同"]


def test_places_count_characters_of_the_text_as_given():
    assert FINDER.find("张某退保。") == [(2, 4, "退保")]


def test_a_longer_term_wins_over_a_shorter_that_begins_before_it():
    assert found("为家庭办理财产保险") == ["财产保险"]
    assert found("对方退保证金") == ["保证金"]


def test_a_term_is_found_each_time():
    assert found("退保？不要退保！") == ["退保", "退保"]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://example.org/退保" title="退保">看</a>',
        "<!-- 退保 -->",
        "[看](/退保/)",
        "%(退保)s {{ 退保 }} {% 退保 %}",
    ],
)
def test_tags_link_targets_and_placeholders_are_no_text(text):
    assert found(text) == []


def test_text_around_tags_is_found():
    assert found('<p id="1">办理<b>退保</b>时</p>') == ["退保"]


def test_an_address_ends_where_chinese_begins():
    assert found("打开https://example.org/app/退保") == ["退保"]
    assert found("https://example.org/APP") == []
    assert found("写信到app@example.org办理退保") == ["退保"]


def test_a_lone_angle_bracket_hides_nothing():
    assert found("利率<5% 的贷款") == ["贷款"]


@pytest.mark.parametrize("text", ["用ai换脸", "用ＡＩ换脸", "用AI换脸"])
def test_capitals_and_full_width_letters_are_alike(text):
    assert found(text) == [text[1:]]


@pytest.mark.parametrize("text", ["APPLE", "WHATSAPP", "APP2", "XAI换脸"])
def test_latin_letters_are_not_found_inside_another_word(text):
    assert found(text) == []


def test_chinese_may_touch_a_latin_term():
    assert found("下载APP后") == ["APP"]


def test_not_within_names_longer_words_that_are_something_else():
    finder = Finder([("理财", [Wording("理财", ["办理财产", "管理财务"])])])
    assert found("办理财产登记", finder) == []
    assert found("办理财产登记后理财", finder) == ["理财"]
    assert found("财务管理财务", finder) == []


def test_of_two_that_claim_a_wording_the_first_keeps_it():
    finder = Finder([("a", [Wording("退保")]), ("b", [Wording("退保")])])
    assert [one.owner for one in finder.find("退保")] == ["a"]


def test_a_finder_of_nothing_finds_nothing():
    assert Finder([]).find("退保") == []


@given(st.text(alphabet="保险合同财产理退证金AI换脸<>/ab:. &", max_size=60))
def test_what_is_found_stands_there_in_order_and_apart(text):
    places = FINDER.find(text)
    assert all(text[one.start : one.end].upper() == one.owner.upper() for one in places)
    assert all(one.end <= later.start for one, later in pairwise(places))
