"""Files of figures: every mistake is named, and a file goes in whole or not at all."""

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
import xlsxwriter
from django.conf import settings as site
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import ImportBatch, ReachEntry
from campaigns.reach import rollups
from campaigns.reach.importing import import_file, reading, workbooks
from tests.campaigns.reach.conftest import NOON, summed
from tests.factories import AccountFactory, EditionFactory, make_case

HEADER = [
    "date",
    "channel",
    "region",
    "campaign",
    "content",
    "language",
    "metric",
    "count",
    "basis",
    "source_key",
]
CHINESE = ["日期", "渠道", "机构", "活动", "内容", "语种", "指标", "数量", "口径", "编号"]
GOOD = {
    "date": "2026-03-09",
    "channel": "website",
    "region": "650000",
    "campaign": "315-2026",
    "content": "",
    "language": "",
    "metric": "views",
    "count": "120",
    "basis": "measured",
    "source_key": "k-1",
}


@pytest.fixture(autouse=True)
def _english():
    """The messages as they are written; that they are translated has a test of its own."""
    with translation.override("en"):
        yield


@pytest.fixture
def world(edition, page, tree):
    """What the files of these tests may refer to; today is 2026-03-10."""
    AccountFactory(code="wechat:650000")
    make_case("case-kk", language="kk-arab")
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def run(world, tmp_path):
    """Import rows (or bytes) and give the lines that were printed, the exit status last."""

    def go(content, *options, name="reach.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else as_csv(content))
        out = StringIO()
        status = 0
        try:
            call_command("import_reach", str(path), *options, stdout=out)
        except SystemExit as stop:
            status = stop.code
        return [*out.getvalue().splitlines(), status]

    return go


def as_csv(rows, header=HEADER, encoding="utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(name, "") for name in HEADER])
    return out.getvalue().encode(encoding)


def as_xlsx(rows, header=HEADER) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, header)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def good(**changes) -> dict:
    return {**GOOD, **changes}


def census() -> tuple:
    return (
        ReachEntry.objects.count(),
        ImportBatch.objects.count(),
        sum(summed().values_list("count", flat=True)),
    )


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


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("date", "", "is empty"),
            ("date", "2026-02-30", "is not a date"),
            ("date", "09/03/2026", "is not a date"),
            ("date", "46090", "is not a date"),
            ("date", "2026-03-11", "in the future"),
            ("date", "0026-03-09", "too far back"),
            ("channel", "", "is empty"),
            ("channel", "weibo", "“weibo”"),
            ("channel", "wechat:430000", "no account"),
            ("region", "", "is empty"),
            ("region", "999999", "“999999”"),
            ("region", "新疆", "“新疆”"),
            ("campaign", "315-2030", "“315-2030”"),
            ("content", "nobody", "“nobody”"),
            ("language", "en", "“en”"),
            ("metric", "people", "“people”"),
            ("metric", "", "is empty"),
            ("count", "", "is empty"),
            ("count", "1,234", "write 1234"),
            ("count", "１２", "is not a whole number"),
            ("count", "-5", "negative"),
            ("count", "1.5", "is not a whole number"),
            ("count", "3.6万", "in digits"),
            ("count", "1e5", "is not a whole number"),
            ("count", "9" * 17, "beyond anything"),
            ("count", "nan", "is not a whole number"),
            ("basis", "guessed", "“guessed”"),
            ("basis", "", "is empty"),
            ("source_key", "", "is empty"),
            ("source_key", "x" * 151, "longer than"),
            ("source_key", "a\tb", "cannot be shown"),
        ],
    )
    def test_each_mistake_is_named_with_its_row_and_column(self, run, column, value, words):
        lines = run([good(source_key="fine"), good(**{column: value})])
        assert lines[0].startswith(f"reach.csv:row 3: {column}: ")
        assert words in lines[0]
        assert lines[-2:] == ["new=0 changed=0 unchanged=0 warnings=0 errors=1", 1]
        assert census() == (0, 0, 0)

    @pytest.mark.parametrize("count", [True, 1.5, -3.0, float(10**13)])
    def test_counts_in_excel_that_are_none(self, run, count):
        row = ["2026-03-09", "website", "650000", "", "", "", "views", count, "measured", "k"]
        assert "row 2: count:" in run(as_xlsx([row]), name="r.xlsx")[0]

    def test_a_language_that_is_not_the_pieces_own(self, run):
        lines = run([good(content="case-kk", language="zh-hans")])
        assert lines[0].startswith("reach.csv:row 2: language: ")

    def test_a_key_given_twice_names_the_first_row(self, run):
        assert "stands in row 2 already" in run([good(), good(count="9")])[0]

    def test_all_problems_of_all_rows_are_reported_at_once(self, run):
        lines = run([good(date="x", count="y"), good(region="z", source_key="k-2")])
        assert [line.split(": ")[0:2] for line in lines[:3]] == [
            ["reach.csv:row 2", "date"],
            ["reach.csv:row 2", "count"],
            ["reach.csv:row 3", "region"],
        ]
        assert lines[-2].endswith("errors=3")

    def test_a_row_with_too_many_cells(self, run):
        assert "row 2: row: 11 cells" in run(as_csv([good()]).rstrip() + b",more\r\n")[0]

    @pytest.mark.parametrize(
        ("header", "words"),
        [
            ([*HEADER[:-1]], "missing columns: 编号 (source_key)"),
            ([*HEADER, "colour"], "unknown columns: colour"),
            ([*HEADER, "日期"], "given twice: 日期"),
            (["date;channel;region"], "separated by commas"),
        ],
    )
    def test_columns_that_are_wrong_are_named(self, run, header, words):
        lines = run(",".join(header).encode() + b"\n" + b"x," * len(header))
        assert words in lines[0]
        assert lines[-1] == 1

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b" \r\n\r\n", "is empty"),
            (b"\x00\x01\x02" * 100, "neither a spreadsheet"),
            (b"\xff\xd8\xff\xe0JFIF", "neither UTF-8"),
            ("日期".encode("utf-16"), "UTF-16"),
            (b"PK\x03\x04 not a workbook", "damaged XLSX"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or password-protected"),
            (as_csv([]), "no rows below the header"),
            (as_csv([good()]) + b'"unclosed', "not CSV at line"),
            (b"a" * 20_000_000, "not CSV"),
            (b"a,b\n" * 5_000_000, "missing columns"),
            (random.Random(1).randbytes(20_000_000), "neither a spreadsheet"),
        ],
        ids=[
            "empty",
            "blank",
            "nul",
            "jpeg",
            "utf-16",
            "zip",
            "xls",
            "header only",
            "quote",
            "20 MB line",
            "20 MB rows",
            "20 MB noise",
        ],
    )
    def test_what_is_no_table_is_said_to_be_none(self, run, content, words):
        lines = run(content)
        assert lines[0].startswith("reach.csv: ")
        assert words in lines[0]
        assert len(lines[0]) < 500
        assert lines[-1] == 1
        assert census() == (0, 0, 0)

    @pytest.mark.parametrize("content", [b"abc,def\n1,2\n", b"%PDF-1.7 noise", b"\x07\x08\x02" * 9])
    def test_what_is_only_called_a_workbook_is_no_spreadsheet(self, run, content):
        lines = run(content, name="reach.xlsx")
        assert "not a spreadsheet" in lines[0]
        assert lines[-1] == 1

    def test_what_is_wrong_is_said_in_the_language_of_the_interface(self, world, tmp_path):
        path = tmp_path / "数字.csv"
        path.write_bytes(as_csv([good(count="-1", region="999999", date="")]))
        with translation.override("zh-hans"):
            told = [problem.message for problem in import_file(path).problems]
            path.write_bytes(b"PK\x03\x04")
            told += [problem.message for problem in import_file(path).problems]
        assert told == [
            "未填写",
            "没有代码为“999999”的机构",
            "“-1”是负数",
            "XLSX 文件已损坏，或根本不是电子表格：请用 Excel 打开后重新保存",
        ]

    def test_a_cell_at_the_end_of_the_sheet_does_not_eat_the_memory(self, run):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "far")
        book.close()
        assert "beyond column Z" in run(out.getvalue(), name="far.xlsx")[0]

    @pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
    def test_what_unpacks_to_more_than_it_says_is_not_unpacked(self, run, part):
        """Python stops at the size that a file claims; the parser of workbooks does not."""
        honest = as_xlsx([[*GOOD.values()]])
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(honest)) as old,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for one in old.infolist():
                padding = b" " * 30_000_000 if one.filename == part else b""
                new.writestr(one.filename, old.read(one) + padding)
            size = new.getinfo(part).file_size
        bomb = out.getvalue().replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))
        assert bomb != out.getvalue()
        assert "damaged" in run(bomb, name="bomb.xlsx")[0]
        assert reading.rows_about(bomb) < 1_000

    def test_what_says_that_it_unpacks_to_too_much(self, run, monkeypatch):
        monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", 5_000)
        assert "absurd" in run(as_xlsx([[*GOOD.values()]]), name="bomb.xlsx")[0]

    def test_a_file_larger_than_any_real_one(self, run, monkeypatch):
        monkeypatch.setattr(reading, "MOST_BYTES", 10)
        assert "larger than" in run([good()])[0]

    @pytest.mark.parametrize("name", ["missing.csv", ".", "x" * 5000])
    def test_no_file_at_all(self, world, tmp_path, name):
        report = import_file(tmp_path / name)
        assert report.errors == 1
        assert str(report.problems[0])


