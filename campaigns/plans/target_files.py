"""Targets as a spreadsheet: one a row, out and in again; in goes the whole file or nothing."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.plans.grid import whole_number
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Cell, read_table
from campaigns.reach.metrics import METRICS
from campaigns.reach.models import Target
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# The header that is written, and the other words that are understood for each column.
COLUMNS = {
    "region": ("机构代码", "region"),
    "channel": ("渠道", "channel"),
    "metric": ("指标", "metric"),
    "value": ("目标值", "target", "value"),
}
NAME_COLUMN = "机构名称"


def as_xlsx(edition: Edition, user: "AbstractBaseUser") -> bytes:
    """The targets that the user may see. Text is written as text: nothing is a formula."""
    import xlsxwriter

    out = io.BytesIO()
    # In memory but for the rows, which go to the sheet one after another.
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("目标")
    bold = book.add_format({"bold": True})
    header = [words[0] for words in COLUMNS.values()]
    sheet.write_row(0, 0, [header[0], NAME_COLUMN, *header[1:]], bold)
    sheet.set_column(0, 4, 18)
    targets = Target.objects.visible_to(user).filter(edition=edition)
    targets = targets.select_related("region", "channel").order_by(
        "region__path", "metric", "channel__sort_order", "pk"
    )
    for number, row in enumerate(targets, start=1):
        channel = row.channel.code if row.channel else ""
        for column, text in enumerate([row.region.code, row.region.name, channel, row.metric]):
            sheet.write_string(number, column, text)
        # A spreadsheet's numbers hold fifteen digits; a longer one goes as text.
        if row.value < 10**15:
            sheet.write_number(number, 4, row.value)
        else:
            sheet.write_string(number, 4, str(row.value))
    book.close()
    return out.getvalue()


@transaction.atomic
def import_targets(edition: Edition, path: Path, name: str, by: "AbstractBaseUser") -> ImportReport:
    """Take the file's targets over. With any error the report names it and nothing is taken.

    A target that the file does not name stays. Regions that are not the user's do not exist here.
    """
    report = ImportReport(name)
    try:
        table = read_table(path)
        at = _columns(table.header)
        wanted = _Checker(by, report).wanted(table.rows, at)
    except UnreadableFileError as error:
        report.note(None, "", str(error))
        return report
    if report.errors:
        return report
    there = {
        (row.region_id, row.channel_id, row.metric): row
        for row in Target.objects.select_for_update(of=("self",)).filter(edition=edition)
    }
    new = []
    for key, value in wanted.items():
        row = there.get(key)
        if row is None:
            region_id, channel_id, metric = key
            new.append(
                Target(
                    edition=edition,
                    region_id=region_id,
                    channel_id=channel_id,
                    metric=metric,
                    value=value,
                )
            )
        elif row.value == value:
            report.unchanged += 1
        else:
            row.value = value
            row.save(update_fields=["value"])
            report.changed += 1
    report.new = len(Target.objects.bulk_create(new))
    return report


def _columns(header: list[Cell]) -> dict[str, int]:
    names = [str(cell).strip().lower() if cell is not None else "" for cell in header]
    at = {}
    for column, words in COLUMNS.items():
        places = [n for n, name in enumerate(names) if name in words]
        if len(places) > 1:
            raise UnreadableFileError(_("the column “%s” stands there twice") % words[0])
        if places:
            at[column] = places[0]
    if missing := [words[0] for column, words in COLUMNS.items() if column not in at]:
        raise UnreadableFileError(_("columns are missing: %s") % "、".join(missing))
    return at


class _Checker:
    """Checks each field of each row; what is wrong goes into the report."""

    def __init__(self, by: "AbstractBaseUser", report: ImportReport) -> None:
        self.report = report
        regions = Region.objects.visible_to(by).values_list("code", "pk")
        self.regions = dict(regions)
        self.channels: dict[str, int | None] = {"": None, "*": None}
        for channel in Channel.objects.all():
            self.channels |= {channel.code: channel.pk, channel.name: channel.pk}
        self.metrics = {Target.PERSON_TIMES: Target.PERSON_TIMES}
        for code, metric in METRICS.items():
            self.metrics |= {code: code, str(metric.label): code}

    def wanted(self, rows, at: dict[str, int]) -> dict[tuple, int]:
        """What each key is to be."""
        found: dict[tuple, int] = {}
        seen: dict[tuple, int] = {}
        for number, row in rows:
            cells = {name: _text(row[n]) if n < len(row) else "" for name, n in at.items()}
            key, value = self._key(number, cells), self._value(number, cells["value"])
            if key is None or value is None:
                continue
            if key in seen:
                message = _("the same as row %s") % seen[key]
                self.report.note(number, COLUMNS["region"][0], message)
                continue
            seen[key], found[key] = number, value
        return found

    def _key(self, number: int, cells: dict[str, str]) -> tuple | None:
        parts = []
        for name, known in (
            ("region", self.regions),
            ("channel", self.channels),
            ("metric", self.metrics),
        ):
            text = cells[name].zfill(6) if name == "region" and cells[name] else cells[name]
            if text in known:
                parts.append(known[text])
            else:
                message = _("unknown: “%s”") % text[:40]
                self.report.note(number, COLUMNS[name][0], message)
        return tuple(parts) if len(parts) == 3 else None

    def _value(self, number: int, text: str) -> int | None:
        try:
            value = whole_number(text)
        except ValueError as error:
            self.report.note(number, COLUMNS["value"][0], str(error))
            return None
        if value is None:
            self.report.note(number, COLUMNS["value"][0], _("is empty"))
        return value


def _text(cell: Cell) -> str:
    """The cell as people see it: 650000.0 is 650000."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
