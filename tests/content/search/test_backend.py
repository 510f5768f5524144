"""Editors find a piece by any part of its Chinese title, whatever they type."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from content.models import EducationPage
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("query", ["退", "退保", "代理退保骗局", "骗局", "agent-1", "退保 骗局"])
def test_any_part_of_a_title_finds_the_piece(query):
    page = make_case("agent-1", title="代理退保骗局")
    make_case("other", title="看懂车险理赔", summary="")
    assert [p.pk for p in EducationPage.objects.search(query)] == [page.pk]


@pytest.mark.parametrize("query", ["退", "退保", "代理退"])
def test_choosers_complete_what_is_being_typed(query):
    page = make_case("agent-1", title="代理退保骗局")
    assert page.pk in [p.pk for p in Page.objects.autocomplete(query)]


@pytest.mark.parametrize("query", ['"', 'a"b', "'", "*", "NEAR(", "^", "-", "AND", "\\", "%", "\0"])
def test_what_an_engine_would_take_for_its_own_language_does_no_harm(query):
    make_case("agent-1")
    list(Page.objects.search(query))
    list(Page.objects.autocomplete(query))


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(query=st.text(max_size=40))
def test_no_text_breaks_the_search(query):
    list(Page.objects.search(query))
