"""Cyrillic Kazakh becomes Arabic script by the rules of the project's Kazakh brief."""

import pytest

from content.kazakh import Certainty, Profile, Script, convert, to_arabic

pytestmark = pytest.mark.once


def same(*texts):
    return [pytest.param(text, id=text) for text in texts]


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        ("а", "ا"),
        ("б", "ب"),
        ("в", "ۆ"),
        ("г", "گ"),
        ("ғ", "ع"),
        ("д", "د"),
        ("е", "\u06d5"),
        ("э", "\u06d5"),
        ("ж", "ج"),
        ("з", "ز"),
        ("и", "\u064a"),
        ("й", "\u064a"),
        ("к", "\u0643"),
        ("қ", "ق"),
        ("л", "ل"),
        ("м", "م"),
        ("н", "ن"),
        ("ң", "ڭ"),
        ("о", "و"),
        ("п", "پ"),
        ("р", "ر"),
        ("с", "س"),
        ("т", "ت"),
        ("у", "ۋ"),
        ("ұ", "ۇ"),
        ("ф", "ف"),
        ("х", "ح"),
        ("һ", "\u06be"),
        ("ц", "تس"),
        ("ч", "چ"),
        ("ш", "ش"),
        ("щ", "شش"),
        ("ы", "\u0649"),
        ("ъ", ""),
        ("ь", ""),
        ("ё", "يو"),
        ("ю", "يۋ"),
        ("я", "يا"),
    ],
)
def test_each_letter_has_its_spelling_in_either_case(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic
    assert to_arabic(cyrillic.upper()) == arabic


@pytest.mark.parametrize(
    ("cyrillic", "arabic"), [("ә", "ا"), ("ө", "و"), ("ү", "ۇ"), ("і", "\u0649")]
)
def test_a_front_vowel_is_spelt_like_its_back_twin(cyrillic, arabic):
    assert to_arabic(f"{cyrillic}к") == f"{arabic}ك"


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        pytest.param("сия", "سيا", id="ия"),
        pytest.param("қию", "قيۋ", id="ию"),
        pytest.param("қойю", "قويۋ", id="йю"),
        pytest.param("сыйлық", "سىيلىق", id="ый is not ий"),
        pytest.param("мийдай", "ميداي", id="ий before a consonant"),
        pytest.param("комментарий", "كوممەنتاري", id="ий at the end"),
        pytest.param("кийе", "كييە", id="ий before a vowel"),
        pytest.param("қойя", "قوييا", id="йя"),
        pytest.param("гигиена", "گيگيەنا", id="ие"),
        pytest.param("аеро", "اەرو", id="е after a vowel"),
        pytest.param("премьера", "پرەميەرا", id="ье"),
        pytest.param("объект", "وبيەكت", id="ъе"),
        pytest.param("джинсы", "جينسى", id="дж"),
        pytest.param("митинг", "ميتينگ", id="нг"),
        pytest.param("компьютер", "كومپيۋتەر", id="ью"),
    ],
)
def test_letters_are_spelt_by_their_neighbours(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        pytest.param("ән", "ءان", id="ә"),
        pytest.param("сөз", "ءسوز", id="ө"),
        pytest.param("үй", "ءۇي", id="ү"),
        pytest.param("біз", "ءبىز", id="і"),
        pytest.param("тиін", "ءتيىن", id="и is skipped"),
        pytest.param("туіс", "ءتۋىس", id="у is skipped"),
    ],
)
def test_hamza_opens_a_front_word(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        pytest.param("кісі", "كىسى", id="к"),
        pytest.param("үлгі", "ۇلگى", id="г"),
        pytest.param("әлем", "الەم", id="е"),
        pytest.param("поэзі", "پوەزى", id="э"),
        pytest.param("қазір", "قازىر", id="first vowel back"),
        pytest.param("мұғалім", "مۇعالىم", id="first vowel back, front later"),
        pytest.param("қалам", "قالام", id="no front vowel"),
        pytest.param("ми", "مي", id="и alone decides nothing"),
    ],
)
def test_hamza_is_not_written(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic


def test_hamza_is_written_in_each_part_of_a_hyphenated_word():
    assert to_arabic("өсіп-өрбуін") == "ءوسىپ-ءوربۋىن"
    assert to_arabic("бала-шаға, 3-ші") == "بالا-شاعا، 3-ءشى"


def test_hamza_with_a_uvular_is_a_setting():
    assert to_arabic("бірақ") == "ءبىراق"
    assert to_arabic("бірақ", Profile(hamza_with_uvular=False)) == "بىراق"
    assert to_arabic("біз", Profile(hamza_with_uvular=False)) == "ءبىز"


def test_the_code_point_of_hamza_is_a_setting():
    assert to_arabic("біз ит", Profile(hamza="\u0674")) == "\u0674بىز \u0674يت"


def test_tse_is_a_setting():
    assert to_arabic("цирк") == "تسيرك"
    assert to_arabic("цирк", Profile(tse="س")) == "سيرك"


@pytest.mark.parametrize("setting", [{"hamza": "x"}, {"hamza": "\u0654"}, {"tse": "ц"}])
def test_a_setting_outside_the_dispute_is_refused(setting):
    with pytest.raises(ValueError, match="must be"):
        Profile(**setting)


def test_the_lexicon_goes_before_the_rules():
    assert to_arabic("ит Ит") == "ءيت ءيت"


def test_editors_can_add_exceptions():
    profile = Profile(hamza="\u0674", exceptions=(("Ми", "ءمي"),))
    assert to_arabic("ми ит", profile) == "\u0674مي \u0674يت"


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        pytest.param("ЖШС", "ج ش س", id="alone"),
        pytest.param("ЖШС-ның", "ج ش س-نىڭ", id="with an ending"),
        pytest.param("«ЖШС»", "«ج ش س»", id="in quotes"),
        pytest.param("АҚШ пен БҰҰ", "ا ق ش پەن ب ۇ ۇ", id="with vowels"),
        pytest.param("ЖШС, АҚ", "ج ش س، ا ق", id="a row of them"),
        pytest.param("ЭЫДҰ", "ە ى د ۇ", id="vowels in touch"),
        pytest.param("ІІМ", "ى ى م", id="no hamza among letters"),
        pytest.param("Ж", "ج", id="one capital is an initial"),
    ],
)
def test_acronyms_are_spaced_letters(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic


@pytest.mark.parametrize(
    ("cyrillic", "arabic"),
    [
        pytest.param("НАЗАР", "نازار", id="a word set in capitals"),
        pytest.param("НАТО", "ناتو", id="an acronym read as a word"),
        pytest.param("БІЗ ТУРАЛЫ", "ءبىز تۋرالى", id="a short word in a shouted line"),
        pytest.param("ЖШС ТУРАЛЫ", "ج ش س تۋرالى", id="a vowelless one stays an acronym"),
        pytest.param("ТУРАЛЫ\nАҚШ", "تۋرالى\nا ق ش", id="the next line is another"),
    ],
)
def test_a_heading_in_capitals_does_not_fall_apart(cyrillic, arabic):
    assert to_arabic(cyrillic) == arabic


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\u0259лем", "әлем"),
        ("\u018fлем", "Әлем"),
        ("к\u0275л", "көл"),
        ("\u019fмір", "Өмір"),
        ("бои\u0306", "бой"),
        ("бе\u0308", "бё"),
        ("сақта\u0301н", "сақтан"),
        ("сақ\u00adтан\u00adды\u00adру", "сақтандыру"),
    ],
)
def test_look_alikes_and_decomposed_letters_mean_the_letter(typed, meant):
    assert to_arabic(typed) == to_arabic(meant)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("сөз, ой; ән?", "ءسوز، وي؛ ءان؟", id="after a word"),
        pytest.param("«сөз», (ой)?", "«ءسوز»، (وي)؟", id="after a closing bracket"),
        pytest.param("сөз?!", "ءسوز؟!", id="other marks stay"),
        pytest.param("1,000 сөз", "1,000 ءسوز", id="inside a number"),
        pytest.param("жаңа 1,000, 2,5", "جاڭا 1,000، 2,5", id="after a number"),
        pytest.param("ой https://a.kz/?a=1;b, ой", "وي https://a.kz/?a=1;b، وي", id="after a URL"),
        pytest.param("ой {name}, ой", "وي {name}، وي", id="after a placeholder"),
        pytest.param("ой (Google), ой", "وي (Google)، وي", id="Latin between Kazakh"),
        pytest.param("ой. Hello, world?", "وي. Hello, world?", id="in Latin text"),
        pytest.param("Hello, ой", "Hello, وي", id="no Kazakh before"),
        pytest.param("2026; бұл", "2026؛ بۇل", id="a number before"),
        pytest.param("%(day)s, ой", "%(day)s، وي", id="a placeholder before"),
        pytest.param("1, 2,5, 3 ой", "1، 2,5، 3 وي", id="a list of numbers before"),
        pytest.param("1, 2, 3", "1, 2, 3", id="numbers alone"),
        pytest.param("好, 吗? ой", "好, 吗? وي", id="in Chinese text"),
    ],
)
def test_punctuation_turns_only_with_kazakh(text, expected):
    assert to_arabic(text) == expected


