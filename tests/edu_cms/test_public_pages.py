"""What a reader finds on the zone's pages."""

import re
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks.base import Block
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction

from campaigns.models import Placement, Series
from content.models import (
    ArticlePage,
    Audience,
    CaseWarningPage,
    Category,
    EducationImage,
    EducationMedia,
    HomePage,
    SectionPage,
    VideoPage,
)
from content.taxonomy_data import CATEGORIES
from content.templatetags.zone import CATEGORY_LOOKS
from edu_cms.page_cache import drop_cached_pages
from tests.factories import AccountFactory, EditionFactory, make_article, make_case, section

SITE = Path(apps.get_app_config("edu_cms").path)
LANGUAGES = ["zh-hans", "kk-arab", "kk"]


def html_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def texts(html: BeautifulSoup, selector: str) -> list[str]:
    return [part.get_text(" ", strip=True) for part in html.select(selector)]


def make_video(code: str = "a-video", **fields) -> VideoPage:
    page = VideoPage(
        code=code,
        slug=code,
        title="三分钟学会",
        **fields,
        locale=Locale.objects.get(language_code="zh-hans"),
    )
    return section("videos").add_child(instance=page)


def feature(page, campaign: str = "315-2026", **fields) -> Placement:
    now = timezone.now()
    return Placement.objects.create(
        key=uuid.uuid4(),
        page=page,
        language=page.language,
        account=AccountFactory(code="website:000000", name="官网", adapter="website"),
        edition=EditionFactory(code=campaign, **fields),
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=1),
    )


class TestHome:
    def test_greets_with_the_tagline(self, client, db):
        home = HomePage.objects.get(locale__language_code="zh-hans")
        html = html_of(client.get("/zh-hans/"))
        assert texts(html, "h1") == [home.tagline]
        assert home.introduction in html.main.get_text()

    def test_shows_the_newest_pieces_of_its_language_first(self, client, db):
        make_case("old", title="旧", date=date(2026, 1, 1))
        make_article("new", title="新", date=date(2026, 2, 1))
        make_case("other", title="باسقا", language="kk-arab")
        make_case("draft", title="草稿", live=False)
        html = html_of(client.get("/zh-hans/"))
        assert texts(html, ".cards .card__title") == ["新", "旧"]

    def test_says_so_when_there_is_nothing_yet(self, client, db):
        assert html_of(client.get("/zh-hans/")).select_one(".empty")

    def test_leads_from_a_risk_to_its_cases(self, client, db):
        case = make_case("a-case")
        link = html_of(client.get("/zh-hans/")).select_one("a.risk")
        assert link["href"] == f"/zh-hans/cases/?category={case.category.slug}"
        assert texts(html_of(client.get(link["href"])), ".card__title") == [case.title]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_hotlines_as_links_that_call(self, client, db, language):
        html = html_of(client.get(f"/{language}/"))
        assert html.select_one('main a[href="tel:12378"]')
        assert html.select_one('main a[href="tel:96110"]')

    def test_names_every_section(self, client, db):
        html = html_of(client.get("/zh-hans/"))
        assert texts(html, ".shelf h3") == ["以案说险", "金融知识", "视频课堂", "亮点做法"]


class TestTheCampaignsPlace:
    def test_is_not_there_without_a_campaign(self, client, db):
        make_case("a-case")
        assert not html_of(client.get("/zh-hans/")).select(".campaign")

    def test_shows_name_slogan_and_last_day_with_the_pieces(self, client, db):
        feature(make_case("a-case"), slogan="清朗金融网络 守护安心消费")
        place = html_of(client.get("/zh-hans/")).select_one(".campaign")
        assert place.h2.get_text() == "2026年3·15宣传周"
        assert "清朗金融网络" in place.get_text()
        assert texts(place, ".card__title") == ["退保骗局"]

    def test_campaigns_at_the_same_time_stand_apart_each_once(self, client, db):
        feature(make_case("one", title="一"), "315-2026")
        investors = Series.objects.get(code="515")
        feature(make_case("two", title="二"), "515-2026", name="5·15", series=investors)
        feature(make_case("three", title="三"), "315-2026")
        places = html_of(client.get("/zh-hans/")).select(".campaign")
        assert [texts(place, ".card__title") for place in places] == [["一", "三"], ["二"]]

    def test_shows_only_pieces_of_the_pages_language(self, client, db):
        feature(make_case("a-case"))
        assert not html_of(client.get("/kk-arab/")).select(".campaign")


