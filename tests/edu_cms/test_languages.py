"""Each language stands where its readers look for it, written as they write it."""

import re
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, gettext

from content.languages import language_of
from content.templatetags.reading import isolated, last_day, reader_date
from edu_cms.locale_middleware import reader_language
from tests.factories import make_article, make_case

CYRILLIC = re.compile(r"[\u0400-\u04ff]")
ARABIC = re.compile(r"[\u0600-\u06ff]")


def html_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    ("language", "tag", "direction"),
    [("zh-hans", "zh-Hans", "ltr"), ("kk-arab", "kk-Arab", "rtl"), ("kk", "kk-Cyrl", "ltr")],
)
class TestEveryPageSaysItsLanguage:
    def test_home(self, client, db, language, tag, direction):
        html = html_of(client.get(f"/{language}/")).html
        assert (html["lang"], html["dir"]) == (tag, direction)

    def test_piece(self, client, db, language, tag, direction):
        page = make_case("a-case", language=language)
        html = html_of(client.get(page.url)).html
        assert (html["lang"], html["dir"]) == (tag, direction)

    def test_page_that_does_not_exist(self, client, db, language, tag, direction):
        response = client.get(f"/{language}/nothing/")
        assert response.status_code == 404
        html = html_of(response).html
        assert (html["lang"], html["dir"]) == (tag, direction)


class TestTraps:
    def test_django_calls_kk_arab_left_to_right_and_we_do_not_ask_it(self):
        with translation.override("kk-arab"):
            assert get_language_bidi() is False
        assert language_of("kk-arab").direction == "rtl"

    def test_cyrillic_kazakh_is_never_declared_right_to_left(self):
        assert "kk" not in settings.LANGUAGES_BIDI
        assert language_of("kk").direction == "ltr"

    def test_kk_arab_has_its_own_entry_and_does_not_fall_back_to_cyrillic(self):
        info = translation.get_language_info("kk-arab")
        assert (info["code"], info["name_local"]) == ("kk-arab", "قازاقشا")

    def test_interface_of_kk_arab_is_in_arabic_script(self):
        with translation.override("kk-arab"):
            text = gettext("Newest pieces")
        assert ARABIC.search(text)
        assert not CYRILLIC.search(text)

    def test_dates_of_kk_arab_are_in_arabic_script_where_djangos_are_not(self):
        with translation.override("kk-arab"):
            assert CYRILLIC.search(date_format(date(2026, 1, 9), "j E Y"))
        assert reader_date(date(2026, 3, 9), "kk-arab") == "9-ناۋرىز، 2026"

    @pytest.mark.parametrize("language", ["kk-arab", "kk"])
    def test_a_kazakh_page_has_no_word_of_the_other_script(self, client, db, language):
        other = CYRILLIC if language == "kk-arab" else ARABIC
        for part in html_of(client.get(f"/{language}/")).find_all(["main", "footer"]):
            assert not other.search(part.get_text())


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "2026年3月9日"), ("kk-arab", "9-ناۋرىز، 2026"), ("kk", "9 наурыз")],
)
def test_a_date_is_written_as_its_readers_write_it(language, words):
    assert words in reader_date(date(2026, 3, 9), language)


def test_a_span_that_ends_at_midnight_ends_the_day_before():
    midnight = timezone.make_aware(datetime(2026, 3, 16))  # noqa: DTZ001 made aware here
    assert last_day(midnight) == date(2026, 3, 15)


class TestTheDoor:
    @pytest.mark.parametrize(
        ("asked", "led_to"),
        [
            ("kk-CN", "/kk-arab/"),
            ("kk-CN,zh-CN;q=0.9", "/kk-arab/"),
            ("kk-Arab", "/kk-arab/"),
            ("kk-Arab-CN", "/kk-arab/"),
            ("kk", "/kk/"),
            ("kk-KZ", "/kk/"),
            ("kk-Cyrl", "/kk/"),
            ("zh-TW", "/zh-hans/"),
            ("zh-CN,kk;q=0.5", "/zh-hans/"),
            ("en", "/zh-hans/"),
            ("en-US,kk-CN;q=0.4", "/kk-arab/"),
            ("kk-CN;q=0,zh", "/zh-hans/"),
            ("", "/zh-hans/"),
            ("\x00;;,;q=", "/zh-hans/"),
        ],
    )
    def test_leads_to_the_readers_language(self, client, db, asked, led_to):
        response = client.get("/", headers={"accept-language": asked})
        assert response.status_code == 302
        assert response["Location"] == led_to

    @pytest.mark.parametrize("chosen", ["zh-hans", "kk-arab", "kk"])
    def test_a_guess_never_goes_over_a_choice(self, client, db, chosen):
        client.cookies["reader_language"] = chosen
        assert client.get("/", headers={"accept-language": "kk-CN"})["Location"] == f"/{chosen}/"

    def test_a_choice_of_no_language_of_ours_is_none(self, client, db):
        client.cookies["reader_language"] = "../xx"
        assert client.get("/", headers={"accept-language": "kk-CN"})["Location"] == "/kk-arab/"

    def test_a_choice_changes_no_page_that_has_an_address(self, client, db):
        client.cookies["reader_language"] = "kk"
        response = client.get("/zh-hans/")
        assert response["Content-Language"] == "zh-hans"
        assert "Cookie" not in response["Vary"]

    def test_tells_caches_that_it_depends_on_the_readers_language_only(self, client, db):
        assert client.get("/")["Vary"] == "Accept-Language, Cookie"

    def test_an_endless_header_does_no_harm(self):
        assert reader_language("kk-CN," * 2000) in ("kk-arab", "zh-hans")


