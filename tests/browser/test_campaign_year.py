"""Next year's 3·15 in a browser: opened from the template, mended, approved, and gone out."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from campaigns.calendar.windows import BEIJING
from campaigns.cron import tick
from campaigns.models import (
    Channel,
    ChannelAccount,
    Edition,
    Pause,
    Push,
    PushConsent,
    PushItem,
    PushTemplate,
    Series,
    Task,
    TaskTemplate,
)
from campaigns.plans import copying
from campaigns.pushes import approval, pausing
from campaigns.pushes.planning import plan_push
from campaigns.regions.roles import Role
from content.models import CaseWarningPage
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.factories import AccountFactory, EditionFactory, make_case

AUTUMN = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
NAME = "2027年3·15"
TITLE = "假客服真骗局"
OWN = (".plans", ".push", ".agenda", "#listing-results", "main")
# What sticks out of the screen; what scrolls inside a box of its own may.
TOO_WIDE = """() => {
    const boxed = (node) => node.closest('#listing-results, .plans__scroll, .agenda-band');
    return [...document.querySelectorAll('main .plans *, main .push *, main .agenda *')]
        .filter((node) => {
            const box = node.getBoundingClientRect();
            const style = getComputedStyle(node);
            return box.width && style.clipPath === 'none' && box.right > innerWidth + 1
                && !boxed(node);
        }).map((node) => node.outerHTML.slice(0, 80));
}"""


@pytest.fixture
def clock():
    with time_machine.travel(AUTUMN, tick=True) as traveller:
        yield traveller


@pytest.fixture
def administrator(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR)


@pytest.fixture
def template(tree) -> None:
    """The series' template, cut down to one task and two pushes of which the piece is open."""
    EditionFactory()
    series = Series.objects.get(code="315")
    TaskTemplate.objects.exclude(series=series, offset_days=-30).delete()
    PushTemplate.objects.all().delete()
    for channel, title, clock in (
        ("website", "首日官网首页推荐", time(9)),
        ("wechat", "首日官微推文", time(10)),
    ):
        PushTemplate.objects.create(
            series=series,
            offset_days=0,
            clock=clock,
            title=title,
            channel=Channel.objects.get(code=channel),
        )
    AccountFactory(code="website:000000", name="官网首页", adapter="website")
    AccountFactory(code="wechat:000000", name="集团官微", adapter="file")


@pytest.fixture
def piece(tree) -> CaseWarningPage:
    """Published in Chinese; its Kazakh is written, and not yet through review."""
    chinese = make_case("fake-service", TITLE)
    make_case("fake-service-kk", "Жалған қызмет", "kk", translation_of=chinese, live=False)
    return chinese