class TestSection:
    @pytest.fixture
    def two_risks(self, db):
        first, second = Category.objects.all()[:2]
        make_case("one", title="一", category=first)
        make_case("two", title="二", category=second)
        return first, second

    def test_filters_by_one_risk(self, client, two_risks):
        html = html_of(client.get(f"/zh-hans/cases/?category={two_risks[1].slug}"))
        assert texts(html, ".card__title") == ["二"]
        assert html.select_one(".chip[aria-current]").get_text() == two_risks[1].name

    def test_offers_only_risks_that_it_has(self, client, two_risks):
        chips = texts(html_of(client.get("/zh-hans/cases/")), ".chip")
        assert chips[1:] == [category.name for category in two_risks]

    def test_a_risk_without_pieces_says_so_and_leads_back(self, client, two_risks):
        html = html_of(client.get("/zh-hans/cases/?category=stock-tips"))
        assert html.select_one(".empty")
        assert html.select_one(".empty__way-out a")["href"] == "/zh-hans/cases/"

    def test_an_unknown_risk_shows_everything(self, client, two_risks):
        html = html_of(client.get("/zh-hans/cases/?category=%27%22%3Cx%3E"))
        assert len(html.select(".card")) == 2
        assert html.select_one("link[rel=canonical]")["href"].endswith("/zh-hans/cases/")

    def test_turns_pages_and_keeps_the_risk(self, client, db):
        category = Category.objects.first()
        for number in range(SectionPage.PER_PAGE + 1):
            make_case(f"case-{number}", title=f"案例{number}", category=category)
        first = html_of(client.get(f"/zh-hans/cases/?category={category.slug}"))
        onward = first.select_one("a[rel=next]")["href"]
        assert len(first.select(".card")) == SectionPage.PER_PAGE
        second = html_of(client.get(f"/zh-hans/cases/{onward}"))
        assert len(second.select(".card")) == 1
        canonical = second.select_one("link[rel=canonical]")["href"]
        assert canonical.endswith(f"/zh-hans/cases/?category={category.slug}&p=2")

    @pytest.mark.parametrize("kind", ["cases", "knowledge", "videos", "highlights"])
    def test_an_empty_section_says_so(self, client, db, kind):
        assert html_of(client.get(f"/zh-hans/{kind}/")).select_one(".empty")


