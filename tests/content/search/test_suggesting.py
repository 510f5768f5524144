"""Did you mean: words of bodies, risks and the glossary, and what inflected words come from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.kazakh import to_arabic
from content.models import Category, EducationPage, GlossaryTerm, SearchWord
from content.search import suggesting, vocabulary
from content.search.asking import read
from content.search.finding import How, find
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def body(*lines: str) -> list:
    return [("case", {"heading": "", "text": [("markdown", "\n\n".join(lines))]})]


def write_in(language: str, code: str, title: str, *lines: str):
    """A piece in one of the Kazakh scripts, given in Cyrillic."""
    spell = to_arabic if language == "kk-arab" else str
    return make_case(
        code, title=spell(title), summary="", language=language, body=body(*map(spell, lines))
    )


@pytest.fixture(params=["as it is published", "after a rebuild"])
def learned(request):
    """Make the vocabulary as good as it gets in either way."""
    return vocabulary.rebuild if "rebuild" in request.param else lambda: None


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("сактандыру", "kk", "сақтандыру"),
        ("сқтандыру", "kk", "сақтандыру"),
        ("нсие", "kk", "несие"),
        ("бораан", "kk", "боран"),
        ("ساكتاندىرۋ", "kk-arab", to_arabic("сақтандыру")),
        ("سقتاندىرۋ", "kk-arab", to_arabic("сақтандыру")),
        ("نەسيا", "kk-arab", to_arabic("несие")),
        ("بوراان", "kk-arab", to_arabic("боран")),
    ],
)
def test_a_slip_in_a_common_word_finds_it(learned, typed, language, meant):
    """Words of a body, and the stem of a title's word."""
    page = write_in(
        language, "a", "Борандағы шығын", "Сақтандыру мен несие.", "Сақтандыру да, несие де."
    )
    learned()
    found = find(typed, language)
    assert (found.how, found.used.text) == (How.CORRECTED, meant)
    assert found.keys == [page.pk]


@pytest.mark.parametrize("language", ["kk", "kk-arab"])
def test_forms_of_one_word_count_together(learned, language):
    write_in(language, "a", "Шығын", "Жинақтағы ақша. Жинаққа салу.")
    learned()
    assert find("жинакқ", language).used.text.startswith(
        "жинақ" if language == "kk" else to_arabic("жинақ")
    )


def test_a_word_that_a_body_has_once_is_no_word_to_go_by(learned):
    write_in("kk", "a", "Шығын", "Бір рет: қымбатшылық.")
    learned()
    assert suggesting.suggestions(read("қымбатшылық".replace("ш", "щ")), "kk") == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("xianjinjiazh", "现金价值"), ("xianjinjiazhi", "现金价值")]
)
def test_pinyin_of_a_term_finds_the_text_that_has_it(learned, typed, meant):
    """A text is not found by its sounds; the glossary knows which characters they are."""
    GlossaryTerm.objects.all().delete()
    GlossaryTerm.objects.create(zh="现金价值", status=GlossaryTerm.Status.IN_USE)
    page = make_case("a", title="退保骗局", summary="", body=body("退还的是现金价值。"))
    learned()
    found = find(typed, "zh-hans")
    assert (found.used.text, found.keys) == (meant, [page.pk])


@pytest.mark.parametrize(("language", "named"), [("kk", "алаяқтық"), ("kk-arab", "الاياقتىق")])
def test_the_name_of_a_risk_is_known(learned, language, named):
    category = Category.objects.create(
        slug="x", name="某种风险", name_kk="Алаяқтық", name_kk_arab="الاياقتىق"
    )
    write_in(language, "a", "Шығын", "Бұл — алаяқтық.")
    learned()
    found = find("алаякқтық", language)
    assert found.used.text == named
    assert str(category) == "某种风险"


def test_what_finds_nothing_is_not_suggested(learned):
    GlossaryTerm.objects.create(zh="某词", kk="жарғылық", status=GlossaryTerm.Status.IN_USE)
    write_in("kk", "a", "Шығын", "Ештеңе жоқ.")
    learned()
    found = find("жаргылық", "kk")
    assert found.how == How.AS_ASKED
    assert not found.keys
    assert not found.suggestions


def test_a_further_suggestion_finds_something_too(learned):
    write_in("kk", "a", "салық туралы")
    GlossaryTerm.objects.create(zh="某词", kk="халық", status=GlossaryTerm.Status.IN_USE)
    learned()
    found = find("ғалық", "kk")
    assert found.used.text == "салық"
    assert found.suggestions == []


def test_a_term_given_up_is_forgotten_at_a_rebuild():
    GlossaryTerm.objects.create(zh="某词", kk="жарғылық", status=GlossaryTerm.Status.DEPRECATED)
    vocabulary.rebuild()
    assert not SearchWord.objects.filter(language="kk", shown="жарғылық").exists()


def test_a_long_body_brings_so_many_words_and_no_more(monkeypatch):
    monkeypatch.setattr(vocabulary, "MOST_OF_A_BODY", 5)
    monkeypatch.setattr(vocabulary, "MOST_OF_BODIES", 5)
    words = [
        f"сөз{a}{b}".translate(str.maketrans("0123456789", "абвгджзклм"))
        for a in range(10)
        for b in range(10)
    ]
    SearchWord.objects.all().delete()
    write_in("kk", "a", "Шығын", *words, *words)
    known = SearchWord.objects.filter(language="kk", shown__startswith="сөз")
    assert 1 <= known.count() <= 5
    vocabulary.rebuild()
    assert 1 <= known.count() <= 5


def test_a_suggestion_costs_the_same_however_many_pieces_there_are():
    costs = []
    for wanted in (2, 12):
        for number in range(EducationPage.objects.count(), wanted):
            write_in("kk", f"a-{number}", f"Борандағы шығын {number}", "Сақтандыру, сақтандыру.")
        find("сактандыру", "kk")
        with CaptureQueriesContext(connection) as queries:
            find("сактандыру", "kk")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20
