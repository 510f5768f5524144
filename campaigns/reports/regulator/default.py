"""The form that we ship: the fields that real reports carry, with the names that fill them.

It is built from what is counted, so that a new channel or metric has its line in it. Whoever has
to change it takes it as a file, changes that, and uploads it.
"""

import io

from campaigns.channels.models import Channel
from campaigns.reach import metrics
from campaigns.reports.regulator import names

TITLE = "金融教育宣传活动情况统计表"
_COLUMNS = "ABCDEF"
_WIDTHS = (22, 18, 18, 18, 18, 18)
_CHANNEL_METRICS = ("views", "reads", "plays", "clicks")
_OUTPUTS = ("leaflets", "sms_delivered", "media_reports", "reposts", "outlets", "staff")


def as_xlsx() -> bytes:
    """The empty form, one A4 page wide."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "统计表"
    _Form(book, sheet).build()
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Form:
    """Lays the sheet row by row."""

    def __init__(self, book, sheet) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        line = Side(style="thin", color="808080")
        self.book, self.sheet, self.row = book, sheet, 1
        self.border = Border(left=line, right=line, top=line, bottom=line)
        self.bold, self.title_font = Font(bold=True), Font(bold=True, size=16)
        self.grey = PatternFill("solid", fgColor="E8EEF1")
        self.centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.plain = Alignment(horizontal="left", vertical="center", wrap_text=True)
        self.known = names.known()
        self.at: dict[str, str] = {}

    def build(self) -> None:
        for column, width in zip(_COLUMNS, _WIDTHS, strict=True):
            self.sheet.column_dimensions[column].width = width
        self._title()
        self._about()
        self._reach()
        self._places()
        self._channels()
        self._outputs()
        self._signatures()
        self.sheet.print_area = f"A1:F{self.row - 1}"
        self.sheet.page_setup.paperSize = self.sheet.PAPERSIZE_A4
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def _title(self) -> None:
        self.sheet.merge_cells("A1:F1")
        cell = self.sheet["A1"]
        cell.value, cell.font, cell.alignment = TITLE, self.title_font, self.centred
        self.sheet.row_dimensions[1].height = 32
        self.row = 2

    def _about(self) -> None:
        self._pairs("organisation", "region_code")
        self._wide("campaign")
        self._wide("slogan")
        self._pairs("notice_number", "organisers")
        self._pairs("period", "filled_on")

    def _reach(self) -> None:
        self._heading("一、活动与触及")
        self._pairs("activities_online", "activities_offline")
        self._pairs("reach_online", "reach_offline")
        self._pairs("reach", "reach_wan")
        self._label("A", "校验：线上与线下之和")
        check = self._box("B", "F")
        total, online, offline = (self.at[n] for n in ("reach", "reach_online", "reach_offline"))
        check.value = f'=IF({online}+{offline}={total},"与合计一致","与合计不一致，请核对")'
        self.row += 1
        self._heads("口径", *names.BASES.values())
        self._label("A", "触及人次")
        for column, basis in zip("BCDE", names.BASES, strict=True):
            self._named(column, f"reach_{basis.value.replace('-', '_')}")
        self.row += 1

    def _places(self) -> None:
        self._heading("二、五进入与重点群体（已通过的线下宣讲）")
        self._heads("类别", "场次", "到场人次")
        for name, one in self.known.items():
            if name.startswith("sessions_"):
                end = name.removeprefix("sessions_")
                self._label("A", one.label.removeprefix("场次（").removesuffix("）"))
                self._named("B", name)
                self._named("C", f"attendance_{end}")
                self.row += 1

    def _channels(self) -> None:
        self._heading("三、各渠道")
        shown = [code for code in _CHANNEL_METRICS if code in metrics.known()]
        units = [f"{metrics.known()[code].name}（{metrics.known()[code].unit}）" for code in shown]
        self._heads("渠道", "触及人次", *units)
        for code, name in Channel.objects.values_list("code", "name"):
            self._label("A", name)
            self._named("B", f"channel_{code}")
            for column, metric in zip(_COLUMNS[2:], shown, strict=False):
                self._named(column, f"channel_{code}_{metric}")
            self.row += 1

    def _outputs(self) -> None:
        self._heading("四、作品、资料与投入")
        originals = [
            f"metric_{code}"
            for code, metric in metrics.known().items()
            if code == "originals" or metric.parent_id == "originals"
        ]
        others = [f"metric_{code}" for code in _OUTPUTS if code in metrics.known()]
        fields = [*originals, *others, "budget", "spending"]
        for at in range(0, len(fields), 2):
            self._pairs(*fields[at : at + 2])
        self.sheet.row_dimensions[self.row].height = 32
        self._wide("evidence")

    def _signatures(self) -> None:
        for column, words in zip("ACE", ("编制", "审核", "批准"), strict=True):
            self._label(column, words)
            self._box(chr(ord(column) + 1), chr(ord(column) + 1))
        self.sheet.row_dimensions[self.row].height = 36
        self.row += 1
        for column in "ACE":
            self._label(column, "日期")
            self._box(chr(ord(column) + 1), chr(ord(column) + 1))
        self.row += 1

    # --- Cells --------------------------------------------------------------------------------

    def _pairs(self, *fields: str) -> None:
        """One or two fields beside each other, each three columns wide."""
        for columns, name in zip(("ABC", "DEF"), fields, strict=False):
            self._label(columns[0], self._words(name))
            self._named(columns[1], name, columns[2])
        self.row += 1

    def _wide(self, name: str) -> None:
        self._label("A", self._words(name))
        self._named("B", name, "F")
        self.row += 1

    def _words(self, name: str) -> str:
        one = self.known[name]
        is_told = not one.unit or one.label.endswith(one.unit)
        return one.label if is_told else f"{one.label}（{one.unit}）"

    def _heading(self, words: str) -> None:
        self.sheet.merge_cells(f"A{self.row}:F{self.row}")
        cell = self.sheet[f"A{self.row}"]
        cell.value, cell.font, cell.alignment = words, self.bold, self.plain
        self.sheet.row_dimensions[self.row].height = 24
        self.row += 1

    def _heads(self, *words: str) -> None:
        for column, word in zip(_COLUMNS, words, strict=False):
            self._label(column, word)
        self.row += 1

    def _label(self, column: str, words: str) -> None:
        cell = self.sheet[f"{column}{self.row}"]
        cell.value, cell.fill, cell.border, cell.alignment = (
            words, self.grey, self.border, self.centred,
        )  # fmt: skip

    def _box(self, first: str, last: str):
        for code in range(ord(first), ord(last) + 1):
            self.sheet[f"{chr(code)}{self.row}"].border = self.border
        if first != last:
            self.sheet.merge_cells(f"{first}{self.row}:{last}{self.row}")
        cell = self.sheet[f"{first}{self.row}"]
        cell.alignment = self.plain
        return cell

    def _named(self, column: str, name: str, last: str = "") -> None:
        from openpyxl.workbook.defined_name import DefinedName

        cell = self._box(column, last or column)
        unit = self.known[name].unit
        if unit:
            cell.number_format = "#,##0.00" if unit in ("万人次", "元") else "#,##0"
        elif name in ("filled_on", "first_day", "last_day"):
            cell.number_format = "yyyy-mm-dd"
        self.at[name] = f"{column}{self.row}"
        address = f"'{self.sheet.title}'!${column}${self.row}"
        self.book.defined_names[name] = DefinedName(name, attr_text=address)
