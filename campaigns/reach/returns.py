"""Return forms of partner media: where a piece was published, and how often it was read.

The form is made by campaigns.channels.adapters.return_form and belongs to one push; a partner may
join several in one file. Reads go into the ledger under the push's key, once: another number later
is a correction.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.partner.models import PartnerItem
from campaigns.reach.importing import words
from campaigns.reach.importing.cells import (
    BadValueError,
    past_day,
    shown,
    stands_already,
    text_of,
    too_long,
    whole_number,
)
from campaigns.reach.importing.figures import Figure, Place
from campaigns.reach.importing.importer import settle
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import Cell, Table, read_table
from campaigns.reach.metrics import Basis

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

COLUMNS = {
    "key": "编号",
    "title": "标题",
    "link": "发布链接",
    "date": "日期",
    "reads": "阅读量",
    "basis": "口径",
}
COLUMN_OF = {word: name for name, chinese in COLUMNS.items() for word in (name, chinese)}
# What somebody else counted; our own measurement and estimates come by other ways.
BASES = {Basis.PLATFORM_REPORTED.value, Basis.SELF_REPORTED.value}
METRIC = "reads"
is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Return:
    """One row that passed every check; no figure where only the link was given."""

    item: PartnerItem
    link: str
    figure: Figure | None


def import_return(
    path: Path,
    *,
    name: str = "",
    dry_run: bool = False,
    by: "AbstractBaseUser | None" = None,
) -> ImportReport:
    """Bring a return form in, whole or not at all; the same file again changes nothing.

    `by` sees only the pushes of their own regions. Nothing is raised for what the file holds: the
    report names row and field, and with one error in it nothing was written.
    """
    report = ImportReport(name or path.name)
    try:
        table = read_table(path, report.file)
        found = _check(table, report, by)
    except UnreadableFileError as error:
        report.note(None, "", str(error))
        return report
    if not found and not report.errors:
        report.note(None, "", _("there are no rows below the header"))
        return report
    figures = [row.figure for row in found if row.figure]
    with transaction.atomic():
        settle(figures, report, table.sha256, dry_run=dry_run, by=by)
        if not report.errors and not dry_run:
            _fill_in_links(found)
    return report


def _fill_in_links(found: list[Return]) -> None:
    for row in found:
        if row.link and row.link != row.item.published_url:
            PartnerItem.objects.filter(pk=row.item.pk).update(published_url=row.link)


def _check(table: Table, report: ImportReport, by) -> list[Return]:
    at = _columns(table.header)
    items = PartnerItem.objects.all() if by is None else PartnerItem.objects.visible_to(by)
    items = items.select_related("account__channel", "account__region", "edition", "page")
    first_seen: dict[str, int] = {}
    found = []
    for number, cells in table.rows:
        told = {name: cells[place] if place < len(cells) else None for name, place in at.items()}
        checker = _Row(number, told, report)
        row = checker.checked(items)
        if row is None:
            continue
        key = str(row.item.key)
        if key in first_seen:
            report.note(number, "key", stands_already(key, first_seen[key]))
            continue
        first_seen[key] = number
        found.append(row)
    return found


def _columns(header: list[Cell]) -> dict[str, int]:
    """Where each column stands. Raises UnreadableFileError naming those that are missing."""
    at: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = COLUMN_OF.get(text_of(cell).lower())
        if name in at:
            raise UnreadableFileError(
                _("header: column given twice: %(column)s") % {"column": shown(text_of(cell))}
            )
        if name:
            at[name] = place
    missing = [f"{COLUMNS[name]} ({name})" for name in COLUMNS if name not in at]
    if missing:
        raise UnreadableFileError(
            _("header: missing columns: %(columns)s") % {"columns": ", ".join(missing)}
        )
    return at


class _Row:
    """One row of a form, checked cell by cell; each problem goes into the report by itself."""

    def __init__(self, number: int, told: dict[str, Cell], report: ImportReport) -> None:
        self.number = number
        self.told = told
        self.report = report
        self.is_fine = True

    def checked(self, items) -> Return | None:
        item = self._take("key", lambda cell: _item(items, cell))
        link = self._take("link", _link)
        given = text_of(self.told["reads"]) != ""
        reads = self._take("reads", whole_number) if given else None
        day = self._take("date", _day) if given else None
        basis = self._take("basis", _basis) if given else None
        if self.is_fine and not given and not link:
            self._problem("reads", _("neither reads nor a link: nothing was filled in"))
        if not self.is_fine:
            return None
        figure = self._figure(item, reads, day, basis) if given else None
        return Return(item, link, figure)

    def _figure(self, item: PartnerItem, reads: int, day: date, basis: str) -> Figure:
        return Figure(
            row=self.number,
            day=day,
            place=Place(item.account.channel, item.account),
            region=item.account.region,
            edition=item.edition,
            content=item.page.code,
            language=item.language,
            metric=METRIC,
            count=reads,
            basis=basis,
            key=f"return:{item.key}",
        )

    def _take(self, name: str, check):
        try:
            return check(self.told[name])
        except BadValueError as error:
            self._problem(name, str(error))
            return None

    def _problem(self, name: str, message: str) -> None:
        self.is_fine = False
        self.report.note(self.number, name, message)


def _item(items, cell: Cell) -> PartnerItem:
    word = text_of(cell)
    try:
        key = uuid.UUID(word)
    except ValueError:
        raise BadValueError(
            _("“%(word)s” is no number of a push: leave it as it was") % {"word": shown(word)}
        ) from None
    item = items.filter(key=key).first()
    if item is None:
        raise BadValueError(
            _("no push of yours to a partner has the number “%(word)s”") % {"word": shown(word)}
        )
    return item


def _link(cell: Cell) -> str:
    word = text_of(cell)
    if not word:
        return ""
    try:
        is_web_address(word)
    except ValidationError:
        raise BadValueError(
            _("“%(word)s” is no address like https://example.org/a") % {"word": shown(word)}
        ) from None
    if len(word) > 500:
        raise BadValueError(too_long(500))
    return word


def _day(cell: Cell) -> date:
    return past_day(cell, timezone.localdate())


def _basis(cell: Cell) -> str:
    word = text_of(cell)
    basis = words.basis_words().get(word)
    if basis not in BASES:
        raise BadValueError(
            _("“%(word)s”: write 平台数据 (platform-reported) or 自行上报 (self-reported)")
            % {"word": shown(word)}
        )
    return basis
