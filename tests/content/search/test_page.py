"""The public search page: found whatever the script, shown marked, in each language."""

from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from content.models import Audience, Category, EducationPage, PopularQuestion, SearchCount
from content.search.asking import LONGEST_QUERY
from tests.factories import make_article, make_case

pytestmark = pytest.mark.django_db
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def look(client, query: str, language: str = "zh-hans", **parameters) -> BeautifulSoup:
    address = f"/{language}/search/"
    response = client.get(address, {"q": query, **parameters}, headers=PERSON)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(html: BeautifulSoup) -> list[str]:
    return [" ".join(title.get_text().split()) for title in html.select(".result__title")]


def marks(html: BeautifulSoup) -> list[str]:
    return [mark.get_text() for mark in html.select(".result mark")]


class TestMarks:
    @pytest.mark.parametrize(
        ("query", "marked"),
        [
            ("退保", "退保"),
            ("額退", "额退"),
            ("tuibao", "退保"),
            ("qetb", "全额退保"),
            ("Ｗ", "W"),
        ],
    )
    def test_stand_in_the_text_as_it_is_read(self, client, query, marked):
        make_case("a", title="轻信“全额退保”的W女士", summary="")
        assert marks(look(client, query)) == [marked]

    def test_cross_the_kazakh_scripts(self, client):
        make_case("a", title="داۋسى نەمەرەسى", language="kk-arab", summary="")
        assert marks(look(client, "немерелерінің", "kk-arab")) == ["نەمەرەسى"]

    def test_stand_in_the_body_where_only_it_has_the_words(self, client):
        body = [("case", {"heading": "", "text": [("markdown", "前" * 300 + "**犹豫期**内可退")]})]
        make_case("a", title="合同", summary="六个词", body=body)
        html = look(client, "犹豫期")
        assert marks(html) == ["犹豫期"]
        assert "**" not in html.select_one(".result__text").get_text()

    def test_never_become_html(self, client):
        make_case("a", title="<b>退保</b><script>", summary="")
        html = look(client, "退保")
        assert titles(html) == ["<b>退保</b><script>"]


class TestChoices:
    def test_count_what_each_would_bring(self, client):
        first, second = Category.objects.all()[:2]
        herders = Audience.objects.get(slug="herders")
        case = make_case("a", title="退保一", category=first)
        case.audiences.set([herders])
        case.save_revision().publish()
        make_article("b", title="退保二", category=second)
        html = look(client, "退保")
        offered = {chip.get_text(" ", strip=True) for chip in html.select(".facets .chip")}
        assert {f"{first.name} 1", f"{second.name} 1", f"{herders.name} 1"} <= offered
        assert titles(look(client, "退保", category=first.slug)) == ["退保一"]
        assert titles(look(client, "退保", form="article")) == ["退保二"]
        assert titles(look(client, "退保", audience="herders")) == ["退保一"]

    def test_nothing_left_shows_the_way_back(self, client):
        make_case("a", title="退保一")
        html = look(client, "退保", form="video")
        assert not titles(html)
        assert html.select_one(".search__results a.button")["href"] == "?q=%E9%80%80%E4%BF%9D"

    def test_pages_follow_one_another(self, client):
        for number in range(23):
            make_case(f"a-{number}", title=f"退保{number}")
        seen = []
        for number in (1, 2, 3):
            seen += titles(look(client, "退保", p=number))
        assert len(seen) == len(set(seen)) == 23
        assert titles(look(client, "退保", p=9)) == seen[20:]
        assert look(client, "退保").select_one("a[rel=next]")["href"].endswith("p=2")


class TestWhatIsPublic:
    def test_goes_at_once_when_it_is_taken_down_or_deleted(self, client):
        one, two = make_case("a", title="退保一"), make_case("b", title="退保二")
        one.unpublish()
        assert titles(look(client, "退保")) == ["退保二"]
        two.delete()
        assert titles(look(client, "退保")) == []

    def test_drafts_never_show(self, client):
        make_case("a", title="退保一", live=False)
        assert titles(look(client, "退保")) == []

    def test_neither_does_what_is_restricted_nor_is_it_counted(self, client):
        make_case("a", title="退保一")
        closed = make_case("b", title="退保二")
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
        html = look(client, "退保")
        assert titles(html) == ["退保一"]
        assert "1" in html.select_one(".search__count").get_text()
        assert "2" not in html.select_one(".search__count").get_text()

    def test_even_an_index_that_lags_behind_leaks_nothing(self, client):
        page = make_case("a", title="退保一")
        EducationPage.objects.filter(pk=page.pk).update(live=False)
        assert titles(look(client, "退保")) == []


