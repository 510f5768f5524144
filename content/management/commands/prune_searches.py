"""manage.py prune_searches: delete counts of searches that are past their keeping."""

from django.core.management.base import BaseCommand

from content.search import counting


class Command(BaseCommand):
    help = f"Deletes counts of searches older than {counting.KEEP_DAYS} days."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{counting.prune()['pruned']} rows deleted")
