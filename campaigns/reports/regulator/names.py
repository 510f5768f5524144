"""What cells of a form can ask for by name: each with a label, its unit and its value.

Names follow from the data: a new metric, channel or audience group can be asked for at once. Each
has an English name and a Chinese one, which is its label without punctuation.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, Sum
from django.utils import timezone

from campaigns.channels.models import Channel
from campaigns.field.models import FieldSession
from campaigns.plans.models import Plan
from campaigns.reach import metrics, sums
from campaigns.reach.metrics import Basis
from campaigns.reports.evidence.deeds import of_days
from campaigns.reports.figures import Selection, days, persons
from campaigns.reports.models import EvidencePackage
from content.models import Audience

Value = int | Decimal | str | date
NO_FIGURES = "台账中没有这项数据"
NO_SESSIONS = "没有已通过的宣讲场次"
# Sums of who took part on each day: whoever did on two days is in them twice.
_PARTICIPATIONS = ("_outlets", "_staff")
_NO_LETTER = re.compile(r"\W+")
_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Known:
    """Something that a cell can ask for."""

    name: str
    label: str
    unit: str = ""

    @property
    def alias(self) -> str:
        """The Chinese name: the label's letters and digits."""
        return _NO_LETTER.sub("", self.label)


@dataclass
class Values:
    """What is known of each name, why the others stay empty, and where some come from."""

    found: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Value | None, why_not: str = "") -> None:
        if value is None or value == "":
            self.missing[name] = why_not
        else:
            self.found[name] = value


def known() -> dict[str, Known]:
    """All names in the order in which they are listed, by the English name."""
    return {one.name: one for one in _known()}


def by_word() -> dict[str, Known]:
    """The same by everything that a cell may be called, in small letters."""
    words: dict[str, Known] = {}
    for one in known().values():
        words.setdefault(one.name.lower(), one)
        words.setdefault(one.alias.lower(), one)
    return words


_ABOUT = [
    Known("organisation", "填报机构"),
    Known("region_code", "机构代码"),
    Known("campaign", "活动名称"),
    Known("slogan", "活动口号"),
    Known("notice_number", "通知文号"),
    Known("organisers", "主办单位"),
    Known("period", "活动时间"),
    Known("first_day", "开始日期"),
    Known("last_day", "结束日期"),
    Known("filled_on", "填报日期"),
    Known("reach", "触及人次", "人次"),
    Known("reach_wan", "触及万人次", "万人次"),
    Known("reach_online", "线上触及人次", "人次"),
    Known("reach_offline", "线下触及人次", "人次"),
    Known("activities_online", "线上活动次数", "次"),
    Known("activities_offline", "线下活动次数", "次"),
]
_ABOUT_LAST = [
    Known("sessions", "宣讲场次", "场"),
    Known("budget", "方案预算", "元"),
    Known("spending", "实际支出", "元"),
    Known("evidence", "佐证材料"),
    # 人数, of which no cell of the form that we ship asks: regulators count 人次.
    Known("persons", "人数估计值", "人"),
    Known("persons_low", "人数估计下限", "人"),
    Known("persons_high", "人数估计上限", "人"),
]


def _known() -> Iterator[Known]:
    yield from _ABOUT
    for basis in Basis:
        yield Known(f"reach_{_word(basis.value)}", f"触及人次（{BASES[basis]}）", "人次")
    for code, metric in metrics.known().items():
        with_parts = "合计" if code in _wholes() else ""
        yield Known(f"metric_{code}", f"{metric.name}{with_parts}", metric.unit)
    yield from _ABOUT_LAST
    for value, label in _venues():
        yield Known(f"sessions_{value}", f"场次（{label}）", "场")
        yield Known(f"attendance_{value}", f"到场人次（{label}）", "人次")
    for slug, name in Audience.objects.values_list("slug", "name"):
        yield Known(f"sessions_group_{_word(slug)}", f"场次（{name}）", "场")
        yield Known(f"attendance_group_{_word(slug)}", f"到场人次（{name}）", "人次")
    for code, name in Channel.objects.values_list("code", "name"):
        yield Known(f"channel_{code}", f"{name}触及人次", "人次")
        for metric_code, metric in metrics.known().items():
            label = f"{name}渠道{metric.name}"
            yield Known(f"channel_{code}_{metric_code}", label, metric.unit)


