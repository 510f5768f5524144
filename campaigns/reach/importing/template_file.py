"""The empty file: our columns, an example row in a comment, and lists to choose from.

The lists hold what the user may fill in: own regions and their accounts, the campaigns, the
metrics in use. They stand on a hidden sheet, because a list in place holds few words.
"""

import io
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import override

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.reach import metrics
from campaigns.reach.importing.words import COLUMNS
from campaigns.reach.metrics import Basis
from campaigns.reach.models import EVERYDAY
from campaigns.regions.models import Region
from campaigns.regions.scope import scope_to
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Rows that offer the words to choose from.
ROWS = 5_000
WIDTHS = {"date": 12, "channel": 22, "region": 10, "campaign": 14, "content": 28, "source_key": 24}
HINTS = {
    "date": "如 2026-03-09，不能晚于今天",
    "channel": "渠道或账号的代码，如 website 或 wechat:650000",
    "region": "六位机构代码；名称见“说明”表",
    "campaign": "活动代码；日常教育留空",
    "content": "教育内容的代码；不属于某一篇的留空",
    "language": "可留空",
    "metric": "统计什么；定义见“说明”表",
    "count": "整数，用数字写出，不用“万”，不带千分位",
    "basis": "数字是怎样得来的",
    "source_key": "本行数字的编号，由填报单位自编，不得重复；同一编号再次导入视为更正",
}


def as_xlsx(user: "AbstractBaseUser") -> bytes:
    """The workbook. Text is written as text: nothing is a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("数据")
    bold = book.add_format({"bold": True})
    forms = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        # As text, or a spreadsheet drops the zeros of 000000 and rounds long numbers.
        "region": book.add_format({"num_format": "@"}),
        "source_key": book.add_format({"num_format": "@"}),
    }
    for column, (name, label) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, WIDTHS.get(name, 12), forms.get(name))
        sheet.write_string(0, column, label, bold)
        sheet.write_comment(0, column, HINTS[name])
    sheet.freeze_panes(1, 0)
    regions = list(Region.objects.visible_to(user).filter(is_active=True))
    _offer(book, sheet, _choices(user, regions))
    _limit(sheet)
    _explain(book, regions, bold)
    book.close()
    return out.getvalue()


def _choices(user: "AbstractBaseUser", regions: list[Region]) -> dict[str, list[str]]:
    accounts = scope_to(ChannelAccount.objects.order_by("code"), user)
    with override("zh-hans"):
        bases = [str(basis.label) for basis in Basis]
    active = [metric.name for metric in metrics.known().values() if metric.is_active]
    return {
        "channel": [
            *Channel.objects.values_list("code", flat=True),
            *accounts.values_list("code", flat=True),
        ],
        "region": [region.code for region in regions],
        "campaign": [*Edition.objects.values_list("code", flat=True), EVERYDAY],
        "content": list(
            EducationPage.objects.live().order_by("code").values_list("code", flat=True)
        ),
        "language": [code for code, _name in settings.LANGUAGES],
        "metric": active,
        "basis": bases,
    }


def _offer(book, sheet, choices: dict[str, list[str]]) -> None:
    lists = book.add_worksheet("选项")
    lists.hide()
    for at, (name, options) in enumerate(choices.items()):
        if not options:
            continue
        for number, option in enumerate(options):
            lists.write_string(number, at, option)
        letter = "ABCDEFGHIJ"[at]
        column = list(COLUMNS).index(name)
        sheet.data_validation(
            1, column, ROWS, column,
            {
                "validate": "list",
                "source": f"=选项!${letter}$1:${letter}${len(options)}",
                "error_title": COLUMNS[name],
                "error_message": "请从下拉列表中选择。",
            },
        )  # fmt: skip


def _limit(sheet) -> None:
    at = list(COLUMNS).index("count")
    sheet.data_validation(
        1, at, ROWS, at,
        {
            "validate": "integer", "criteria": "between", "minimum": 0, "maximum": 10**12,
            "error_title": COLUMNS["count"], "error_message": "请填写整数，如 12800。",
        },
    )  # fmt: skip


def _explain(book, regions: list[Region], bold) -> None:
    sheet = book.add_worksheet("说明")
    sheet.set_column(0, 1, 22)
    sheet.set_column(2, 2, 90)
    lines = [("列", "", "填写要求")]
    lines += [(label, "", HINTS[name]) for name, label in COLUMNS.items()]
    lines += [("", "", ""), ("指标", "单位", "定义")]
    lines += [
        (metric.name, metric.unit, metric.definition)
        for metric in metrics.known().values()
        if metric.is_active
    ]
    lines += [("", "", ""), ("机构代码", "机构名称", "")]
    lines += [(region.code, region.name, "") for region in regions]
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            is_head = line[0] in ("列", "指标", "机构代码")
            sheet.write_string(number, column, text, bold if is_head else None)
