"""Editors find a piece by any part of its title, whatever they type and in whatever script."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail.search.query import MATCH_ALL, Phrase, PlainText

from content.kazakh import to_arabic
from content.models import EducationImage, EducationPage, SearchEntry
from content.search import index, texts
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


@pytest.mark.parametrize(
    "title",
    [
        "轻信“全额退保”，赔了费用又丢保障",
        "3·15：P2P平台2026年案例（一）",
        "Даусы да, жүзі де немересі ь ЖШС",
        "«ميلليون قورعاۋ» الداۋى، ەكراندى ج ش س",
    ],
)
def test_every_part_of_up_to_four_characters_finds_its_page(title):
    page = make_case("whole", title=title, summary="")
    parts = {title[n : n + length] for length in (1, 2, 3, 4) for n in range(len(title))}
    asked = [part for part in sorted(parts) if any(map(str.isalnum, part))]
    assert [part for part in asked if not Page.objects.filter(pk=page.pk).search(part)] == []


@pytest.mark.parametrize(
    "query",
    ["全額退保", "ｑｕａｎｅ", "quanetuibao", "quane", "tuib", "etb", "qetb", "全额　退保", "额退"],
)
def test_traditional_wide_and_pinyin_find_a_chinese_title(query):
    page = make_case("a", title="轻信“全额退保”")
    make_case("b", title="看懂车险理赔", summary="")
    assert [p.pk for p in EducationPage.objects.autocomplete(query)] == [page.pk]


@pytest.mark.parametrize("query", ["немересі", "немерелерінің", "نەمەرەسى", "نەمەرەم"])
@pytest.mark.parametrize("language", ["kk", "kk-arab"])
def test_either_kazakh_script_finds_the_other(query, language):
    title = "Даусы немересі"
    title = title if language == "kk" else to_arabic(title)
    page = make_case("a", title=title, language=language)
    make_case("b", title="Борандағы шығын", language="kk", summary="")
    assert [p.pk for p in EducationPage.objects.search(query)] == [page.pk]


def test_a_title_comes_before_a_summary_before_a_body():
    body = [("case", {"heading": "", "text": [("markdown", "有人退保。")]})]
    other = [("case", {"heading": "", "text": [("markdown", "无")]})]
    in_body = make_case("body", title="甲", summary="乙", body=body)
    in_summary = make_case("summary", title="甲", summary="退保", body=other)
    in_title = make_case("title", title="退保", summary="乙", body=other)
    found = [p.pk for p in EducationPage.objects.search("退保")]
    assert found == [in_title.pk, in_summary.pk, in_body.pk]
    assert [p.pk for p in EducationPage.objects.search("退保", fields=["title"])] == [in_title.pk]
    scored = EducationPage.objects.search("退保").annotate_score("score")
    assert sorted((p.score for p in scored), reverse=True) == [p.score for p in scored]


def test_slices_counts_and_orders_agree():
    pages = [make_case(f"a-{n}", title=f"退保{n}") for n in range(7)]
    results = EducationPage.objects.search("退保")
    whole = [p.pk for p in results]
    assert sorted(whole) == sorted(p.pk for p in pages)
    assert [p.pk for p in EducationPage.objects.search("退保")[2:5]] == whole[2:5]
    assert results.count() == 7
    by_title = EducationPage.objects.order_by("title").search("退保", order_by_relevance=False)
    assert [p.title for p in by_title] == sorted(p.title for p in pages)
    assert sum(EducationPage.objects.search("退保").facet("content_type_id").values()) == 7


@pytest.mark.parametrize("batch", [5000, 1], ids=["the newest first", "too many for that"])
def test_older_matches_are_found_behind_many_newer_ones_of_other_listings(batch, monkeypatch):
    """Two are wanted; the ten newest of all, which are looked at first, have none."""
    monkeypatch.setattr("content.search.backend._BATCH", batch)
    wanted = [make_case(f"old-{n}", title="退保", date=date(2026, 1, n)) for n in (1, 2, 3)]
    in_summary = make_case("old-4", title="甲", summary="退保", date=date(2026, 2, 1))
    for number in range(12):
        make_case(f"new-{number}", title="退保", date=date(2026, 3, 1), live=False)
    ours = EducationPage.objects.filter(live=True)
    in_order = [*(p.pk for p in reversed(wanted)), in_summary.pk]
    for start, stop in ((0, 2), (1, 3), (2, 4), (3, 9)):
        found = [p.pk for p in ours.search("退保")[start:stop]]
        assert found == in_order[start:stop]


def test_the_ways_to_combine_queries():
    one = make_case("one", title="退保骗局")
    two = make_case("two", title="车险理赔", summary="")
    pages = EducationPage.objects.filter(pk__in=[one.pk, two.pk])

    def found(query, **options) -> set[int]:
        return {p.pk for p in pages.search(query, **options)}

    assert found("退保 理赔") == set()
    assert found("退保 理赔", operator="or") == {one.pk, two.pk}
    assert found(Phrase("退保")) == {one.pk}
    assert found(PlainText("退保") | PlainText("理赔")) == {one.pk, two.pk}
    assert found(~PlainText("退保")) == {two.pk}
    assert found(MATCH_ALL) == {one.pk, two.pk}


def test_the_index_follows_what_is_changed_and_deleted():
    page = make_case("a", title="退保骗局", summary="")
    page.title = "车险理赔"
    page.save_revision().publish()
    assert not EducationPage.objects.search("退保骗局", fields=["title"])
    assert EducationPage.objects.search("理赔")
    key = page.pk
    page.delete()
    assert not SearchEntry.objects.filter(object_id=key).exists()


def test_a_code_finds_its_piece_and_does_not_stand_in_its_text():
    page = make_case("livestock-claim")
    assert [p.pk for p in EducationPage.objects.search("livestock-claim")] == [page.pk]
    (text,) = texts.plain_texts(index.page_entries([page.pk])).values()
    assert text
    assert "livestock" not in text


def test_pictures_are_found_too():
    picture = EducationImage.objects.create(title="草原上的羊", file=get_test_image_file())
    assert [p.pk for p in EducationImage.objects.search("上的")] == [picture.pk]


def test_update_index_makes_it_all_anew():
    page = make_case("a", title="退保骗局")
    index.Index(None).reset()
    assert index.is_outdated()
    call_command("update_index", stdout=StringIO())
    assert not index.is_outdated()
    assert [p.pk for p in EducationPage.objects.search("退保骗局")] == [page.pk]


def test_an_index_of_an_older_shape_is_noticed():
    make_case("a")
    assert not index.is_outdated() or SearchEntry.objects.count() < Page.objects.count()
    call_command("update_index", stdout=StringIO())
    SearchEntry.objects.update(shape=0)
    assert index.is_outdated()


def test_update_index_forgets_what_went_without_a_word():
    page = make_case("a")
    entry = SearchEntry.objects.get(object_id=page.pk)
    gone = 10_000 + page.pk
    SearchEntry.objects.filter(pk=entry.pk).update(id=entry.pk + 10_000, object_id=gone)
    call_command("update_index", stdout=StringIO())
    assert set(SearchEntry.objects.values_list("object_id", flat=True)) >= {page.pk}
    assert not SearchEntry.objects.filter(object_id=gone).exists()


class TestEditorsScreens:
    @pytest.fixture(autouse=True)
    def _pages(self):
        make_case("zh", title="全额退保骗局")
        make_case("kk", title="Даусы немересі", language="kk")
        make_case("kk-arab", title=to_arabic("Даусы немересі"), language="kk-arab")

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("额退", {"全额退保骗局"}),
            ("quanetui", {"全额退保骗局"}),
            ("немерелер", {"Даусы немересі", "داۋسى نەمەرەسى"}),
            ("نەمەرەسى", {"Даусы немересі", "داۋسى نەمەرەسى"}),
        ],
    )
    @pytest.mark.parametrize(
        "screen", ["wagtailadmin_choose_page_search", "wagtailadmin_pages:search"]
    )
    def test_the_chooser_and_the_pages_search_find_all_scripts(
        self, admin_client, query, titles, screen
    ):
        found = admin_client.get(reverse(screen), {"q": query}).content.decode()
        every = {"全额退保骗局", "Даусы немересі", "داۋسى نەمەرەسى"}
        assert {title for title in every if title in found} == titles

    def test_so_does_the_explorer(self, admin_client):
        section = EducationPage.objects.get(code="zh").get_parent()
        address = reverse("wagtailadmin_explore", args=[section.pk])
        found = admin_client.get(address, {"q": "tuibao"}).content.decode()
        assert "全额退保骗局" in found
        assert "全额退保骗局" not in admin_client.get(address, {"q": "lipei"}).content.decode()


def test_a_search_takes_the_same_queries_whatever_it_finds():
    costs = []
    for wanted in (5, 50):
        have = EducationPage.objects.count()
        for number in range(have, wanted):
            make_case(f"a-{number}", title=f"退保{number}")
        with CaptureQueriesContext(connection) as queries:
            results = EducationPage.objects.search("退保")
            list(results[:5])
            results.count()
        costs.append(len(queries))
    assert costs[0] == costs[1]


class TestAnyInput:
    @pytest.mark.parametrize(
        "query",
        ['"', 'a"b', "'", "*", "NEAR(", "^", "-", "AND", "\\", "%", "\0", "a\0b", "😀", "退😀保",
         "a:*", "title:退", "{title} : x", "'; DROP TABLE", "a" * 10_000, "退" * 10_000,
         "а б " * 5_000, "\ud800", "!" * 10_000, "ـ", "\u200f"],
    )  # fmt: skip
    def test_what_an_engine_would_take_for_its_own_language_does_no_harm(self, query):
        make_case("agent-1")
        list(Page.objects.search(query))
        list(Page.objects.autocomplete(query))
        list(Page.objects.search(query, operator="or"))

    @settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(query=st.text(max_size=40))
    def test_no_text_breaks_the_search(self, query):
        list(Page.objects.search(query))

    @settings(
        max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(title=st.text(min_size=1, max_size=40).filter(str.strip))
    def test_no_title_breaks_the_index(self, title):
        title = title.replace("\x00", "").encode("utf-8", "ignore").decode() or "a"
        page = make_case("a", title="甲")
        page.title = title
        index.keep(type(page), [page])
        page.delete()
