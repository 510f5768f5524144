"""Where it is seen that a version is out of date, and where that is dealt with."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.regions.roles import Role
from content.models import VersionRecord
from edu_cms.page_cache import drop_cached_pages
from tests.content.translation.test_staleness import publish
from tests.factories import make_case, section

pytestmark = pytest.mark.django_db


def outdated(number: int, language: str = "kk"):
    original = publish(make_case(f"c{number}", live=False))
    page = make_case(
        f"c{number}-{language}", language=language, live=False, translation_of=original
    )
    publish(page)
    publish(original, summary="另一个摘要")
    return page


def html_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def changes():
    page = outdated(1)
    return page, reverse("versions:changes", args=[page.pk])


class TestScreen:
    def test_shows_old_and_new(self, client, person, changes):
        client.force_login(person(Role.TRANSLATOR))
        html = html_of(client.get(changes[1]))
        assert [cell.get_text(strip=True) for cell in html.select("tbody td")] == [
            "摘要",
            "另一个摘要",
        ]
        assert [part.get_text() for part in html.select("del, ins")] == ["另一个"]
        assert not html.select("form textarea")

    def test_lets_a_reviewer_declare_it_immaterial_and_take_that_back(
        self, client, person, changes
    ):
        page, url = changes
        client.force_login(person(Role.REVIEWER))
        assert "理由" in html_of(client.get(url)).form.get_text()
        html = html_of(client.post(url, {"reason": "只改了标点"}, follow=True))
        assert "只改了标点" in html.select_one(".versions").get_text()
        assert not VersionRecord.objects.stale().exists()
        client.post(url, {"take_back": "1"})
        assert VersionRecord.objects.stale().filter(pk=page.pk).exists()

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
    def test_names_the_field_that_is_wrong(self, client, person, changes, reason):
        client.force_login(person(Role.REVIEWER))
        html = html_of(client.post(changes[1], {"reason": reason}))
        assert html.select_one("#panel-child, .w-field__errors, .error-message").get_text(
            strip=True
        )
        assert VersionRecord.objects.stale().exists()

    def test_refuses_who_has_not_the_right(self, client, person, changes):
        client.force_login(person(Role.TRANSLATOR))
        client.post(changes[1], {"reason": "x"})
        assert VersionRecord.objects.stale().exists()

    def test_says_so_where_there_is_nothing(self, client, person):
        page = publish(make_case("fine", live=False))
        client.force_login(person(Role.REVIEWER))
        url = reverse("versions:changes", args=[page.pk])
        assert html_of(client.get(url)).select_one(".help-info")
        assert client.post(url, {"reason": "x"}).status_code == 302

    def test_is_not_there_for_who_does_not_work_on_this_page(self, client, person, changes):
        client.force_login(person(Role.TRANSLATOR))
        chinese = reverse("versions:changes", args=[make_case("other").pk])
        assert client.get(chinese).status_code == 404
        assert client.get(reverse("versions:changes", args=[0])).status_code == 404


class TestLists:
    def test_mark_it(self, client, person, changes):
        client.force_login(person(Role.EDITOR))
        listing = html_of(
            client.get(reverse("wagtailadmin_explore", args=[section("cases", "kk").pk]))
        )
        assert [
            mark["href"] for mark in listing.select("td a.w-status--primary[href^='/admin/']")
        ] == [changes[1]]

    def test_cost_the_same_for_any_number(self, client, person):
        client.force_login(person(Role.EDITOR))
        url = reverse("wagtailadmin_explore", args=[section("cases", "kk").pk])
        counts = []
        for numbers in (range(3), range(3, 12)):
            for number in numbers:
                outdated(number)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert len(html_of(client.get(url)).select("a.w-status--primary")) > 2
            counts.append(sum("versionrecord" in query["sql"] for query in queries))
        assert counts == [1, 1]

    def test_the_editor_says_it(self, client, person, changes):
        client.force_login(person(Role.EDITOR))
        html = html_of(client.get(reverse("wagtailadmin_pages:edit", args=[changes[0].pk])))
        assert html.select_one(f'.messages a[href="{changes[1]}"]')


class TestReaders:
    @pytest.mark.parametrize(
        ("language", "words"),
        [("kk", "Қытайша нұсқасы"), ("kk-arab", "قىتايشا نۇسقاسى")],
    )
    def test_are_told_in_their_language_until_it_is_dealt_with(self, client, language, words):
        page = outdated(1, language)
        html = html_of(client.get(page.url))
        note = html.select_one(".page-head__older")
        assert words in note.get_text()
        assert note.a["href"] == "/zh-hans/cases/c1/"
        publish(page, summary="жаңа")
        assert not html_of(client.get(page.url)).select(".page-head__older")

    def test_of_the_original_and_of_what_is_in_step_are_told_nothing(self, client):
        page = outdated(1)
        other = make_case("c1-arab", language="kk-arab", live=False)
        assert not html_of(client.get("/zh-hans/cases/c1/")).select(".page-head__older")
        assert not html_of(client.get(publish(other).url)).select(".page-head__older")
        assert page.live

    def test_no_longer_once_it_is_declared_though_the_page_was_kept(self, client, person):
        page = outdated(1)
        assert html_of(client.get(page.url)).select(".page-head__older")
        client.get(page.url)
        from content.translation.staleness.immaterial import declare_immaterial

        declare_immaterial(page, person(Role.REVIEWER), "x")
        assert not html_of(client.get(page.url)).select(".page-head__older")

    def test_costs_no_query(self, client):
        page, counts = outdated(1), []
        client.get(page.url)
        for _round in range(2):
            drop_cached_pages()
            with CaptureQueriesContext(connection) as queries:
                client.get(page.url)
            counts.append(len(queries))
            publish(page, summary="жаңа")
        assert counts[0] == counts[1]
