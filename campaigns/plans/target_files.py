"""Targets as a spreadsheet: one a row, out and in again; in goes the whole file or nothing."""

import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.plans.grid import whole_number
from campaigns.reach import metrics
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Cell, read_table
from campaigns.reach.importing.words import metric_words
from campaigns.reach.models import Target
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# The header that is written, and the other words that are understood for each column.
COLUMNS = {
    "region": ("机构代码", "机构", "region"),
    "channel": ("渠道", "channel"),
    "metric": ("指标", "metric"),
    "value": ("目标值", "target", "value"),
}
NAME_COLUMN = "机构名称"
# What stands for no channel of its own, first as it is written.
ALL_CHANNELS = ("全部渠道", "全部", "所有渠道", "*", "")
PERSON_TIMES = ("总人次", "总触达人次", Target.PERSON_TIMES)
# Rows below the table that still offer the words to choose from.
MORE_ROWS = 200
WIDTHS = (12, 26, 16, 18, 20)


@dataclass(frozen=True)
class _Line:
    """A row of the sheet; without a value it waits to be filled in."""

    code: str
    name: str
    channel: str
    metric: str
    value: int | None = None


def as_xlsx(edition: Edition, user: "AbstractBaseUser") -> bytes:
    """The targets that the user may see, and an empty row for each region that has none in all.

    In names, which the import understands. Text is written as text: nothing is a formula.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("目标")
    bold = book.add_format({"bold": True})
    grouped = book.add_format({"num_format": "#,##0"})
    header = [words[0] for words in COLUMNS.values()]
    sheet.write_row(0, 0, [header[0], NAME_COLUMN, *header[1:]], bold)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 2)
    lines = _lines(edition, user)
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate([line.code, line.name, line.channel, line.metric]):
            sheet.write_string(number, column, text)
        # A spreadsheet's numbers hold fifteen digits; a longer one goes as text.
        if line.value is None:
            sheet.write_blank(number, 4, None, grouped)
        elif line.value < 10**15:
            sheet.write_number(number, 4, line.value, grouped)
        else:
            sheet.write_string(number, 4, str(line.value))
    channels = [ALL_CHANNELS[0], *Channel.objects.values_list("name", flat=True)]
    _offer(book, sheet, len(lines) + MORE_ROWS, {2: channels, 3: list(_metric_names().values())})
    book.close()
    return out.getvalue()


def _lines(edition: Edition, user: "AbstractBaseUser") -> list[_Line]:
    """What there is, region by region, each with a row for its target in all."""
    names = _metric_names()
    targets = Target.objects.visible_to(user).filter(edition=edition)
    targets = targets.select_related("channel").order_by("channel__sort_order", "pk")
    by_region = defaultdict(list)
    for row in targets:
        by_region[row.region_id].append(row)
    lines = []
    for region in Region.objects.visible_to(user):
        own = by_region[region.pk]
        for row in sorted(own, key=lambda row: row.channel is not None):
            channel = row.channel.name if row.channel else ALL_CHANNELS[0]
            metric = names.get(row.metric, row.metric)
            lines.append(_Line(region.code, region.name, channel, metric, row.value))
        in_all = [row for row in own if not row.channel and row.metric == Target.PERSON_TIMES]
        if not in_all and region.is_active:
            lines.append(_Line(region.code, region.name, ALL_CHANNELS[0], PERSON_TIMES[0]))
    return lines


def _metric_names() -> dict[str, str]:
    return {Target.PERSON_TIMES: PERSON_TIMES[0], **dict(metrics.choices())}


def _offer(book, sheet, last_row: int, words: dict[int, list[str]]) -> None:
    """Drop-down lists; their words stand on a hidden sheet, because a list in place holds few."""
    choices = book.add_worksheet("选项")
    choices.hide()
    for column, options in words.items():
        choices.write_column(0, column, options)
        letter = "ABCDEFGH"[column]
        sheet.data_validation(
            1, column, last_row, column,
            {"validate": "list", "source": f"=选项!${letter}$1:${letter}${len(options)}"},
        )  # fmt: skip
    sheet.data_validation(
        1, 4, last_row, 4,
        {
            "validate": "integer", "criteria": ">=", "value": 0,
            "error_title": "目标值", "error_message": "请填写整数，如 3200000。",
        },
    )  # fmt: skip


@transaction.atomic
def import_targets(edition: Edition, path: Path, name: str, by: "AbstractBaseUser") -> ImportReport:
    """Take the file's targets over. With any error the report names it and nothing is taken.

    A target that the file does not name stays. Regions that are not the user's do not exist here.
    """
    report = ImportReport(name)
    try:
        table = read_table(path, name)
        at = _columns(table.header)
        checker = _Checker(by, report)
        wanted = checker.wanted(table.rows, at)
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
    for key, number in checker.empty.items():
        if key in there:
            message = _("is empty: the target stays as it is")
            report.note(number, COLUMNS["value"][0], message, warning="empty")
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
    if "region" not in at and NAME_COLUMN in names:
        at["region"] = names.index(NAME_COLUMN)
    if missing := [words[0] for column, words in COLUMNS.items() if column not in at]:
        raise UnreadableFileError(_("columns are missing: %s") % "、".join(missing))
    return at


class _Checker:
    """Checks each field of each row; what is wrong goes into the report."""

    def __init__(self, by: "AbstractBaseUser", report: ImportReport) -> None:
        self.report = report
        # Rows without a figure, which wait to be filled in: their numbers by what they name.
        self.empty: dict[tuple, int] = {}
        regions = list(Region.objects.visible_to(by).values_list("name", "code", "pk"))
        named = Counter(name for name, _code, _pk in regions)
        # A name that two regions bear names neither.
        self.regions = {name: pk for name, _code, pk in regions if named[name] == 1}
        self.regions |= {code: pk for _name, code, pk in regions}
        channels = list(Channel.objects.all())
        self.channels: dict[str, int | None] = {channel.name: channel.pk for channel in channels}
        self.channels |= {channel.code: channel.pk for channel in channels}
        self.channels |= dict.fromkeys([*ALL_CHANNELS, str(_("all channels"))])
        self.metrics = metric_words()
        self.metrics |= dict.fromkeys(PERSON_TIMES, Target.PERSON_TIMES)

    def wanted(self, rows, at: dict[str, int]) -> dict[tuple, int]:
        """What each key is to be."""
        found: dict[tuple, int] = {}
        seen: dict[tuple, int] = {}
        for number, row in rows:
            cells = {name: _text(row[n]) if n < len(row) else "" for name, n in at.items()}
            key, value = self._key(number, cells), self._value(number, cells["value"])
            if key is not None and not cells["value"]:
                self.empty[key] = number
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
            text = cells[name]
            if name == "region" and text.isascii() and text.isdecimal():
                # A spreadsheet takes 000000 for a number and drops its zeros.
                text = text.zfill(6)
            if text in known:
                parts.append(known[text])
            else:
                message = _("unknown: “%s”") % text[:40]
                self.report.note(number, COLUMNS[name][0], message)
        return tuple(parts) if len(parts) == 3 else None

    def _value(self, number: int, text: str) -> int | None:
        try:
            return whole_number(text)
        except ValueError as error:
            self.report.note(number, COLUMNS["value"][0], str(error))
            return None


def _text(cell: Cell) -> str:
    """The cell as people see it: 650000.0 is 650000."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
