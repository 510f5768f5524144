"""The handout on a screen: what a regional team sees before it prints, on a phone and a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.regions.roles import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.browser.test_public_zone import too_wide
from tests.factories import make_case

pytestmark = pytest.mark.once


@pytest.fixture
def piece(transactional_db):
    original = make_case("fee", "退保骗局")
    make_case("fee-arab", "ءتاسىل", "kk-arab", translation_of=original)
    make_case("fee-kk", "Тәсіл", "kk", translation_of=original)
    return original


def test_a_team_chooses_languages_and_sees_each_on_its_sheet(window, piece, person):
    page, axe = enter(window(PHONE), person(Role.REGIONAL_COORDINATOR, "654321")), Axe()
    page.goto(reverse("campaigns_admin:handout", args=[piece.pk]))
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()
        assert too_wide(page) <= 0
    sheets = page.locator(".sheet")
    expect(sheets).to_have_count(3)
    expect(page.locator(".sheet[lang=kk-Arab]")).to_have_css("direction", "rtl")
    page.get_by_label("中文", exact=True).uncheck()
    page.get_by_role("button", name="显示").click()
    expect(sheets).to_have_count(2)
    # On paper there is nothing of what was chosen.
    page.emulate_media(media="print")
    expect(page.locator(".tools")).to_be_hidden()
    expect(sheets.first).to_be_visible()
