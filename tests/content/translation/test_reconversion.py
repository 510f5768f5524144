"""A changed spelling is offered to the texts that were converted before, with a preview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import (
    String,
    StringTranslation,
    TranslatableObject,
    TranslationContext,
)
from wagtail_localize.strings import StringValue

from campaigns.regions.roles import Role
from content.kazakh import to_arabic
from content.models import SpellingException
from content.translation import reconversion
from content.translation.spelling import forget
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def context():
    case = make_case("case")
    thing = TranslatableObject.objects.get_or_create_from_instance(case)[0]
    return TranslationContext.objects.create(object=thing, path="title")


@pytest.fixture
def word(django_user_model):
    made = SpellingException.objects.create(cyrillic="ми", arabic="ءمي")
    made.approve(django_user_model.objects.create_user("approver"))
    yield made
    forget()


def segment(context, chinese, cyrillic, arabic, *, confirmed=False) -> StringTranslation:
    """A segment written in Cyrillic, and its Arabic-script version; gives the latter."""
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    string = String.from_value(locales["zh-hans"], StringValue(chinese))

    def version(language, data, kind, tool):
        return StringTranslation.objects.create(
            translation_of=string,
            context=context,
            locale=locales[language],
            data=data,
            translation_type=kind,
            tool_name=tool,
        )

    version("kk", cyrillic, "manual", "")
    kind, tool = ("manual", "") if confirmed else ("machine", reconversion.TOOL)
    return version("kk-arab", arabic, kind, tool)


def test_a_converted_text_with_the_word_is_found_and_its_word_marked(context, word):
    row = segment(context, "脑", "Сөз, ми <b>Ми</b>.", "ءسوز، مي <b>مي</b>.")
    segment(context, "山", "Тау мицелий", "تاۋ ميتسەلي")
    [change] = reconversion.changes(word).changes
    assert change.row == row
    assert change.new == "ءسوز، ءمي <b>ءمي</b>."
    assert [part.text for part in change.parts.after if part.is_changed] == ["ءمي", "ءمي"]
    assert [part.text for part in change.parts.before if part.is_changed] == ["مي", "مي"]


def test_confirmed_texts_are_found_only_when_asked_for(context, word):
    segment(context, "脑", "ми", "مي", confirmed=True)
    assert reconversion.changes(word).changes == []
    [change] = reconversion.changes(word, confirmed=True).changes
    assert change.is_confirmed


def test_what_a_person_wrote_around_the_word_stays(context, word):
    segment(context, "脑", "сөз ми", "مي دەگەن بىرنارسە، سوز", confirmed=True)
    [change] = reconversion.changes(word, confirmed=True).changes
    assert change.new == "ءمي دەگەن بىرنارسە، سوز"


def test_an_entry_that_is_switched_off_gives_the_rules_back(context, word):
    segment(context, "脑", "ми", "ءمي")
    word.is_active = False
    word.save()
    [change] = reconversion.changes(word).changes
    assert change.new == "مي"


def test_a_cyrillic_draft_follows_too(context, django_user_model):
    name = SpellingException.objects.create(cyrillic="Айгүл", arabic="ايگۇل")
    name.approve(django_user_model.objects.create_user("approver"))
    row = segment(context, "阿依古丽", "1 айгүл", "1 ايگۇل", confirmed=True)
    StringTranslation.objects.filter(locale__language_code="kk").update(
        translation_type="machine", tool_name=reconversion.TOOL
    )
    [change] = reconversion.changes(name).changes
    assert (change.row.translation_of, change.new) == (row.translation_of, "1 Айгүл")


def test_taking_a_change_leaves_it_to_be_read_again(context, word):
    row = segment(context, "脑", "ми", "مي", confirmed=True)
    left = segment(context, "大脑", "ми", "مي")
    [first, _second] = reconversion.changes(word, confirmed=True).changes
    assert reconversion.apply(word, [first.key]) == (1, 0)
    row.refresh_from_db()
    left.refresh_from_db()
    assert (row.data, row.translation_type, row.tool_name) == ("ءمي", "machine", "kazakh-script")
    assert left.data == "مي"


def test_a_text_changed_since_it_was_seen_is_left_alone(context, word):
    row = segment(context, "脑", "ми", "مي")
    [change] = reconversion.changes(word).changes
    StringTranslation.objects.filter(pk=row.pk).update(data="مي!")
    assert reconversion.apply(word, [change.key]) == (0, 1)
    row.refresh_from_db()
    assert row.data == "مي!"


@pytest.mark.parametrize("key", ["", "x", "-", "1", "99999999999999999999-ab", "²-a"])
def test_keys_that_name_nothing_change_nothing(context, word, key):
    row = segment(context, "脑", "ми", "مي")
    assert reconversion.apply(word, [key])[0] == 0
    row.refresh_from_db()
    assert row.data == "مي"


def test_pages_follow_each_other_and_end(context, word):
    for number in range(5):
        segment(context, f"脑{number}", "ми", "مي")
    first = reconversion.changes(word, size=3)
    second = reconversion.changes(word, size=3, after=first.next_after)
    assert [len(first.changes), len(second.changes)] == [3, 2]
    assert second.next_after is None


def test_a_page_costs_the_same_for_5_and_50_texts(context, word, client, person):
    client.force_login(person(Role.TRANSLATOR, "654300"))
    url = reverse("kazakh_spelling:effects", args=[word.pk])
    counts = []
    for size in (5, 45):
        for number in range(size):
            segment(context, f"脑{size}-{number}", "ми", "مي")
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_translator_takes_what_is_ticked_on_screen(context, word, client, person):
    row = segment(context, "脑", "ми", "مي")
    client.force_login(person(Role.TRANSLATOR, "654300"))
    url = reverse("kazakh_spelling:effects", args=[word.pk])
    page = client.get(url)
    [change] = page.context["found"].changes
    assert "<mark>ءمي</mark>" in page.content.decode()
    client.post(reverse("kazakh_spelling:reconvert", args=[word.pk]), {"take": change.key})
    row.refresh_from_db()
    assert row.data == to_arabic("ми").replace("مي", "ءمي")
    assert client.get(url).context["found"].changes == []


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "²"])
def test_a_page_that_is_no_number_is_the_first_or_empty(word, client, person, after):
    client.force_login(person(Role.TRANSLATOR, "654300"))
    url = reverse("kazakh_spelling:effects", args=[word.pk])
    assert client.get(url, {"after": after}).status_code == 200
