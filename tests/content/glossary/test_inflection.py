"""Whether a Kazakh text uses a wording, in whatever form its words take."""

import pytest

from content.glossary.inflection import uses, words_of
from content.kazakh import to_arabic

# Words are compared as the site spells them: its lexicon is a table.
pytestmark = pytest.mark.django_db

USED = [
    ("сақтандыру шарты", "Сақтандыру шартының мазмұнын мұқият оқыңыз."),
    ("сақтандыру шарты", "Екі сақтандыру шарттары жасалды."),
    ("сақтандыру шарты", "Ол <b>сақтандыру</b> шартын бұзды."),
    ("сақтандыру полисі", "Полисі жоқ, бірақ сақтандыру полистері бар еді."),
    ("салық", "Салығын төледі."),
    ("салық", "Бұл салықтың мөлшері"),
    ("сыйлықақы", "сақтандыру сыйлықақысын төлеу керек"),
    ("несие", "Банктен несиені қайтарды."),
    ("несие алу", "Азамат несие алды."),
    ("сақтандырудан шығу", "Ли мырза сақтандырудан өз еркімен шықты."),
    ("сақтандырудан шығу", "сақтандырудан шығып кеткен"),
    ("заңсыз қаржы жинау", "Олар заңсыз қаржы жинаған."),
    ("алаяқтық", "Алаяқтыққа алданып қалмаңыз"),
    ("алаяқтық", "телефон алаяқтығы"),
    ("пайыздық мөлшерлеме", "пайыздық мөлшерлемесі 5 %"),
    ("өтем", "Өтемді бермеді"),
    ("ЖИ", "ЖИ арқылы"),
    ("банк", "банкке барды"),
]
UNUSED = [
    ("сақтандыру шарты", "Сақтандыру туралы келісім."),
    ("сақтандыру шарты", "Бұл сақтандыру емес. Шарты басқа."),
    ("сақтандыру шарты", "шартының сақтандыру бөлімі"),
    ("сақтандыру", "Сақтандырушы келді."),
    ("несие", "Несібе келді."),
    ("салық", "Сала дамыды."),
    ("полис", "Полиция келді."),
    ("алу", "Алма жеді."),
    ("несие", ""),
]


@pytest.mark.parametrize(("wording", "text"), USED)
def test_inflected_words_are_a_use(wording, text):
    assert uses(words_of(text), words_of(wording))


@pytest.mark.parametrize(("wording", "text"), USED)
def test_the_same_holds_in_arabic_script_and_across_the_scripts(wording, text):
    assert uses(words_of(to_arabic(text)), words_of(to_arabic(wording)))
    assert uses(words_of(to_arabic(text)), words_of(wording))
    assert uses(words_of(text), words_of(to_arabic(wording)))


@pytest.mark.parametrize(("wording", "text"), UNUSED)
def test_other_words_are_none(wording, text):
    assert not uses(words_of(text), words_of(wording))
    assert not uses(words_of(to_arabic(text)), words_of(wording))


def test_the_hamzas_are_alike():
    assert uses(words_of("\u0674ولىم"), words_of("\u0621ولىم"))


def test_an_empty_wording_is_used_nowhere():
    assert not uses(words_of("сақтандыру"), [])