def open_from_template(page: Page) -> Edition:
    """Look at the preview first; it must not have done anything."""
    page.goto("/admin/edition/")
    page.locator("#w-slim-header-buttons [data-w-dropdown-target=toggle]").click()
    page.get_by_role("link", name="按模板开启").click()
    page.wait_for_url("**/edition/open/")
    # Left empty: the next year without a campaign.
    expect(page.locator("#id_year")).to_have_value("")
    page.locator("main form button[type=submit]").click()
    preview = page.locator("main")
    expect(preview).to_contain_text("首日官网首页推荐")
    expect(preview).to_contain_text("T-30")
    assert not Edition.objects.filter(code="315-2027").exists()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/edition/inspect/*/")
    expect(page.locator(".plans__head")).to_contain_text(NAME)
    return Edition.objects.get(code="315-2027")


def complete(page: Page, edition: Edition, title: str, at: str) -> None:
    """Choose what the open push lacks, on its form."""
    page.goto(f"/admin/edition/inspect/{edition.pk}/")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_url("**/edition/complete/*/")
    page.locator("#id_page-chooser .unchosen [data-chooser-action-choose]").click()
    page.fill(".modal #id_q", "真骗局")
    page.locator(".modal").get_by_role("link", name=TITLE).click()
    expect(page.locator("#id_page-chooser .chosen")).to_contain_text(TITLE)
    expect(page.locator(".modal")).to_have_count(0)
    submit_time(page, at)


def submit_time(page: Page, at: str) -> None:
    field, calendar = page.locator("#id_scheduled_at"), page.locator(".xdsoft_datetimepicker")
    field.click()
    # It opens a moment later, and lies over the button until the field is left.
    expect(calendar.filter(visible=True)).to_have_count(1)
    field.fill(at)
    field.press("Tab")
    expect(calendar.filter(visible=True)).to_have_count(0)
    page.locator("main form button[type=submit]").last.click()


def button(page: Page, act: str):
    return page.locator(f"form[action*='/push/{act}/'] button")


def move_a_day_by_keys(page: Page, push: Push) -> None:
    """From the first day to the second, without the mouse."""
    page.goto("/admin/agenda/week/?day=2027-03-09&kind=push")
    link = page.locator(f"[data-entry='push-{push.pk}'] .agenda-entry__title")
    live = page.locator("[data-agenda-live]")
    link.focus()
    page.keyboard.press("m")
    expect(live).to_contain_text("2027-03-09")
    page.keyboard.press("ArrowRight")
    expect(live).to_contain_text("2027-03-10")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(live).to_contain_text("已从 2027-03-09 09:00 移到 2027-03-10 09:00")


@pytest.mark.long
def test_next_year_is_planned_mended_approved_and_goes_out(
    clock, window, administrator, template, piece
):
    page = enter(window(DESK, strict=False), administrator)
    edition = open_from_template(page)
    assert (edition.starts_on, edition.tasks.not_done().count()) == (date(2027, 3, 9), 3)
    # As the edition's form would: its date pickers are not what is tried here.
    Edition.objects.filter(pk=edition.pk).update(
        needs_both_languages=True, embargo_until=datetime(2027, 3, 10, 8, tzinfo=BEIJING)
    )

    complete(page, edition, "首日官网首页推荐", "2027-03-20 09:00")
    expect(page.locator("main form")).to_contain_text("不在活动期内")
    submit_time(page, "2027-03-09 09:00")
    page.wait_for_url("**/edition/inspect/*/")
    assert edition.tasks.not_done().count() == 2
    shown = Push.objects.get()
    timeline = f"/admin/push/inspect/{shown.pk}/"

    page.goto(timeline)
    button(page, "check").click()
    expect(page.locator(".push__check .help-critical")).to_contain_text("2027-03-10 08:00")
    button(page, "approve").click()
    expect(page.locator(".push__head .push-state--planned")).to_be_visible()

    move_a_day_by_keys(page, shown)
    page.goto(timeline)
    button(page, "check").click()
    expect(page.locator(".push__check .help-critical")).to_have_count(0)
    consent = page.get_by_role("checkbox", name=re.compile("我确认并负责.*两种语言"))
    expect(consent).to_be_visible()
    button(page, "approve").click()
    expect(page.locator(".push__head .push-state--ready")).to_be_visible()
    consent.check()
    page.fill("#push-reason", "哈萨克文三月初审完")
    button(page, "approve").click()
    expect(page.locator(".push__head .push-state--approved")).to_be_visible()
    given = PushConsent.objects.get(push=shown)
    assert (given.by, given.reason) == (administrator, "哈萨克文三月初审完")

    complete(page, edition, "首日官微推文", "2027-03-10 10:00")
    page.wait_for_url("**/edition/inspect/*/")
    taken = Push.objects.exclude(pk=shown.pk).get()
    approve_in_the_list(page, taken)

    gone_out(clock, page, window, shown, taken)


def gone_out(clock, page: Page, window: Callable[..., Page], shown: Push, taken: Push) -> None:
    """Each at its time: the one stands on the home page, the other lies in its folder."""
    CaseWarningPage.objects.filter(locale__language_code="kk").update(live=True)
    for push, minute in ((shown, time(9, 1)), (taken, time(10, 1))):
        clock.move_to(datetime.combine(date(2027, 3, 10), minute, BEIJING))
        assert tick().errors == {}
        push.refresh_from_db()
        assert push.state == Push.State.SENT
    reader = window(PHONE)
    reader.goto("/zh-hans/")
    expect(reader.locator(".campaign").get_by_text(TITLE)).to_be_visible()
    package = settings.OUTBOX_DIR / taken.account.code / str(taken.pk)
    assert "李某" in (package / "index.html").read_text()
    # The session of the autumn is long over.
    enter(page, shown.planned_by).goto(f"/admin/push/inspect/{shown.pk}/")
    told = page.locator(".push__timeline")
    for words in ("2027-03-10 09:01", "哈萨克文三月初审完", "2027-03-09 09:00"):
        expect(told).to_contain_text(words)
    expect(told.locator(".push-state--sent")).to_be_visible()


def approve_in_the_list(page: Page, push: Push) -> None:
    """Tick it, approve it, answer for its warning."""
    page.goto("/admin/push/")
    page.locator(f"input[name=push][value='{push.pk}']").check()
    page.locator("#push-bulk button[value=approve]").click()
    page.wait_for_url("**/push/bulk/")
    page.locator(f"input[name=consent][value^='{push.pk}:']").check()
    page.locator("button[value=approve]").click()
    expect(page.locator(".push-rows .push-state--approved")).to_be_visible()


