"""How long an import of 1,000 generated materials takes, and a second one that changes nothing.

    python -m tests.benchmarks.bench_import [--materials 1000] [--runs 3]

Works in a temporary VAR_DIR of its own, on SQLite, through the commands as a person runs them.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = "骗子自称退保专员,承诺全额退保,要求先交两千元手续费,再把身份证和银行卡交给他代办。"
PIECE = """\
---
type: case
code: bench-{number}
title: 第{number}号案例:退保专员的电话
lang: zh-hans
category: surrender-agent
audience: [elderly, 新市民]
source: 自编
legal_basis:
  - 《中华人民共和国保险法》第四十七条
  - 《中华人民共和国刑法》第二百六十六条
summary: 一通电话,两千元手续费,保单没了。
date: 2026-03-09
ai_generated: false
---

## 案情简介

{text}

【案例分析】

{text}

三、风险提示

- 退保只走官方渠道
- 不把身份证交给他人

04 求助渠道

金融消费者投诉热线 12378;反诈热线 96110。
"""


def write_materials(folder: Path, count: int) -> None:
    for number in range(count):
        text = f"第{number}号。" + SENTENCE * 6
        piece = PIECE.format(number=number, text=text)
        (folder / f"{number:05}.md").write_text(piece, encoding="utf-8")


def manage(var: Path, *arguments: str) -> tuple[float, str]:
    """Seconds that the command took, with the start of Python, and its last line."""
    environment = {
        **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")},
        "VAR_DIR": str(var),
        "SECRET_KEY": "bench",
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
    }
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    lines = done.stdout.strip().splitlines()
    return time.perf_counter() - started, lines[-1] if lines else ""


def one_run(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-import-") as place:
        var, folder = Path(place, "var"), Path(place, "materials")
        var.mkdir()
        folder.mkdir()
        write_materials(folder, count)
        manage(var, "migrate", "--verbosity", "0")
        seconds = {}
        for name, arguments, expected in (
            ("dry run", ["--dry-run"], f"created={count} updated=0 unchanged=0 errors=0"),
            ("import as drafts", [], f"created={count} updated=0 unchanged=0 errors=0"),
            ("again, unchanged", [], f"created=0 updated=0 unchanged={count} errors=0"),
            ("publish them all", ["--publish"], f"created=0 updated={count} unchanged=0 errors=0"),
            ("again, published", ["--publish"], f"created=0 updated=0 unchanged={count} errors=0"),
        ):
            seconds[name], last = manage(var, "import_materials", str(folder), *arguments)
            if last != expected:
                raise SystemExit(f"{name}: expected {expected!r}, got {last!r}")
        return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--materials", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    runs = [one_run(options.materials) for _ in range(options.runs)]
    print(f"| {options.materials} materials | median of {options.runs}, s | per material, ms |")  # noqa: T201
    print("|---|---:|---:|")  # noqa: T201
    for name in runs[0]:
        median = statistics.median(run[name] for run in runs)
        print(f"| {name} | {median:.2f} | {1000 * median / options.materials:.1f} |")  # noqa: T201


if __name__ == "__main__":
    main()