# As institutions write them in forms, whatever language the screen has.
BASES = {
    Basis.MEASURED: "实测",
    Basis.PLATFORM_REPORTED: "平台数据",
    Basis.SELF_REPORTED: "自行上报",
    Basis.ESTIMATED: "估算",
}
_VENUES = {
    "rural": "进农村",
    "community": "进社区",
    "campus": "进校园",
    "enterprise": "进企业",
    "business_district": "进商圈",
}


def _venues() -> list[tuple[str, str]]:
    return [(value, _VENUES.get(value, label)) for value, label in FieldSession.VenueClass.choices]


def _word(code: str) -> str:
    return code.replace("-", "_")


def _wholes() -> set[str]:
    return {metric.parent_id for metric in metrics.known().values() if metric.parent_id}


# --- Values -----------------------------------------------------------------------------------


def values(selection: Selection) -> Values:
    """What each name comes to for these campaigns, days and regions; in a fixed number of queries.

    Raises Http404 for a region outside the user's own.
    """
    told = Values()
    _about(selection, told)
    _days(selection, told)
    _figures(selection, told)
    _persons(selection, told)
    _sessions(selection, told)
    _papers(selection, told)
    for name in known():
        if name not in told.found:
            told.missing.setdefault(name, NO_FIGURES)
    return told


def _about(selection: Selection, told: Values) -> None:
    nodes, editions = selection.nodes, selection.editions
    names = [edition.name for edition in editions] + ["日常教育"] * selection.everyday
    told.put("organisation", "、".join(node.name for node in nodes), "没有所属机构")
    told.put("region_code", "、".join(node.code for node in nodes), "没有所属机构")
    told.put("campaign", "、".join(names), "没有选择活动")
    for name in ("slogan", "notice_number", "organisers"):
        words = dict.fromkeys(filter(None, (getattr(edition, name) for edition in editions)))
        told.put(name, "、".join(words), "活动日历中没有填写")
    told.put("filled_on", timezone.localdate())


def _days(selection: Selection, told: Values) -> None:
    """The days that were asked for; at an end that is open, the campaigns' own days in the region
    and those that have figures besides: these are in the form, and a remark says how many."""
    first, last = days(selection)
    if not selection.first:
        starts = [first for first, _last in _windows(selection).values()]
        first = min([*starts, first] if first else starts, default=None)
    if not selection.last:
        ends = [last for _first, last in _windows(selection).values()]
        last = max([*ends, last] if last else ends, default=None)
    told.put("first_day", first, "没有选择日期")
    told.put("last_day", last, "没有选择日期")
    words = f"{first:%Y年%m月%d日}至{last:%Y年%m月%d日}" if first and last else ""
    told.put("period", words, "没有选择日期")
    if not (selection.first and selection.last) and (remark := _outside(selection)):
        told.remarks |= dict.fromkeys(("period", "first_day", "last_day", "reach"), remark)


def _windows(selection: Selection) -> dict[int, tuple[date, date]]:
    """Each campaign's own days, by primary key: the region's where there is one region."""
    region = selection.nodes[0] if len(selection.nodes) == 1 else None
    return {edition.pk: edition.window_of(region) for edition in selection.editions}


def _outside(selection: Selection) -> str:
    """How much of the figures lies outside of its campaign's own days; empty if nothing does."""
    own = _windows(selection)
    if not own:
        return ""
    found = [
        (day, metric, count)
        for edition, day, metric, count in sums.cube(
            selection.cut.of(editions=tuple(own)), ("edition", "day", "metric")
        )
        if not own[edition][0] <= day <= own[edition][1]
    ]
    if not found:
        return ""
    reach = sum(count for _day, metric, count in found if metric in metrics.reach_codes())
    first, last = min(day for day, *_rest in found), max(day for day, *_rest in found)
    return (
        f"未限定日期：数据含活动日期以外的部分（最早{first:%Y-%m-%d}，最晚{last:%Y-%m-%d}），"
        f"其中触及{reach:,}人次；只填活动期间的，请选择起止日期"
    )


