"""What may count twice is held until somebody decides; what is odd is a warning."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from campaigns.models import HeldEntry, ImportBatch, ReachEntry
from campaigns.reach import rollups
from campaigns.reach.importing import batches, deciding, import_file, outliers
from tests.campaigns.reach.conftest import NOON, summed
from tests.campaigns.reach.figure_files import as_csv, good
from tests.factories import EditionFactory, make_case

Decision = HeldEntry.Decision


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with translation.override("en"), time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def bring(tmp_path):
    def go(rows, **options):
        path = tmp_path / "reach.csv"
        path.write_bytes(as_csv([{"source_key": f"r-{n}", **row} for n, row in enumerate(rows)]))
        report = import_file(path, **options)
        assert not report.errors, report.problems
        return report

    return go


def told(region="650000", count=100, **changes) -> dict:
    row = good(
        region=region, channel="field", metric="attendance", basis="self-reported", count=str(count)
    )
    del row["source_key"]
    return {**row, **changes}


def day_by_day(counts, **changes) -> list[dict]:
    """A row a day, the last of them today."""
    first = date(2026, 3, 10) - timedelta(days=len(counts) - 1)
    return [
        told(count=count, date=str(first + timedelta(days=n)), **changes)
        for n, count in enumerate(counts)
    ]


def total() -> int:
    return sum(summed().values_list("count", flat=True))


def held(report) -> list[tuple]:
    return [(one.figure.row, str(one.kind), one.against_count) for one in report.suspects]


class TestToldTwiceAlongTheTree:
    def test_a_province_that_told_the_sum_of_what_lies_below(self, bring):
        report = bring([told(count=150), told("654300", 100), told("430000", 5)])
        assert held(report) == []
        report = bring(
            [
                told("650000", 150, date="2026-03-10", source_key="a"),
                told("654321", 150, date="2026-03-10", source_key="b"),
            ]
        )
        assert held(report) == [(2, "parent_child", 150)]
        assert "布尔津" in report.suspects[0].against
        assert total() == 255 + 150

    def test_below_a_region_that_has_told_it_already(self, bring):
        bring([told("650000", 150, source_key="a")])
        report = bring([told("654321", 150, source_key="b")])
        assert held(report) == [(2, "parent_child", 150)]
        assert total() == 150

    def test_one_of_several_below_hears_nothing_of_the_others(self, bring):
        bring([told("000000", 1_317, source_key="a")])
        bring([told("430000", 1_217, source_key="b")])
        report = bring([told("650000", 100, source_key="c")])
        assert held(report) == [(2, "parent_child", 100)]
        assert "1,317" not in report.suspects[0].against
        deciding.decide(HeldEntry.objects.all(), Decision.AS_DIFFERENCE, "told above", None)
        assert total() == 2_534

    @pytest.mark.parametrize(
        "other",
        [
            told("654300", 99),
            told("654300", 100, date="2026-03-10"),
            told("654300", 100, metric="leaflets"),
            told("654300", 100, content="case-1"),
            told("430000", 100),
        ],
        ids=["another count", "another day", "another metric", "a piece", "not below"],
    )
    def test_what_is_not_the_same_event(self, bring, other):
        assert held(bring([told(), other])) == []

    def test_small_numbers_meet_by_chance(self, bring):
        assert held(bring([told(count=1), told("654300", 1)])) == []


class TestCountedByTheSite:
    def test_the_same_piece_on_the_same_day(self, bring, recorded):
        recorded(40, content="case-1", day=date(2026, 3, 9), origin="collector", region="654300")
        row = told(channel="website", metric="reads", content="case-1")
        report = bring(
            [
                row,
                {**row, "date": "2026-03-10"},
                {**row, "channel": "wechat"},
                {**row, "content": ""},
            ]
        )
        assert held(report) == [(2, "site_and_import", 40)]
        assert "40" in report.suspects[0].against
        assert "新疆分公司" in report.suspects[0].against

    def test_what_it_counted_elsewhere_is_asked_about_and_not_told(self, bring, recorded):
        for number, region in ((71_234, "000000"), (88, "430000"), (7, "654300")):
            recorded(
                number,
                content="case-1",
                day=date(2026, 3, 9),
                origin="collector",
                region=region,
                key=region,
            )
        row = told(channel="website", metric="reads", content="case-1")
        report = bring([row, {**row, "region": "430102"}])
        assert held(report) == [(2, "site_and_import", 7), (3, "site_and_import", 0)]
        against = " ".join(suspect.against for suspect in report.suspects)
        assert not any(word in against for word in ("71,", "88", "95", "湖南"))

    def test_what_an_earlier_file_measured_there_is_not_the_site(self, bring):
        row = told(channel="website", metric="reads", content="case-1", basis="measured")
        bring([{**row, "metric": "views", "region": "430000", "source_key": "a"}])
        assert held(bring([{**row, "source_key": "b"}])) == []

    def test_no_more_is_read_where_the_site_has_counted_more_beside_it(
        self, bring, recorded, edition
    ):
        """Other pieces that day, and the piece itself and others on the days in between."""
        page = make_case("case-2")
        days = [date(2026, 3, 1) + timedelta(days=n) for n in range(9)]

        def counted(content: str, day: date) -> None:
            recorded(7, content=content, day=day, origin="collector", edition=edition)

        row = told(channel="website", metric="reads", content="case-1")
        rows = [{**row, "date": str(day)} for day in (days[0], days[-1])]
        counted("case-1", days[0])
        with reading() as before:
            assert len(held(bring(rows, dry_run=True))) == 1
        for day in days[1:-1]:
            counted("case-1", day)
        for day in days:
            counted(page.code, day)
            counted("case-3", day)
        with reading() as after:
            assert len(held(bring(rows, dry_run=True))) == 1
        assert before == after


@contextmanager
def reading() -> Iterator[list[tuple[str, int]]]:
    """Each question to the ledger and its sums by piece, with how many rows answered it."""
    found: list[tuple[str, int]] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for sql in [query["sql"] for query in queries]:
        if 'FROM "campaigns_dailypiece"' in sql or 'FROM "campaigns_reachentry"' in sql:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                found.append((sql, len(cursor.fetchall())))


class TestRunningTotals:
    def test_all_but_the_first_day_are_held(self, bring):
        report = bring(day_by_day([100, 190, 310, 400, 520, 600]))
        assert [one[1:] for one in held(report)] == [
            ("cumulative", before) for before in [100, 190, 310, 400, 520]
        ]
        assert total() == 100

    def test_a_day_at_a_time(self, bring):
        found = []
        for n, row in enumerate(day_by_day([100, 190, 310, 400, 520, 600])):
            found += held(bring([{**row, "source_key": f"d-{n}"}]))
        assert found == [(2, "cumulative", 400), (2, "cumulative", 520)]

    @pytest.mark.parametrize(
        "counts",
        [
            [100, 190, 310, 400],
            [100, 100, 100, 100, 100, 100],
            [100, 190, 310, 400, 390, 600],
            [100, 102, 105, 110, 112, 130],
            [0, 0, 0, 0, 0, 0],
        ],
        ids=["few days", "even", "falls once", "grows a little", "nothing"],
    )
    def test_what_is_none(self, bring, counts):
        assert held(bring(day_by_day(counts))) == []


class TestDeciding:
    @pytest.fixture
    def running(self, bring):
        bring(day_by_day([100, 190, 310, 400, 520, 600]))
        return list(HeldEntry.objects.order_by("day"))

    def test_by_the_difference_the_total_is_right(self, running, admin_user):
        deciding.decide(running, Decision.AS_DIFFERENCE, "running total", admin_user)
        assert total() == 600
        entry = ReachEntry.objects.filter(origin="held").order_by("day").last()
        assert (entry.count, entry.recorded_by, entry.reason) == (80, admin_user, "running total")
        assert entry.batch == ImportBatch.objects.get()
        assert list(rollups.differences()) == []

    def test_counted_or_dropped(self, running):
        deciding.decide(running[:1], Decision.COUNTED, "was so", None)
        deciding.decide(running[1:], Decision.DROPPED, "twice", None)
        assert total() == 290

    @pytest.mark.parametrize("decision", deciding.DECISIONS)
    def test_the_same_file_again_changes_nothing(self, running, bring, decision):
        rows = day_by_day([100, 190, 310, 400, 520, 600])
        report = bring(rows)
        assert (report.unchanged, report.held, report.new) == (1, 5, 0)
        deciding.decide(running, decision, "x", None)
        before = total()
        report = bring(rows)
        assert (report.unchanged, report.held, report.new, report.changed) == (6, 0, 0, 0)
        assert total() == before

    def test_another_count_later(self, running, bring):
        deciding.decide(running[:-1], Decision.AS_DIFFERENCE, "x", None)
        deciding.decide(running[-1:], Decision.DROPPED, "x", None)
        assert total() == 520
        report = bring(day_by_day([100, 190, 310, 400, 530, 610]))
        # What counts is put right; what was dropped is to be decided again.
        assert (report.changed, report.held) == (1, 1)
        assert total() == 530
        assert HeldEntry.objects.pending().get().count == 610

    def test_only_once(self, running):
        deciding.decide(running[:1], Decision.DROPPED, "x", None)
        with pytest.raises(deciding.DecidedMeanwhileError):
            deciding.decide(running, Decision.COUNTED, "x", None)
        assert total() == 100
        with pytest.raises(ValueError):
            deciding.decide(running, "guess", "x", None)

    def test_a_difference_below_nothing(self, bring, recorded):
        recorded(400, content="case-1", day=date(2026, 3, 9), origin="collector", region="650000")
        bring([told(channel="website", metric="reads", content="case-1")])
        with pytest.raises(deciding.NoDifferenceError):
            deciding.decide(HeldEntry.objects.all(), Decision.AS_DIFFERENCE, "x", None)
        assert HeldEntry.objects.get().decision == Decision.PENDING

    def test_undo_takes_decisions_back_and_the_file_is_held_anew(self, running, bring):
        deciding.decide(running[:3], Decision.AS_DIFFERENCE, "x", None)
        batches.undo(ImportBatch.objects.get(), "wrong file", None)
        assert total() == 0
        assert not HeldEntry.objects.standing().exists()
        report = bring(day_by_day([100, 190, 310, 400, 520, 600]))
        assert (report.new, report.held) == (1, 5)
        assert total() == 100
        deciding.decide(HeldEntry.objects.pending(), Decision.AS_DIFFERENCE, "x", None)
        assert total() == 600
        assert list(rollups.differences()) == []


class TestWarnings:
    def kinds(self, report) -> list[tuple]:
        return [(one.row, one.warning) for one in report.problems]

    @pytest.mark.parametrize(
        ("leaflets", "odd"), [(49, True), (50, False), (400, False), (401, True)]
    )
    def test_leaflets_per_person(self, bring, leaflets, odd):
        report = bring([told(), told(count=leaflets, metric="leaflets")])
        assert self.kinds(report) == ([(3, "leaflets_per_person")] if odd else [])

    @pytest.mark.parametrize(("count", "odd"), [(1000, False), (1001, True)])
    def test_fifty_times_last_years_highest_day(self, bring, recorded, count, odd):
        last = EditionFactory(
            code="315-2025", year=2025, starts_on=date(2025, 3, 10), ends_on=date(2025, 3, 16)
        )
        for day, number in ((12, 20), (13, 7)):
            recorded(
                number,
                edition=last,
                channel="field",
                metric="attendance",
                region="650000",
                day=date(2025, 3, day),
            )
        report = bring([told(count=count), told("430000", 10**6)])
        assert self.kinds(report) == ([(2, "fifty_times")] if odd else [])

    def test_over_capacity_where_it_is_known(self, bring, tree, monkeypatch):
        xinjiang = (tree["650000"].pk, date(2026, 3, 9))
        monkeypatch.setattr(
            outliers, "_capacities", [lambda asked: {xinjiang: 150} if xinjiang in asked else {}]
        )
        report = bring([told(count=100), told(count=51, content="case-1"), told("430000", 10**6)])
        assert self.kinds(report) == [(2, "over_capacity")]

    def test_strict_commits_nothing(self, bring):
        report = bring([told(date="2026-03-01")], strict=True)
        assert (report.warnings, total(), ImportBatch.objects.count()) == (1, 0, 0)

    def test_by_command_they_are_committed_and_accepted_under_its_name(self, bring):
        bring([told(date="2026-03-01")])
        warning = ImportBatch.objects.get().warnings.get()
        assert (warning.kind, warning.accepted_name) == ("outside_window", "import_reach")

    def test_strict_by_command(self, tmp_path, capsys):
        path = tmp_path / "reach.csv"
        path.write_bytes(as_csv([good(date="2026-03-01")]))
        with pytest.raises(SystemExit) as stop:
            call_command("import_reach", str(path), "--strict")
        assert (stop.value.code, total()) == (1, 0)
        assert "nothing was imported" in capsys.readouterr().out


def test_nothing_of_the_demos_figures_is_held(tmp_path):
    from campaigns.demo.accounts import load_accounts
    from campaigns.demo.regions import load_regions
    from campaigns.demo.schedules import load_editions
    from tests.factories import make_case

    load_regions()
    load_editions()
    load_accounts()
    files = sorted(Path(settings.BASE_DIR, "campaigns/demo/reach").glob("*.csv"))
    codes = {
        line.split(",")[4] for file in files for line in file.read_text("utf-8").splitlines()[1:]
    }
    with time_machine.travel("2026-11-25 12:00:00+08:00", tick=False):
        for code in sorted(codes - {"", "case-1"}):
            language = "kk-arab" if code.endswith("-kk") else "zh-hans"
            make_case(code, language=language)
        for file in files:
            rows = [line.split(",") for line in file.read_text("utf-8").splitlines()]
            # Languages are the pieces' own, whatever the stand-ins here are in.
            for row in rows[1:]:
                row[5] = ""
            path = tmp_path / file.name
            path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
            report = import_file(path)
            assert not report.errors, report.problems[:3]
            assert report.new == len(rows) - 1
            assert report.suspects == []
