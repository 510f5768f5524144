"""The reach dashboard: the viewer's own part, in figures that lead to their entries."""

import json
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Channel, Target
from campaigns.regions.roles import Role
from campaigns.reports import filters
from tests.factories import EditionFactory

ADDRESS = "/admin/dashboard/"
REGIONS, TIMES, PIECES, COMPLETENESS = (
    f"{ADDRESS}{view}/" for view in ("regions", "time", "pieces", "completeness")
)
TABLES = (
    (ADDRESS, "bases"),
    (ADDRESS, "channels"),
    (TIMES, "days"),
    (REGIONS, "regions"),
    (PIECES, "languages"),
)
VIEWS = (ADDRESS, REGIONS, TIMES, PIECES, COMPLETENESS)


@pytest.fixture
def look(client, person):
    """Open the dashboard as a manager somewhere."""

    def get(query="", *, region="000000", role=Role.MANAGER, address=ADDRESS):
        user = person(role, region, username=f"viewer-{person.__hash__()}-{get.n}")
        get.n += 1
        client.force_login(user)
        return client.get(f"{address}?{query}")

    get.n = 0
    return get


@pytest.fixture
def figures(recorded, edition):
    recorded(
        7_000_000,
        edition=edition,
        channel="wechat",
        metric="reads",
        basis="platform-reported",
        region="650000",
    )
    recorded(145_800, edition=edition)
    recorded(
        40,
        edition=edition,
        channel="field",
        metric="attendance",
        basis="self-reported",
        region="654321",
        day=date(2026, 3, 11),
    )
    recorded(
        400,
        edition=edition,
        channel="field",
        metric="leaflets",
        basis="self-reported",
        region="654321",
        day=date(2026, 3, 11),
    )
    recorded(3, edition=edition, region="430100")