@pytest.mark.parametrize(
    "kept",
    same(
        "https://kk.wikipedia.org/wiki/Қазақ_(тіл)?а=б,в;г#д",
        "http://ой.қаз/ой",
        "www.қазақ.kz/ой",
        "egov.kz/қызмет?а=б",
        "mailto:ой@ой.kz",
        "ой.сөз@mail.kz",
        "Allianz SE",
        "Straße Łódź",
        "保险, 诈骗?",
        "2015.03.15",
        "1,000,000",
        "12:30",
        '<a href="/ой" title="сөз, ой">',
        "</b>",
        "<br/>",
        "<!-- сөз <b> ой -->",
        "&nbsp;",
        "&#1179;",
        "&#x49B;",
        "%(аты)s",
        "%(name)s",
        "%s",
        "%1$s",
        "%d",
        "%%",
        "{name}",
        "{аты}",
        "{0}",
        "{value:.2f}",
        "{{ аты }}",
        "{% ой %}",
        "![](ой/сөз.png)",
        "**",
        "# ",
        "- ",
        "> ",
        "`",
        "~~~",
        "| --- |",
        "Київ",
        "җәмләһ",
    ),
)
def test_what_is_not_kazakh_prose_is_kept(kept):
    assert to_arabic(f"сөз {kept} ой") == f"ءسوز {kept} وي"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("**сөз** _ой_", "**ءسوز** _وي_", id="emphasis"),
        pytest.param("[сөз](/ой)", "[ءسوز](/ой)", id="link"),
        pytest.param("[сөз](https://a.kz/ой), ой", "[ءسوز](https://a.kz/ой)، وي", id="link, mark"),
        pytest.param('![сөз](ой.png "ой")', '![ءسوز](ой.png "وي")', id="image with a title"),
        pytest.param("https://a.kz. Ой", "https://a.kz. وي", id="full stop after an address"),
        pytest.param("<b>сөз</b>&nbsp;ой", "<b>ءسوز</b>&nbsp;وي", id="tags"),
        pytest.param("QR-код", "QR-كود", id="Latin and Kazakh joined"),
        pytest.param("SMSпен 5G", "SMSپەن 5G", id="Latin with an ending"),
        pytest.param("%sдан %(n)dшы", "%sدان %(n)dشى", id="placeholder with an ending"),
        pytest.param("%50 үй, 50% ой", "%50 ءۇي، 50% وي", id="a per cent sign"),
        pytest.param("{сөз ой}", "{ءسوز وي}", id="braces around prose"),
        pytest.param("5 < ой", "5 < وي", id="less than"),
        pytest.param("сөз.Ой", "ءسوز.وي", id="no space after a full stop"),
        pytest.param("№7 ой\r\n\tсөз", "№7 وي\r\n\tءسوز", id="white space"),
    ],
)
def test_prose_around_what_is_kept_is_converted(text, expected):
    assert to_arabic(text) == expected


