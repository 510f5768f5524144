"""Files of figures: read, checked row by row, and committed as a whole or not at all."""

from campaigns.reach.importing.importer import import_file
from campaigns.reach.importing.problems import ImportReport, Problem

__all__ = ["ImportReport", "Problem", "import_file"]
