"""A piece whose Chinese has moved on, as readers of Kazakh and as reviewers see it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.regions.roles import Role
from content.translation.together.deciding import decide
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.browser.test_public_zone import too_wide
from tests.content.translation.pieces import drafted, edited, fresh

# The own part of an own admin screen; around it stands Wagtail's.
OWN = ".nice-padding.versions"
WIDER = """() => [...document.querySelectorAll('.versions *')].filter((node) => {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    const scrolls = node.closest('.versions__scroll');
    return box.width && style.clipPath === 'none' && !scrolls && box.right > innerWidth + 1;
}).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture
def reviewer(person):
    return person(Role.REVIEWER)


@pytest.fixture
def stale(reviewer) -> dict:
    """A piece that is public in three languages, by language, its Chinese changed since."""
    pages = drafted()
    decide(pages[0].translation_key, reviewer)
    edited(pages[0], summary="改过的摘要：请拨打 96110 核实。").get_latest_revision().publish()
    return {page.locale.language_code: fresh(page) for page in pages}


@pytest.mark.parametrize("language", ["kk-arab", "kk"])
def test_readers_are_told_that_the_chinese_is_newer(window, stale, language):
    page, axe = window(PHONE), Axe()
    page.goto(stale[language].url)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        note = page.get_by_role("note").filter(has=page.locator("[hreflang]"))
        expect(note).to_be_visible()
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()
        assert too_wide(page) <= 0
    note.get_by_role("link").click()
    page.wait_for_url(f"**{stale['zh-hans'].url}")
    assert page.locator(".page-head__older").count() == 0


def test_an_instant_is_picked_from_a_calendar(window, reviewer):
    piece = drafted("ready")
    page = enter(window(DESK, strict=False), reviewer)
    page.goto(reverse("versions:together", args=[piece[0].pk]))
    page.locator("#id_at").click()
    expect(page.locator(".xdsoft_datetimepicker").first).to_be_visible()


def test_the_reviewers_screens_stand_in_nobodys_way(window, stale, reviewer):
    blocked = drafted("blocked", languages=("zh-hans", "kk-arab"))
    edited(blocked[0])
    screens = [
        reverse("versions:changes", args=[stale["kk-arab"].pk]),
        reverse("versions:together", args=[stale["kk"].pk]),
        reverse("versions:together", args=[blocked[1].pk]),
    ]
    page, axe = enter(window(PHONE, strict=False), reviewer), Axe()
    for address in screens:
        page.goto(address)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            results = axe.run(page, context=OWN)
            assert results.violations_count == 0, f"{address}: {results.generate_report()}"
            assert page.evaluate(WIDER) == [], address
