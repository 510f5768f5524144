"""The dashboard's views in a browser: they fit, keep nobody out, and need no JavaScript."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from campaigns.models import ExpectedReporter, ReachEntry, Target
from campaigns.reach.ledger import correct
from campaigns.regions.roles import Role
from content.models import Audience, Category
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.campaigns.reach.conftest import edition, entry, recorded
from tests.factories import EditionFactory, make_case

__all__ = ["edition", "entry", "recorded"]

ADDRESS = "/admin/dashboard/"
CHOSEN = "campaign=315-2026"
VIEWS = ("", "regions/", "time/", "pieces/", "completeness/")


@pytest.fixture
def figures(recorded, edition, tree):
    piece = make_case("elder-1")
    piece.category = Category.objects.get(slug="elder-scam")
    piece.audiences = list(Audience.objects.all())
    piece.save()
    last_year = EditionFactory(
        series=edition.series,
        code="315-2025",
        year=2025,
        name="2025年3·15宣传周",
        starts_on=date(2025, 3, 10),
        ends_on=date(2025, 3, 16),
    )
    for of in (edition, last_year):
        for n in range(7):
            day = of.starts_on + timedelta(days=n)
            recorded(40_000_000 + n, edition=of, day=day, content="elder-1", language="kk-arab")
            recorded(
                9_876_543 - n,
                edition=of,
                day=day,
                channel="wechat",
                metric="reads",
                basis="platform-reported",
                region="430102" if n % 2 else "654321",
            )
            recorded(400, edition=of, day=day, channel="field", metric="leaflets", region="654321")
    Target.objects.create(edition=edition, region=tree["000000"], value=390_000_000)
    for code in ("650000", "430000"):
        ExpectedReporter.objects.create(
            edition=edition,
            region=tree[code],
            due_on=date(2026, 3, 22),
            fixed_at="2026-03-01T00:00Z",
        )


@pytest.fixture
def manager(person):
    return person(Role.MANAGER, "000000")


@pytest.mark.once
@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_view_fits_and_keeps_nobody_out(viewport, window, manager):
    page = enter(window(viewport, strict=False), manager)
    entry = ReachEntry.objects.filter(metric="reads").first()
    correct(entry, entry.count - 1_000_000, "重复计数", manager)
    axe, wrong = Axe(), []
    addresses = {f"{ADDRESS}{view}?{CHOSEN}": ".reach" for view in VIEWS} | {
        f"/admin/reachentry/?{CHOSEN}&risk=elder-scam&audience=elderly": "#listing-results",
        f"/admin/reachentry/inspect/{entry.pk}/": "main",
        f"/admin/reach-entries/{entry.pk}/correct/": ".field-form",
    }
    for address, own in addresses.items():
        assert page.goto(address).ok, address
        wrong += [
            f"{address}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in axe.run(page, context=own).response["violations"]
        ]
        # Pages of the admin scroll inside as well.
        width = page.evaluate(
            "Math.max(...[...document.querySelectorAll('html, main')].map(e => e.scrollWidth))"
        )
        if width > viewport["width"]:
            wrong.append(f"{address} scrolls sideways: {width}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("figures")
def test_from_a_view_to_the_entry_without_javascript(window, manager):
    page = enter(window(PHONE, strict=False, java_script_enabled=False), manager)
    page.goto(f"{ADDRESS}?{CHOSEN}")
    page.get_by_role("link", name="作品与语言").click()
    # The filters went along in the address.
    assert CHOSEN in page.url
    cell = page.locator(".reach-table--risks tbody td a").nth(1)
    figure = cell.get_attribute("title")
    assert figure == "280,000,021"
    cell.click()
    expect(page.locator("#listing-results")).to_contain_text(figure)
    page.locator("#listing-results td.title a").first.click()
    expect(page.locator("main")).to_contain_text("40,000,006")


@pytest.mark.once
@pytest.mark.usefixtures("figures")
def test_on_a_telephone_the_figure_comes_before_the_filters(window, manager):
    page = enter(window(PHONE, strict=False, java_script_enabled=False), manager)
    page.goto(f"{ADDRESS}?{CHOSEN}&from=2026-03-10&channel=wechat&channel=website")
    number = page.locator(".reach-total__number")
    box = number.bounding_box()
    assert box["y"] + box["height"] < 640
    fold, filters = page.locator(".reach-fold > summary"), page.locator(".reach-filters")
    expect(filters).not_to_be_visible()
    expect(fold).to_have_text("筛选 · 已设2项")
    fold.click()
    page.locator("[name=from]").fill("2026-03-12")
    filters.get_by_role("button", name="显示").click()
    assert "from=2026-03-12" in page.url
    page.goto(f"{ADDRESS}?{CHOSEN}")
    expect(fold).to_have_text("筛选 · 未设")
    # Where there is room they stand open, and nothing is to be folded.
    page = enter(window(DESK, strict=False, java_script_enabled=False), manager)
    page.goto(f"{ADDRESS}?{CHOSEN}")
    expect(page.locator(".reach-filters")).to_be_visible()
    expect(page.locator(".reach-fold > summary")).not_to_be_visible()


@pytest.mark.once
@pytest.mark.usefixtures("figures")
def test_lines_are_told_apart_without_their_colours(window, manager):
    page = enter(window(DESK, strict=False, java_script_enabled=False), manager)
    page.goto(f"{ADDRESS}time/?{CHOSEN}")
    legend = page.locator(".reach-chart--wide svg g.legend")
    assert legend.locator("text").all_text_contents() == ["2026年3·15宣传周", "2025年3·15宣传周"]
    strokes = [one.get_attribute("stroke-dasharray") for one in legend.locator("line").all()]
    assert len(set(strokes)) == len(strokes) == 2
