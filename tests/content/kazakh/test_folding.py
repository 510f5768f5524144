"""Both scripts, and both hamzas, fold to one form that can be compared."""

import pytest

from content.kazakh import Profile, skeleton, to_arabic

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "arabic", ["ءبىراق", "\u0674بىراق", "بىراق"], ids=["U+0621", "U+0674", "no hamza"]
)
def test_a_word_meets_itself_in_the_other_script(arabic):
    assert skeleton(arabic) == skeleton("Бірақ") == "بىراق"


@pytest.mark.parametrize(
    ("joined", "letter"),
    [("\u0675", "ا"), ("\u0676", "و"), ("\u0677", "ۇ"), ("\u0678", "\u0649")],
)
def test_a_letter_with_hamza_folds_to_the_letter(joined, letter):
    assert skeleton(f"ب{joined}ر") == f"ب{letter}ر"


def test_the_high_hamza_yeh_is_not_what_nfkc_makes_of_it():
    assert skeleton("\u0678س") == skeleton("іс") != skeleton("йс")


def test_punctuation_of_either_script_is_the_same():
    assert skeleton("سوز، وي؛ ان؟") == skeleton("سوز, وي; ان?") == skeleton("сөз, ой; ән?")


@pytest.mark.parametrize("invisible", ["\u0640", "\u200c", "\u200f", "\u2067", "\ufeff"])
def test_invisible_characters_do_not_count(invisible):
    assert skeleton(f"قا{invisible}زىر") == skeleton("қазір")


def test_words_that_differ_only_by_hamza_fall_together():
    assert skeleton("ән") == skeleton("ан")


def test_acronyms_meet_their_spaced_letters():
    assert skeleton("ЖШС") == skeleton("ج ش س")


def test_tse_folds_as_the_profile_spells_it():
    profile = Profile(tse="س")
    assert skeleton("цирк", profile) == skeleton(to_arabic("цирк", profile), profile)


def test_other_scripts_are_kept():
    assert skeleton("COVID 保险 15") == "COVID 保险 15"
