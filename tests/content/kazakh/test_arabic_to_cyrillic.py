"""Kazakh of Arabic script becomes a Cyrillic draft that says how sure each word is."""

import pytest

from content.kazakh import DEFAULT, Certainty, Profile, Script, convert, to_arabic, to_cyrillic

pytestmark = pytest.mark.once


def only_word(text, profile=DEFAULT):
    """The only word of a text, which does not open it: so it has no capital."""
    [word] = convert(f"1 {text}", Script.CYRL, profile).words
    return word


@pytest.mark.parametrize(
    ("arabic", "cyrillic"),
    [
        ("ءسوز", "сөз"),
        ("بالا", "бала"),
        ("كۇن", "күн"),
        ("ءبىراق", "бірақ"),
        ("بىراق", "бірақ"),
        ("قازىر", "қазір"),
        ("كوميتەت", "комитет"),
        ("ءيت", "ит"),
        ("اششى", "ащы"),
        ("بيۋجەت", "бюджет"),
    ],
)
def test_a_known_word_is_looked_up(arabic, cyrillic):
    word = only_word(arabic)
    assert word.text == cyrillic
    assert word.certainty == Certainty.LEXICON
    assert word.candidates == ()


@pytest.mark.parametrize(
    ("cyrillic", "why"),
    [
        ("балаларымыздан", "endings take the stem's harmony"),
        ("сөздеріңізге", "a front stem"),
        ("мұғалімнің", "the last vowel decides"),
        ("университеттен", "a loan"),
        ("кітабы", "п becomes б"),
        ("қазағым", "қ becomes ғ"),
        ("жүрегі", "к becomes г"),
        ("оқиды", "ы falls out before и"),
        ("халқы", "ы falls out of the last syllable"),
        ("қояды", "й and а join"),
        ("анамен", "мен is the same after every stem"),
        ("баланікі", "so is нікі"),
        ("өсетіндей", "of өс and ос the one that the endings suit"),
    ],
)
def test_an_inflected_form_is_a_stem_and_its_endings(cyrillic, why):
    word = only_word(to_arabic(cyrillic))
    assert word.text == cyrillic
    assert word.certainty != Certainty.AMBIGUOUS


def test_one_spelling_of_several_words_is_ambiguous():
    word = only_word("كورسەت")
    assert word.certainty == Certainty.AMBIGUOUS
    assert word.candidates == ("көрсет", "корсет")
    assert word.text == "көрсет"


def test_an_unknown_word_is_ambiguous_where_rules_leave_a_choice():
    word = only_word("كوركورا")
    assert word.certainty == Certainty.AMBIGUOUS
    assert word.text in word.candidates
    assert all(to_arabic(candidate) == "كوركورا" for candidate in word.candidates)


@pytest.mark.parametrize(
    ("arabic", "cyrillic"), [("ءسىلپىس", "сілпіс"), ("بۇلبىرلار", "бұлбырлар")]
)
def test_harmony_alone_reads_an_unknown_word_that_is_plainly_front_or_back(arabic, cyrillic):
    word = only_word(arabic)
    assert (word.text, word.certainty) == (cyrillic, Certainty.RULE)


def test_words_say_where_they_stand_and_what_they_were():
    conversion = convert("1) «بالا»، ءسوز؟", Script.CYRL)
    assert conversion.text == "1) «бала», сөз?"
    assert [conversion.text[word.start : word.end] for word in conversion.words] == ["бала", "сөз"]
    assert [word.source for word in conversion.words] == ["بالا", "ءسوز"]


@pytest.mark.parametrize("hamza", ["\u0621", "\u0674"])
def test_both_code_points_of_hamza_are_read(hamza):
    assert only_word(f"{hamza}سوز").text == "сөз"


@pytest.mark.parametrize(
    ("letter", "rest", "cyrillic"),
    [("\u0675", "ن", "ән"), ("\u0676", "ز", "өз"), ("\u0677", "ي", "үй"), ("\u0678", "س", "іс")],
)
def test_a_letter_with_a_hamza_of_its_own_is_read(letter, rest, cyrillic):
    assert only_word(letter + rest).text == cyrillic


@pytest.mark.parametrize("typed", ["\u06a9\u06c7ن", "كـۇن", "ك\u200dۇن", "ك\u064fۇن"])
def test_look_alikes_and_what_is_no_letter_are_read_through(typed):
    assert only_word(typed).text == "күн"


