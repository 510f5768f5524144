"""The calendar in a browser: dragged, moved by keys, on a phone, and for everybody."""

from datetime import datetime, timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from campaigns.calendar.windows import BEIJING
from campaigns.field import sessions
from campaigns.models import Push
from campaigns.pushes.planning import plan_push
from campaigns.regions.roles import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.factories import AccountFactory, EditionFactory, make_case

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=BEIJING)
VIEWS = {
    "year": "/admin/agenda/year/?day=2026-03-10",
    "month": "/admin/agenda/?day=2026-03-10",
    "week": "/admin/agenda/week/?day=2026-03-10",
    "list": "/admin/agenda/list/?day=2026-03-01",
    "board": "/admin/agenda/board/?day=2026-03-10",
    "filtered": "/admin/agenda/?day=2027-03-10&kind=push&channel=radio",
    "feeds": "/admin/agenda/feeds/",
}
# What is wider than the screen, or ends beyond it, though the page itself does not scroll.
TOO_WIDE = """() => [...document.querySelectorAll('.agenda *')].filter((node) => {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    return box.width && style.clipPath === 'none' && box.right > innerWidth + 1;
}).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture
def push(tree) -> Push:
    """Planned for the next day, among a window and two sessions."""
    with time_machine.travel(NOON):
        edition = EditionFactory()
        for n, region in enumerate(("654321", "430102")):
            sessions.plan(
                by=None,
                region=tree[region],
                edition=edition,
                form="yurt",
                venue_class="rural",
                place=f"冲乎尔镇春牧场{n}",
                language="kk-arab",
                starts_at=NOON + timedelta(days=1 + n),
            )
        account = AccountFactory(code="wechat:650000")
        at = NOON + timedelta(days=1)
        yield plan_push(edition, make_case("case-1"), "zh-hans", account, at)


@pytest.fixture
def calendar(window, person, push):
    """A window on the calendar, signed in as whoever plans campaigns."""
    user = person(Role.CAMPAIGN_ADMINISTRATOR)

    def open_window(viewport=DESK, **options) -> Page:
        # Wagtail's breadcrumbs and menu are its own; only our part is looked at.
        return enter(window(viewport, strict=False, **options), user)

    return open_window


def day(page: Page, number: int):
    return page.locator(f"[data-day='2026-03-{number}']")


def test_a_push_is_dragged_to_another_day_and_taken_back(calendar, push):
    page = calendar({"width": 1280, "height": 1600})
    page.goto(VIEWS["month"])
    entry = page.locator(f"[data-entry='push-{push.pk}']")
    with page.expect_navigation():
        entry.drag_to(day(page, 13))
    expect(day(page, 13).locator(f"[data-entry='push-{push.pk}']")).to_be_visible()
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(days=3)
    with page.expect_navigation():
        page.get_by_role("button", name="撤回").click()
    expect(day(page, 11).locator(f"[data-entry='push-{push.pk}']")).to_be_visible()
    expect(page.locator("[data-agenda-undo]")).to_contain_text("已撤回")


def test_what_is_refused_is_said_in_its_place(calendar, push):
    page = calendar({"width": 1280, "height": 1600})
    page.goto(VIEWS["month"])
    entry = page.locator(f"[data-entry='push-{push.pk}']")
    entry.drag_to(day(page, 17))
    expect(entry.locator(".agenda-problem")).to_contain_text("2026-03-15")
    expect(page.locator("[data-agenda-live]")).to_contain_text("2026-03-15")
    expect(day(page, 11).locator(f"[data-entry='push-{push.pk}']")).to_be_visible()
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(days=1)


def test_a_push_is_moved_by_keys_alone(calendar, push):
    page = calendar()
    page.goto(VIEWS["week"])
    link = page.locator(f"[data-entry='push-{push.pk}'] .agenda-entry__title")
    live = page.locator("[data-agenda-live]")
    link.focus()
    page.keyboard.press("m")
    expect(live).to_contain_text("2026-03-11")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(live).to_contain_text("2026-03-19")
    page.keyboard.press("Escape")
    expect(live).to_contain_text("未移动")
    assert Push.objects.get().scheduled_at == NOON + timedelta(days=1)
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(live).to_contain_text("已从 2026-03-11 12:00 移到 2026-03-13 12:00")
    expect(link).to_be_focused()
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(days=3)


def test_without_javascript_the_form_moves(calendar, push):
    page = calendar(java_script_enabled=False)
    page.goto(VIEWS["month"])
    page.locator(f"[data-entry='push-{push.pk}'] .agenda-entry__move").click()
    page.fill("#agenda-to", "2026-03-13T09:30")
    page.locator("form button[type=submit]").last.click()
    expect(page.locator("[data-agenda-undo]")).to_contain_text("2026-03-13 09:30")
    page.locator("[data-agenda-undo] button").click()
    push.refresh_from_db()
    assert push.scheduled_at == NOON + timedelta(days=1)


@pytest.mark.once
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nobody_is_kept_out_and_nothing_sticks_out(calendar, viewport):
    page, axe, wrong = calendar(viewport), Axe(), []
    for name, address in VIEWS.items():
        page.goto(address)
        found = axe.run(page, context=".agenda")
        wrong += [
            f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], name
        wrong += [f"{name} too wide: {html}" for html in page.evaluate(TOO_WIDE)]
    assert wrong == []


@pytest.mark.once
def test_on_a_phone_the_month_lists_only_days_that_hold_something(calendar):
    page = calendar(PHONE)
    page.goto(VIEWS["month"])
    expect(day(page, 11)).to_be_visible()
    expect(day(page, 24)).to_be_hidden()
    expect(page.get_by_role("table")).to_be_visible()
    assert page.get_by_role("cell").count() < 10