class TestAnythingAtAll:
    cells = st.one_of(
        st.text(max_size=12), st.sampled_from([*GOOD.values(), "", "1,234", "=1+1", "\x00", "＝"])
    )

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b))
    @example(",".join(HEADER).encode() + b"\n\xff")
    def test_no_bytes_give_a_traceback_or_a_partial_write(self, world, tmp_path, content):
        path = tmp_path / "any.csv"
        path.write_bytes(content)
        report = import_file(path)
        assert report.errors
        assert report.problems[0].message
        assert census() == (0, 0, 0)

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(rows=st.lists(st.lists(cells, min_size=8, max_size=12), min_size=1, max_size=4))
    def test_no_rows_are_half_imported(self, world, tmp_path, rows):
        before = census()
        path = tmp_path / "any.csv"
        out = io.StringIO()
        csv.writer(out).writerows([HEADER, [*GOOD.values()], *rows])
        path.write_bytes(out.getvalue().encode("utf-8", "replace"))
        report = import_file(path)
        if report.errors:
            assert census() == before
        assert list(rollups.differences()) == []

    @pytest.mark.parametrize("seed", range(8))
    def test_a_damaged_workbook(self, world, tmp_path, seed):
        chance = random.Random(seed)
        data = bytearray(as_xlsx([[*GOOD.values()]] * 3))
        for _ in range(30):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(data)
        assert import_file(path).problems
        assert census()[0] in (0, 1)


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