class TestCase:
    def test_parts_have_the_usual_headings_of_the_pages_language(self, client, db):
        zh = html_of(client.get(make_case("zh").url))
        kk = html_of(client.get(make_case("kk", language="kk").url))
        arab = html_of(client.get(make_case("arab", language="kk-arab").url))
        assert texts(zh, ".part h2") == ["案情回顾", "风险提示"]
        assert texts(kk, ".part h2") == ["Іс мазмұны", "Ескерту"]
        assert texts(arab, ".part h2") == ["ءىس مازمۇنى", "ەسكەرتۋ"]

    def test_an_authors_heading_comes_first(self, client, db):
        body = [("case", {"heading": "张大爷的遭遇", "text": [("markdown", "一天")]})]
        assert texts(html_of(client.get(make_case("x", body=body).url)), ".part h2") == [
            "张大爷的遭遇"
        ]

    def test_tells_law_readers_source_date_and_machine(self, client, db):
        page = make_case(
            "full",
            source="公开案例",
            ai_generated=True,
            legal_basis=[("citation", "《保险法》第十六条")],
        )
        page.audiences.set(Audience.objects.filter(slug="elderly"))
        page.save()
        html = html_of(client.get(page.url))
        assert texts(html, ".part--law li") == ["《保险法》第十六条"]
        assert texts(html, ".tags li") == ["老年人"]
        assert "公开案例" in html.select_one(".page-head__facts").get_text()
        assert html.select_one(".page-head time")["datetime"] == "2026-03-09"
        assert "人工智能" in html.select_one(".ai-label").get_text()

    def test_leaves_out_what_it_does_not_have(self, client, db):
        html = html_of(client.get(make_case("bare", summary="").url))
        assert not html.select(".ai-label, .part--law, .tags, .page-head .lede, .lead-image")

    def test_scripts_in_markdown_do_not_reach_the_reader(self, client, db):
        body = [
            ("case", {"heading": "<b>x", "text": [("markdown", "<script>alert(1)</script>好")]})
        ]
        main = html_of(client.get(make_case("evil", body=body).url)).main
        assert not main.find("script")
        assert texts(main, ".part h2") == ["<b>x"]

    def test_goes_on_to_the_same_risk_first_then_to_the_newest(self, client, db):
        first, second = Category.objects.all()[:2]
        page = make_case("here", category=first)
        make_case("newer", title="新", category=second, date=date(2026, 5, 1))
        make_case("same", title="同", category=first, date=date(2026, 1, 1))
        assert texts(html_of(client.get(page.url)), ".cards .card__title") == ["同", "新"]

    def test_a_piece_without_a_risk_goes_on_too(self, client, db):
        make_case("other", title="别的")
        assert texts(html_of(client.get(make_article("plain").url)), ".cards .card__title") == [
            "别的"
        ]


class TestPictures:
    @pytest.fixture
    def picture(self, db):
        return EducationImage.objects.create(
            title="草原",
            description="牧民在看手机",
            ai_generated=True,
            file=get_test_image_file(size=(1200, 800)),
        )

    def test_come_in_sizes_with_words_and_a_label(self, client, picture):
        page = make_case("pictured", image=picture)
        image = html_of(client.get(page.url)).select_one(".lead-image")
        assert image.img["alt"] == "牧民在看手机"
        assert image.img["srcset"].count(",") >= 1
        assert "AI" in image.get_text()
        card = html_of(client.get("/zh-hans/")).select_one(".cover")
        assert card.img["srcset"]
        assert "AI" in card.get_text()

    def test_in_the_text_come_with_their_caption(self, client, picture):
        figure = {
            "image": {"image": picture, "alt_text": "画面", "decorative": False},
            "caption": "转场",
        }
        page = make_article("figured", body=[("figure", figure)])
        html = html_of(client.get(page.url)).select_one(".prose figure")
        assert html.img["alt"] == "画面"
        assert "转场" in html.figcaption.get_text()

    def test_decorative_ones_are_silent(self, client, picture):
        figure = {"image": {"image": picture, "alt_text": "", "decorative": True}, "caption": ""}
        page = make_article("figured", body=[("figure", figure)])
        assert html_of(client.get(page.url)).select_one(".prose img")["alt"] == ""

    @pytest.mark.parametrize("slug", [row[0] for row in CATEGORIES])
    def test_every_shipped_risk_has_a_drawing_of_its_own(self, slug):
        assert slug in CATEGORY_LOOKS

    def test_every_drawing_that_a_page_names_exists(self):
        sprite = (SITE / "static/img/icons.svg").read_text()
        drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
        named = {kind.value for kind in SectionPage.Kind} | set(CATEGORY_LOOKS) | {"shield"}
        for folder in (SITE / "templates", SITE.parent / "content" / "templates"):
            for template in folder.rglob("*.html"):
                named |= set(re.findall(r'icon\.html" with name="([^"]+)"', template.read_text()))
        assert named <= drawn


