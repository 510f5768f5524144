"""The terms that come with the product: a working vocabulary to begin with.

The file has the form of an import (see csv_files), so a later release's file can be brought in by
hand, with its preview. No native reader has gone over it yet, and each row says so; the terms are
therefore in use, and none is approved.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from content.glossary import matching, wording

FILE = Path(__file__).parent / "data" / "terms.csv"


def lay() -> None:
    """Put the shipped terms down where there is no term yet; otherwise nothing is touched."""
    from content.models import GlossaryTerm

    if not GlossaryTerm.objects.exists():
        GlossaryTerm.objects.bulk_create(terms())
        matching.forget()


def terms() -> Iterator:
    """The shipped terms, not yet saved, with their Arabic script made by the converter."""
    from content.models import GlossaryTerm

    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in wording.LISTS:
                row[name] = row[name].replace(";", "\n")
            term = GlossaryTerm(**row, status=GlossaryTerm.Status.IN_USE)
            term.prepare()
            yield term
