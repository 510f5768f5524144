"""manage.py reach_report [--campaign CODE …] [--from D --to D] [--region CODE] --by … --format …

JSON, CSV, XLSX or PDF, to the standard output or into a file.
"""

import os
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from campaigns.reports import exports, figures

# Not for a terminal.
_BINARY = ("xlsx", "pdf")


class Command(BaseCommand):
    help = "Reach in person-times, with the basis of every figure and other outputs beside it."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--campaign",
            action="append",
            metavar="CODE",
            help="such as 315-2026; everyday selects what belongs to no campaign; may be repeated; "
            "without it all campaigns and everyday",
        )
        parser.add_argument("--from", dest="first", metavar="DAY", help="first Beijing day")
        parser.add_argument("--to", dest="last", metavar="DAY", help="last Beijing day")
        parser.add_argument("--by", choices=tuple(figures.BY), required=True)
        parser.add_argument(
            "--region",
            metavar="CODE",
            help="six digits: only this region with all below it; by region: those right below it, "
            "and a row of its own",
        )
        parser.add_argument("--format", choices=tuple(exports.FORMATS), default="json")
        parser.add_argument(
            "--output", metavar="F", help="write to this file, which is replaced as a whole"
        )

    def handle(self, *args, campaign, first, last, by: str, region, **options) -> None:
        first, last = _day(first, "--from"), _day(last, "--to")
        if first and last and last < first:
            raise CommandError("--to lies before --from")
        try:
            selection = figures.select(campaign, first, last, region=region)
        except figures.UnknownCampaignError as error:
            raise CommandError(f"no campaign has the code {error}") from error
        except figures.UnknownRegionError as error:
            raise CommandError(f"no region has the code {error}") from error
        with override("zh-hans"):
            report = figures.report(selection, by)
            try:
                told = exports.render(report, options["format"])
            except exports.NoPdfError as error:
                raise CommandError(str(error)) from error
        if options["output"]:
            _write(Path(options["output"]), told.data)
        elif options["format"] in _BINARY and self.stdout.isatty():
            raise CommandError("--output F is needed: a terminal cannot show this format")
        elif options["format"] in _BINARY:
            self.stdout.buffer.write(told.data)
        else:
            text = told.data.decode()
            self.stdout.write(text, ending="" if text.endswith("\n") else "\n")


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CommandError(f"--output: {error.strerror}: {path}") from error


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text!r} is not a date like 2026-03-09") from error
