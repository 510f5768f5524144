"""The zone as people with a phone, a screen reader, large type or no JavaScript meet it."""

import json
import uuid
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from wagtail.models import Locale

from campaigns.models import Placement
from content.models import Audience, CaseWarningPage, Category, VideoPage
from tests.browser.conftest import DESK, PHONE
from tests.factories import (
    AccountFactory,
    EditionFactory,
    make_article,
    make_case,
    make_shown_figure,
    section,
)

LANGUAGES = ["zh-hans", "kk-arab", "kk"]
WORDS = {
    "zh-hans": ("“预订养老床位”背后的投资骗局", "免费鸡蛋、贴心“健康顾问”、按月返钱的“养老床位”。"),
    "kk-arab": ("بورانداعى شىعىن: تولەم نەگە الىنباي قالا", "كوش جولىندا قوي بوراندا ءولدى."),
    "kk": ("Борандағы шығын: төлем неге алынбай қала жаздады", "Көш жолында қой боранда өлді."),
}


def furnish(language: str) -> dict[str, str]:
    """A zone with a campaign, its figure and one piece of each form; the address of each page."""
    title, summary = WORDS[language]
    text = f"{summary}\n\n1. {summary}\n2. **{summary}**\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    paragraph = ("markdown", text)
    case = make_case(
        "case",
        title,
        language,
        summary=summary,
        source=summary,
        ai_generated=True,
        legal_basis=[("citation", "《中华人民共和国保险法》第十六条")],
        body=[
            (
                part,
                {
                    "heading": "",
                    "text": [
                        paragraph,
                        ("quote", {"text": summary, "who": title}),
                        ("callout", {"title": title[:60], "text": summary}),
                    ],
                },
            )
            for part in ("case", "analysis", "legal_note", "risk_tips", "get_help")
        ],
    )
    case.audiences.set(Audience.objects.all())
    case.save()
    article = make_article(
        "article",
        title,
        language,
        summary=summary,
        category=Category.objects.last(),
        body=[("paragraph", f"<h3>{title}</h3><p>{summary}</p><ul><li>{summary}</li></ul>")],
    )
    video = VideoPage(
        code="video",
        slug="video",
        title=title,
        summary=summary,
        duration=187,
        transcript=text,
        video_url="https://media.example.invalid/a.mp4",
        captions="captions/none.vtt",
        locale=Locale.objects.get(language_code=language),
    )
    video = section("videos", language).add_child(instance=video)
    now, edition = timezone.now(), EditionFactory(slogan="清朗金融网络 守护安心消费")
    make_shown_figure(edition)
    Placement.objects.create(
        key=uuid.uuid4(),
        page=case,
        language=language,
        edition=edition,
        account=AccountFactory(code="website:000000", name="官网", adapter="website"),
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )
    return {
        "home": f"/{language}/",
        "section": f"/{language}/cases/",
        "filtered": f"/{language}/cases/?category=stock-tips",
        "case": case.url,
        "article": article.url,
        "video": video.url,
        "counting": f"/counting/{language}/",
        "404": f"/{language}/none/",
    }


