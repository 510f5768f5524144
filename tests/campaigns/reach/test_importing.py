"""Files of figures: every mistake is named, and a file goes in whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import ImportBatch, ReachEntry
from campaigns.reach import rollups
from campaigns.reach.importing import import_file
from tests.campaigns.reach.conftest import census, summed
from tests.campaigns.reach.figure_files import CHINESE, GOOD, HEADER, as_csv, as_xlsx, good
from tests.factories import EditionFactory


class TestWhatGoesIn:
    def test_a_row_becomes_an_entry(self, run, page):
        rows = [
            good(
                channel="wechat:650000", content="case-1", metric="reads", basis="platform-reported"
            )
        ]
        assert run(rows)[-2:] == ["new=1 changed=0 unchanged=0 warnings=0 errors=0", 0]
        entry = ReachEntry.objects.get()
        assert (entry.edition.code, entry.channel.code, entry.account.code, entry.region.code) == (
            "315-2026",
            "wechat",
            "wechat:650000",
            "650000",
        )
        assert (entry.content, entry.language) == ("case-1", "zh-hans")
        assert (entry.metric, entry.basis, entry.day, entry.count) == (
            "reads",
            "platform-reported",
            date(2026, 3, 9),
            120,
        )
        assert entry.source_key == "import:k-1"
        assert (entry.batch.file_name, entry.batch_row) == ("reach.csv", 2)
        assert len(entry.batch.sha256) == 64
        assert summed().get().count == 120

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_chinese_headers_and_words_in_any_encoding(self, run, encoding):
        rows = [good(metric="浏览量", basis="实测", language="中文")]
        assert run(as_csv(rows, CHINESE, encoding))[-1] == 0
        entry = ReachEntry.objects.get()
        assert (entry.metric, entry.basis, entry.language) == ("views", "measured", "zh-hans")

    def test_columns_in_any_order(self, run):
        rows = "\n".join(
            [",".join(reversed(HEADER)), ",".join(GOOD[name] for name in reversed(HEADER))]
        )
        assert run(rows.encode())[-1] == 0

    @pytest.mark.parametrize("campaign", ["", "everyday"])
    def test_everyday_education_has_no_campaign(self, run, campaign):
        assert run([good(campaign=campaign)])[-1] == 0
        assert ReachEntry.objects.get().edition is None

    def test_excel_with_its_own_ideas_of_cells(self, run):
        day = datetime(2026, 3, 9)  # noqa: DTZ001 a spreadsheet knows no time zone
        row = [day, "website", 0, "", "", "", "views", 12.0, "measured", 1001]
        assert run(as_xlsx([row]), name="r.xlsx")[-1] == 0
        entry = ReachEntry.objects.get()
        assert (entry.day, entry.region.code, entry.count, entry.source_key) == (
            date(2026, 3, 9),
            "000000",
            12,
            "import:1001",
        )

    def test_a_day_outside_the_window_is_a_warning(self, run):
        lines = run([good(date="2026-03-01")])
        assert lines[0].startswith("reach.csv:row 2: date: warning: 2026-03-01 lies outside")
        assert lines[-2:] == ["new=1 changed=0 unchanged=0 warnings=1 errors=0", 0]

    def test_blank_rows_are_passed_over_but_counted(self, run):
        wrong = as_csv([good(region="9")]).split(b"\r\n")[1]
        data = as_csv([good()]) + b"\r\n,,,,,,,,,\r\n" + wrong
        assert "reach.csv:row 5: region:" in run(data)[0]

    def test_a_dry_run_writes_nothing(self, run):
        assert run([good()], "--dry-run") == [
            "dry run: nothing was written",
            "new=1 changed=0 unchanged=0 warnings=0 errors=0",
            0,
        ]
        assert census() == (0, 0, 0)


class TestTheSameAgain:
    def test_an_unchanged_file_changes_nothing(self, run):
        rows = [good(), good(source_key="k-2", content="case-1", language="")]
        run(rows)
        before = census()
        assert run(rows)[-2:] == ["new=0 changed=0 unchanged=2 warnings=0 errors=0", 0]
        assert census() == before

    def test_another_count_becomes_a_correction(self, run):
        run([good()])
        assert run([good(count="100")], name="again.csv")[-2] == (
            "new=0 changed=1 unchanged=0 warnings=0 errors=0"
        )
        first, correction = ReachEntry.objects.order_by("pk")
        assert first.count == 120
        assert (correction.count, correction.corrects) == (-20, first)
        assert correction.reason == "again.csv:row 2"
        assert summed().get().count == 100
        assert run([good(count="100")])[-2].startswith("new=0 changed=0 unchanged=1")
        run([good(count="120")])
        assert summed().get().count == 120
        assert list(rollups.differences()) == []

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("date", "2026-03-10"),
            ("channel", "wechat"),
            ("channel", "wechat:650000"),
            ("region", "430000"),
            ("campaign", ""),
            ("content", "case-1"),
            ("metric", "plays"),
            ("basis", "estimated"),
            ("language", "kk"),
        ],
    )
    def test_the_same_key_for_something_else_is_an_error(self, run, column, value):
        run([good()])
        before = census()
        lines = run([good(**{column: value}), good(source_key="k-2")])
        assert lines[0].startswith(f"reach.csv:row 2: {column}: ")
        assert lines[-1] == 1
        assert census() == before


def test_queries_do_not_grow_with_the_rows(world, tmp_path):
    asked = []
    # The first one also learns the metrics by heart.
    for rows in (9, 9, 900):
        path = tmp_path / "many.csv"
        path.write_bytes(as_csv([good(source_key=f"k-{n}") for n in range(rows)]))
        with CaptureQueriesContext(connection) as queries:
            import_file(path, dry_run=True)
        asked.append(len(queries))
    assert asked[1] == asked[2] <= 15


@pytest.mark.fault
def test_an_import_killed_at_any_instant_is_whole_or_absent(own_database, tmp_path):
    EditionFactory()
    path = tmp_path / "reach.csv"
    rows = [good(source_key=f"k-{n}", region="000000") for n in range(8000)]
    path.write_bytes(as_csv(rows))
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
        "SECRET_KEY": "x",
    }
    program = (
        "import django, sys; django.setup()\n"
        "from pathlib import Path\n"
        "from campaigns.reach.importing import import_file\n"
        "print('ready', flush=True)\n"
        "print(import_file(Path(sys.argv[1])).summary, flush=True)\n"
    )
    chance = random.Random(3)
    for round_ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(path)],
            env=environment,
            stdout=subprocess.PIPE,
            cwd=site.BASE_DIR,
            text=True,
        )
        assert process.stdout.readline() == "ready\n"
        if round_ < 5:
            time.sleep(chance.uniform(0.05, 1.2))
            process.send_signal(signal.SIGKILL)
        done = process.stdout.read()
        process.wait(60)
        process.stdout.close()
        held = ReachEntry.objects.count()
        assert held in (0, 8000)
        assert held == 8000 or not done
    assert held == 8000
    assert ImportBatch.objects.count() == 1
    assert list(rollups.differences()) == []


def test_the_demo_figures_go_in_without_an_error(world, tree):
    """Their headers and words are those of the importer, whatever their regions are."""
    for path in sorted(Path(site.BASE_DIR, "campaigns/demo/reach").glob("*.csv")):
        report = import_file(path, dry_run=True)
        assert {problem.field for problem in report.problems} <= {
            "region",
            "content",
            "channel",
            "campaign",
            "date",
        }
