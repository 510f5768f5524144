"""How long somebody waits for a report as PDF, the first one of a web process included.

    make bench-report-pdf     (python -m tests.benchmarks.bench_report_pdf [--runs 5])

The report is the demo's 3·15 and September week by region: every province in a table, a chart and
the definitions of all metrics, on several pages. It is asked for as a browser does it, by somebody
logged in. Each run is a process of its own, as a web worker is after its start: its first PDF also
loads WeasyPrint, pango and the fonts, the next ones do not. By the clock and in CPU time of the
process. The spreadsheet of the same figures stands beside them: it says what the figures cost.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.5
ASKED = "?campaign=315-2026&campaign=sep-2026&by=region"
REPORTS = {"spreadsheet": "xlsx", "first PDF": "pdf", "second PDF": "pdf", "third PDF": "pdf"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        say(json.dumps(child()))
        return
    from tests.benchmarks.bench_home import bare_environment

    with tempfile.TemporaryDirectory(prefix="bench-report-pdf-") as folder:
        environment = bare_environment(
            VAR_DIR=folder,
            ENV_FILE=os.devnull,
            SECRET_KEY="only-here",
            LOG_LEVEL="ERROR",
            DJANGO_SETTINGS_MODULE="edu_cms.settings.dev",
        )
        run = [sys.executable, "manage.py", "prepare", "--demo"]
        subprocess.run(run, cwd=ROOT, env=environment, check=True, capture_output=True)
        run = [sys.executable, "-m", "tests.benchmarks.bench_report_pdf", "--child"]
        told = [
            json.loads(
                subprocess.run(
                    run, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
                ).stdout
            )
            for _run in range(options.runs)
        ]
    say(f"{'':<12}{'clock s':>9}{'highest':>9}{'CPU s':>9}{'highest':>9}{'KB':>6}{'limit s':>9}")
    for name in REPORTS:
        clock, cpu, size = zip(*(one[name] for one in told), strict=True)
        figures = (statistics.median(clock), max(clock), statistics.median(cpu), max(cpu))
        limit = f"{LIMIT:>9}" if "PDF" in name else ""
        say(f"{name:<12}" + "".join(f"{one:>9.2f}" for one in figures) + f"{size[0]:>6}{limit}")


def child() -> dict[str, tuple[float, float, int]]:
    """Seconds by the clock and of CPU, and kilobytes, of each report in a process of its own."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username="manager"))
    # A worker has answered something before: addresses and templates are loaded.
    assert client.get(reverse("campaigns_admin:dashboard")).status_code == 200
    told = {}
    for name, kind in REPORTS.items():
        address = reverse(f"campaigns_admin:reach_{kind}") + ASKED
        clock, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address)
        took = time.perf_counter() - clock, time.process_time() - cpu
        assert answer.status_code == 200, answer
        told[name] = (*took, len(answer.content) // 1024)
    return told


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
