"""manage.py import_return FILE [--dry-run]"""

from campaigns.reach.importing.command import ImportCommand
from campaigns.reach.returns import import_return


class Command(ImportCommand):
    help = (
        "Bring the return form of a partner into the ledger, whole or not at all. Every row is "
        "checked and every problem named. Exit status 1 where there is an error."
    )
    bring_in = staticmethod(import_return)
