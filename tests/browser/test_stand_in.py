"""The strip that tells of a stand-in takes its room from the content, not from the window."""

import pytest

from campaigns.regions.roles import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_window_scrolls_no_further_for_the_strip(window, person, viewport):
    page = window(viewport, strict=False)
    enter(page, person(Role.CAMPAIGN_ADMINISTRATOR))
    page.goto("/admin/push/")
    strip = page.locator(".stand-in")
    strip.wait_for()
    too_tall = "document.documentElement.scrollHeight - window.innerHeight"
    assert page.evaluate(too_tall) <= 0
    content = page.locator(".content-wrapper").bounding_box()
    assert content["y"] >= strip.bounding_box()["height"] - 1
    assert content["y"] + content["height"] <= viewport["height"] + 1