def too_wide(page) -> int:
    """Pixels that stand out of the window sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_in_the_way_of_anybody(window, language):
    page = window(PHONE)
    axe = Axe()
    for name, address in furnish(language).items():
        page.goto(address)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            results = axe.run(page)
            assert results.violations_count == 0, f"{name}: {results.generate_report()}"
            assert too_wide(page) <= 0, name


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_twice_as_large_still_fit_a_phone(window, language):
    page = window(PHONE, bypass_csp=True)
    for name, address in furnish(language).items():
        page.goto(address)
        normal = page.evaluate("getComputedStyle(document.documentElement).fontSize")
        page.add_style_tag(content=f"html {{ font-size: calc({normal} * 2) !important }}")
        assert too_wide(page) <= 0, name
        assert page.locator("h1").is_visible()


@pytest.mark.once
def test_letters_are_large_lines_are_open_and_targets_can_be_hit(window):
    page = window(PHONE)
    for language, line in (("zh-hans", 1.6), ("kk-arab", 1.8)):
        page.goto(f"/{language}/")
        size, height = page.evaluate(
            """() => { const s = getComputedStyle(document.body);
                       return [parseFloat(s.fontSize), parseFloat(s.lineHeight)] }"""
        )
        assert size >= 18
        assert height / size >= line
        for target in page.locator(".button, .chip, .languages a, .site-nav a, .risk").all():
            assert target.bounding_box()["height"] >= 44


@pytest.mark.once
def test_kazakh_in_arabic_script_is_mirrored_and_set_in_our_own_face(window):
    page = window(DESK)
    page.goto("/zh-hans/")
    chinese = page.locator(".brand").bounding_box()
    page.goto("/kk-arab/")
    kazakh = page.locator(".brand").bounding_box()
    assert chinese["x"] < DESK["width"] / 4
    assert kazakh["x"] + kazakh["width"] > DESK["width"] * 3 / 4
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('20px \"Noto Naskh Kazakh\"', 'ۇ')")


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_view_is_light(window, language):
    address = furnish(language)["home"]
    page = window(PHONE)
    page.goto(address, wait_until="networkidle")
    sizes = page.evaluate(
        """() => [...performance.getEntriesByType('resource'),
                  ...performance.getEntriesByType('navigation')]
                 .map(entry => [entry.name, entry.transferSize])"""
    )
    # The test server compresses no static file, so this is more than a reader pays.
    assert sum(size for _name, size in sizes) <= 100 * 1024, sizes


def test_everything_is_reached_without_javascript(window):
    addresses = furnish("zh-hans")
    original = CaseWarningPage.objects.get(code="case")
    make_case("case-kk", WORDS["kk"][0], "kk", translation_of=original)
    page = window(PHONE, java_script_enabled=False)
    page.goto(addresses["home"])
    page.get_by_role("link", name="以案说险").first.click()
    page.get_by_role("link", name=Category.objects.first().name).first.click()
    page.locator(".card a").first.click()
    assert page.locator("h1").inner_text() == WORDS["zh-hans"][0]
    page.locator(".languages").get_by_text("Қазақша").click()
    assert page.locator("h1").inner_text() == WORDS["kk"][0]
    page.goto(addresses["video"])
    page.locator("details.transcript summary").click()
    assert page.locator("details.transcript li").first.is_visible()


@pytest.mark.once
def test_the_keyboard_comes_to_the_text_first(window):
    page = window(DESK)
    page.goto(furnish("zh-hans")["case"])
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


class TestBeacon:
    RECORD = """
        window.hits = [];
        navigator.sendBeacon = (url, body) => {
            body.text().then(text => hits.push([url, body.type, text]));
            return true;
        };
    """

    def hits(self, page) -> list[dict]:
        page.wait_for_timeout(100)
        told = page.evaluate("window.hits")
        assert all((url, kind) == ("/hit", "application/json") for url, kind, _body in told)
        return [json.loads(body) for _url, _kind, body in told]

    @pytest.fixture
    def page(self, window):
        page = window()
        page.add_init_script(self.RECORD)
        return page

    def test_tells_of_a_view_of_a_piece_and_of_nothing_else(self, page):
        addresses = furnish("zh-hans")
        page.goto(addresses["case"])
        assert self.hits(page) == [{"page": "case", "event": "view"}]
        for other in ("home", "section", "404"):
            page.goto(addresses[other])
            assert self.hits(page) == []

    def test_a_link_counts_once_and_is_forgotten(self, page, live_server):
        address = furnish("zh-hans")["case"]
        page.goto(f"{address}?q=A7Kx&utm_source=wechat&p=1#legal-basis")
        assert self.hits(page) == [{"page": "case", "event": "view", "link": "A7Kx"}]
        assert page.url == f"{live_server.url}{address}?p=1#legal-basis"
        page.reload()
        assert self.hits(page) == [{"page": "case", "event": "view"}]

    def test_a_film_that_is_started_and_seen_to_its_end_counts_once(self, page):
        page.goto(furnish("zh-hans")["video"])
        for event in ("play", "play", "ended", "ended"):
            page.evaluate(
                "event => document.querySelector('video').dispatchEvent(new Event(event))", event
            )
        assert self.hits(page) == [
            {"page": "video", "event": "view"},
            {"page": "video", "event": "play"},
            {"page": "video", "event": "finish"},
        ]

    def test_a_game_that_is_finished_counts_once(self, page):
        page.goto(furnish("zh-hans")["case"])
        for _again in range(2):
            page.evaluate("document.dispatchEvent(new Event('piece:completed'))")
        assert self.hits(page)[1:] == [{"page": "case", "event": "completion"}]

    @pytest.mark.parametrize(
        ("element", "event"),
        [
            ("<button data-hit='share'>", "share"),
            ("<button data-hit='download'>", "download"),
            ("<button data-hit='completion'>", "completion"),
            ("<a href='#x' download>", "download"),
            ("<a href='/documents/1/a.pdf' target='elsewhere'>", "download"),
            ("<a href='#x'>", None),
            ("<button data-hit='view'>", None),
        ],
    )
    def test_what_is_shared_or_taken_away(self, page, element, event):
        page.goto(furnish("zh-hans")["case"])
        page.evaluate(
            """html => {
                const holder = document.createElement("div");
                holder.innerHTML = html;
                document.body.append(holder);
                holder.firstChild.addEventListener("click", click => click.preventDefault());
                holder.firstChild.click();
            }""",
            element,
        )
        assert self.hits(page)[1:] == ([{"page": "case", "event": event}] if event else [])

    def test_nothing_is_told_of_who_has_switched_it_off(self, page):
        address = furnish("zh-hans")["case"]
        page.goto("/zh-hans/")
        page.get_by_role("link", name="访问统计说明").click()
        page.get_by_role("button", name="不统计我的访问").click()
        page.get_by_text("在此浏览器中，您的访问不计入统计。").wait_for()
        page.goto(address)
        assert self.hits(page) == []
        page.goto("/counting/zh-hans/")
        page.get_by_role("button", name="重新统计我的访问").click()
        page.goto(address)
        assert self.hits(page) == [{"page": "case", "event": "view"}]

    @pytest.mark.parametrize(
        "wish",
        [
            "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})",
            "Object.defineProperty(navigator, 'doNotTrack', {value: '1'})",
        ],
        ids=["global-privacy-control", "do-not-track"],
    )
    def test_who_asks_not_to_be_counted_is_not(self, page, wish):
        page.add_init_script(wish)
        address = furnish("zh-hans")["case"]
        page.goto(f"{address}?q=A7Kx")
        assert self.hits(page) == []
        assert page.url.endswith(address)

    def test_a_page_fetched_in_advance_counts_when_somebody_comes(self, page):
        page.add_init_script(
            "Object.defineProperty(document, 'prerendering', {value: true, configurable: true})"
        )
        page.goto(furnish("zh-hans")["case"])
        assert self.hits(page) == []
        page.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
        assert self.hits(page) == [{"page": "case", "event": "view"}]
