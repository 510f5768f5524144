"""The form that a partner fills in and sends back: where it was published, and how often read."""

import io
from datetime import UTC

import xlsxwriter

from campaigns.channels.adapters.contract import Delivery

NAME = "return-form.xlsx"
# Chinese, because partners are Chinese media; campaigns.reach.returns takes the English names too.
COLUMNS = ("编号", "标题", "发布链接", "日期", "阅读量", "口径")
BASES = ("平台数据", "自行上报")
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def return_form(delivery: Delivery) -> bytes:
    """The form for one delivery as .xlsx; the same bytes for the same delivery."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False})
    created = delivery.scheduled_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": "回执", "created": created})
    sheet = book.add_worksheet("回执")
    bold = book.add_format({"bold": True, "bg_color": "#E5F0EE", "border": 1})
    open_cell = book.add_format({"border": 1, "text_wrap": True})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, COLUMNS, bold)
    sheet.write_string(1, 0, str(delivery.key), open_cell)
    sheet.write_string(1, 1, harmless(delivery.page.title), open_cell)
    for column in (2, 4, 5):
        sheet.write_blank(1, column, None, open_cell)
    sheet.write_blank(1, 3, None, day)
    sheet.data_validation(1, 5, 1, 5, {"validate": "list", "source": list(BASES)})
    sheet.data_validation(1, 4, 1, 4, {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 2, 42)
    sheet.set_column(3, 5, 14)
    sheet.freeze_panes(1, 0)
    book.close()
    return packed.getvalue()
