"""Files of figures as senders make them."""

import csv
import io
from datetime import datetime

import xlsxwriter

HEADER = [
    "date",
    "channel",
    "region",
    "campaign",
    "content",
    "language",
    "metric",
    "count",
    "basis",
    "source_key",
]
CHINESE = ["日期", "渠道", "机构", "活动", "内容", "语种", "指标", "数量", "口径", "编号"]
GOOD = {
    "date": "2026-03-09",
    "channel": "website",
    "region": "650000",
    "campaign": "315-2026",
    "content": "",
    "language": "",
    "metric": "views",
    "count": "120",
    "basis": "measured",
    "source_key": "k-1",
}


def as_csv(rows, header=HEADER, encoding="utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(name, "") for name in HEADER])
    return out.getvalue().encode(encoding)


def as_xlsx(rows, header=HEADER) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, header)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def good(**changes) -> dict:
    return {**GOOD, **changes}
