"""Kazakh Cyrillic in the Latin alphabet drafted in 2021."""

import pytest

from content.kazakh import Certainty, Script, convert, to_latin

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("аәбвгғдежзиіклмнңоөпрстуұүфхһыэ", "aäbvgğdejziıklmnñoöprstuūüfhhye"),
        ("қ ш ч ц щ", "q ş tş ts şş"),
        ("қоя сүю ёлка", "qoia süiu iolka"),
        ("қия қию", "qia qiu"),
        ("комментарий", "kommentari"),
        ("объект фильм", "obekt film"),
    ],
)
def test_letters(cyrillic, latin):
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Қазақстан", "Qazaqstan"),
        ("Іле Инвест", "Ile İnvest"),
        ("ҚАЗІР ИЯ", "QAZIR İA"),
        ("Щука Я", "Şşuka İa"),
    ],
)
def test_capitals_are_kept(cyrillic, latin):
    assert to_latin(cyrillic) == latin


def test_what_is_not_kazakh_is_kept():
    text = '<a href="/сөз">{аты}</a> https://a.kz/сөз Hello 保险 Київ'
    assert to_latin(text) == text


def test_arabic_script_goes_by_way_of_cyrillic_and_keeps_its_doubts():
    conversion = convert("1 كورسەت، ءسوز", Script.LATN)
    assert conversion.text == "1 körset, söz"
    ambiguous, sure = conversion.words
    assert ambiguous.source == "كورسەت"
    assert ambiguous.candidates == ("körset", "korset")
    assert sure.certainty == Certainty.LEXICON
    assert conversion.text[sure.start : sure.end] == "söz"