def _figures(selection: Selection, told: Values) -> None:
    reach, kinds = set(metrics.reach_codes()), dict(Channel.objects.values_list("pk", "kind"))
    codes = dict(Channel.objects.values_list("pk", "code"))
    parents = {code: metric.parent_id for code, metric in metrics.known().items()}
    total: dict[str, int] = defaultdict(int)
    cells = sums.cube(selection.cut, ("channel", "metric", "basis")) if selection.campaigns else []
    for channel, metric, basis, count in cells:
        total[f"channel_{codes[channel]}_{metric}"] += count
        total[f"metric_{metric}"] += count
        if parent := parents.get(metric):
            total[f"metric_{parent}"] += count
            total[f"channel_{codes[channel]}_{parent}"] += count
        if metric in reach:
            for name in ("reach", f"reach_{kinds[channel]}", f"reach_{_word(basis)}"):
                total[name] += count
            total[f"channel_{codes[channel]}"] += count
    for name, count in total.items():
        told.put(name, count)
    for name in (name for name in total if name.endswith(_PARTICIPATIONS)):
        told.remarks[name] = "按天、按机构累加，不是不重复的数；表格要求不重复数的，请手工填写"
    if "reach" in total:
        told.put("reach_wan", (Decimal(total["reach"]) / _TEN_THOUSAND).quantize(Decimal("0.01")))
    for name in ("activities_online", "activities_offline"):
        told.put(name, total.get(f"metric_{name}"), NO_FIGURES)


def _persons(selection: Selection, told: Values) -> None:
    """An estimate with its bounds; it goes into no other cell, and nothing is worked out of it."""
    found = persons.known(selection)
    for name, part in (("persons", "count"), ("persons_low", "low"), ("persons_high", "high")):
        told.put(name, getattr(found, part, None), "只对单个活动、由本系统统计的读者有人数估计")
    if found:
        told.remarks["persons"] = (
            f"估计值，95%置信区间{found.low:,}至{found.high:,}人；仅本系统统计的读者，"
            "不是人次，不可与人次或其他人数相加"
        )


def _sessions(selection: Selection, told: Values) -> None:
    """Approved sessions by venue and by group. Where the ledger tells of no offline activities,
    they are the sessions."""
    wanted = Q(edition__in=selection.editions)
    if selection.everyday:
        wanted |= Q(edition__isnull=True)
    below = Q(pk__in=[])
    for node in selection.nodes:
        below |= Q(region__path__startswith=node.path)
    approved = FieldSession.objects.filter(wanted, below, state=FieldSession.State.APPROVED)
    found = of_days(approved, selection.first, selection.last, "starts_at").order_by()
    rows = found.values_list("venue_class", "audience__slug").annotate(
        Count("pk"), Sum("report__attendance")
    )
    total: dict[str, int] = defaultdict(int)
    for venue, group, held, attendance in rows:
        total["sessions"] += held
        ends = [venue] + ([f"group_{_word(group)}"] if group else [])
        for end in ends:
            total[f"sessions_{end}"] += held
            total[f"attendance_{end}"] += attendance or 0
    for name in known():
        if name.startswith(("sessions", "attendance")):
            told.put(name, total.get(name), NO_SESSIONS)
    if "activities_offline" not in told.found and total.get("sessions"):
        told.put("activities_offline", total["sessions"])
        told.missing.pop("activities_offline", None)
        told.remarks["activities_offline"] = "台账中没有填报，取已通过的宣讲场次"


def _papers(selection: Selection, told: Values) -> None:
    """The budget that was approved, and the evidence that was packed last."""
    told.put("spending", None, "本系统不记录实际支出，请手工填写")
    amounts = []
    nodes = [node.pk for node in selection.nodes]
    plans = Plan.objects.filter(edition__in=selection.editions, region__in=nodes)
    for plan in plans.prefetch_related("versions"):
        lines = plan.approved.content.get("budget", []) if plan.approved else []
        amounts += [_amount(line) for line in lines]
    told.put("budget", sum(amounts) if amounts else None, "本机构没有批准过的方案预算")
    package = _evidence(selection)
    told.put(
        "evidence",
        f"佐证材料包 {timezone.localtime(package.made_at):%Y-%m-%d}，SHA-256 {package.sha256}"
        if package
        else None,
        "还没有为该机构、这些活动和这些日期生成佐证材料包",
    )


def _evidence(selection: Selection) -> EvidencePackage | None:
    """The newest package of exactly these campaigns, days and this region: another proves less, or
    something else."""
    if selection.user is None or len(selection.nodes) != 1:
        return None
    made = EvidencePackage.objects.visible_to(selection.user).filter(
        state=EvidencePackage.State.MADE,
        region=selection.nodes[0],
        everyday=selection.everyday,
        first=selection.first,
        last=selection.last,
    )
    wanted = {edition.pk for edition in selection.editions}
    for package in made.prefetch_related("editions").order_by("-made_at"):
        if wanted == {edition.pk for edition in package.editions.all()}:
            return package
    return None


def _amount(line: dict) -> Decimal:
    try:
        return Decimal(line["amount"])
    except (InvalidOperation, KeyError, TypeError):
        return Decimal(0)