CODE = [
    '<script>var қ="сәлем";</script>',
    "<SCRIPT type=module>if (а<б) қ, б;</SCRIPT >",
    "<style>.қ { content: 'сөз, ой' }</style>",
    "<pre>сөз, <b>ой</b></pre>",
    "<pre><code class='қ'>сөз</code>\n\nой</pre>",
    "<code>сөз</code>",
    "`сөз`",
    '`қ = "сөз, ой"`',
    "``сөз ` ой\nой``",
    "```сөз```",
    "\n```py\nқ = сөз, ой\n\nой ``` ой\n```\n",
    "\n~~~~\nсөз\n~~~\nой\n~~~~\n",
    "\n> ```\n> сөз\n> ```\n",
    "\n- ```\n  сөз\n  ```\n",
]


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize("to", Script)
def test_code_is_kept_in_every_direction(code, to):
    text = f"сөз كۇن {code} ой كۇن"
    converted = convert(text, to).text
    assert code in converted
    assert converted != text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("сөз <code>ой", "ءسوز <code>وي", id="an element is none"),
        pytest.param("<pre>сөз <pre>ой</pre>", "<pre>ءسوز <pre>ой</pre>", id="before another"),
        pytest.param("сөз `ой", "ءسوز `وي", id="a backtick is none"),
        pytest.param("`сөз\n\nой`", "`ءسوز\n\nوي`", id="no span beyond its paragraph"),
        pytest.param("сөз ``` ой", "ءسوز ``` وي", id="a fence begins a line"),
        pytest.param("сөз <script>ой", "ءسوز <script>ой", id="a script goes to the end"),
        pytest.param("сөз\n```\nой", "ءسوز\n```\nой", id="a fence goes to the end"),
    ],
)
def test_code_that_is_not_closed(text, expected):
    assert to_arabic(text) == expected


def test_a_text_without_cyrillic_comes_back_as_it_is():
    text = "ءبىراق, قازىر? \u0678 \u0674 Hello; 保险"
    assert to_arabic(text) == text


@pytest.mark.parametrize(
    ("cyrillic", "certainty", "candidates"),
    [
        ("сөз", Certainty.RULE, ()),
        ("ит", Certainty.LEXICON, ()),
        ("ми", Certainty.AMBIGUOUS, ("مي", "ءمي")),
        ("ЖШС", Certainty.AMBIGUOUS, ("ج ش س", "جشس")),
        ("Ж", Certainty.RULE, ()),
    ],
)
def test_each_word_says_how_sure_it_is(cyrillic, certainty, candidates):
    [word] = convert(cyrillic, Script.ARAB).words
    assert (word.certainty, word.candidates) == (certainty, candidates)
