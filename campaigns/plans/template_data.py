"""The schedules that a new installation begins with; people change them in the administration.

Drawn from the usual windows and duties in domain.md: approval and legal review before, the field's
reports and the summary for the regulator after. Days count from the first day of the window.
"""

from datetime import time
from typing import NamedTuple


class TaskRow(NamedTuple):
    offset_days: int
    title: str
    department: str
    notes: str = ""


class PushRow(NamedTuple):
    offset_days: int
    clock: time
    channel: str
    title: str
    language: str = "zh-hans"


CONSUMERS = "消费者权益保护部"
LEGAL = "法律合规部"
BRAND = "品牌宣传部"
BRANCHES = "各分公司"

_WEEK_TASKS = [
    TaskRow(
        -30, "收集监管通知，核对活动日期、口号和文号", CONSUMERS,
        "收到通知前日期为预计，收到后录入通知并确认日期。",
    ),
    TaskRow(-28, "起草活动方案：目标、主题、分工、预算", CONSUMERS),
    TaskRow(-25, "分解触达目标到渠道和分公司", CONSUMERS),
    TaskRow(-23, "活动方案提交审批", CONSUMERS, "审批人不得是编写人。"),
    TaskRow(-21, "确定主推作品清单：以案说险、短视频、长图", BRAND),
    TaskRow(-20, "主推作品送法律合规审核", LEGAL, "审核通过前不得发布。"),
    TaskRow(-18, "主推作品翻译成哈萨克语并校对（两种文字）", BRAND),
    TaskRow(-15, "确认官网、官微、APP、合作媒体排期", BRAND),
    TaskRow(
        -14, "各分公司落实宣讲场次：五进入、马背宣讲、毡房课堂、消保服务站", BRANCHES,
        "牧区场次要与转场时间对上。",
    ),
    TaskRow(-12, "折页、海报、二维码设计印制并发往基层", BRAND),
    TaskRow(-7, "培训讲师和网点，统一人次填报口径", CONSUMERS, "次、人次、人数不得混用。"),
    TaskRow(-3, "上线前检查：作品已发布、双语齐全、推送已排期", BRAND),
    TaskRow(0, "活动启动", CONSUMERS),
    TaskRow(3, "活动中期检查：场次填报进度、数据口径", CONSUMERS),
    TaskRow(8, "催报：各分公司完成场次填报，上级完成审批", BRANCHES),
    TaskRow(10, "汇总各渠道触达数据，核对口径", CONSUMERS),
    TaskRow(14, "总结报告报送监管，照片、报道等材料归档", CONSUMERS),
]  # fmt: skip

_DAY_TASKS = [
    TaskRow(-30, "收集证监会及协会通知，核对活动日期和口号", CONSUMERS),
    TaskRow(-21, "起草活动方案并提交审批", CONSUMERS),
    TaskRow(-20, "确定主推作品：非法荐股、非法集资案例", BRAND),
    TaskRow(-18, "主推作品送法律合规审核", LEGAL, "审核通过前不得发布。"),
    TaskRow(-14, "主推作品翻译成哈萨克语并校对", BRAND),
    TaskRow(-10, "各分公司落实投资者教育宣讲场次", BRANCHES),
    TaskRow(-3, "上线前检查：作品已发布、推送已排期", BRAND),
    TaskRow(0, "投资者保护宣传日活动", CONSUMERS),
    TaskRow(5, "催报：各分公司完成场次填报，上级完成审批", BRANCHES),
    TaskRow(14, "汇总触达数据，报送总结", CONSUMERS),
]

_WEEK_PUSHES = [
    PushRow(0, time(9, 0), "website", "首日官网首页推荐"),
    PushRow(0, time(10, 0), "wechat", "首日官微推文：活动开篇"),
    PushRow(1, time(9, 30), "app", "次日APP推荐：以案说险"),
    PushRow(2, time(10, 0), "website", "哈萨克语专题（阿拉伯文）官网推荐", "kk-arab"),
    PushRow(3, time(9, 0), "partner", "合作媒体刊发：风险提示"),
    PushRow(4, time(10, 0), "wechat", "官微推文：老年人防骗"),
    PushRow(6, time(16, 0), "website", "收官日官网首页推荐"),
]
_DAY_PUSHES = [
    PushRow(0, time(9, 0), "website", "宣传日官网首页推荐"),
    PushRow(0, time(10, 0), "wechat", "宣传日官微推文：非法荐股案例"),
    PushRow(0, time(14, 0), "partner", "合作媒体刊发：投资者风险提示"),
]

TASKS: dict[str, list[TaskRow]] = {"315": _WEEK_TASKS, "sep": _WEEK_TASKS, "515": _DAY_TASKS}
PUSHES: dict[str, list[PushRow]] = {"315": _WEEK_PUSHES, "sep": _WEEK_PUSHES, "515": _DAY_PUSHES}
