"""All ways to write the same are compared as one, place by place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.kazakh import to_arabic
from content.search.folding import fold
from content.search.stems import stem
from content.search.words import pieces


def words(text: str) -> list[str]:
    return [piece.word for piece in pieces(text)]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("全額退保", "全额退保"),
        ("ＡＢＣ１２３", "abc123"),
        ("全额　退保", "全额 退保"),
        ("ﺱﯾ", "سي"),  # letters in the shape of one place in a word
        ("کوش", "كوش"),  # the Persian k
    ],
)
def test_wide_traditional_and_look_alike_characters_fold(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize("letter", ["\u0675", "\u0676", "\u0677", "\u0678"])
def test_kazakh_letters_with_hamza_are_never_taken_apart(letter):
    assert fold(letter) == letter


@given(st.text())
def test_any_text_keeps_its_length_and_folds_once_and_for_all(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text())
def test_pieces_stand_where_they_say(text):
    end = 0
    for piece in pieces(text):
        assert end <= piece.start < piece.end <= len(text)
        assert piece.plain
        assert piece.word
        end = piece.end


@pytest.mark.parametrize("word", ["сақтандыру", "шығын", "немересі", "ЖШС", "үйінен"])
def test_both_kazakh_scripts_are_one_word(word):
    assert words(word) == words(to_arabic(word))


@pytest.mark.parametrize(
    ("inflected", "plain"),
    [
        ("сақтандырудан", "сақтандыру"),
        ("қойларымызды", "қой"),
        ("немерелерінің", "немере"),
        ("борандағы", "боран"),
        ("шығындардың", "шығын"),
    ],
)
def test_a_stem_begins_the_plain_word_too(inflected, plain):
    beginning = stem(words(inflected)[0])
    assert words(plain)[0].startswith(beginning)
    assert len(beginning) >= 3


def test_a_stem_leaves_other_words_alone():
    assert stem("insurance") == "insurance"
    assert stem("退保") == "退保"


@pytest.mark.parametrize(("tse", "arabic"), [("تس", "اكتسيا"), ("س", "اكسيا")])
def test_the_letter_tse_is_compared_as_this_site_spells_it(settings, tse, arabic):
    settings.KAZAKH_TSE = tse
    assert [piece.word for piece in pieces("акция")] == [piece.word for piece in pieces(arabic)]