@pytest.mark.usefixtures("figures")
class TestFigures:
    def test_the_total_in_wan_with_the_exact_figure_beside_it(self, look):
        response = look("campaign=315-2026")
        assert response.context["total_shown"] == "714.58万人次"
        assert "7,145,843" in response.text

    def test_leaflets_stand_apart(self, look):
        response = look("campaign=315-2026")
        assert [(line.amount.exact) for line in response.context["outputs"]] == [400]

    def test_shares_by_basis(self, look):
        lines = look("campaign=315-2026").context["bases"]
        assert [line.share for line in lines] == ["2.0 %", "98.0 %", "0.0 %"]

    def test_channels_against_their_targets(self, look, edition, tree):
        wechat = Channel.objects.get(code="wechat")
        for channel, value in ((wechat, 10_000_000), (None, 7_145_843)):
            Target.objects.create(
                edition=edition, channel=channel, region=tree["000000"], value=value
            )
        context = look("campaign=315-2026").context
        line = next(line for line in context["channels"] if line.label == wechat.name)
        assert (line.target.exact, line.of_target) == (10_000_000, "70.0 %")
        assert context["aim"]["percent"] == "100.0 %"

    @pytest.mark.parametrize(
        ("narrowed", "held"),
        [("channel=wechat", [10_000_000]), ("basis=measured", []), ("metric=reads", [])],
    )
    def test_a_part_is_not_held_against_the_whole_target(self, look, edition, tree, narrowed, held):
        wechat = Channel.objects.get(code="wechat")
        for channel, value in ((wechat, 10_000_000), (None, 7_145_843)):
            Target.objects.create(
                edition=edition, channel=channel, region=tree["000000"], value=value
            )
        context = look(f"campaign=315-2026&{narrowed}").context
        assert context["aim"] is None
        assert [line.target.exact for line in context["channels"] if line.target] == held

    def test_regions_are_summed_over_all_that_lies_below(self, look):
        lines = look("campaign=315-2026", address=REGIONS).context["regions"]
        assert [(line.label, line.amount.exact) for line in lines] == [
            ("新疆分公司", 7_000_040),
            ("湖南分公司", 3),
            (lines[2].label, 145_800),
        ]

    def test_one_drills_down_along_the_tree(self, look):
        response = look("campaign=315-2026&region=650000", address=REGIONS)
        assert response.context["total"].exact == 7_000_040
        lines = response.context["regions"]
        assert [line.amount.exact for line in lines] == [40, 7_000_000]
        assert look("campaign=315-2026&region=654321").context["total"].exact == 40

    @pytest.mark.parametrize(
        ("narrowed", "total", "outputs"),
        [
            ("channel=field", 40, [400]),
            ("channel=field&channel=wechat", 7_000_040, [400]),
            ("metric=reads&metric=leaflets", 7_000_000, [400]),
            ("metric=leaflets", 0, [400]),
            ("basis=measured", 145_803, []),
            ("language=kk", 9, []),
            ("channel=nothing&metric=%00&basis=&language=x", 7_145_852, [400]),
        ],
    )
    def test_narrowed_it_still_leads_to_its_entries(
        self, look, client, recorded, edition, *, narrowed, total, outputs
    ):
        recorded(9, edition=edition, language="kk", basis="estimated")
        context = look(f"campaign=315-2026&{narrowed}").context
        assert context["total"].exact == total
        assert [line.amount.exact for line in context["outputs"]] == outputs
        amounts = [
            line.amount
            for address, table in TABLES
            for line in look(f"campaign=315-2026&{narrowed}", address=address).context[table]
        ]
        for amount in amounts[::3]:
            assert client.get(amount.entries).context["person_times"] == amount.grouped
        for export in context["exports"]:
            told = json.loads(client.get(dict(export["links"])["JSON"]).content)
            assert told["total"]["person_times"] == total

    def test_every_figure_leads_to_entries_that_add_up_to_it(self, look, client):
        context = look("campaign=315-2026").context
        amounts = [context["total"]]
        for address, table in TABLES:
            lines = look("campaign=315-2026", address=address).context[table]
            amounts += [line.amount for line in lines]
        assert len(amounts) > 8
        for amount in amounts:
            assert client.get(amount.entries).context["person_times"] == amount.grouped

    def test_it_exports_the_same_figures(self, look, client):
        page = look("campaign=315-2026&from=2026-03-11")
        for export in page.context["exports"]:
            for name, address in export["links"]:
                if name == "PDF":  # a second each; see test_exports
                    continue
                response = client.get(address)
                assert "attachment" in response["Content-Disposition"]
                if name == "JSON":
                    assert json.loads(response.content)["total"]["person_times"] == 40
                elif name == "CSV":
                    assert response.content.startswith(b"\xef\xbb\xbf")

    def test_each_chart_has_a_name_and_no_script(self, look):
        html = "".join(look("campaign=315-2026", address=one).text for one in VIEWS)
        charts = html.split("<svg")[1:]
        charts = [chart.split("</svg>")[0] for chart in charts if "pygal" in chart]
        assert len(charts) >= 5
        for chart in charts:
            assert 'role="img"' in chart
            assert "aria-label=" in chart
            assert "<title>" in chart
            assert "<script" not in chart
            assert "http" not in chart.replace("http://www.w3.org", "").replace(
                "http://pygal.org", ""
            ).replace("http://github.com/Kozea/pygal", "")

    def test_a_label_is_never_markup(self, look, tree):
        tree["650000"].name = "<script>alert(1)</script>"
        tree["650000"].save()
        assert "<script>alert(1)" not in look("campaign=315-2026", address=REGIONS).text


