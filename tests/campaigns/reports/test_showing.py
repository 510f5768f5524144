"""Totals of closed periods on the website: who shows them, what readers see, and for how long."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Channel, Posting, Showing, Snapshot
from campaigns.regions.roles import Role
from campaigns.reports import figures as told
from campaigns.reports import freezing, showing, snapshots
from campaigns.reports.published import reader_person_times
from edu_cms.page_cache import drop_cached_pages
from tests.factories import EditionFactory

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)
LANGUAGES = ["zh-hans", "kk-arab", "kk"]
# Babel's no-break spaces.
NB, NARROW = "\u00a0", "\u202f"


@pytest.fixture(autouse=True)
def _after_the_campaign():
    with time_machine.travel("2026-03-20T02:00:00Z", tick=False):
        yield


@pytest.fixture
def manager(person):
    return person(Role.MANAGER, "000000")


@pytest.fixture
def figures(recorded, edition):
    wechat = {"channel": "wechat", "metric": "reads", "basis": "platform-reported"}
    recorded(714_570_551, edition=edition, region="650000", **wechat)
    recorded(9_449, edition=edition, region="650000")
    # Neither an interaction nor an output is added.
    recorded(800_000, edition=edition, channel="wechat", metric="shares", region="650000")
    recorded(400_000, edition=edition, channel="field", metric="leaflets", region="650000")


@pytest.fixture
def close(manager, edition, tree):
    def do(region="000000", first=FIRST, last=LAST, of=None, **narrowed) -> Snapshot:
        of = (of or edition,)
        chosen = told.Selection(of, False, first, last, manager, tree[region], **narrowed)
        return snapshots.close(chosen, manager, snapshots.preview(chosen).seen)

    return do


@pytest.fixture
def closed(figures, close) -> Snapshot:
    return close()


@pytest.fixture
def act(client, manager):
    """Press a button of the closed period's screen, as head office's manager if nobody else."""

    def do(snapshot: Snapshot, what: str, by=None):
        client.force_login(by or manager)
        address = reverse("snapshot:website", args=[snapshot.pk])
        answer = client.post(address, {"do": what}, follow=True)
        client.logout()
        return answer

    return do


@pytest.fixture
def block(client):
    """What the home page of a language says of figures; nothing where it shows none."""

    def read(language="zh-hans") -> str:
        html = BeautifulSoup(client.get(f"/{language}/").content, "html.parser")
        found = html.select("[aria-labelledby=figures]")
        return " ".join(one.get_text(" ", strip=True) for one in found)

    return read


def tamper() -> None:
    """Somebody changes the frozen text behind our back."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_snapshot SET frozen = REPLACE(frozen, '714580000', '9')")


# --- How person-times are told --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "chinese", "cyrillic", "arabic"),
    [
        (0, "0人次", "0 адам-рет", "0 ادام-رەت"),
        # Kazakh counts with the singular.
        (1, "1人次", "1 адам-рет", "1 ادام-رەت"),
        (2, "2人次", "2 адам-рет", "2 ادام-رەت"),
        (9_449, "9,449人次", f"9{NB}449 адам-рет", f"9{NB}449 ادام-رەت"),
        (10_000, "1万人次", "10 мың адам-рет", "10 مىڭ ادام-رەت"),
        (166_666, "16.67万人次", "166,67 мың адам-рет", "166,67 مىڭ ادام-رەت"),
        (3_645_100, "364.51万人次", "3,65 миллион адам-рет", "3,65 ميلليون ادام-رەت"),
        # Half up, as in Chinese.
        (3_625_000, "362.5万人次", "3,63 миллион адам-рет", "3,63 ميلليون ادام-رەت"),
        (714_580_000, "71,458万人次", "714,58 миллион адам-рет", "714,58 ميلليون ادام-رەت"),
        (7_145_800_000, "714,580万人次", "7,15 миллиард адам-рет", "7,15 ميلليارد ادام-رەت"),
    ],
)
def test_for_readers_of_each_language(count, chinese, cyrillic, arabic):
    told = [reader_person_times(count, language) for language in ("zh-hans", "kk", "kk-arab")]
    assert told == [chinese, cyrillic, arabic]


# --- What readers see -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_decision_there_is_nothing(block, closed, language):
    assert block(language) == ""


def test_in_chinese(block, closed, manager):
    showing.show(closed, manager)
    text = block()
    assert "2026年3·15宣传周" in text
    assert "截至2026年3月15日" in text
    assert "累计触及 71,458万人次" in text
    assert "平台数据 71,457.06万人次" in text
    assert "本站实测 9,449人次" in text
    assert "2026年3月9日至2026年3月15日；2026年3月20日核定" in text
    assert "不是人数" in text
    # It is head office's: the whole group's.
    assert "集团总部" not in text


