"""The whole road once, in a browser: written, reviewed, pushed, read, counted, held afield."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from campaigns.cron import tick
from campaigns.models import Channel, Push, ReachEntry, Region, TrackedLink
from campaigns.regions.roles import Role
from content.models import CaseWarningPage
from tests.browser.conftest import DESK
from tests.factories import AccountFactory, EditionFactory, section

TITLE = "假客服真骗局"
# A phone's browser: headless Chromium calls itself a robot, and robots do not count.
READER = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def clock():
    """10:00 in Beijing on the second day of 3·15 2026."""
    with time_machine.travel(datetime(2026, 3, 10, 2, 0, tzinfo=UTC), tick=True) as traveller:
        yield traveller


@pytest.fixture
def sign_in(window, person) -> Callable[[Role, str], Page]:
    """Somebody in a role at a region, logged in through the form."""

    def signed_in(role: Role, region: str = "000000") -> Page:
        user = person(role, region)
        page = window(DESK, strict=False)
        page.goto("/admin/login/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", "pass-word-1")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return signed_in


def insert(editor: Page, stream: Locator, block: str, field: Locator) -> None:
    """Put a block into an empty stream, and wait for its field.

    The list of blocks closes while the page still moves, and a click may then hit nothing.
    """
    choice = editor.get_by_role("option", name=block, exact=True)
    for _attempt in range(5):
        stream.locator("button.c-sf-add-button").first.click()
        try:
            choice.click(timeout=2_000)
            field.wait_for(state="visible", timeout=5_000)
        except TooLate:
            editor.keyboard.press("Escape")
            continue
        return
    raise AssertionError(f"{block} is not offered")


def write_case(editor: Page) -> None:
    """Fill in the editor's form and submit the case for review."""
    parent = section("cases").pk
    editor.goto(f"/admin/pages/add/content/casewarningpage/{parent}/")
    editor.fill("#id_title", TITLE)
    editor.fill("#id_summary", "自称客服的来电要李某共享屏幕。")
    body = editor.locator("[data-contentpath=body]")
    text = body.locator("[data-contentpath=text]")
    insert(editor, body, "案情", text.locator("button.c-sf-add-button").first)
    words = text.locator("textarea").last
    insert(editor, text, "Markdown", words)
    words.fill("李某接到**假客服**的电话。")
    editor.fill("#id_code", "fake-service")
    editor.locator("footer [data-w-dropdown-target=toggle]").click()
    editor.locator("button[name=action-submit]").click()
    editor.wait_for_url(re.compile(rf"/admin/pages/{parent}/$"))


def approve(reviewer: Page) -> None:
    """Open what awaits review from the front of the admin, and approve it."""
    reviewer.goto("/admin/")
    reviewer.get_by_role("link", name=TITLE).first.click()
    reviewer.wait_for_url("**/edit/")
    reviewer.locator("footer [data-w-dropdown-target=toggle]").click()
    reviewer.locator("button[data-workflow-action-name=approve]").first.click()
    reviewer.wait_for_url(re.compile(r"/admin/(pages/\d+/)?$"))


def plan_push(administrator: Page, account: str, at: str) -> None:
    administrator.goto("/admin/push/new/")
    administrator.select_option("#id_edition", label="2026年3·15宣传周")
    administrator.locator("#id_page-chooser .unchosen [data-chooser-action-choose]").click()
    administrator.fill(".modal #id_q", "真骗局")
    administrator.locator(".modal").get_by_role("link", name=TITLE).click()
    administrator.select_option("#id_language", "zh-hans")
    option = administrator.locator(f"#id_account option:has-text('{account}')")
    administrator.select_option("#id_account", option.get_attribute("value"))
    administrator.fill("#id_scheduled_at", at)
    administrator.keyboard.press("Escape")
    administrator.locator("form button[type=submit]").last.click()
    administrator.wait_for_url("**/push/inspect/*/")
    administrator.locator("form[action*='/push/approve/'] button").click()
    expect(administrator.locator(".push__head .push-state--approved")).to_be_visible()


def read(reader: Page, path: str) -> None:
    """Open a page and wait until its view has been handed over."""
    with reader.expect_response("**/hit") as answer:
        reader.goto(path)
    assert answer.value.status == 204