class TestWhoSeesWhat:
    def test_a_region_sees_itself_and_below(self, look, figures):
        response = look("campaign=315-2026", region="650000")
        assert response.context["total"].exact == 7_000_040
        assert "湖南" not in response.text

    @pytest.mark.parametrize("address", [*VIEWS, f"{ADDRESS}reach.csv", f"{ADDRESS}reach.json"])
    @pytest.mark.parametrize("region", ["430000", "000000", "999999", "x"])
    def test_another_region_is_not_found(self, look, figures, address, region):
        query = f"campaign=315-2026&region={region}"
        assert look(query, region="650000", address=address).status_code == 404

    @pytest.mark.parametrize("address", [*VIEWS, f"{ADDRESS}reach.csv", f"{ADDRESS}reach.json"])
    def test_exports_keep_to_the_region(self, look, figures, address):
        response = look("campaign=315-2026", region="430000", address=address)
        assert "7,000" not in response.text
        assert "7000" not in response.text

    @pytest.mark.parametrize("address", [*VIEWS, f"{ADDRESS}reach.csv", f"{ADDRESS}reach.json"])
    def test_it_takes_the_permission(self, look, client, address):
        assert look(role=Role.EDITOR, address=address).status_code == 302
        client.logout()
        assert client.get(address)["Location"].startswith("/admin/login/")

    def test_the_menu_offers_it_to_those_who_may(self, look, client):
        look()
        assert ADDRESS in unescape(client.get("/admin/").text)
        look(role=Role.EDITOR)
        assert ADDRESS not in unescape(client.get("/admin/").text)

    def test_a_superuser_without_a_posting_sees_all(self, admin_client, figures):
        response = admin_client.get(f"{ADDRESS}?campaign=315-2026")
        assert response.context["total"].exact == 7_145_843

    def test_somebody_posted_in_two_places_sees_both(self, look, client, person, tree, figures):
        from campaigns.models import Posting

        user = person(Role.MANAGER, "650000", username="two")
        Posting.objects.create(user=user, role=Role.MANAGER, region=tree["430100"])
        client.force_login(user)
        context = client.get(f"{REGIONS}?campaign=315-2026").context
        assert [line.amount.exact for line in context["regions"]] == [7_000_040, 3]