@pytest.mark.parametrize(
    ("arabic", "cyrillic"),
    [
        pytest.param("بالا كەلدى", "Бала келді", id="the text"),
        pytest.param("بالا. انا كەلدى", "Бала. Ана келді", id="a sentence"),
        pytest.param("بالا؟ انا! كەلدى", "Бала? Ана! Келді", id="marks that end one"),
        pytest.param("بالا\n\nانا", "Бала\n\nАна", id="a paragraph"),
        pytest.param("بالا\n- انا\n2. كۇن", "Бала\n- Ана\n2. Күн", id="a list"),
        pytest.param("<p>بالا</p><p><b>انا</b></p>", "<p>Бала</p><p><b>Ана</b></p>", id="HTML"),
        pytest.param("بالا <b>انا</b>", "Бала <b>ана</b>", id="an inline tag begins nothing"),
        pytest.param("بالا\nانا", "Бала\nана", id="a broken line goes on"),
        pytest.param("بالا ت.ب. انا", "Бала т.б. ана", id="an abbreviation ends nothing"),
        pytest.param("«نە بولدى؟» دەدى", "«Не болды?» деді", id="words that are quoted"),
        pytest.param("«كەل!» دەدى. انا", "«Кел!» деді. Ана", id="an exclamation that is"),
        pytest.param("كەل! – دەدى", "Кел! – деді", id="a dash goes on"),
        pytest.param("بالا؟\n– انا", "Бала?\n– Ана", id="a dialogue's line"),
        pytest.param("بالا؟</b> انا", "Бала?</b> Ана", id="a mark before a tag"),
        pytest.param("بالا ۇرىمجىدە", "Бала Үрімжіде", id="a name with an ending"),
    ],
)
def test_capitals_open_sentences_and_names(arabic, cyrillic):
    assert to_cyrillic(arabic) == cyrillic


@pytest.mark.parametrize(
    ("arabic", "cyrillic"),
    [("ج ش س", "ЖШС"), ("ج ش س-نىڭ", "ЖШС-ның"), ("«ا ق ش»", "«АҚШ»"), ("ب ۇ ۇ", "БҰҰ")],
)
def test_spaced_letters_are_an_acronym_and_never_sure(arabic, cyrillic):
    conversion = convert(arabic, Script.CYRL)
    assert conversion.text == cyrillic


def test_an_acronym_with_vowels_offers_its_other_reading():
    [word] = convert("ا ق ش", Script.CYRL).words
    assert word.certainty == Certainty.AMBIGUOUS
    assert word.candidates == ("АҚШ", "ӘҚШ")


def test_a_row_of_single_letters_is_no_acronym():
    assert to_cyrillic("1 ا ب ج د س ر ل م ن") == "1 а б ж д с р л м н"


@pytest.mark.parametrize(
    "kept",
    [
        "https://a.kz/بالا",
        "بالا@mail.kz",
        "Allianz SE",
        "保险, 诈骗",
        "1,000,000",
        '<a href="/بالا" title="ءسوز، بالا">',
        "&nbsp;",
        "%(بالا)s",
        "{بالا}",
        "{{ بالا }}",
        "![](بالا.png)",
        "сөз, бала",
        "خەۋەر ئۇيغۇر",
        "ءءء",
    ],
)
def test_what_is_not_kazakh_of_arabic_script_is_kept(kept):
    assert to_cyrillic(f"1 كۇن {kept} كۇن") == f"1 күн {kept} күн"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 **كۇن** _كۇن_", "1 **күн** _күн_"),
        ("1 [كۇن](/ءۇي)، كۇن", "1 [күн](/ءۇي), күн"),
        ("1 كۇن https://a.kz/?a=1، كۇن", "1 күн https://a.kz/?a=1, күн"),
        ("1 كۇن (Google)، كۇن", "1 күн (Google), күн"),
        ("Hello، world؟", "Hello، world؟"),
        ("1 QR-كود", "1 QR-код"),
        ("2026؛ بۇل", "2026; бұл"),
        ("1 `كۇن، ءسوز` كۇن", "1 `كۇن، ءسوز` күн"),
        ("1 <pre>كۇن</pre> كۇن", "1 <pre>كۇن</pre> Күн"),
    ],
)
def test_prose_around_what_is_kept_is_converted(text, expected):
    assert to_cyrillic(text) == expected


def test_the_editors_exceptions_go_before_the_dictionary_and_carry_endings():
    profile = Profile(exceptions=(("Қөрсет", "كورسەت"),))
    assert only_word("كورسەت", profile).text == "Қөрсет"
    assert only_word("كورسەت", profile).certainty == Certainty.LEXICON


def test_an_exception_of_the_editors_is_read_with_endings():
    profile = Profile(exceptions=(("Төрегелді", "تورەگەلدى"),))
    assert only_word("تورەگەلدىگە", profile).text == "Төрегелдіге"


def test_the_spelling_of_tse_follows_the_profile():
    assert only_word("سيرك", Profile(tse="س")).text == "цирк"
