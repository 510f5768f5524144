"""Open a year's campaigns, or see that they are open."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from campaigns.calendar.editions import open_campaigns


class Command(BaseCommand):
    help = "Make the year's edition of every active series; dates are expected until confirmed."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--year", type=int, required=True, help="such as 2027")

    def handle(self, *args, **options) -> None:
        try:
            opened = open_campaigns(options["year"])
        except ValidationError as error:
            raise CommandError(f"--year: {' '.join(error.messages)}") from error
        for word, editions in (("created", opened.created), ("exists", opened.existing)):
            for edition in editions:
                self.stdout.write(
                    f"{word} {edition.code} {edition.name} "
                    f"{edition.starts_on}..{edition.ends_on} {edition.state}"
                )
        self.stdout.write(f"created={len(opened.created)} existing={len(opened.existing)}")
