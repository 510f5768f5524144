"""manage.py reach_report: rows that add up, outputs apart, every figure with its basis."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.reports import figures
from tests.factories import EditionFactory


@pytest.fixture
def told(recorded, edition, page):
    """Figures of every kind, some of them for no campaign."""
    september = EditionFactory(code="sep-2026", year=2027, name="9月")
    recorded(
        7_000_000,
        edition=edition,
        channel="wechat",
        metric="reads",
        basis="platform-reported",
        region="650000",
        content="case-1",
        language="kk",
    )
    recorded(145_700, edition=edition, basis="measured", content="case-1", language="zh-hans")
    recorded(
        50,
        edition=edition,
        channel="field",
        metric="attendance",
        basis="self-reported",
        region="654321",
        day=date(2026, 3, 11),
    )
    recorded(
        -10,
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
    recorded(9, edition=edition, metric="clicks")
    recorded(30, edition=september, channel="partner", basis="estimated", day=date(2026, 9, 21))
    recorded(5, day=date(2026, 5, 1))


def report(*options, by="channel", fmt="json"):
    out = StringIO()
    call_command("reach_report", *options, "--by", by, "--format", fmt, stdout=out)
    return json.loads(out.getvalue()) if fmt == "json" else out.getvalue()


@pytest.mark.usefixtures("told")
class TestReport:
    def test_its_shape(self):
        told = report("--campaign", "315-2026")
        assert told["campaigns"] == ["315-2026"]
        assert told["as_of"].endswith("+08:00")
        assert told["total"] == {"person_times": 7_145_740, "display": "714.57万人次"}
        assert told["rows"][0] == {
            "key": "website",
            "label": "官网",
            "person_times": 145_700,
            "by_basis": {"measured": 145_700},
        }
        assert told["outputs"] == {"clicks": 9, "leaflets": 400}
        assert told["output_details"]["clicks"] == {
            "label": "链接点击",
            "unit": "次",
            "by_basis": {"measured": 9},
        }
        assert told["totals"] == {
            "online": {"person_times": 7_145_700, "display": "714.57万人次"},
            "offline": {"person_times": 40, "display": "40人次"},
            "both": told["total"],
        }

    @pytest.mark.parametrize("by", list(figures.BY))
    def test_rows_add_up_to_the_total_and_bases_to_their_row(self, by):
        told = report(by=by)
        assert sum(row["person_times"] for row in told["rows"]) == told["total"]["person_times"]
        for row in told["rows"]:
            assert sum(row["by_basis"].values()) == row["person_times"]
        assert told["total"]["person_times"] == 7_145_775

    @pytest.mark.parametrize(
        ("by", "keys"),
        [
            ("channel", ["website", "wechat", "field"]),
            ("region", ["000000", "650000"]),
            ("day", ["2026-03-10", "2026-03-11"]),
            ("metric", ["views", "reads", "attendance"]),
            ("content", ["case-1", ""]),
            ("language", ["zh-hans", "kk", ""]),
            ("basis", ["measured", "platform-reported", "self-reported"]),
        ],
    )
    def test_what_rows_are_called_and_their_order(self, by, keys):
        assert [row["key"] for row in report("--campaign", "315-2026", by=by)["rows"]] == keys

    def test_campaigns_that_are_chosen(self):
        def total(*codes):
            options = [part for code in codes for part in ("--campaign", code)]
            return report(*options)["total"]["person_times"]

        assert total("everyday") == 5
        assert total("sep-2026", "everyday") == 35
        assert total("315-2026", "sep-2026") == 7_145_770
        assert report()["campaigns"] == ["315-2026", "sep-2026", "everyday"]

    def test_days_that_are_chosen(self):
        assert report("--from", "2026-03-11", "--to", "2026-05-01")["total"]["person_times"] == 45

    def test_a_region_shows_those_right_below_it_with_all_below_them(self, recorded):
        recorded(3, region="654300")
        recorded(8, region="430100")
        told = report("--region", "650000", by="region")
        assert [(row["key"], row["label"], row["person_times"]) for row in told["rows"]] == [
            ("650000", "新疆分公司本级", 7_000_000),
            ("654300", "阿勒泰中心支公司", 43),
        ]
        assert told["total"]["person_times"] == 7_000_043
        assert report("--region", "654321", by="region")["rows"][0]["person_times"] == 40
        assert report("--region", "650000")["outputs"] == {"leaflets": 400}

    def test_pieces_are_called_by_their_title(self):
        piece, rest = report("--campaign", "315-2026", by="content")["rows"]
        assert (piece["label"], piece["person_times"]) == ("退保骗局", 7_145_700)
        assert piece["by_basis"] == {"measured": 145_700, "platform-reported": 7_000_000}
        assert (rest["key"], rest["person_times"]) == ("", 40)

    def test_csv_for_a_spreadsheet(self):
        text = report(by="metric", fmt="csv")
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))
        assert list(rows[0]) == [
            "key",
            "label",
            "person_times",
            "measured",
            "platform-reported",
            "self-reported",
            "estimated",
            "unit",
        ]
        assert {row["unit"] for row in rows} == {"人次"}
        assert rows[0]["key"] == "views"
        assert rows[0]["person_times"] == "145735"
        assert sum(int(row["person_times"]) for row in rows) == 7_145_775

    def test_nothing_at_all_is_still_a_report(self):
        told = report("--from", "2030-01-01")
        assert told["total"] == {"person_times": 0, "display": "0人次"}
        assert told["rows"] == []

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--campaign", "315-2099"], "315-2099"),
            (["--region", "999999"], "no region has the code 999999"),
            (["--from", "yesterday"], "--from"),
            (["--from", "2026-03-02", "--to", "2026-03-01"], "before"),
        ],
    )
    def test_what_makes_no_sense_is_said(self, options, words):
        with pytest.raises(CommandError, match=words):
            report(*options)


def test_a_name_that_looks_like_a_formula_does_no_harm(recorded, tree):
    tree["650000"].name = "=HYPERLINK(1)"
    tree["650000"].save()
    recorded(1, region="650000")
    assert "650000,'=HYPERLINK(1),1" in report(by="region", fmt="csv")


def test_what_comes_in_meanwhile_is_told_in_all_parts_or_in_none(
    recorded, edition, page, monkeypatch
):
    recorded(10, edition=edition)
    rows = figures.BY["channel"]
    late = iter([5])

    def slow(selection):
        found = rows(selection)
        for count in late:
            recorded(count, edition=edition)
        return found

    monkeypatch.setitem(figures.BY, "channel", slow)
    told = figures.report(figures.Selection((edition,), False), "channel")
    assert (told.total.count, figures.total_of(told.rows).count) == (15, 15)
