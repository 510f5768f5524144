"""What every part of the demo starts from: its files, its years, and how it says no."""

import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent
YEARS = (2026, 2027)
# Of the year before only the figures are known: what came later is held against it.
YEAR_BEFORE = 2025
# An address nobody can have (RFC 2606): it marks the accounts that the demo made.
MAIL_DOMAIN = "demo.invalid"


class DemoError(Exception):
    """The demo cannot be loaded here; the message says why."""


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's CSV files."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
