"""Translation as a flow, from the queue to the day both scripts are public, in one browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.regions.roles import Role
from content.models import CaseWarningPage, VersionRecord
from content.translation import starting
from content.translation.rights import target_locales
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.browser.test_translation_desk import text, write
from tests.content.translation.making import translation_into
from tests.factories import make_case

BODY = [("case", {"heading": "", "text": [("markdown", "他在走路。")]})]
KAZAKH = {"走路": "جول", "摘要": "اقشا", "他在": "ول جۇر"}


def read_cyrillic(page: Page, translation) -> None:
    """Choose how the uncertain word reads, confirm its text, and all texts without any."""
    page.goto(f"/admin/pages/{translation.get_target_instance().pk}/edit/")
    unsure = text(page, translation, "他在")
    picked = unsure.locator("select option").nth(1).get_attribute("value")
    unsure.locator("select").select_option(picked)
    unsure.get_by_role("button", name="通读无误").click()
    expect(unsure).to_have_attribute("data-state", "done")
    page.get_by_role("button", name="确认没有存疑词的各段").click()
    expect(page.locator("[data-desk-progress]")).to_contain_text("3 / 3 段")


def submit(page: Page, translation) -> None:
    page.goto(f"/admin/pages/{translation.get_target_instance().pk}/edit/")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".desk-review")).to_contain_text("等待")


@pytest.mark.long
def test_a_case_goes_from_the_queue_to_both_scripts_at_one_instant(window, person):
    original = make_case("walk", title="走路", summary="摘要", body=BODY, live=False)
    original.save_revision().publish()
    key = original.translation_key
    starting.start(key, target_locales(), person(Role.EDITOR))
    arab, cyrillic = (translation_into(original, code) for code in ("kk-arab", "kk"))

    # From the queue to the desk, in Arabic script; the other script follows.
    page = enter(window(DESK, strict=False), person(Role.TRANSLATOR))
    page.goto(f"/admin/translation/{key}/kk-arab/")
    page.locator(f'a.button[href="/admin/pages/{arab.get_target_instance().pk}/edit/"]').click()
    for chinese, kazakh in KAZAKH.items():
        write(page, arab, chinese, kazakh)

    # The Chinese is changed and published: the queue says which text, old and new.
    original.refresh_from_db()
    original.summary = "另一个摘要"
    original.save_revision().publish()
    page.goto(f"/admin/translation/{key}/kk-arab/")
    expect(page.locator(".tq-changes").first).to_contain_text("另一个")
    page.goto(f"/admin/pages/{arab.get_target_instance().pk}/edit/")
    write(page, arab, "另一个摘要", "قالا")
    read_cyrillic(page, cyrillic)
    submit(page, cyrillic)
    submit(page, arab)

    # The reviewer publishes all together.
    reviewer = enter(window(DESK, strict=False), person(Role.REVIEWER))
    reviewer.goto(f"/admin/versions/{original.pk}/together/")
    reviewer.get_by_role("button", name="批准并同步发布").click()
    expect(reviewer.locator(".messages .success")).to_be_visible()
    versions = [
        CaseWarningPage.objects.get(pk=one.get_target_instance().pk) for one in (arab, cyrillic)
    ]
    assert [one.live for one in versions] == [True, True]
    assert len({one.last_published_at for one in versions}) == 1
    assert versions[0].last_published_at <= timezone.now()

    for version, lang, direction in zip(
        versions, ("kk-Arab", "kk-Cyrl"), ("rtl", "ltr"), strict=True
    ):
        for viewport in (PHONE, DESK):
            reader = window(viewport)
            reader.goto(version.get_url())
            expect(reader.locator("html")).to_have_attribute("dir", direction)
            expect(reader.locator("html")).to_have_attribute("lang", lang)
            assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # A later change shows to readers, in the queue and in the list of pages, until dealt with.
    original.refresh_from_db()
    original.summary = "第三个摘要"
    original.save_revision().publish()
    assert VersionRecord.objects.stale().count() == 2
    reader = window(PHONE)
    reader.goto(versions[1].get_url())
    expect(reader.locator(".page-head__older")).to_be_visible()
    page.goto(f"/admin/translation/{key}/kk/")
    expect(page.locator(".tq-changes").first).to_contain_text("第三个")
    page.goto(f"/admin/pages/{versions[1].get_parent().pk}/")
    page.locator("#listing-results").get_by_role("link", name="译文过时").click()
    page.wait_for_url(f"**/admin/versions/{versions[1].pk}/changes/")
    expect(page.locator(".versions__changes")).to_contain_text("第三个")
