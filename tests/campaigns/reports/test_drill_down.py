"""Every figure of every view opens the entries of the ledger that add up to it."""

import re
from datetime import date, timedelta
from html import unescape
from itertools import cycle

import pytest
from django.urls import reverse

from campaigns.models import Channel, ExpectedReporter, ReachEntry, Target
from campaigns.reach.ledger import correct, record
from campaigns.regions.roles import Role
from content.models import Audience, Category
from tests.factories import EditionFactory, make_case

ADDRESS = "/admin/dashboard/"
VIEWS = ("", "regions/", "time/", "pieces/", "completeness/")
LINK = re.compile(r'<a href="(/admin/reachentry/\?[^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
TITLE = re.compile(r'title="([\d,]+)"')
UNLINKED = re.compile(r'<span title="([\d,]+)">')


@pytest.fixture
def last_year(edition):
    return EditionFactory(
        series=edition.series,
        code="315-2025",
        year=2025,
        starts_on=date(2025, 3, 10),
        ends_on=date(2025, 3, 16),
    )


@pytest.fixture
def pieces():
    """Two of one risk, for other groups; one without category and group; one that is gone."""
    risk, group, other = (
        Category.objects.get(slug="elder-scam"),
        Audience.objects.get(slug="elderly"),
        Audience.objects.get(slug="youth"),
    )
    for code, category, audiences in (
        ("elder-1", risk, [group, other]),
        ("elder-2", risk, [other]),
        ("plain", None, []),
    ):
        page = make_case(code)
        page.category, page.audiences = category, audiences
        page.save()
    return ["elder-1", "elder-2", "plain", "gone"]


@pytest.fixture
def figures(entry, edition, last_year, pieces, tree):
    """Of everything a little, so many that no two sums are the same by chance."""
    contents = cycle([*pieces, ""])
    languages = cycle(["zh-hans", "kk-arab", "", "kk"])
    regions = cycle(["000000", "650000", "654321", "430100", "430102", "654300"])
    kinds = cycle(
        [
            ("website", "views", "measured"),
            ("wechat", "reads", "platform-reported"),
            ("partner", "plays", "self-reported"),
            ("partner", "views", "estimated"),
            ("field", "attendance", "self-reported"),
            ("field", "leaflets", "self-reported"),
            ("website", "clicks", "measured"),
        ]
    )
    told = []
    for of in (edition, last_year, None):
        for n in range(40):
            channel, metric, basis = next(kinds)
            one = entry(
                10_007 * (n + 1) + 3 * n * n,
                edition=of,
                # From two days before the window until two after it.
                day=(of or edition).starts_on + timedelta(days=n % 11 - 2),
                channel=channel,
                metric=metric,
                basis=basis,
                region=next(regions),
                content=next(contents),
                language=next(languages),
            )
            told.append(one)
    record(told)
    for one in ReachEntry.objects.filter(edition=edition, metric="reads")[:2]:
        correct(one, one.count - 1_111, "double")
    for channel, value in ((None, 9_000_000), (Channel.objects.get(code="wechat"), 1_234_567)):
        Target.objects.create(edition=edition, region=tree["000000"], channel=channel, value=value)
    for code in ("650000", "430000"):
        ExpectedReporter.objects.create(
            edition=edition,
            region=tree[code],
            due_on=date(2026, 3, 22),
            fixed_at="2026-03-01T00:00Z",
        )


@pytest.fixture
def links(client, person):
    """Every link of a view into the ledger, with the figure that it stands at, if there is one."""

    def of(view, query, region="000000"):
        client.force_login(person(Role.MANAGER, region, username=f"manager-{region}"))
        html = client.get(f"{ADDRESS}{view}?{query}").text
        found = []
        for address, attributes, text in LINK.findall(html):
            title = TITLE.search(attributes)
            said = text.strip() if re.fullmatch(r"[\d,]+", text.strip()) else None
            found.append((unescape(address), title[1] if title else said))
        return found, html

    return of


def sums_of(client, address) -> set[str]:
    """What the ledger's page says: the person-times, and what stands beside them."""
    # Only the part that the filters fill: it says the same without the whole admin around it.
    context = client.get(address.replace("/reachentry/?", "/reachentry/results/?")).context
    return {context["person_times"], *(other["count"] for other in context["other_sums"])}


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("query", "region"),
    [
        ("campaign=315-2026", "000000"),
        ("campaign=315-2026&campaign=315-2025&campaign=everyday", "000000"),
        ("campaign=315-2026&region=650000", "000000"),
        ("campaign=315-2026", "650000"),
        ("campaign=315-2026&from=2026-03-10&to=2026-03-12", "000000"),
        ("campaign=315-2026&basis=self-reported&basis=estimated&channel=partner", "000000"),
        ("campaign=315-2026&language=kk&language=kk-arab&metric=views&metric=leaflets", "000000"),
    ],
)
def test_every_figure_opens_entries_that_add_up_to_it(client, links, view, query, region):
    found, _html = links(view, query, region)
    assert found
    checked = 0
    for address, figure in dict.fromkeys(found):
        sums = sums_of(client, address)
        if figure is None:
            # "See the entries" of a region that has reported, or beside the total.
            assert client.get(address).context["object_list"], address
            continue
        assert figure in sums, (figure, sums, address)
        checked += 1
    assert checked or view == "completeness/"


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("view", VIEWS)
def test_only_what_is_no_figure_of_the_ledger_leads_nowhere(links, view):
    """Targets, what is needed, and the limits of the legend."""
    _found, html = links(view, "campaign=315-2026")
    html = re.sub(r'<ul class="reach-legend".*?</ul>', "", html, flags=re.DOTALL)
    assert set(UNLINKED.findall(html)) <= {"9,000,000", "1,234,567"}


@pytest.mark.usefixtures("figures")
def test_cells_of_risk_and_group_differ_from_the_row(client, links):
    """A piece stands in several groups: each cell has its own entries."""
    found, _html = links("pieces/", "campaign=315-2026")
    cells = {address: figure for address, figure in found if "audience=" in address}
    assert any("risk=elder-scam" in address and "youth" in address for address in cells)
    assert any("risk=-" in address and "audience=-" in address for address in cells)
    assert len(set(cells.values())) > 2


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("risk=elder-scam", {"elder-1", "elder-2"}),
        ("risk=elder-scam&audience=elderly", {"elder-1"}),
        ("risk=-", {"plain", "gone"}),
        ("audience=youth", {"elder-1", "elder-2"}),
        ("content=-", {""}),
        ("content=-&risk=elder-scam", set()),
        ("content=elder-1&audience=-", set()),
        ("risk=nothing", {"elder-1", "elder-2", "plain", "gone", ""}),
    ],
)
def test_the_ledger_is_narrowed_by_what_pieces_are_about(client, person, query, codes):
    client.force_login(person(Role.MANAGER, "000000"))
    context = client.get(f"{reverse('reachentry:index')}?campaign=315-2026&{query}").context
    assert {entry.content for entry in context["object_list"]} == codes
    if not codes:
        assert context["person_times"] == "0"
