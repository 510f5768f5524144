"""manage.py rebuild_reach"""

from django.core.management.base import BaseCommand

from campaigns.reach import rollups


class Command(BaseCommand):
    help = "Throw the daily sums away and make them again from the ledger, which stays as it is."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"rows={rollups.rebuild()}")