class TestWhatAReaderIsNotTroubledWith:
    @pytest.fixture
    def addresses(self, db):
        case = make_case("a-case")
        return ["/zh-hans/", "/kk-arab/", "/kk/", "/zh-hans/cases/", case.url, "/zh-hans/none/"]

    def test_no_public_page_sets_a_cookie_or_varies_by_one(self, client, addresses):
        for address in addresses:
            response = client.get(address)
            assert not response.cookies, address
            assert "Cookie" not in response.get("Vary", ""), address

    def test_a_language_cookie_changes_nothing(self, client, addresses):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "kk"
        assert html_of(client.get("/zh-hans/")).html["lang"] == "zh-Hans"

    def test_an_unknown_address_without_a_language_is_told_at_once(self, client, db):
        assert client.get("/wp-login.php").status_code == 404


@pytest.mark.parametrize("asked", ["kk-CN", "kk", "en", "zh-CN"])
class TestTheAdminIsChinese:
    def test_log_in(self, client, db, asked):
        response = client.get("/admin/login/", headers={"accept-language": asked})
        assert html_of(response).html["lang"] == "zh-hans"
        assert "登录" in response.content.decode()

    def test_first_screen(self, admin_client, asked):
        response = admin_client.get("/admin/", headers={"accept-language": asked})
        assert html_of(response).html["lang"] == "zh-hans"


class TestSwitcher:
    def switcher(self, client: Client, url: str) -> dict:
        links = html_of(client.get(url)).select(".languages li")
        return {item["lang"]: item for item in links}

    def test_leads_to_the_same_piece_in_the_other_language(self, client, db):
        zh = make_case("a-case")
        kk = make_case("a-case-kk", language="kk-arab", translation_of=zh)
        assert self.switcher(client, zh.url)["kk-Arab"].a["href"] == kk.url
        assert self.switcher(client, kk.url)["zh-Hans"].a["href"] == zh.url

    def test_says_in_that_language_that_there_is_none_yet_and_leads_to_its_home(self, client, db):
        item = self.switcher(client, make_case("a-case").url)["kk-Arab"]
        with translation.override("kk-arab"):
            assert gettext("not yet in this language") in item.get_text()
        assert item.a["href"] == "/kk-arab/"

    def test_a_translation_that_is_not_live_does_not_exist_for_readers(self, client, db):
        zh = make_case("a-case")
        make_case("a-case-kk", language="kk-arab", translation_of=zh, live=False)
        assert self.switcher(client, zh.url)["kk-Arab"].a["href"] == "/kk-arab/"

    @pytest.mark.parametrize("path", ["", "cases/", "knowledge/", "nothing/"])
    def test_stands_on_every_page_with_every_language(self, client, db, path):
        switcher = self.switcher(client, f"/kk/{path}")
        assert list(switcher) == ["zh-Hans", "kk-Arab", "kk-Cyrl"]
        assert switcher["kk-Cyrl"].a["aria-current"] == "true"
        assert switcher["kk-Arab"]["dir"] == "rtl"

    def test_search_engines_are_told_of_live_versions_only(self, client, db):
        zh = make_case("a-case")
        kk = make_case("a-case-kk", language="kk", translation_of=zh)
        make_case("a-case-arab", language="kk-arab", translation_of=zh, live=False)
        head = html_of(client.get(zh.url)).head
        alternates = {a["hreflang"]: a["href"] for a in head.select("link[rel=alternate]")}
        assert alternates == {
            "zh-Hans": f"http://testserver{zh.url}",
            "kk-Cyrl": f"http://testserver{kk.url}",
            "x-default": f"http://testserver{zh.url}",
        }
        assert head.select_one("link[rel=canonical]")["href"] == f"http://testserver{zh.url}"


class TestForeignRuns:
    def test_a_chinese_law_in_kazakh_text_keeps_its_order_and_its_language(self):
        text = isolated("«زاڭ» (《保险法》)، 12-تارماق", "kk-arab")
        assert '(<bdi lang="zh-Hans">《保险法》</bdi>)' in text

    def test_a_number_before_chinese_goes_with_it(self):
        assert isolated("2026年宣传周", "kk-arab") == '<bdi lang="zh-Hans">2026年宣传周</bdi>'

    @pytest.mark.parametrize("number", ["3·15", "400-123-4567", "12:30"])
    def test_a_number_with_signs_keeps_its_order(self, number):
        assert f'<bdi dir="ltr">{number}</bdi>' in isolated(f"كۇن {number} بولدى", "kk-arab")

    def test_chinese_pages_stay_as_they_are(self):
        assert isolated("3·15《保险法》", "zh-hans") == "3·15《保险法》"

    def test_text_is_escaped(self):
        assert "<script>" not in isolated("<script>汉", "kk")

    def test_attributes_are_left_alone(self):
        from django.utils.safestring import mark_safe

        html = mark_safe('<a href="/x?汉" title="a > 汉 1-2">汉</a>')
        wrapped = isolated(html, "kk")
        assert 'title="a > 汉 1-2"' in wrapped
        assert '><bdi lang="zh-Hans">汉</bdi></a>' in wrapped

    def test_on_the_page(self, client, db):
        page = make_case(
            "law",
            language="kk-arab",
            title="《保险法》تۋرالى",
            legal_basis=[("citation", "《中华人民共和国保险法》، 21-تارماق")],
        )
        runs = html_of(client.get(page.url)).select('main bdi[lang="zh-Hans"]')
        assert {"《保险法》", "《中华人民共和国保险法》"} <= {run.get_text() for run in runs}


def test_an_article_reads_in_its_own_language_whatever_the_browser_asks(client, db):
    page = make_article("an-article", language="kk-arab", title="كەڭەس")
    response = client.get(page.url, headers={"accept-language": "zh-CN"})
    assert html_of(response).html["lang"] == "kk-Arab"
    assert response["Content-Language"] == "kk-arab"