@pytest.mark.parametrize(
    ("language", "total", "part", "day"),
    [
        ("kk", "714,58 миллион адам-рет", f"9{NB}449 адам-рет", f"2026{NARROW}ж. 15 наурыз"),
        ("kk-arab", "714,58 ميلليون ادام-رەت", f"9{NB}449 ادام-رەت", "15-ناۋرىز، 2026"),
    ],
)
def test_in_kazakh(client, closed, manager, language, *, total, part, day):
    showing.show(closed, manager)
    html = BeautifulSoup(client.get(f"/{language}/").content, "html.parser")
    section = html.select_one("[aria-labelledby=figures]")
    assert section.select_one(".figures__total strong").get_text() == total
    assert section.select_one(".figures__part").get_text() == part
    assert day in section.get_text()
    # Chinese names and numbers with signs keep their order inside the line.
    assert section.h3.bdi["lang"] == "zh-Hans"
    assert section.select_one("strong bdi[dir=ltr]").get_text() == "714,58"


def test_a_regions_total_says_so(block, figures, close, manager):
    showing.show(close("650000"), manager)
    assert "2026年3·15宣传周 · 新疆" in block()


def test_everyday_education_is_called_so_in_each_language(recorded, block, manager, tree):
    recorded(5, channel="field", metric="attendance")
    chosen = told.Selection((), True, FIRST, LAST, manager, tree["000000"])
    made = snapshots.close(chosen, manager, snapshots.preview(chosen).seen)
    showing.show(made, manager)
    assert "日常教育" in block()
    assert "Күнделікті білім беру" in block("kk")


def test_the_newest_periods_come_first_and_three_at_most(recorded, close, block, manager):
    for year in (2022, 2023, 2024, 2025):
        campaign = EditionFactory(
            code=f"315-{year}",
            name=f"{year}年3·15",
            year=year,
            starts_on=date(year, 3, 9),
            ends_on=date(year, 3, 15),
        )
        recorded(year, edition=campaign, day=date(year, 3, 9))
        showing.show(close(of=campaign, first=date(year, 3, 9), last=date(year, 3, 15)), manager)
    text = block()
    assert "2022年" not in text
    assert text.index("2025年3·15") < text.index("2024年3·15") < text.index("2023年3·15")
    showing.take_back(Snapshot.objects.get(first=date(2024, 3, 9)), manager)
    assert "2024年" not in block()
    assert "2022年3·15" in block()


@pytest.mark.usefixtures("figures")
def test_showing_figures_costs_the_home_page_no_query_more(client, close, manager):
    def cost() -> int:
        drop_cached_pages()
        with CaptureQueriesContext(connection) as queries:
            client.get("/zh-hans/")
        return len(queries)

    client.get("/zh-hans/")
    none = cost()
    showing.show(close(), manager)
    showing.show(close("650000"), manager)
    assert cost() == none


def test_later_corrections_and_names_do_not_move_it(
    closed, manager, recorded, edition, *, block, tree
):
    showing.show(closed, manager)
    recorded(1_000_000, edition=edition)
    edition.name = "改名"
    edition.save()
    assert "2026年3·15宣传周" in block()
    assert "71,458万人次" in block()


# --- Showing and taking back ----------------------------------------------------------------------


def test_it_is_shown_and_taken_back_and_the_kept_pages_follow(
    closed, manager, act, block, *, django_assert_num_queries
):
    assert block() == ""
    answer = act(closed, "show")
    assert "首页现已显示" in answer.text
    assert answer.context["shown"].shown_by == manager
    for language in LANGUAGES:
        assert block(language)
        with django_assert_num_queries(0):
            assert block(language)
    answer = act(closed, "take_back")
    assert "官网不再显示" in answer.text
    assert answer.context["shown"] is None
    assert all(block(one) == "" for one in LANGUAGES)
    # Who decided what stays known.
    (row,) = Showing.objects.all()
    assert (row.shown_by, row.taken_back_by) == (manager, manager)
    assert row.taken_back_at == row.shown_at


def test_twice_is_once(closed, manager):
    first = showing.show(closed, manager)
    assert showing.show(closed, manager) == first
    showing.take_back(closed, manager)
    showing.take_back(closed, manager)
    assert showing.show(closed, manager) != first
    assert Showing.objects.count() == 2
    assert Showing.objects.current().count() == 1


