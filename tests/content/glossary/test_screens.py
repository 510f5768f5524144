"""The list of terms, its search and filters, and settling many at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.regions.roles import Role
from content.kazakh import to_arabic
from content.models import GlossaryTerm

LIST = "wagtailsnippets_content_glossaryterm:list"


@pytest.fixture
def listed(client, person):
    client.force_login(person(Role.TRANSLATOR, "000000"))

    def ask(**query) -> list[str]:
        answer = client.get(reverse(LIST), query)
        assert answer.status_code == 200
        return [one.zh for one in answer.context["object_list"]]

    return ask


@pytest.mark.parametrize(
    "query", ["退保", "解约", "сақтандырудан", to_arabic("шығу"), "БҰЗУ", to_arabic("бұзу")]
)
def test_a_term_is_found_by_any_of_its_words_in_any_script(listed, term, query):
    term("退保", "сақтандырудан шығу", synonyms="解约", variants="шартты бұзу")
    term("存款", "салым")
    assert listed(q=query) == ["退保"]


@pytest.mark.parametrize("query", ['"', "%", "\\", "a" * 10_000, "🙂", "' OR 1=1"])
def test_odd_queries_find_nothing_and_break_nothing(listed, term, query):
    term("退保", "сақтандырудан шығу")
    assert listed(q=query) == []


def test_the_search_takes_no_more_than_a_wording_may_hold_and_says_so(client, person, term):
    wording = "ш" * 200
    term("退保", wording)
    client.force_login(person(Role.EDITOR, "000000"))
    answer = client.get(reverse(LIST), {"q": wording + "ы"})
    assert answer.context["search_form"]["q"].field.widget.attrs["maxlength"] == 200
    assert [one.zh for one in answer.context["object_list"]] == ["退保"]
    assert "200" in str(next(iter(answer.context["messages"])))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_wagtails_own_export_leads_to_ours_under_the_same_filters(client, person, term, kind):
    term("退保", "шығу", subject="insurance")
    term("存款", "салым", subject="banking")
    client.force_login(person(Role.EDITOR, "000000"))
    answer = client.get(reverse(LIST), {"export": kind, "subject": "banking"}, follow=True)
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    assert "存款" in text
    assert "退保" not in text


def test_filters_narrow_the_list(listed, term):
    term("退保", "шығу", subject="insurance", status="approved")
    term("存款", "салым", subject="banking")
    assert listed(status="approved") == ["退保"]
    assert listed(subject="banking") == ["存款"]


def test_the_list_takes_as_many_queries_for_50_terms_as_for_5(listed, term, admin_user):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            listed()
        return len(asked)

    for number in range(5):
        term(f"词{number}", "салым", status="approved", approved_by=admin_user)
    listed()
    few = cost()
    for number in range(5, 50):
        term(f"词{number}", "салым", status="approved", approved_by=admin_user)
    assert cost() == few


def test_the_list_shows_each_script_in_its_language_and_direction(client, person, term):
    term("退保", "шығу")
    client.force_login(person(Role.EDITOR, "000000"))
    page = client.get(reverse(LIST)).content.decode()
    assert f'<bdi lang="kk-Arab" dir="rtl">{to_arabic("шығу")}</bdi>' in page
    assert '<bdi lang="kk-Cyrl" dir="ltr">шығу</bdi>' in page


def bulk(act: str, *terms) -> str:
    ids = "&".join(f"id={one.pk}" for one in terms)
    url = reverse("wagtail_bulk_action", args=["content", "glossaryterm", act])
    return f"{url}?{ids}&next={reverse(LIST)}"


def test_a_reviewer_approves_many_at_once_in_their_name(client, person, term):
    terms = [term("退保", "шығу"), term("存款", "салым")]
    client.force_login(person(Role.REVIEWER, "000000"))
    assert "退保" in client.get(bulk("approve_terms", *terms)).content.decode()
    client.post(bulk("approve_terms", *terms))
    assert [one.status for one in GlossaryTerm.objects.all()] == ["approved", "approved"]
    assert {one.approved_by.username for one in GlossaryTerm.objects.all()} == {"reviewer-000000"}


def test_a_translator_settles_none(client, person, term):
    one = term("退保", "шығу", status="proposed")
    client.force_login(person(Role.TRANSLATOR, "000000"))
    client.post(bulk("use_terms", one))
    assert GlossaryTerm.objects.get().status == "proposed"