class TestOtherLanguages:
    def test_are_offered_below(self, client):
        make_case("a", title="немересі туралы", language="kk")
        make_case("b", title="نەمەرەسى", language="kk-arab")
        html = look(client, "нем", "kk")
        assert titles(html) == ["немересі туралы"]
        other = html.select_one(".elsewhere")
        assert (other["lang"], other["dir"]) == ("kk-Arab", "rtl")
        assert other.select_one("li a").get_text() == "نەمەرەسى"
        assert other.select_one("h3 a")["href"].startswith("/kk-arab/search/?q=")

    @pytest.mark.parametrize(
        ("language", "tag", "direction", "words"),
        [
            ("zh-hans", "zh-Hans", "ltr", "搜索"),
            ("kk", "kk-Cyrl", "ltr", "Іздеу"),
            ("kk-arab", "kk-Arab", "rtl", "ىزدەۋ"),
        ],
    )
    def test_the_page_speaks_each(self, client, language, tag, direction, words):
        html = look(client, "没有这样的词", language)
        assert (html.html["lang"], html.html["dir"]) == (tag, direction)
        assert html.h1.get_text() == words
        other = html.select_one(".languages a[hreflang]")["href"]
        assert unquote(other).endswith("/search/?q=没有这样的词")


class TestNothingFound:
    def test_helps_on(self, client):
        PopularQuestion.objects.create(language="zh-hans", text="退保能退多少")
        PopularQuestion.objects.create(language="kk", text="Сұрақ")
        html = look(client, "没有这样的词")
        chips = [chip.get_text() for chip in html.select("ul.filters .chip")]
        assert chips == ["退保能退多少"]
        assert html.select(".risk")
        assert html.select('a[href="tel:96110"]')

    def test_what_strangers_typed_is_never_offered(self, client):
        look(client, "骂人的话")
        assert "骂人的话" not in look(client, "没有这样的词").get_text()


class TestTheAnswer:
    def test_is_for_this_reader_alone(self, client):
        make_case("a", title="退保一")
        for query in ("退保", "车险"):
            response = client.get("/zh-hans/search/", {"q": query}, headers=PERSON)
            assert "no-store" in response["Cache-Control"]
            assert "noindex" in response["X-Robots-Tag"]
            assert query in response.content.decode()
        assert b'<meta name="robots" content="noindex">' in response.content

    def test_only_looks(self, client):
        assert client.post("/zh-hans/search/", {"q": "a"}).status_code == 405

    def test_every_page_has_the_box(self, client):
        page = make_case("a", title="退保一", language="kk-arab")
        for address in ("/kk-arab/", page.url, "/kk-arab/none/"):
            html = BeautifulSoup(client.get(address).content, "html.parser")
            form = html.select_one("form[role=search]")
            assert form["action"] == "/kk-arab/search/"
            assert form.select_one("label")["for"] == form.select_one("input")["id"]

    @pytest.mark.parametrize("address", ["/zh-hans/", "/kk-arab/search/?q=退保", "/kk/none/"])
    def test_the_box_takes_no_more_than_is_looked_for(self, client, address):
        html = BeautifulSoup(client.get(address).content, "html.parser")
        field = html.select_one("form[role=search] input")
        assert field["maxlength"] == str(LONGEST_QUERY)
        # An empty field with dir=auto is left to right, on a page that is not.
        assert not field.has_attr("dir")

    def test_takes_few_queries_and_no_more_for_more_pieces(self, client):
        costs = []
        for wanted in (11, 60):
            have = EducationPage.objects.count()
            for number in range(have, wanted):
                page = make_case(f"a-{number}", title=f"退保{number}")
                page.audiences.set(Audience.objects.all()[:2])
            look(client, "退保")
            with CaptureQueriesContext(connection) as queries:
                look(client, "退保")
            costs.append([query["sql"] for query in queries])
        # Where titles bring enough, nobody asks for what stands in the texts.
        assert len(costs[1]) <= len(costs[0]) <= 20, costs[0]


class TestAnyInput:
    @pytest.mark.parametrize(
        "query",
        ['"', "a OR b", "NEAR(a b)", "*", "%00", "\0", "😀", "<script>", "退" * 10_000,
         "a " * 5_000, "'--", "{title} : a", "🐑🐑🐑", "\u202e退保"],
    )  # fmt: skip
    def test_is_answered(self, client, query):
        make_case("a", title="退保一")
        look(client, query)

    def test_what_is_too_long_is_cut_and_says_so(self, client):
        assert "100" in look(client, "退" * 10_000).select_one(".search-note").get_text()
        assert not look(client, "退保").select_one(".search-note")

    @pytest.mark.parametrize(
        "parameters",
        [{"p": "0"}, {"p": "-1"}, {"p": "99999999999"}, {"p": "x"}, {"category": "'"},
         {"category": "none"}, {"form": "page"}, {"audience": "\0"}, {"p": "٣"}],
    )  # fmt: skip
    def test_nonsense_in_the_address_is_passed_over(self, client, parameters):
        make_case("a", title="退保一")
        assert titles(look(client, "退保", **parameters)) == ["退保一"]

    @settings(
        max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(query=st.text(max_size=120), language=st.sampled_from(["zh-hans", "kk", "kk-arab"]))
    def test_whatever_it_is(self, client, query, language):
        look(client, query, language)
        assert all(count.times for count in SearchCount.objects.all())