class TestWhatIsShown:
    def test_by_default_the_edition_that_is_open(self, look, edition, recorded):
        from django.utils import timezone

        today = timezone.localdate()
        recorded(1, edition=edition)
        now = EditionFactory(code="now", year=2030, starts_on=today, ends_on=today)
        assert look().context["chosen"] == [now.code]

    def test_else_the_latest_that_has_figures(self, look, edition, recorded):
        EditionFactory(code="old", year=2020, starts_on=date(2020, 3, 9), ends_on=date(2020, 3, 15))
        recorded(1, edition=edition)
        assert look().context["chosen"] == ["315-2026"]

    def test_an_empty_one_says_what_to_do_next(self, look):
        response = look("campaign=everyday")
        assert response.context["is_empty"]
        assert "通过文件导入" in response.text

    @pytest.mark.parametrize(
        "query",
        [
            "campaign=",
            "campaign=x&campaign=%00",
            "from=x",
            "to=2026-13-40",
            "from=9999-12-31",
            "from=2026-03-12&to=2026-03-01",
            "campaign[]=1",
            "%",
            "from=%F0%9F%98%80",
            "by=x",
            "campaign=315-2026&from=0001-01-01",
            "region=%20",
        ],
    )
    def test_a_malformed_address_is_no_failure(self, look, figures, query):
        assert [look(query, address=view).status_code for view in VIEWS] == [200] * len(VIEWS)

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("channel=tv", "渠道中没有 tv，已忽略。"),
            ("channel=website&metric=x&metric=y", "指标中没有 x, y，已忽略。"),
            ("basis=felt", "口径中没有 felt，已忽略。"),
            ("language=en", "语言中没有 en，已忽略。"),
        ],
    )
    def test_an_unknown_choice_is_named(self, look, figures, query, words):
        assert words in look(query).text

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("", "未设"),
            ("&from=x&channel=tv", "未设"),
            ("&to=2026-03-12", "已设1项"),
            ("&from=2026-03-10&to=2026-03-12&region=650000&channel=wechat&channel=app", "已设4项"),
        ],
    )
    def test_it_says_how_many_filters_are_set(self, look, figures, query, words):
        assert f"<summary>筛选 · {words}</summary>" in look(f"campaign=315-2026{query}").text

    @pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "pdf"])
    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("campaign=315-2062", "315-2062"),
            ("campaign=315-2026&channel=wechatt", "渠道中没有 wechatt"),
            ("campaign=315-2026&chanel=wechat", "没有名为 chanel 的筛选条件"),
            ("campaign=315-2026&from=9.3.2026", "9.3.2026"),
            ("campaign=315-2026&from=2026-03-12&to=2026-03-01", "起始日期晚于结束日期"),
            ("campaign=315-2026&to=2026-03-12&to=2026-03-20", "“to”重复"),
            ("campaign=315-2026&by=colour", "colour"),
        ],
    )
    def test_a_file_of_other_figures_than_asked_is_refused(self, look, figures, query, words, kind):
        response = look(query, address=f"{ADDRESS}reach.{kind}")
        assert response.status_code == 400
        assert response["Content-Type"].startswith("text/html")
        assert "Content-Disposition" not in response
        assert words in response.text
        assert f'href="{ADDRESS}?campaign=' in response.text
        # From there the files are what they are asked for.
        good = look(response.context["back"].partition("?")[2])
        [address, *_more] = [url for name, url in good.context["exports"][0]["links"]]
        assert look(address.partition("?")[2], address=f"{ADDRESS}reach.csv").status_code == 200

    def test_what_is_left_empty_asks_for_nothing(self, look, figures):
        empty = "&".join(f"{name}=" for name in (*filters.KNOWN, "by"))
        response = look(f"campaign=315-2026&{empty}", address=f"{ADDRESS}reach.csv")
        assert response.status_code == 200

    def test_a_day_that_is_not_over_is_told_and_not_drawn(
        self, look, recorded, edition, time_machine
    ):
        time_machine.move_to("2026-03-12T04:00:00Z")
        recorded(500, edition=edition, day=date(2026, 3, 11))
        recorded(3, edition=edition, day=date(2026, 3, 12))
        response = look("campaign=315-2026", address=f"{ADDRESS}time/")
        assert [line.label for line in response.context["days"]][-1] == (
            "2026-03-12 · 今天，尚未结束"
        )
        drawn = response.context["day_chart"]
        assert ">03-11<" in drawn
        assert ">03-12<" not in drawn

    @pytest.mark.parametrize("view", VIEWS)
    def test_queries_do_not_grow_with_figures(self, look, client, recorded, edition, view):
        recorded(1, edition=edition, content="piece-0")
        address = f"{view}?campaign=315-2026"
        look("campaign=315-2026", address=view)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for n in range(30):
            recorded(
                10,
                edition=edition,
                day=date(2026, 3, 9) + timedelta(days=n % 7),
                region=["650000", "654300", "654321", "430100"][n % 4],
                channel=["website", "wechat", "field"][n % 3],
                metric=["views", "leaflets", "plays"][n % 3],
                basis=["measured", "estimated"][n % 2],
                content=f"piece-{n}",
            )
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)
        assert len(few) < 40

    @pytest.mark.parametrize("view", VIEWS)
    def test_no_view_adds_up_the_ledger(self, look, recorded, edition, view):
        """It costs the same at ten million entries: single ones are looked up by their keys."""
        recorded(1, edition=edition, content="piece-0")
        with CaptureQueriesContext(connection) as queries:
            look("campaign=315-2026&day_from=2026-03-02&day_to=2026-03-20", address=view)
        of_the_ledger = [q["sql"] for q in queries if 'FROM "campaigns_reachentry"' in q["sql"]]
        for sql in of_the_ledger:
            assert 'WHERE "campaigns_reachentry"."id" ' in sql

    def test_a_link_to_reach_nobody_may_see_is_not_offered(self, look, figures):
        assert reverse("reachentry:index") in look("campaign=315-2026").text


def test_today_is_told_as_unfinished_and_not_drawn(look, edition, recorded, time_machine):
    for days, count in enumerate((900, 800, 3)):
        recorded(count, edition=edition, day=edition.starts_on + timedelta(days=days))
    drawn = {}
    for day in (11, 12):
        time_machine.move_to(f"2026-03-{day}T04:00:00Z")
        answer = look("campaign=315-2026", address=TIMES)
        (comparison,) = answer.context["comparisons"]
        drawn[day] = comparison["chart"].count("<circle")
        (unfinished,) = [row["label"] for row in comparison["rows"] if row["cells"][0]["is_today"]]
        assert unfinished == f"第 {day - 8} 天"
    assert "今天，尚未结束" in answer.content.decode()
    assert drawn == {11: 2, 12: 3}


@pytest.mark.parametrize(
    ("role", "may"), [(Role.MANAGER, False), (Role.REGIONAL_COORDINATOR, True)]
)
def test_without_figures_who_may_import_is_led_there(look, edition, role, may):
    told = look("campaign=315-2026", region="650000", role=role).content.decode()
    assert "reach-empty" in told
    assert (reverse("campaigns_admin:import_upload") in told) is may
