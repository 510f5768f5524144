"""What campaigns stand on: roles and their rights, head office, channels, series, the review, and
the guard of the ledger.

Laid after every `migrate`, each part only where nothing of its kind exists yet; the roles' groups
are the exception, their permissions always follow campaigns.regions.roles.
"""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from campaigns.calendar.holidays import lay_estimated
from campaigns.calendar.models import Series
from campaigns.channels.models import Channel
from campaigns.plans.models import PushTemplate, TaskTemplate
from campaigns.plans.template_data import PUSHES, TASKS
from campaigns.reach import append_only, metric_data
from campaigns.regions.models import HEAD_OFFICE, Region
from campaigns.regions.roles import (
    EVERY_HOME,
    FILE_RIGHTS,
    PAGE_RIGHTS,
    Role,
    permissions_by_name,
    sync_roles,
)
from campaigns.reports.regulator import keeping as report_forms
from content import foundation as content_foundation
from content.models import HomePage

CHANNELS = [
    ("website", "官网", Channel.Kind.ONLINE),
    ("wechat", "官微", Channel.Kind.ONLINE),
    ("app", "APP", Channel.Kind.ONLINE),
    ("partner", "合作媒体", Channel.Kind.ONLINE),
    ("field", "线下宣讲", Channel.Kind.OFFLINE),
    # Served by people: see campaigns.channels.handover.
    ("video", "视频号", Channel.Kind.ONLINE),
    ("sms", "短信", Channel.Kind.ONLINE),
    ("screen", "户外屏", Channel.Kind.ONLINE),
]

# domain.md, Campaigns: the usual windows. What a year's notice says replaces them.
SERIES = [
    {
        "code": "315",
        "name": "3·15金融消费者权益保护教育宣传活动",
        "rule": "fixed",
        "start_month": 3,
        "start_day": 9,
        "length_days": 7,
    },
    {
        "code": "515",
        "name": "5·15全国投资者保护宣传日",
        "rule": "fixed",
        "start_month": 5,
        "start_day": 15,
        "length_days": 1,
    },
    {
        "code": "sep",
        "name": "9月金融教育宣传周",
        "rule": "nth_week",
        "start_month": 9,
        "nth_monday": 3,
        "length_days": 7,
    },
    {
        "code": "june",
        "name": "6月守住钱袋子·防范非法集资宣传月",
        "rule": "fixed",
        "start_month": 6,
        "start_day": 1,
        "length_days": 30,
        "is_active": False,
    },
    {
        "code": "708",
        "name": "7·8全国保险公众宣传日",
        "rule": "fixed",
        "start_month": 7,
        "start_day": 8,
        "length_days": 1,
        "is_active": False,
    },
]


def lay_on_migrate(sender, using: str, plan=(), **kwargs) -> None:
    """Signal receiver: lay the foundation once the tables exist."""
    if using == "default" and not any(backwards for _migration, backwards in plan):
        lay()


@transaction.atomic
def lay() -> None:
    """Lay whatever is missing. Doing it twice changes nothing."""
    # The homes, which rights and review hang on: campaigns' signal may come before content's.
    content_foundation.lay()
    append_only.lay()
    metric_data.lay()
    clear_stock_groups()
    sync_roles()
    if not Region.objects.exists():
        Region.add_root(code=HEAD_OFFICE, name="集团总部", level=Region.Level.HEAD)
    # By code: none is ever deleted, so one that is missing is new.
    known = set(Channel.objects.values_list("code", flat=True))
    Channel.objects.bulk_create(
        Channel(code=code, name=name, kind=kind, sort_order=10 * n)
        for n, (code, name, kind) in enumerate(CHANNELS, start=1)
        if code not in known
    )
    if not Series.objects.exists():
        Series.objects.bulk_create(Series(**row) for row in SERIES)
    lay_estimated()
    lay_templates()
    lay_page_rights()
    lay_file_rights()
    lay_review()
    report_forms.lay()


def lay_templates() -> None:
    """What the usual campaigns have to do every year, and what they send out."""
    if TaskTemplate.objects.exists() or PushTemplate.objects.exists():
        return
    series = {row.code: row for row in Series.objects.all()}
    channels = {row.code: row for row in Channel.objects.all()}
    TaskTemplate.objects.bulk_create(
        TaskTemplate(series=series[code], **row._asdict())
        for code, rows in TASKS.items()
        for row in rows
        if code in series
    )
    PushTemplate.objects.bulk_create(
        PushTemplate(series=series[code], **row._asdict() | {"channel": channels[row.channel]})
        for code, rows in PUSHES.items()
        for row in rows
        if code in series and row.channel in channels
    )


def lay_page_rights() -> None:
    """Let the roles work on the home pages and what hangs below them."""
    if GroupPagePermission.objects.filter(group__name__in=Role.values).exists():
        return
    homes = list(HomePage.objects.select_related("locale"))
    known = permissions_by_name(
        {f"wagtailcore.{name}" for _homes, names in PAGE_RIGHTS.values() for name in names}
    )
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(
            group=Group.objects.get(name=role.value),
            page=home,
            permission_id=known[f"wagtailcore.{name}"],
        )
        for role, (where, names) in PAGE_RIGHTS.items()
        for home in homes
        for name in names
        if where == EVERY_HOME or home.locale.language_code != settings.LANGUAGE_CODE
    )


def lay_file_rights() -> None:
    """Let the roles work on pictures, media and documents, in every collection."""
    if GroupCollectionPermission.objects.filter(group__name__in=Role.values).exists():
        return
    # Wagtail's own migration makes the root; a flushed test database lacks it.
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    known = permissions_by_name({name for names in FILE_RIGHTS.values() for name in names})
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(
            group=Group.objects.get(name=role.value), collection=root, permission_id=known[name]
        )
        for role, names in FILE_RIGHTS.items()
        for name in names
    )


def clear_stock_groups() -> None:
    """Drop the groups and the workflow that Wagtail ships, while nobody has used them.

    They hold rights over every page, so that a person put into one would publish past the review.
    """
    if Group.objects.filter(name__in=Role.values).exists():
        return
    Group.objects.filter(name__in=["Editors", "Moderators"], user__isnull=True).delete()
    for workflow in Workflow.objects.filter(name="Moderators approval"):
        if not WorkflowState.objects.filter(workflow=workflow).exists():
            Task.objects.filter(workflow_tasks__workflow=workflow).delete()
            workflow.delete()


def lay_review() -> None:
    """Nothing goes out before legal review: a workflow over all languages."""
    if WorkflowPage.objects.filter(page__in=HomePage.objects.all()).exists():
        return
    task, _created = GroupApprovalTask.objects.get_or_create(name="法律合规审核")
    task.groups.add(Group.objects.get(name=Role.REVIEWER.value))
    workflow, _created = Workflow.objects.get_or_create(name="发布前审核")
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for home in HomePage.objects.all():
        WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
