"""manage.py work_reach_imports [BATCH]"""

from django.core.management.base import BaseCommand

from campaigns.reach.importing import working
from campaigns.reach.models import ImportBatch


class Command(BaseCommand):
    help = (
        "Check and commit uploaded files that wait for it: one, or all. The site starts this for a "
        "long file, and the tick for whatever was left lying."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("batch", nargs="?", type=int, help="only this one")

    def handle(self, *args, batch: int | None, **options) -> None:
        if batch is None:
            worked = working.work_neglected()
            self.stdout.write(f"done={worked.done} failed={worked.failed}")
            return
        one = ImportBatch.objects.in_work().filter(pk=batch).first()
        if one is not None:
            working.work(one)
