"""What the checks of an import cost: 100,000 rows of XLSX, dry run, beside the parser alone.

    make bench-import-reach   (python -m tests.benchmarks.bench_import_reach
                               [--rows 100000] [--runs 5])

Works on SQLite in a temporary VAR_DIR of its own. Three cases: into an empty ledger, the same file
once it stands there (each key is found), and 1 % of the rows wrong. Each beside python-calamine
reading the same file, alternating in one process. In CPU seconds of that process: both work on one
core alone, and what else the machine does is nobody's fault.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 3.0
HEADER = ["日期", "渠道", "机构", "活动", "内容", "语种", "指标", "数量", "口径", "编号"]
FIRST = date(2026, 3, 1)
PROVINCES = [f"{number}0000" for number in range(11, 42)]
CHANNELS = ["website", "wechat", "app", "partner", "field"]
METRICS = ["浏览", "阅读", "播放", "分享", "下载"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        measure(options.rows, options.runs)
        return
    from tests.benchmarks.bench_home import bare_environment

    with tempfile.TemporaryDirectory() as folder:
        environment = bare_environment(
            VAR_DIR=folder,
            DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
            ENV_FILE=os.devnull,
            SECRET_KEY="only-here",
            DJANGO_SETTINGS_MODULE="edu_cms.settings.dev",
        )
        run = [sys.executable, "manage.py", "migrate", "-v", "0"]
        subprocess.run(run, cwd=ROOT, env=environment, check=True)
        run = [sys.executable, "-m", "tests.benchmarks.bench_import_reach", "--here"]
        run += ["--rows", str(options.rows), "--runs", str(options.runs)]
        subprocess.run(run, cwd=ROOT, env=environment, check=True)


def measure(rows: int, runs: int) -> None:
    """In a process of its own, on the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings

    from campaigns.models import Region
    from campaigns.reach.importing import import_file

    settings.DEBUG = False
    root = Region.objects.get(code="000000")
    for code in PROVINCES:
        above = Region.objects.get(pk=root.pk)
        above.add_child(code=code, level="province", name=code)
    folder = Path(os.environ["VAR_DIR"])
    good, bad = folder / "good.xlsx", folder / "bad.xlsx"
    write(good, rows, wrong=0)
    write(bad, rows, wrong=100)
    say(f"{rows:,} rows, median of {runs}, CPU seconds")
    say("                     check s  parser s   times  limit")
    compare("empty ledger", runs, good, lambda: import_file(good, dry_run=True))
    compare("1 % wrong", runs, bad, lambda: import_file(bad, dry_run=True))
    began = time.process_time()
    assert not import_file(good).errors
    committed = time.process_time() - began
    compare("all there already", runs, good, lambda: import_file(good, dry_run=True))
    say(f"the import itself, with ledger, sums and rows kept: {committed:.1f} s of CPU")


def compare(name: str, runs: int, path: Path, check: Callable[[], object]) -> None:
    checks, parses = [], []
    for _run in range(runs):
        checks.append(timed(check))
        parses.append(timed(lambda: parse(path)))
    ours, peer = statistics.median(checks), statistics.median(parses)
    say(f"{name:<20} {ours:>7.2f} {peer:>9.2f} {ours / peer:>6.2f}x {LIMIT:>5}x")


def parse(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    return sum(1 for _row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


def timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def write(path: Path, rows: int, wrong: int) -> None:
    """`wrong`: each so many-th row has a mistake; 0 for none."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for number in range(rows):
        rest, province = divmod(number, len(PROVINCES))
        rest, channel = divmod(rest, len(CHANNELS))
        days, metric = divmod(rest, len(METRICS))
        at = FIRST + timedelta(days=days % 200)
        region = "999999" if wrong and number % wrong == 0 else PROVINCES[province]
        sheet.write_datetime(number + 1, 0, datetime(at.year, at.month, at.day), day)  # noqa: DTZ001
        row = [CHANNELS[channel], region, "", "", "", METRICS[metric]]
        sheet.write_row(number + 1, 1, row)
        sheet.write_number(number + 1, 7, (number * 7919) % 40_000)
        sheet.write_row(number + 1, 8, ["平台提供", f"bench-{number}"])
    book.close()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
