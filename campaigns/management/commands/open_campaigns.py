"""Open a year's campaigns, or see that they are open."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from campaigns.plans.copying import open_year


class Command(BaseCommand):
    help = (
        "Make the year's edition of every active series, with the tasks and pushes of its "
        "template; dates are expected until confirmed. Doing it twice changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--year", type=int, required=True, help="such as 2027")

    def handle(self, *args, **options) -> None:
        try:
            opened = open_year(options["year"])
        except ValidationError as error:
            raise CommandError(f"--year: {' '.join(error.messages)}") from error
        for word, editions in (("created", opened.created), ("exists", opened.existing)):
            for edition in editions:
                self.stdout.write(
                    f"{word} {edition.code} {edition.name} "
                    f"{edition.starts_on}..{edition.ends_on} {edition.state}"
                )
        for code, copied in opened.copied.items():
            self.stdout.write(
                f"schedule {code} tasks={len(copied.tasks)} pushes={len(copied.pushes)} "
                f"to_complete={len(copied.to_complete)}"
            )
        self.stdout.write(f"created={len(opened.created)} existing={len(opened.existing)}")
