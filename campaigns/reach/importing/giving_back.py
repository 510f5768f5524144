"""A stored file read again, and given back to its sender with the reasons written in."""

from django.utils.translation import gettext as _

from campaigns.reach.importing import files
from campaigns.reach.importing.problems import UnreadableFileError
from campaigns.reach.importing.reading import Table, read_table
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.models import ImportBatch, ImportRow


def errors_file(batch: ImportBatch) -> tuple[bytes, str]:
    """The same file with a column of reasons, and its media type. Raises UnreadableFileError."""
    told: dict[int, list[str]] = {}
    wrong = batch.rows.filter(outcome__in=ImportRow.WRONG).values_list("number", "problems")
    for number, problems in wrong:
        told[number] = [f"{label_of(one['field'])}：{one['message']}" for one in problems]
    for number, message in batch.warnings.values_list("number", "message"):
        told.setdefault(number, []).append(_("To look at: %(what)s") % {"what": message})
    reasons = {number: "；".join(several) for number, several in told.items()}
    return files.with_reasons(table_of(batch), reasons)


def table_of(batch: ImportBatch) -> Table:
    """The stored file's table. Raises UnreadableFileError, also when the file is gone."""
    if not batch.file:
        raise UnreadableFileError(_("the file itself was not kept"))
    return read_table(files.path_of(batch.file.name), batch.file_name)


def label_of(column: str) -> str:
    """What a column is called in a file, as its sender knows it."""
    return COLUMNS.get(column, _("row") if column == "row" else column)