class TestVideo:
    def test_a_media_link_plays_here_with_captions_and_words(self, client, db):
        page = make_video(
            video_url="https://media.example.com/a.mp4",
            duration=187,
            transcript="**老师**:您好",
            captions=ContentFile(b"WEBVTT\n", name="a.vtt"),
        )
        html = html_of(client.get(page.url))
        assert html.video["src"] == "https://media.example.com/a.mp4"
        assert html.video["poster"]
        track = html.video.track
        assert (track["kind"], track["srclang"]) == ("captions", "zh-Hans")
        assert html.select_one(".player__length time")["datetime"] == "PT187S"
        assert "3:07" in html.select_one(".player__length").get_text()
        assert html.select_one("details.transcript strong").get_text() == "老师"

    @pytest.mark.parametrize(
        "url", ["https://video.example.com/watch?v=1", "http://media.example.com/a.mp4"]
    )
    def test_any_other_link_is_a_button_that_names_the_site(self, client, db, url):
        html = html_of(client.get(make_video(video_url=url).url))
        assert not html.video
        assert html.select_one(".player a.button")["href"] == url
        assert ".example.com" in html.select_one(".player__host").get_text()

    def test_without_a_film_the_words_still_stand(self, client, db):
        html = html_of(client.get(make_video(transcript="词").url))
        assert html.select_one(".transcript")


class TestCounting:
    def test_only_a_piece_tells_that_it_was_read(self, client, db):
        page = make_case("counted")
        piece = html_of(client.get(page.url))
        assert piece.body["data-piece"] == "counted"
        assert piece.select_one("script[src*=beacon][defer]")
        for address in ("/zh-hans/", "/zh-hans/cases/", "/zh-hans/none/"):
            html = html_of(client.get(address))
            assert not html.select("script[src*=beacon]")
            assert "data-piece" not in html.body.attrs

    def test_what_a_page_tells_stands_in_its_kept_copy(self, client, db):
        page = make_case("counted")
        first = client.get(page.url).content
        with CaptureQueriesContext(connection) as queries:
            kept = client.get(page.url, {"q": "A7Kx", "utm_source": "wechat"})
        assert kept.content == first
        assert len(queries) == 0
        html = html_of(kept)
        assert html.select_one("[data-share][hidden] button[type=button]")
        assert html.select_one("script[src*=share][defer]")
        assert "A7Kx" not in kept.content.decode()

    def test_a_film_of_our_own_can_be_taken_along(self, client, db):
        media = EducationMedia.objects.create(
            title="片", type="video", file=ContentFile(b"frames", name="a.mp4")
        )
        html = html_of(client.get(make_video(video=media).url))
        assert html.select_one("a[download]")["href"] == media.file.url
        elsewhere = make_video("b", video_url="https://media.example.com/a.mp4")
        assert not html_of(client.get(elsewhere.url)).select_one("a[download]")

    def test_a_page_behind_a_restriction_is_not_listed(self, client, db):
        page = make_case("closed", title="内部材料")
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        twin = make_case("twin", language="kk", translation_of=page)
        assert "内部材料" not in client.get("/zh-hans/").content.decode()
        assert "内部材料" not in client.get("/zh-hans/cases/").content.decode()
        assert page.url not in client.get(twin.url).content.decode()

    def test_an_editors_preview_does_not(self, db):
        page = make_case("previewed")
        html = html_of(page.make_preview_request())
        assert texts(html, "h1") == [page.title]
        assert not html.select("script[src*=beacon]")
        assert "data-piece" not in html.body.attrs


