"""manage.py reconcile_translations"""

from django.core.management.base import BaseCommand

from content.translation.staleness.keeping import reconcile


class Command(BaseCommand):
    """What every tick does: needed by hand only where no tick runs."""

    help = "Reckon which translations are out of date wherever that was missed at publishing."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"reckoned={reconcile()}")
