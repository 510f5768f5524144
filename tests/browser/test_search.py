"""People type into the search box, in Chinese and in Kazakh, on a phone and at a desk."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.factories import make_case

PIECES = {
    "zh-hans": ("轻信“全额退保”，赔了费用又丢保障", "想退保，自己办更稳当。"),
    "kk-arab": ("داۋسى دا، ءجۇزى دە نەمەرەسى", "اجەسىنەن 30 مىڭ يۋان سۇرادى."),
    "kk": ("Даусы да, жүзі де немересі", "Әжесінен 30 мың юань сұрады."),
}
# What is typed letter by letter, and what of the title is marked.
TYPED = {
    "zh-hans": [("退保", "退保"), ("tuibao", "退保"), ("全額", "全额")],
    "kk-arab": [("نەمەرەسى", "نەمەرەسى"), ("немересі", "نەمەرەسى")],
    "kk": [("немересі", "немересі"), ("نەمەرەم", "немересі")],
}


@pytest.fixture
def pieces(live_server):
    return {
        language: make_case(f"case-{language}", title, language, summary=summary)
        for language, (title, summary) in PIECES.items()
    }


def type_and_send(page: Page, text: str) -> None:
    """As an input method does it: into the box that has the focus, then Enter."""
    box = page.get_by_role("searchbox")
    box.click()
    box.fill("")
    if text.isascii():
        page.keyboard.type(text)
    else:
        page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", PIECES)
@pytest.mark.parametrize("scripted", [True, False], ids=["", "without-js"])
def test_what_is_typed_is_found_and_marked(window, pieces, language, viewport, scripted):
    page = window(viewport, java_script_enabled=scripted)
    page.goto(f"/{language}/")
    for typed, marked in TYPED[language]:
        type_and_send(page, typed)
        expect(page).to_have_url(re.compile(f"/{language}/search/"))
        result = page.locator(".result").first
        expect(result.locator(".result__title a")).to_have_text(PIECES[language][0])
        expect(result.locator("mark").first).to_have_text(marked)
        expect(page.get_by_role("searchbox")).to_have_value(typed)
    page.locator(".result__title a").first.click()
    expect(page.locator("h1")).to_have_text(PIECES[language][0])


@pytest.mark.once
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", PIECES)
def test_no_page_of_the_search_keeps_anybody_out(window, pieces, language, viewport):
    page = window(viewport)
    for query in (TYPED[language][0][0], "没有这样的词吧", ""):
        page.goto(f"/{language}/search/?q={query}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= viewport["width"], query


@pytest.mark.once
def test_the_box_stands_at_the_readers_side(window, pieces):
    for language, mirrored in (("zh-hans", False), ("kk-arab", True)):
        page = window(DESK)
        page.goto(f"/{language}/search/?q={TYPED[language][0][0]}")
        results = page.locator(".search__results").bounding_box()
        facets = page.locator(".facets").bounding_box()
        assert (facets["x"] < results["x"]) == mirrored