def test_the_closed_period_itself_is_not_touched(closed, manager):
    before = Snapshot.objects.values().get()
    showing.show(closed, manager)
    showing.take_back(closed, manager)
    assert Snapshot.objects.values().get() == before


def test_two_totals_of_one_campaign_do_not_stand_side_by_side(
    closed, close, recorded, edition, *, manager, block
):
    region = close("650000")
    showing.show(closed, manager)
    showing.show(region, manager)
    recorded(10_000, edition=edition)
    again = close()
    assert again != closed
    showing.show(again, manager)
    assert {one.snapshot for one in Showing.objects.current()} == {region, again}
    assert "71,459万人次" in block()


def test_the_list_says_which_are_shown(client, closed, close, manager):
    close("650000")
    showing.show(closed, manager)
    client.force_login(manager)
    page = client.get("/admin/snapshot/")
    assert [row.is_shown for row in page.context["object_list"]].count(True) == 1
    assert "已显示" in page.text


# --- What is not shown ----------------------------------------------------------------------------


def test_a_text_that_was_changed_is_neither_shown_nor_goes_on_being_shown(
    closed, manager, act, block
):
    showing.show(closed, manager)
    tamper()
    drop_cached_pages()
    assert block() == ""
    changed = Snapshot.objects.get()
    page = act(changed, "nothing")
    assert "读者看不到" in page.text
    act(changed, "take_back")
    answer = act(changed, "show")
    assert "与校验和不符" in answer.text
    assert not Showing.objects.current().exists()


@pytest.mark.parametrize(
    "narrowed",
    [
        {"metrics": ("views",)},
        {"bases": ("measured",)},
        {"languages": ("kk",)},
        {"channels": "all"},
    ],
)
def test_part_of_the_figures_is_not_shown_as_the_whole(figures, close, act, narrowed):
    if "channels" in narrowed:
        narrowed = {"channels": (Channel.objects.get(code="website").code,)}
    answer = act(close(**narrowed), "show")
    assert "只是部分数字" in answer.text
    assert not Showing.objects.exists()


def test_nothing_is_not_announced(close, act):
    assert "没有触及人次" in act(close(), "show").text
    assert not Showing.objects.exists()


@pytest.mark.parametrize("what", ["", "x", "\u202e", "9" * 40, "delete"])
def test_nonsense_changes_nothing(closed, act, what):
    answer = act(closed, what)
    assert answer.status_code == 200
    assert "请说明是要显示还是撤下" in answer.text
    assert not Showing.objects.exists()


def test_only_by_post(client, closed, manager):
    client.force_login(manager)
    assert client.get(reverse("snapshot:website", args=[closed.pk])).status_code == 405


# --- Who decides ----------------------------------------------------------------------------------


def test_a_regions_manager_does_not_decide_over_the_groups_website(
    client, person, figures, close, act, *, manager
):
    own = close("650000")
    regional = person(Role.MANAGER, "650000")
    client.force_login(regional)
    page = client.get(reverse("snapshot:look", args=[own.pk]))
    assert "由总部的管理者决定" in page.text
    assert 'value="show"' not in page.text
    assert act(own, "show", by=regional).redirect_chain[0][0] == reverse("wagtailadmin_home")
    with pytest.raises(PermissionDenied):
        showing.show(own, regional)
    showing.show(own, manager)
    with pytest.raises(PermissionDenied):
        showing.take_back(own, regional)
    assert Showing.objects.current().exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_no_other_role_decides(person, closed, role):
    with pytest.raises(PermissionDenied):
        showing.show(closed, person(role, "000000"))


def test_a_closed_period_of_another_part_is_not_there(person, figures, close, act):
    elsewhere = person(Role.MANAGER, "430000")
    assert act(close("650000"), "show", by=elsewhere).status_code == 404


def test_whoever_left_decides_no_longer(closed, manager):
    Posting.objects.filter(user=manager).delete()
    manager = type(manager).objects.get(pk=manager.pk)
    with pytest.raises(PermissionDenied):
        showing.show(closed, manager)


def test_what_is_public_is_read_from_the_frozen_text(closed, manager, block):
    """The columns beside it are there to find it by."""
    showing.show(closed, manager)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaigns_snapshot SET person_times = 9, last = '2026-03-16'")
    drop_cached_pages()
    assert "71,458万人次" in block()
    assert "截至2026年3月15日" in block()
    assert freezing.checksum(Snapshot.objects.get().frozen) == closed.sha256
