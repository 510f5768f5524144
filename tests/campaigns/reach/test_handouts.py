"""A handout: a piece's public languages on paper, in the region's order, with the region's code."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction

from campaigns.field import sessions
from campaigns.models import Channel, Region, TrackedLink
from campaigns.regions.roles import Role
from content.models import EducationImage, VideoPage
from tests.content.translation.test_staleness import publish
from tests.factories import EditionFactory, make_case, section

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]

CHINESE, ARABIC, CYRILLIC = "zh-Hans", "kk-Arab", "kk-Cyrl"
LAW = [("citation", "《中华人民共和国保险法》第十六条")]


@pytest.fixture
def piece(db):
    """A case in all three languages; gives the Chinese one."""
    original = make_case("fee", "退保骗局", legal_basis=LAW)
    for language, title in (("kk-arab", "ءتاسىل"), ("kk", "Тәсіл")):
        make_case(f"fee-{language}", title, language, translation_of=original, legal_basis=LAW)
    return original


@pytest.fixture
def team(client, person):
    """Logs in who plans the sessions of the county."""
    client.force_login(person(Role.REGIONAL_COORDINATOR, "654321"))


def address(piece) -> str:
    return reverse("campaigns_admin:handout", args=[piece.pk])


def sheet(client, piece, **query) -> BeautifulSoup:
    response = client.get(address(piece), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def tags(html: BeautifulSoup) -> list[str]:
    return [part["lang"] for part in html.select(".sheet")]


def version(piece, language: str):
    return type(piece).objects.get(
        translation_key=piece.translation_key, locale__language_code=language
    )


def link_to(page, region, channel="field", code="leaflet", **fields) -> TrackedLink:
    channel = Channel.objects.get(code=channel)
    return TrackedLink.objects.create(
        code=code, label="折页", page=page, channel=channel, region=region, **fields
    )


# --- Languages and their order --------------------------------------------------------------------


@pytest.mark.usefixtures("team")
class TestOrder:
    def test_is_chinese_first_where_no_region_says_otherwise(self, client, piece):
        assert tags(sheet(client, piece)) == [CHINESE, ARABIC, CYRILLIC]

    def test_comes_from_the_nearest_region_above_that_says_something(self, client, piece):
        Region.objects.filter(code="000000").update(script_order=Region.ScriptOrder.CYRILLIC_FIRST)
        assert tags(sheet(client, piece)) == [CYRILLIC, ARABIC, CHINESE]
        Region.objects.filter(code="650000").update(script_order=Region.ScriptOrder.ARABIC_FIRST)
        assert tags(sheet(client, piece)) == [ARABIC, CYRILLIC, CHINESE]

    def test_is_the_same_from_whichever_version_one_comes(self, client, piece):
        assert tags(sheet(client, version(piece, "kk"))) == [CHINESE, ARABIC, CYRILLIC]

    def test_is_that_of_the_region_that_was_chosen(self, client, person, piece):
        Region.objects.filter(code="654321").update(script_order=Region.ScriptOrder.ARABIC_FIRST)
        client.force_login(person(Role.MANAGER, "650000"))
        assert tags(sheet(client, piece))[0] == CHINESE
        html = sheet(client, piece, region="654321")
        assert tags(html)[0] == ARABIC
        assert html.select_one("option[selected]")["value"] == "654321"


@pytest.mark.usefixtures("team")
class TestParts:
    def test_each_is_in_its_language_and_direction_and_says_what_readers_are_told(
        self, client, piece
    ):
        html = sheet(client, piece)
        assert [(part["lang"], part["dir"]) for part in html.select(".sheet")] == [
            (CHINESE, "ltr"),
            (ARABIC, "rtl"),
            (CYRILLIC, "ltr"),
        ]
        assert [title.get_text() for title in html.select(".sheet h1")] == [
            "退保骗局",
            "ءتاسىل",
            "Тәсіл",
        ]
        chinese, arabic, cyrillic = html.select(".sheet")
        for part, day, law, code in (
            (chinese, "2026年3月9日", "法律依据", "扫"),
            (arabic, "2026", "زاڭ", "سكانەرلەپ"),
            (cyrillic, "2026\u202fж. 9 наурыз", "Заңдық", "сканерлеп"),
        ):
            assert day in part.select_one("time").get_text()
            assert part.select_one(".page-head__category").get_text(strip=True)
            assert law in part.select_one(".part--law h2").get_text()
            assert "第十六条" in part.select_one(".part--law li").get_text()
            assert code in part.select_one(".sheet__foot").get_text()
            assert "李某接到电话" in part.get_text()
        numbers = [one["id"] for one in html.select("[id]")]
        assert len(numbers) == len(set(numbers))

    def test_nothing_in_it_runs_or_is_styled_inline_and_no_chrome_is_around(self, client, piece):
        html = sheet(client, piece)
        assert [script.get("src", "") for script in html.select("script")] == [
            "/static/campaigns/handout.js"
        ]
        assert not html.select("style, [style], [onclick], nav, .icon")

    def test_one_that_lags_behind_the_chinese_says_so(self, client, db):
        original = publish(make_case("old", live=False))
        publish(make_case("old-kk", language="kk", live=False, translation_of=original))
        publish(original, summary="另一个摘要")
        chinese, cyrillic = sheet(client, original).select(".sheet")
        assert "Қытайша нұсқасы" in cyrillic.select_one(".page-head__older").get_text()
        assert not chinese.select(".page-head__older")

    def test_a_video_becomes_its_title_and_address(self, client, db):
        film = section("videos").add_child(
            instance=VideoPage(
                code="film",
                slug="film",
                title="理赔短片",
                locale=Locale.objects.get(language_code="zh-hans"),
                video_url="https://film.example/1",
                transcript="大家好。",
            )
        )
        part = sheet(client, film).select_one(".sheet")
        told = part.select_one(".sheet__film").get_text()
        assert "理赔短片" in told
        assert "https://film.example/1" in told
        assert "大家好。" in part.get_text()
        assert not part.select("video, iframe")

    def test_has_its_pictures_with_what_is_said_of_them(self, client, db):
        image = EducationImage.objects.create(
            title="羊", description="草原上的羊", file=get_test_image_file(), ai_generated=True
        )
        figure = {
            "image": {"image": image.pk, "alt_text": "羊群", "decorative": False},
            "caption": "转场途中",
        }
        text = {"heading": "", "text": [{"type": "figure", "value": figure}]}
        page = make_case("sheep", image=image, body=[{"type": "case", "value": text}])
        part = sheet(client, page).select_one(".sheet")
        assert [picture["alt"] for picture in part.select("img")] == ["草原上的羊", "羊群"]
        assert ["AI" in told.get_text() for told in part.select("figcaption")] == [True, True]

    def test_cost_the_same_queries_whatever_their_number_of_links(self, client, piece, tree):
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                sheet(client, piece)
            return len(queries)

        cost()
        before = cost()
        for number in range(5):
            link_to(version(piece, "kk"), tree["654321"], code=f"leaflet-{number}")
        assert cost() == before


# --- What is chosen -------------------------------------------------------------------------------


@pytest.mark.usefixtures("team")
class TestLanguages:
    def test_only_those_that_were_ticked(self, client, piece):
        html = sheet(client, piece, language=["kk", "zh-hans"])
        assert tags(html) == [CHINESE, CYRILLIC]
        ticked = [box["value"] for box in html.select("input[name=language][checked]")]
        assert ticked == ["zh-hans", "kk"]

    def test_those_that_are_not_public_are_left_out_and_not_offered(self, client, piece):
        PageViewRestriction.objects.create(
            page=version(piece, "kk"), restriction_type=PageViewRestriction.LOGIN
        )
        version(piece, "kk-arab").unpublish()
        html = sheet(client, piece)
        assert tags(html) == [CHINESE]
        assert [box["value"] for box in html.select("input[name=language]")] == ["zh-hans"]
        assert "Тәсіл" not in html.get_text()

    def test_asked_for_by_an_old_address_it_is_said(self, client, piece):
        version(piece, "kk-arab").unpublish()
        html = sheet(client, piece, language=["kk-arab", "kk"])
        assert tags(html) == [CYRILLIC]
        assert "哈萨克文（阿拉伯字母）" in html.select_one("[role=status]").get_text()

    def test_nonsense_leaves_all_of_them_and_is_said(self, client, piece):
        html = sheet(client, piece, language="<b>x</b>" * 50)
        assert tags(html) == [CHINESE, ARABIC, CYRILLIC]
        assert "<b>x</b>" in html.select_one("[role=status]").get_text()

    def test_a_draft_of_a_public_version_stays_out(self, client, piece):
        piece.title = "还没审核"
        piece.save_revision()
        assert "还没审核" not in sheet(client, piece).get_text()

    def test_where_none_is_public_it_says_what_to_do_and_shows_nothing(self, client, db):
        html = sheet(client, make_case("draft", "还没审核", live=False))
        assert not html.select(".sheet, form")
        assert "送审" in html.get_text()
        assert "还没审核" not in html.get_text()


class TestRegions:
    def test_offered_are_the_own_and_those_below(self, client, person, piece):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
        html = sheet(client, piece)
        assert [one["value"] for one in html.select("option")] == ["654300", "654321"]
        assert html.select_one("option[selected]")["value"] == "654300"

    @pytest.mark.parametrize("code", ["430102", "650000", "nonsense", "6" * 400, "-1"])
    def test_another_is_not_found(self, client, person, piece, code):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
        assert client.get(address(piece), {"region": code}).status_code == 404

    def test_a_superuser_without_a_posting_prints_for_head_office(self, client, admin_user, piece):
        client.force_login(admin_user)
        assert sheet(client, piece).select_one("option[selected]")["value"] == "000000"

    @pytest.mark.parametrize(
        ("role", "may"),
        [
            (Role.EDITOR, True),
            (Role.TRANSLATOR, True),
            (Role.MANAGER, True),
            (Role.REVIEWER, False),
        ],
    )
    def test_whose_business_it_is(self, client, person, piece, role, may):
        client.force_login(person(role, "650000"))
        assert client.get(address(piece)).status_code == (200 if may else 302)


# --- Codes ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("team")
class TestCodes:
    def test_lead_to_each_version_itself_where_the_region_has_no_link(self, client, piece, tree):
        link_to(piece, tree["654300"], code="above")
        link_to(piece, tree["654321"], channel="wechat", code="wechat")
        html = sheet(client, piece)
        titles = [title.get_text() for title in html.select(".sheet__code title")]
        assert titles == [
            f"http://testserver{page.url}"
            for page in (piece, version(piece, "kk-arab"), version(piece, "kk"))
        ]
        for part, title in zip(html.select(".sheet"), titles, strict=True):
            assert part.select_one("bdi[dir=ltr]:-soup-contains('http')").get_text() == title
        assert html.select_one(".tools__note a")["href"] == reverse("trackedlink:add")

    def test_lead_by_the_regions_own_link_for_field_work_first(self, client, piece, tree):
        own = tree["654321"]
        link_to(piece, own, code="field-old")
        link_to(piece, own, code="field-new")
        link_to(piece, own, channel="website", code="site")
        link_to(version(piece, "kk"), own, channel="website", code="site-kk")
        html = sheet(client, piece)
        chinese, arabic, cyrillic = (one.get_text() for one in html.select(".sheet__code title"))
        assert chinese == "http://testserver/q/field-new"
        assert cyrillic == "http://testserver/q/site-kk"
        assert "/q/" not in arabic
        assert "哈萨克文（阿拉伯字母）" in html.select_one(".tools__note").get_text()

    def test_a_link_of_a_campaign_that_is_over_is_passed_over(self, client, piece, tree):
        today = timezone.localdate()
        over = EditionFactory(
            code="315-2020",
            year=2020,
            starts_on=date(2020, 3, 9),
            ends_on=date(2020, 3, 15),
        )
        ahead = EditionFactory(
            code="315-2031",
            year=2031,
            starts_on=today + timedelta(days=9),
            ends_on=today + timedelta(days=15),
        )
        link_to(piece, tree["654321"], code="ahead", edition=ahead)
        link_to(piece, tree["654321"], code="over", edition=over)
        code = sheet(client, piece).select_one(".sheet__code title").get_text()
        assert code == "http://testserver/q/ahead"


# --- Ways there -----------------------------------------------------------------------------------


class TestWays:
    @pytest.mark.parametrize(("role", "count"), [(Role.EDITOR, 1), (Role.REVIEWER, 0)])
    def test_from_the_list_of_pages_and_from_the_editor(self, client, person, role, count):
        page = make_case("draft", live=False)
        client.force_login(person(role))
        listing = reverse("wagtailadmin_explore", args=[section("cases").pk])
        for path in (listing, reverse("wagtailadmin_pages:edit", args=[page.pk])):
            html = BeautifulSoup(client.get(path).content, "html.parser")
            assert len(html.select(f'a[href="{address(page)}"]')) == count

    def test_from_a_session_for_its_region(self, client, person, piece, tree):
        session = sessions.plan(
            by=None,
            region=tree["654321"],
            form="yurt",
            venue_class="rural",
            place="春牧场",
            starts_at=timezone.now(),
            language="kk-arab",
            pieces=[piece],
        )
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
        page = client.get(reverse("fieldsession:inspect", args=[session.pk])).text
        assert f'href="{address(piece)}?region=654321"' in page
        Region.objects.filter(code="654321").update(is_active=False)
        page = client.get(reverse("fieldsession:inspect", args=[session.pk])).text
        assert f'href="{address(piece)}"' in page

    def test_from_a_short_link_for_its_region(self, client, person, piece, tree):
        link = link_to(piece, tree["654321"])
        client.force_login(person(Role.REGIONAL_COORDINATOR, "654300"))
        page = client.get(reverse("trackedlink:inspect", args=[link.pk])).text
        assert f'href="{address(piece)}?region=654321"' in page