class TestStrictContentPolicy:
    @pytest.fixture
    def pages(self, client, db):
        addresses = [
            "/zh-hans/",
            "/zh-hans/cases/",
            make_case("a").url,
            make_article("b").url,
            make_video(video_url="https://x.example/a.mp4").url,
            "/zh-hans/none/",
        ]
        return [client.get(address) for address in addresses]

    def test_no_page_brings_scripts_or_styles_in_its_text(self, pages):
        for response in pages:
            html = html_of(response)
            assert not html.select("style, [style], script:not([src])")
            events = [
                name for tag in html.find_all(True) for name in tag.attrs if name.startswith("on")
            ]
            assert not events

    def test_the_header_forbids_them(self, pages):
        for response in pages:
            policy = response["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe-inline" not in policy


class TestWhenSomethingIsWrong:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("zh-hans", "找不到这个页面"),
            ("kk", "Бұл бет табылмады"),
            ("kk-arab", "بۇل بەت تابىلمادى"),
        ],
    )
    def test_a_page_that_does_not_exist_leads_home(self, client, db, language, words):
        response = client.get(f"/{language}/none/")
        html = html_of(response)
        assert response.status_code == 404
        assert texts(html, "h1") == [words]
        assert html.select_one(".lost a.button")["href"] == f"/{language}/"

    def test_the_error_page_needs_nothing_that_could_be_broken(self):
        html = BeautifulSoup(render_to_string("500.html"), "html.parser")  # and no database
        assert {tag["lang"] for tag in html.select("[lang]")} == {"zh-Hans", "kk-Arab", "kk-Cyrl"}
        assert html.select_one('a[href="tel:96110"]')
        assert "{" not in html.get_text()


def previewable_blocks() -> list[str]:
    """Definition ids of every block that the zone's pages are built from, with their names."""
    found = {}

    def walk(block: Block) -> None:
        for child in getattr(block, "child_blocks", {}).values():
            if child.definition_prefix not in found:
                found[child.definition_prefix] = child
                walk(child)

    for model, field in (
        (CaseWarningPage, "body"),
        (CaseWarningPage, "legal_basis"),
        (ArticlePage, "body"),
    ):
        walk(model._meta.get_field(field).stream_block)
    return [block for block in found.values() if block.is_previewable]


@pytest.mark.django_db
class TestBlockPreviews:
    def test_every_block_of_a_stream_explains_itself(self):
        names = {block.name for block in previewable_blocks()}
        assert names >= {
            "case",
            "analysis",
            "legal_note",
            "risk_tips",
            "get_help",
            "citation",
            "paragraph",
            "markdown",
            "figure",
            "quote",
            "callout",
        }

    def test_previews_wear_the_zones_own_look(self, admin_client):
        for block in previewable_blocks():
            response = admin_client.get(
                reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
            )
            html = html_of(response)
            assert response.status_code == 200, block.name
            assert html.select_one('link[href*="css/zone"]'), block.name
            content = html.main.get_text(strip=True)
            assert content, block.name
            assert "None" not in content, block.name


@pytest.mark.django_db
class TestQueries:
    LIMIT = 15

    def fill(self, language: str, wanted: int) -> CaseWarningPage:
        categories = list(Category.objects.all())
        audiences = list(Audience.objects.all())
        picture = EducationImage.objects.first() or EducationImage.objects.create(
            title="草原", file=get_test_image_file(size=(1200, 800))
        )
        have = CaseWarningPage.objects.filter(locale__language_code=language).count()
        for number in range(have, wanted):
            page = make_case(
                f"{language}-{number}",
                language=language,
                category=categories[number % len(categories)],
                image=picture,
            )
            page.audiences.set(audiences[:3])
            page.save()
            if number < 3:
                feature(page)
        return CaseWarningPage.objects.get(code=f"{language}-0")

    def cost(self, client, address: str) -> list[str]:
        client.get(address)  # what a process asks once only, such as content types
        drop_cached_pages()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return [query["sql"] for query in queries]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_few_and_do_not_grow_with_the_zone(self, client, language):
        costs = {}
        for wanted in (5, 50):
            page = self.fill(language, wanted)
            addresses = {
                "home": f"/{language}/",
                "section": f"/{language}/cases/",
                "filtered": f"/{language}/cases/?category={page.category.slug}",
                "case": page.url,
            }
            costs[wanted] = {name: self.cost(client, url) for name, url in addresses.items()}
        for name in costs[5]:
            small, large = costs[5][name], costs[50][name]
            assert len(large) <= self.LIMIT, (name, "\n".join(large))
            assert len(small) == len(large), (name, "\n".join(large))
