"""Notices of campaigns, their plans as they were handed in, and what was attached to them."""

from django.template.loader import render_to_string

from campaigns.calendar.models import Edition
from campaigns.plans.models import Plan, PlanVersion
from campaigns.plans.telling import told
from campaigns.reports.evidence.items import Asked, Collected, safe, stored, table, text

FOLDER = "1-通知与方案"


def notices(asked: Asked, into: Collected) -> None:
    """The notice of each campaign, and one table of what they say."""
    rows = [
        [
            edition.code,
            edition.name,
            edition.slogan,
            edition.notice_number,
            edition.organisers,
            *edition.window_of(asked.region),
            edition.get_state_display(),
        ]
        for edition in asked.editions
    ]
    header = ["代码", "活动", "口号", "通知文号", "主办", "开始", "结束", "日期状态"]
    into.add(f"{FOLDER}/活动.csv", "活动日历", table(header, rows))
    for edition in asked.editions:
        if not edition.notice_file:
            into.left_out.append((f"{edition.name}：通知", "未上传通知文件"))
            continue
        name = edition.notice_file_name or edition.notice_file.name
        into.add(
            f"{_folder(edition)}/通知-{safe(name)}",
            f"活动日历 · {edition.name} · {edition.notice_number or '无文号'}",
            stored(edition.notice_file),
        )


def plans(asked: Asked, into: Collected) -> None:
    """Every version that was handed in, and the papers that belong to the plan."""
    found = (
        Plan.objects.visible_to(asked.user)
        .filter(edition__in=asked.editions, region__path__startswith=asked.below)
        .select_related("edition", "region")
        .prefetch_related("versions__submitted_by", "versions__decided_by", "attachments")
        .order_by("edition__starts_on", "region__path")
    )
    covered = set()
    for plan in found:
        versions = list(plan.versions.all())
        if versions:
            covered.add(plan.edition_id)
        for version in versions:
            into.add(
                f"{_folder(plan.edition)}/方案-{safe(plan.region.name)}-第{version.number}版.html",
                f"活动方案 · {plan.region.name} · 第{version.number}版"
                f" · {version.get_state_display()}",
                _written(plan, version),
            )
        _attachments(plan, versions, into)
    for edition in asked.editions:
        if edition.pk not in covered:
            into.left_out.append((f"{edition.name}：活动方案", "所选机构及下级没有提交过的方案"))


def _attachments(plan: Plan, versions: list[PlanVersion], into: Collected) -> None:
    named = {
        (row.get("name"), row.get("sha256"))
        for version in versions
        for row in version.content.get("attachments", ())
    }
    for row in plan.attachments.all():
        # What was taken out of the plan belongs to the versions that named it.
        if row.is_withdrawn and (row.name, row.sha256) not in named:
            continue
        into.add(
            f"{_folder(plan.edition)}/方案附件/{safe(row.name)}",
            f"活动方案 · {plan.region.name} · 附件{'（已撤出方案）' if row.is_withdrawn else ''}",
            stored(row.file),
            row.sha256,
        )


def _written(plan: Plan, version: PlanVersion):
    """The version as a page of its own; made only when it is written."""

    def write(out) -> None:
        context = {"plan": plan, "version": version, "content": told(version.content)}
        text(render_to_string("campaigns/reports/evidence/plan.html", context))(out)

    return write


def _folder(edition: Edition) -> str:
    return f"{FOLDER}/{safe(edition.code)}"
