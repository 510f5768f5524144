"""manage.py reach_report [--campaign CODE …] [--from D --to D] [--region CODE] --by … --format …"""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from campaigns.reports import exports, figures


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
        parser.add_argument("--format", choices=("json", "csv"), default="json")

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
            text = exports.as_csv(report) if options["format"] == "csv" else exports.as_json(report)
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}: {text!r} is not a date like 2026-03-09") from error
