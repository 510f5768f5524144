"""The editors' spelling lexicon: who writes it, who lets it count, and that it counts at once."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.urls import reverse

from campaigns.regions.roles import Role
from content.kazakh import to_arabic, to_cyrillic
from content.models import SpellingException
from content.translation.spelling import forget, profile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget():
    forget()
    yield
    forget()


def entry(cyrillic="ми", arabic="ءمي", **fields) -> SpellingException:
    made = SpellingException(cyrillic=cyrillic, arabic=arabic, **fields)
    made.full_clean()
    made.save()
    return made


def test_only_an_approved_entry_counts_and_at_once(django_user_model):
    word = entry()
    assert to_arabic("ми", profile()) == "مي"
    word.approve(django_user_model.objects.create_user("reviewer"))
    assert to_arabic("ми", profile()) == "ءمي"
    assert to_cyrillic("1 ءمي", profile()) == "1 ми"


def test_an_entry_that_is_switched_off_does_not_count(django_user_model):
    word = entry()
    word.approve(django_user_model.objects.create_user("reviewer"))
    word.is_active = False
    word.save()
    assert to_arabic("ми", profile()) == "مي"


def test_a_changed_word_has_to_be_approved_again(django_user_model):
    word = entry()
    word.approve(django_user_model.objects.create_user("reviewer"))
    word.note = "why"
    word.save()
    assert word.approved_at
    word.arabic = "مىي"
    word.save()
    assert (word.approved_at, word.approved_by) == (None, None)


def test_the_lexicon_is_read_once_until_it_changes(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert profile() is profile()


def test_a_change_by_another_process_is_seen_by_the_next_request(client, django_user_model):
    word = entry()
    profile()
    someone = django_user_model.objects.create_user("reviewer")
    # As another process does it: no signal reaches this one.
    SpellingException.objects.filter(pk=word.pk).update(
        approved_by=someone, approved_at="2026-03-01T00:00Z"
    )
    assert to_arabic("ми", profile()) == "مي"
    client.get("/healthz")
    assert to_arabic("ми", profile()) == "ءمي"


def test_the_settings_decide_the_disputed_points(settings):
    settings.KAZAKH_HAMZA = "\u0674"
    settings.KAZAKH_HAMZA_WITH_UVULAR = False
    settings.KAZAKH_TSE = "س"
    assert to_arabic("біз бірақ цирк", profile()) == "\u0674بىز بىراق سيرك"


def test_a_misspelt_setting_is_named(monkeypatch):
    from edu_cms.settings import base

    monkeypatch.setenv("KAZAKH_TSE", "z")
    with pytest.raises(ImproperlyConfigured, match="KAZAKH_TSE must be one of ts, s, not 'z'"):
        base.one_of("KAZAKH_TSE", {"ts": "تس", "s": "س"})


@pytest.mark.parametrize(
    ("cyrillic", "arabic", "field"),
    [
        ("мi", "مي", "cyrillic"),  # a Latin i
        ("ми ми", "مي", "cyrillic"),
        ("ми", "ми", "arabic"),
        ("ми", "مي مي", "arabic"),
        ("ми", "مءي", "arabic"),
        ("ми", "ء", "arabic"),
        ("ми", "خي", "arabic"),
        ("", "مي", "cyrillic"),
    ],
)
def test_each_side_is_one_word_in_its_own_script(cyrillic, arabic, field):
    with pytest.raises(ValidationError) as refused:
        entry(cyrillic, arabic)
    assert list(refused.value.message_dict) == [field]


def test_a_word_has_one_entry_whatever_its_capitals():
    entry("ми", "ءمي")
    with pytest.raises(ValidationError) as refused:
        entry("Ми", "مي")
    assert "cyrillic" in refused.value.message_dict


def test_both_hamzas_are_one():
    assert entry("ми", "\u0674مي").arabic == "\u0621مي"


# --- On screen ------------------------------------------------------------------------------------

FORM = {"cyrillic": "ми", "arabic": "ءمي", "note": "", "is_active": "on"}
ADD = "wagtailsnippets_content_spellingexception:add"


def test_a_translator_adds_and_a_reviewer_approves(client, person):
    client.force_login(person(Role.TRANSLATOR, "654300"))
    response = client.post(reverse(ADD), FORM)
    word = SpellingException.objects.get()
    assert response.url == reverse("kazakh_spelling:effects", args=[word.pk])
    approve = reverse("kazakh_spelling:approve", args=[word.pk])
    assert approve not in client.get(response.url).content.decode()
    client.post(approve)
    word.refresh_from_db()
    assert word.approved_at is None
    client.force_login(reviewer := person(Role.REVIEWER, "000000"))
    assert approve in client.get(response.url).content.decode()
    client.post(approve)
    word.refresh_from_db()
    assert word.approved_by == reviewer
    assert word.is_in_use


def test_a_form_names_the_field_that_is_wrong(client, person):
    client.force_login(person(Role.TRANSLATOR, "654300"))
    page = client.post(reverse(ADD), FORM | {"arabic": "abc"})
    assert page.status_code == 200
    assert "arabic" in page.context["form"].errors
    assert not SpellingException.objects.exists()


def test_the_list_costs_the_same_for_5_and_50(client, person, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(reviewer := person(Role.REVIEWER, "000000"))
    url = reverse("wagtailsnippets_content_spellingexception:list")
    counts = []
    for size in (5, 45):
        for number in range(size):
            name = "".join("абвгдежзкл"[int(digit)] for digit in f"{size}{number:03}")
            entry(name, to_arabic(name).lstrip("ء") or "ا").approve(reviewer)
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]