def plan_session(coordinator: Page, place: str) -> None:
    coordinator.goto("/admin/fieldsession/new/")
    coordinator.select_option("#id_edition", label="2026年3·15宣传周")
    coordinator.select_option("#id_form", "yurt")
    coordinator.select_option("#id_venue_class", "rural")
    county = str(Region.objects.get(code="654321").pk)
    coordinator.select_option("#id_region", county)
    coordinator.fill("#id_place", place)
    coordinator.fill("#id_starts_at", "2026-03-11 12:00")
    coordinator.keyboard.press("Escape")
    coordinator.select_option("#id_language", "kk-arab")
    coordinator.fill("#id_expected_attendance", "30")
    coordinator.locator("form button[type=submit]").last.click()
    coordinator.wait_for_url("**/fieldsession/inspect/*/")


def row(main: Locator, section_id: str, label: str) -> Locator:
    """The row of a table on the dashboard that begins with the label."""
    section_ = main.locator(f"section[aria-labelledby={section_id}]")
    return section_.locator("tbody tr").filter(has_text=label)


def figures(queryset) -> dict[tuple[str, str, str], int]:
    return {
        (row.channel.code, row.region.code, row.metric): row.count
        for row in queryset.select_related("channel", "region")
    }


@pytest.mark.long
def test_from_the_first_word_to_the_last_figure(clock, sign_in, window, tree, settings):
    # Wagtail's answers 500 where it and the button save the new page at one time.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    EditionFactory()
    AccountFactory(code="website:000000", name="官网首页", adapter="website")
    AccountFactory(code="wechat:650000", name="新疆官微", adapter="file")

    write_case(sign_in(Role.EDITOR))
    piece = CaseWarningPage.objects.get(code="fake-service")
    assert not piece.live
    approve(sign_in(Role.REVIEWER))
    piece.refresh_from_db()
    assert piece.live

    administrator = sign_in(Role.CAMPAIGN_ADMINISTRATOR)
    plan_push(administrator, "website:000000", "2026-03-10 10:30")
    plan_push(administrator, "wechat:650000", "2026-03-10 10:30")
    reader = window(user_agent=READER)
    reader.goto("/zh-hans/")
    featured = reader.locator(".campaign")
    expect(featured).to_have_count(0)

    clock.shift(timedelta(minutes=31))
    tick()
    assert set(Push.objects.values_list("state", flat=True)) == {Push.State.SENT}
    reader.goto("/zh-hans/")
    expect(featured.get_by_text(TITLE)).to_be_visible()
    package = (
        settings.OUTBOX_DIR / "wechat:650000" / str(Push.objects.get(account__adapter="file").pk)
    )
    assert "假客服" in (package / "index.html").read_text()
    assert json.loads((package / "meta.json").read_text())["code"] == "fake-service"

    link = TrackedLink.objects.create(
        label="海报",
        page=piece,
        edition=piece.pushes.first().edition,
        channel=Channel.objects.get(code="wechat"),
        region=tree["650000"],
    )
    read(reader, piece.url)
    # At once again would be the same view.
    clock.shift(timedelta(seconds=3))
    read(reader, piece.url)
    read(reader, f"/q/{link.code}")
    expect(reader).not_to_have_url(re.compile("[?&]q="))
    tick()
    assert figures(ReachEntry.objects.all()) == {
        ("website", "000000", "views"): 2,
        ("wechat", "650000", "views"): 1,
        ("wechat", "650000", "clicks"): 1,
    }

    manager = sign_in(Role.MANAGER)
    manager.goto("/admin/dashboard/?campaign=315-2026")
    main = manager.locator("main")
    expect(main).to_contain_text("3人次")
    expect(row(main, "reach-channels", "官网")).to_contain_text("2")
    expect(row(main, "reach-channels", "官微")).to_contain_text("1")
    expect(row(main, "reach-outputs", "点击")).to_contain_text("1")

    coordinator = sign_in(Role.REGIONAL_COORDINATOR, "654300")
    plan_session(coordinator, "冲乎尔镇春牧场")
    detail = coordinator.url
    clock.shift(timedelta(days=1, hours=3))
    coordinator.goto(detail)
    coordinator.locator("a[href*='/fieldsession/report/']").click()
    coordinator.fill("#id_attendance", "28")
    coordinator.fill("#id_leaflets", "40")
    coordinator.locator("form button[type=submit]").last.click()
    coordinator.wait_for_url("**/fieldsession/inspect/*/")
    assert not ReachEntry.objects.filter(channel__code="field").exists()

    manager.goto(detail)
    with manager.expect_navigation():
        manager.locator("form[action*='/fieldsession/approve/'] button").click()
    assert figures(ReachEntry.objects.filter(channel__code="field")) == {
        ("field", "654321", "attendance"): 28,
        ("field", "654321", "leaflets"): 40,
    }
    manager.goto("/admin/dashboard/?campaign=315-2026")
    expect(manager.locator("main")).to_contain_text("31人次")
