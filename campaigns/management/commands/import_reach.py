"""manage.py import_reach FILE [--dry-run]"""

from campaigns.reach.importing import import_file
from campaigns.reach.importing.command import ImportCommand


class Command(ImportCommand):
    help = (
        "Bring a CSV or XLSX file of figures into the ledger, whole or not at all. Every row is "
        "checked and every problem named. Exit status 1 where there is an error."
    )
    bring_in = staticmethod(import_file)
