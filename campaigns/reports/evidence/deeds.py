"""What was done: sessions in the field, pushes with all that happened to them, short links."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from campaigns.calendar.windows import at_beijing
from campaigns.channels.handover.models import Handover
from campaigns.field.models import FieldSession, SessionPhoto
from campaigns.pushes.models import Push, PushAttempt, PushConsent, PushTransition
from campaigns.pushes.states import MOVES, Mover
from campaigns.reach.models import TrackedLink
from campaigns.regions.naming import person_name
from campaigns.regions.scripts import by_script_order
from campaigns.reports.evidence.items import Asked, Collected, safe, stored, table

FIELD, PUSHES, LINKS = "2-线下活动", "3-推送", "4-短链接"
A_READ = 2000


def sessions(asked: Asked, into: Collected) -> None:
    """Every session that was planned, with what was reported of it; approved ones count."""
    found = (
        _in_days(FieldSession.objects.visible_to(asked.user), asked, "starts_at")
        .filter(_of_campaigns(asked), region__path__startswith=asked.below)
        .select_related("edition", "region", "audience", "report")
        .order_by("starts_at", "pk")
    )
    header = [
        "编号", "活动", "机构代码", "机构", "形式", "场所类别", "地点", "时间（北京）", "语种",
        "群体", "预计人次", "状态", "到场人次", "发放宣传单（份）", "填报时间",
    ]  # fmt: skip
    into.add(
        f"{FIELD}/场次.csv",
        "宣讲场次及填报；“已通过”的计入触达",
        table(header, (_session(row) for row in found.iterator(A_READ))),
    )
    photos = SessionPhoto.objects.filter(session__in=found.order_by()).select_related("session")
    for photo in photos.order_by("session__starts_at", "session_id", "taken_at", "pk"):
        place = safe(photo.session.place)
        into.add(
            f"{FIELD}/照片/{photo.session_id}-{place}/照片-{photo.pk}.jpg",
            f"宣讲场次 {photo.session_id} · {place} · 照片（{photo.taken_at or '未记拍摄时间'}）",
            stored(photo.file),
            photo.sha256,
        )


def _session(row: FieldSession) -> list:
    report = getattr(row, "report", None)
    return [
        row.pk,
        row.edition.name if row.edition else "日常教育",
        row.region.code,
        row.region.name,
        row.get_form_display(),
        row.get_venue_class_display(),
        row.place,
        row.starts_at,
        row.get_language_display(),
        row.audience.name if row.audience else "全体",
        row.expected_attendance,
        row.get_state_display(),
        report.attendance if report else None,
        report.leaflets if report else None,
        report.reported_at if report else None,
    ]


def pushes(asked: Asked, into: Collected) -> None:
    """What went out when, by which account and where to, and all that happened to it."""
    found = (
        _in_days(Push.objects.visible_to(asked.user), asked, "scheduled_at")
        .filter(edition__in=asked.editions, account__region__path__startswith=asked.below)
        .order_by("scheduled_at", by_script_order(asked.region), "pk")
    )
    related = ("edition", "page", "account__channel", "account__region", "link")
    header = [
        "编号", "活动", "作品编码", "作品", "语种", "渠道", "账号", "机构", "计划时间（北京）",
        "状态", "发出时间（北京）", "渠道上的地址", "短链接",
    ]  # fmt: skip
    rows = (_push(row) for row in found.select_related(*related).iterator(A_READ))
    into.add(f"{PUSHES}/推送.csv", "推送计划与结果", table(header, rows))
    header = ["推送编号", "时间（北京）", "事项", "说明", "经手"]
    into.add(
        f"{PUSHES}/推送时间线.csv", "推送时间线：状态、尝试、确认", table(header, _events(found))
    )


def _push(row: Push) -> list:
    return [
        row.pk,
        row.edition.name,
        row.page.code,
        row.page.title,
        row.get_language_display(),
        row.account.channel.name,
        row.account.name,
        row.account.region.name,
        row.scheduled_at,
        row.get_state_display(),
        row.sent_at,
        row.url,
        row.link.address if row.link else "",
    ]


def _events(found: QuerySet) -> Iterator[list]:
    """Push after push, all that happened to it, first first; a fixed number of queries."""
    order = {pk: place for place, pk in enumerate(found.values_list("pk", flat=True))}
    of = {"push__in": found.order_by().values("pk")}
    events: list[tuple] = []
    for change in PushTransition.objects.filter(**of).select_related("by"):
        is_engine = MOVES.get((change.from_state, change.to_state)) == {Mover.ENGINE}
        who = person_name(change.by) or ("调度程序" if is_engine else "命令行")
        words = change.get_to_state_display()
        events.append((order[change.push_id], change.at, change.push_id, words, change.reason, who))
    for attempt in PushAttempt.objects.filter(**of).defer("request", "detail"):
        words, place = f"第{attempt.number}次尝试", order[attempt.push_id]
        outcome = attempt.get_outcome_display()
        events.append((place, attempt.started_at, attempt.push_id, words, outcome, "调度程序"))
    for consent in PushConsent.objects.filter(**of).select_related("by"):
        who, place = person_name(consent.by) or "命令行", order[consent.push_id]
        words = " ".join(filter(None, [consent.text, consent.reason]))
        events.append((place, consent.at, consent.push_id, "确认提醒", words, who))
    for _place, at, number, event, detail, who in sorted(events, key=lambda row: row[:2]):
        yield [number, at, event, detail, who]


def by_hand(asked: Asked, into: Collected) -> None:
    """What people did by hand, and the pictures or files with which they showed it."""
    found = (
        _in_days(Handover.objects.visible_to(asked.user), asked, "scheduled_at")
        .filter(edition__in=asked.editions, account__region__path__startswith=asked.below)
        .select_related("page", "account__region", "edition")
        .order_by("scheduled_at", by_script_order(asked.region), "pk")
    )
    header = [
        "编号", "推送编号", "活动", "作品", "账号", "机构", "时间（北京）", "状态", "链接",
        "完成时间（北京）",
    ]  # fmt: skip
    rows = (
        [
            row.pk,
            row.push_number,
            row.edition.name,
            row.page.title,
            row.account.name,
            row.account.region.name,
            row.scheduled_at,
            row.get_state_display(),
            row.url,
            row.settled_at,
        ]
        for row in found.iterator(A_READ)
    )
    into.add(f"{PUSHES}/人工发布.csv", "人工发布任务及回执", table(header, rows))
    for row in found.exclude(evidence=""):
        name = safe(row.evidence_name or row.evidence.name)
        into.add(
            f"{PUSHES}/人工发布凭证/{row.pk}-{name}",
            f"人工发布任务 {row.pk} · {row.account.name} · 凭证",
            stored(row.evidence),
        )


def links(asked: Asked, into: Collected) -> None:
    """The short links that lead to pieces, for posters, messages and pushes."""
    found = (
        TrackedLink.objects.visible_to(asked.user)
        .filter(_of_campaigns(asked), region__path__startswith=asked.below)
        .select_related("edition", "page", "channel", "region")
        .order_by("created_at", "pk")
    )
    header = [
        "代码",
        "地址",
        "用途",
        "活动",
        "作品编码",
        "作品",
        "渠道",
        "机构",
        "建立时间（北京）",
    ]
    rows = (
        [
            row.code,
            row.address,
            row.label,
            row.edition.name if row.edition else "日常教育",
            row.page.code,
            row.page.title,
            row.channel.name,
            row.region.name,
            row.created_at,
        ]
        for row in found.iterator(A_READ)
    )
    into.add(f"{LINKS}/短链接.csv", "短链接与二维码", table(header, rows))


def _of_campaigns(asked: Asked) -> Q:
    wanted = Q(edition__in=asked.editions)
    return wanted | Q(edition__isnull=True) if asked.everyday else wanted


def _in_days(rows: QuerySet, asked: Asked, name: str) -> QuerySet:
    return of_days(rows, asked.first, asked.last, name)


def of_days(rows: QuerySet, first: date | None, last: date | None, name: str) -> QuerySet:
    """Those whose instant of that name lies in the days, Beijing days; None is no bound."""
    # No instant is earlier than the first day there is: nor has it one in another time zone.
    if first and first.year > 1:
        rows = rows.filter(**{f"{name}__gte": _midnight(first)})
    if last and last < date.max:
        rows = rows.filter(**{f"{name}__lt": _midnight(last + timedelta(days=1))})
    return rows


def _midnight(day: date) -> datetime:
    return at_beijing(day, time())
