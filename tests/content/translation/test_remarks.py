"""What looks wrong in a translation without being refused."""

import pytest

from content.translation.remarks import remarks_on


@pytest.mark.parametrize(
    ("source", "translation", "language", "told"),
    [
        ("拨打96110或12378", "96110 غا", "kk-arab", "12378"),
        ("见https://a.example/x 。", "мына жерде", "kk", "https://a.example/x"),
        ("写信到ask@a.example", "хат", "kk", "ask@a.example"),
        ("**先**打电话", "تەلەفون", "kk-arab", "**"),
        ("你好{name}", "سالەم", "kk-arab", "{name}"),
        ("你好", "سالەم 你", "kk-arab", ""),
        ("你好", "сәлем", "kk-arab", ""),
        ("你好", "سالەم", "kk", ""),
        ("你好", "سالەم, دوس", "kk-arab", "،"),
    ],
)
def test_it_is_remarked(source, translation, language, told):
    found = remarks_on(source, translation, language)
    assert len(found) == 1
    assert told in found[0]


def test_a_number_may_be_written_in_another_way():
    assert remarks_on("交2000元,不是１０％", "2 000 юань, 10 %", "kk") == []
    assert remarks_on("2,000元", "2000 юань", "kk") == []
    assert remarks_on("3万元,1.5万人,2亿", "30 мың, 15 000, 200 миллион", "kk") == []
    assert len(remarks_on("3万元", "жиырма", "kk")) == 1


def test_numbers_of_any_shape_are_looked_at_without_fault():
    for source in ("1.2.3", "1,,2", "0", "٣", "1" * 5000 + "万", "0.0亿"):
        assert isinstance(remarks_on(source, source, "kk"), list)


def test_a_text_that_is_too_long_for_its_place_says_by_how_much():
    (told,) = remarks_on("短", "ұзақ мәтін", "kk", limit=5)
    assert "10" in told
    assert "5" in told


def test_a_good_text_has_no_remarks():
    assert remarks_on("拨打96110。", "96110 غا تەلەفون سوعىڭىز، وتىنەمىز.", "kk-arab") == []
