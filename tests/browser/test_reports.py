"""Closing a period and subscribing in a browser, also without JavaScript; and how it all fits."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from campaigns.models import ReachEntry, ReportToken, Snapshot, Subscription
from campaigns.reach.ledger import correct
from campaigns.regions.roles import Role
from campaigns.reports import figures as told
from campaigns.reports import showing, snapshots, subscriptions, tokens
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.campaigns.reach.conftest import edition, entry, recorded

__all__ = ["edition", "entry", "recorded"]

PERIOD = "campaign=315-2026&from=2026-03-09&to=2026-03-15"


@pytest.fixture
def manager(person):
    user = person(Role.MANAGER, "000000")
    user.email = "manager@example.invalid"
    user.save()
    return user


@pytest.fixture
def figures(recorded, edition):
    recorded(7_145_800, edition=edition, channel="wechat", metric="reads", region="650000")
    recorded(400, edition=edition, channel="field", metric="leaflets", region="654321")


@pytest.fixture
def closed(figures, edition, tree, manager) -> Snapshot:
    first, last = edition.starts_on, edition.ends_on
    chosen = told.Selection((edition,), False, first, last, manager, tree["000000"])
    made = snapshots.close(chosen, manager, snapshots.preview(chosen).seen, "上报监管")
    correct(ReachEntry.objects.get(metric="reads"), 7_145_000, "与平台对账后更正：重复计数")
    return made


@pytest.mark.usefixtures("figures")
def test_a_period_is_closed_without_javascript(window, manager):
    page = enter(window(DESK, strict=False, java_script_enabled=False), manager)
    page.goto(f"/admin/dashboard/?{PERIOD}")
    page.get_by_role("link", name="对此期间封账").click()
    expect(page.locator("main")).to_contain_text("714.58万人次")
    page.locator("button.serious").click()
    expect(page.locator("main")).to_contain_text("封账不能撤销，请勾选确认")
    assert not Snapshot.objects.exists()
    page.locator("[name=sure]").check()
    page.locator("button.serious").click()
    expect(page.locator("main")).to_contain_text("该期间没有新的记录")
    assert Snapshot.objects.get().person_times == 7_145_800


@pytest.mark.usefixtures("figures")
def test_a_report_is_subscribed_to_and_paused_without_javascript(window, manager):
    page = enter(window(DESK, strict=False, java_script_enabled=False), manager)
    page.goto(f"/admin/dashboard/?{PERIOD}")
    page.get_by_role("link", name="订阅此报告").click()
    page.locator("[name=rhythm]").select_option("weekly")
    page.get_by_role("button", name="订阅", exact=True).click()
    expect(page.locator("main")).to_contain_text("每周一")
    page.get_by_role("button", name="暂停").click()
    expect(page.locator(".report-list .report-state")).to_have_text("已暂停")
    assert Subscription.objects.get().paused_at


@pytest.mark.once
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_screen_fits_and_keeps_nobody_out(
    viewport, window, manager, closed, django_user_model, *, tree
):
    wish = subscriptions.subscribe(manager, PERIOD, "channel", "csv", "daily")
    subscriptions.send_now(wish)
    tokens.issue(ReportToken(system="集团数据平台", region=tree["650000"]), manager)
    showing.show(closed, manager)
    user = django_user_model.objects.create_superuser("super", "super@example.invalid")
    page = enter(window(viewport, strict=False), user)
    token = ReportToken.objects.get()
    axe, wrong = Axe(), []
    for address in (
        f"/admin/snapshot/close/?{PERIOD}&region=650000",
        f"/admin/snapshot/{closed.pk}/?by=region",
        "/admin/snapshot/",
        "/admin/report-mails/",
        f"/admin/report-mails/new/?{PERIOD}",
        "/admin/reporttoken/",
        "/admin/reporttoken/issue/",
        f"/admin/reporttoken/{token.pk}/",
    ):
        assert page.goto(address).ok, address
        own = ".reach" if page.locator(".reach").count() else "#listing-results"
        wrong += [
            f"{address}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in axe.run(page, context=own).response["violations"]
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > viewport["width"]:
            wrong.append(f"{address} scrolls sideways: {width}")
    assert not wrong, "\n".join(wrong)
