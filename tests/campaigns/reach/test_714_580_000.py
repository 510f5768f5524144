"""The figure of the source document, imported, reported, drilled into, sent again and taken back.

31 provinces x 5 channels x 60 days x 6 metrics, two of them no person-times; 71,458万人次 in all.
"""

import csv
import io
import json
import random
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command

from campaigns.models import Channel, Edition, HeldEntry, ImportBatch, ReachEntry, Region, Series
from campaigns.reach import sums
from campaigns.reach.importing import import_file
from tests.campaigns.reach.conftest import entries_behind, summed
from tests.campaigns.reach.figure_files import HEADER
from tests.factories import EditionFactory

TOTAL = 714_580_000
DAYS = 30
STARTS = {"315-2026": date(2026, 3, 1), "515-2026": date(2026, 5, 1)}
METRICS = {
    "views": "measured",
    "reads": "platform-reported",
    "plays": "platform-reported",
    "attendance": "self-reported",
    "leaflets": "self-reported",
    "shares": "platform-reported",
}
REACH = ("views", "reads", "plays", "attendance")
CAMPAIGNS = [option for code in STARTS for option in ("--campaign", code)]


@pytest.fixture
def provinces(head_office) -> list[str]:
    codes = [f"{number}0000" for number in range(11, 42)]
    for code in codes:
        above = Region.objects.get(pk=head_office.pk)
        above.add_child(code=code, level="province", name=f"分公司{code[:2]}")
    return codes


@pytest.fixture
def file(provinces, tmp_path):
    for code, start in STARTS.items():
        EditionFactory(
            code=code,
            series=Series.objects.get(code=code[:3]),
            name=code,
            starts_on=start,
            ends_on=start + timedelta(days=DAYS - 1),
        )
    path = tmp_path / "714580000.csv"
    path.write_text(content(provinces), encoding="utf-8")
    return path


def content(provinces: list[str]) -> str:
    chance = random.Random(714_580_000)
    channels = list(Channel.objects.order_by("code").values_list("code", flat=True))[:5]
    assert (len(provinces), len(channels)) == (31, 5)
    rows = []
    for code, start in STARTS.items():
        for n in range(DAYS):
            for channel in channels:
                for province in provinces:
                    people = chance.randrange(1000, 37_000)
                    for metric, basis in METRICS.items():
                        count = chance.randrange(1000, 37_000)
                        if metric == "attendance":
                            count = people
                        elif metric == "leaflets":
                            count = people * chance.randrange(6, 40) // 10
                        day = str(start + timedelta(days=n))
                        key = f"{code}/{province}/{channel}/{day}/{metric}"
                        rows.append(
                            [day, channel, province, code, "", "", metric, count, basis, key]
                        )
    # Small steps on many rows, so that the total is exact and no row stands out.
    reach = [row for row in rows if row[6] in REACH and row[6] != "attendance"]
    missing = TOTAL - sum(row[7] for row in rows if row[6] in REACH)
    each, rest = divmod(missing, len(reach))
    for n, row in enumerate(reach):
        row[7] += each + (n < rest)
    assert min(row[7] for row in reach) > 0
    assert len(rows) == 31 * 5 * 60 * 6
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue()


def report(capsys, *options) -> dict:
    capsys.readouterr()
    call_command("reach_report", *CAMPAIGNS, *options, "--format", "json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.long
def test_the_documents_figure_from_import_to_undo(file, capsys):
    with time_machine.travel("2026-11-25 12:00:00+08:00", tick=False):
        first = import_file(file)
        assert (first.new, first.warnings, first.errors) == (55_800, 0, 0)
        assert HeldEntry.objects.count() == 0
        assert_reported_and_drilled_into(capsys)
        assert_opens_down_to_its_rows()

        again = import_file(file)
        assert (again.new, again.changed, again.unchanged) == (0, 0, 55_800)
        assert again.twin == first.batch
        assert ReachEntry.objects.count() == 55_800

        call_command("undo_reach", str(first.batch.pk), "--reason", "test")
        assert report(capsys, "--by", "channel")["total"]["person_times"] == 0
        assert not summed().exclude(count=0).exists()
        call_command("verify_reach")


def assert_reported_and_drilled_into(capsys) -> None:
    for by in ("channel", "region", "day", "metric", "language", "basis"):
        told = report(capsys, "--by", by)
        assert told["total"]["person_times"] == TOTAL
        assert told["total"]["display"] == "71,458万人次"
        assert sum(row["person_times"] for row in told["rows"]) == TOTAL, by
        of_bases = [sum(row["by_basis"].values()) for row in told["rows"]]
        assert of_bases == [row["person_times"] for row in told["rows"]], by
    assert len(report(capsys, "--by", "region")["rows"]) >= 31
    one_by_one = [
        report(capsys, "--by", "channel", "--region", f"{number}0000")["total"]["person_times"]
        for number in range(11, 42)
    ]
    assert sum(one_by_one) == TOTAL
    assert set(told["outputs"]) >= {"leaflets", "shares"}


def assert_opens_down_to_its_rows() -> None:
    """A figure, the entries behind it, and the row of the file that each came from."""
    editions = tuple(Edition.objects.filter(code__in=STARTS).values_list("pk", flat=True))
    province = Region.objects.get(code="11" + "0000")
    cut = sums.Cut(editions=editions, nodes=(province.pk,), metrics=REACH)
    behind = entries_behind(cut)
    assert behind.count() == 60 * 5 * len(REACH)
    [(figure,)] = sums.cube(cut, ())
    assert sum(behind.values_list("count", flat=True)) == figure
    entry = behind.first()
    row = entry.batch.rows.get(number=entry.batch_row)
    assert (row.cells[2], int(row.cells[7])) == ("110000", entry.count)
    batch = ImportBatch.objects.get()
    assert sum(one["difference"] for one in batch.totals) == TOTAL
