"""What holds for every text, not only for the examples."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.kazakh import (
    Certainty,
    Profile,
    Script,
    convert,
    skeleton,
    to_arabic,
    to_cyrillic,
    to_latin,
)
from content.kazakh.dictionary import by_letters
from content.kazakh.tables import TSE_SPELLINGS

pytestmark = pytest.mark.once

KAZAKH_LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
ARABIC_LETTERS = "ءابپتجچحدرزسشعفقكگڭلمنھوۇۆۋىيە\u0674\u0675\u0676\u0677\u0678"
ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz"

any_text = st.text()
messy_text = st.text(alphabet=KAZAKH_LETTERS + "АБҰә\u0301\u0306ə" + "ab1,;?.{}%()[]<>&@/:-#_*« \n")
kazakh_text = st.text(alphabet=KAZAKH_LETTERS + KAZAKH_LETTERS.upper() + " -.,;?!«»()\n")
kazakh_words = st.text(alphabet=KAZAKH_LETTERS, min_size=1)
arabic_text = st.text(alphabet=ARABIC_LETTERS + " -.,;?،؛؟«»()0123456789\n")
messy_arabic = st.text(alphabet=ARABIC_LETTERS + "،؛؟ـ\u200cغ" + "Абab1,;?.{}%()[]<>&@/:-#_*« \n")
arabic_words = st.text(alphabet="ابپتجچحدرزسشعفقكگڭلمنھوۇۆۋىيە", min_size=1)
scripts = st.sampled_from(Script)
ascii_words = st.text(alphabet=ASCII_LETTERS, min_size=1, max_size=12)
profiles = st.builds(
    Profile,
    hamza=st.sampled_from("\u0621\u0674"),
    hamza_with_uvular=st.booleans(),
    tse=st.sampled_from(["تس", "س"]),
)


@pytest.fixture(autouse=True, scope="module")
def dictionaries():
    """Reading them takes longer than one example may."""
    for tse in TSE_SPELLINGS:
        by_letters(tse)


@given(any_text | messy_text, profiles)
@example("\ud800ә", Profile())
def test_no_text_raises(text, profile):
    to_arabic(text, profile)
    skeleton(text, profile)


@given(kazakh_text, profiles)
def test_no_cyrillic_remains_of_kazakh_text(text, profile):
    assert not re.search("[\u0400-\u052f]", to_arabic(text, profile))


@given(kazakh_text, profiles)
def test_no_joiner_tatweel_or_direction_mark_is_inserted(text, profile):
    assert not re.search(
        "[\u0640\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]", to_arabic(text, profile)
    )


@given(kazakh_words, profiles)
def test_a_word_has_at_most_one_hamza_and_it_comes_first(word, profile):
    assert profile.hamza not in to_arabic(word, profile)[1:]


@given(kazakh_words)
def test_the_first_letter_may_be_a_capital(word):
    assert to_arabic(word[0].upper() + word[1:] + "а") == to_arabic(word + "а")


@given(arabic_text, profiles)
def test_arabic_script_is_left_alone(text, profile):
    assert to_arabic(text, profile) == text


@given(messy_text)
def test_converting_twice_is_converting_once(text):
    once = to_arabic(text)
    assert to_arabic(once) == once


@given(kazakh_text)
def test_both_scripts_of_a_text_have_one_skeleton(text):
    assert skeleton(to_arabic(text)) == skeleton(text)


@given(kazakh_text, profiles)
def test_no_setting_of_hamza_changes_the_skeleton(text, profile):
    assert skeleton(to_arabic(text, profile), profile) == skeleton(text, profile)


@given(any_text | messy_text)
def test_a_skeleton_is_its_own_skeleton(text):
    folded = skeleton(text)
    assert skeleton(folded) == folded


@pytest.mark.parametrize("form", ["%({})s", "{{{}}}", "%({}).2f", "{{{{ {} }}}}", "<{}>", "&{};"])
@given(kazakh_text, ascii_words, kazakh_text)
def test_placeholders_tags_and_entities_survive(form, before, name, after):
    kept = form.format(name + "z")
    assert kept in to_arabic(f"{before} {kept} {after}")


@given(kazakh_text, ascii_words, kazakh_words, st.integers(min_value=0))
def test_addresses_survive(text, host, path, number):
    url = f"https://{host}.kz/{path}?{path}={number}"
    mail = f"{host}.{path}@{host}.kz"
    converted = to_arabic(f"{text} {url} {text} {mail} {text}")
    assert url in converted
    assert mail in converted


@given(kazakh_text, st.integers(min_value=0), kazakh_text)
def test_numbers_survive(before, number, after):
    digits = f"{number:,}"
    assert re.findall(r"[\d,]*\d", to_arabic(f"{before} {digits} {after}")) == [digits]


@given(messy_text)
def test_digits_and_latin_letters_are_kept_in_order(text):
    assert re.findall("[0-9a-z]", to_arabic(text)) == re.findall("[0-9a-z]", text)


@given(any_text | messy_text | messy_arabic, scripts, profiles)
@example("\ud800ا ب", Script.CYRL, Profile())
def test_no_text_raises_in_any_direction(text, to, profile):
    convert(text, to, profile)


@given(any_text | messy_text | messy_arabic, scripts, profiles)
def test_words_stand_where_they_say_and_never_overlap(text, to, profile):
    conversion = convert(text, to, profile)
    end = 0
    for word in conversion.words:
        assert word.start >= end
        end = word.end
        assert conversion.text[word.start : word.end] == word.text
        # On the way to Latin an Arabic word may grow together with a Cyrillic one before it.
        assert word.source in text or to == Script.LATN
        if word.candidates:
            assert word.certainty == Certainty.AMBIGUOUS
            assert word.candidates[0] == word.text


@given(any_text | messy_text | messy_arabic, profiles)
def test_plain_conversion_is_that_which_tells_its_certainty(text, profile):
    assert to_arabic(text, profile) == convert(text, Script.ARAB, profile).text
    assert to_cyrillic(text, profile) == convert(text, Script.CYRL, profile).text
    assert to_latin(to_cyrillic(text, profile)) == convert(text, Script.LATN, profile).text


@given(messy_text | messy_arabic, scripts)
def test_a_text_in_the_script_asked_for_is_left_alone(text, to):
    once = convert(text, to).text
    assert convert(once, to).text == once


@given(kazakh_text, profiles)
def test_arabic_spelling_survives_a_trip_through_cyrillic(text, profile):
    arabic = to_arabic(text, profile)
    assert skeleton(to_arabic(to_cyrillic(arabic, profile), profile)) == skeleton(arabic)


@given(kazakh_words, profiles)
def test_hamza_survives_a_trip_through_cyrillic(word, profile):
    arabic = to_arabic(word, profile)
    assert to_arabic(to_cyrillic(f"1 {arabic}", profile), profile) == f"1 {arabic}"


@given(arabic_words)
def test_the_letters_of_any_arabic_word_survive(word):
    assert to_arabic(to_cyrillic(word)) in (word, "\u0621" + word)


@pytest.mark.parametrize("form", ["%({})s", "{{{}}}", "%({}).2f", "{{{{ {} }}}}", "<{}>", "&{};"])
@given(arabic_text, ascii_words, arabic_text, scripts)
def test_markup_in_is_markup_out(form, before, name, after, to):
    kept = form.format(name + "z")
    assert kept in convert(f"{before} {kept} {after}", to).text


@given(arabic_text, ascii_words, arabic_words, st.integers(min_value=0))
def test_addresses_survive_in_arabic_script(text, host, path, number):
    url = f"https://{host}.kz/{path}?{path}={number}"
    mail = f"{host}.{path}@{host}.kz"
    converted = to_cyrillic(f"{text} {url} {text} {mail} {text}")
    assert url in converted
    assert mail in converted
