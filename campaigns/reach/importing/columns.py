"""Which column of a file says what."""

import re

from django.utils.translation import gettext as _

from campaigns.reach.importing import words
from campaigns.reach.importing.cells import shown, text_of
from campaigns.reach.importing.problems import UnreadableFileError
from campaigns.reach.importing.workbooks import Cell


def columns_of(header: list[Cell]) -> dict[str, int]:
    """Where each column stands. Raises UnreadableFileError naming all that is wrong with them."""
    at: dict[str, int] = {}
    unknown, twice = [], []
    for index, cell in enumerate(header):
        word = text_of(cell)
        name = words.COLUMN_OF.get(word.lower())
        if word.lower() in words.REASON_COLUMN:
            continue
        if name in at:
            twice.append(word)
        elif name:
            at[name] = index
        elif word:
            unknown.append(shown(word))
    missing = [f"{label} ({name})" for name, label in words.COLUMNS.items() if name not in at]
    wrong = [
        f"{what}: {', '.join(names)}"
        for what, names in (
            (_("missing columns"), missing),
            (_("unknown columns"), unknown[:20]),
            (_("columns given twice"), twice),
        )
        if names
    ]
    if wrong:
        if len(header) == 1 and re.search(r"[\t;]", text_of(header[0])):
            wrong.append(_("columns are separated by commas"))
        raise UnreadableFileError(_("header: %(what)s") % {"what": "; ".join(wrong)})
    return at
