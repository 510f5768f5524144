"""manage.py verify_reach"""

import sys

from django.core.management.base import BaseCommand

from campaigns.reach import rollups


class Command(BaseCommand):
    help = "Compare the daily sums with the ledger. Exit status 1 where they differ anywhere."

    def handle(self, *args, **options) -> None:
        found = 0
        for difference in rollups.differences():
            self.stdout.write(str(difference))
            found += 1
        self.stdout.write(f"differences={found}")
        if found:
            sys.exit(1)