@pytest.fixture
def screens(clock, administrator, template, piece) -> dict[str, str]:
    """A campaign in full swing: planned, checked with errors, sent, late behind a pause."""
    edition = copying.open_from_template(Series.objects.get(code="315"), 2027).edition
    at = datetime(2027, 3, 9, 9, tzinfo=BEIJING)
    site, account = ChannelAccount.objects.order_by("-code")
    sent = plan_push(edition, piece, "zh-hans", site, at)
    held = plan_push(edition, piece, "zh-hans", account, at + timedelta(hours=1))
    Edition.objects.filter(pk=edition.pk).update(needs_both_languages=True)
    wrong = plan_push(edition, piece, "zh-hans", account, at + timedelta(days=1))
    approval.check(Push.objects.get(pk=wrong.pk), None)
    pause = pausing.begin(Pause(account=account, reason="等待监管口径"), administrator)
    clock.move_to(at + timedelta(hours=3))
    Push.objects.filter(pk=sent.pk).update(state=Push.State.SENT, sent_at=at)
    return {
        "edition": f"/admin/edition/inspect/{edition.pk}/",
        "complete": f"/admin/edition/complete/{PushItem.objects.first().pk}/",
        "pushes": "/admin/push/",
        "no pushes": "/admin/push/?state=failed",
        "checked": f"/admin/push/inspect/{wrong.pk}/",
        "sent": f"/admin/push/inspect/{sent.pk}/",
        "cancel": f"/admin/push/cancel/{held.pk}/",
        "pauses": "/admin/push/pauses/",
        "resume": f"/admin/push/resume/{pause.pk}/",
        "tasks": "/admin/task/",
        "task": f"/admin/task/inspect/{Task.objects.first().pk}/",
        "calendar": "/admin/agenda/?day=2027-03-09",
    }


@pytest.mark.once
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_screen_of_the_year_fits_and_keeps_nobody_out(
    viewport, window, administrator, screens
):
    page = enter(window(viewport, strict=False), administrator)
    axe, wrong = Axe(), []
    for name, address in screens.items():
        assert page.goto(address).ok, name
        # Wagtail's own header and menu are not ours to mend.
        own = next(box for box in OWN if page.locator(box).count())
        wrong += [
            f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in axe.run(page, context=own).response["violations"]
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            wrong.append(f"{name} scrolls sideways: {width}")
        wrong += [f"{name} too wide: {html}" for html in page.evaluate(TOO_WIDE)]
    assert not wrong, "\n".join(wrong)
