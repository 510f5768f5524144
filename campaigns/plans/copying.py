"""Filling an edition's schedule: from its series' template, or from the edition of another year.

Copying again copies nothing twice; what cannot be planned becomes an open item with a task.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.editions import open_campaigns, open_edition
from campaigns.calendar.models import Edition, Series
from campaigns.calendar.rights import require_head_office
from campaigns.calendar.windows import BEIJING, beijing_day, moved
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.plans.models import PushItem, PushTemplate, Task, TaskTemplate
from campaigns.plans.models.templates import relative
from campaigns.plans.rehearsal import fingerprint
from campaigns.pushes.models import Push
from campaigns.pushes.planning import Planned, plan
from campaigns.reach.models import Target
from campaigns.regions.models import HEAD_OFFICE, Region
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# An open push is to be completed a week before it should go out.
DAYS_TO_COMPLETE = 7


@dataclass(frozen=True)
class Line:
    """One thing that was copied: when it falls, and what is still missing."""

    title: str
    day: date
    offset: str
    clock: str = ""
    where: str = ""
    piece: str = ""
    language: str = ""
    missing: str = ""


@dataclass
class Copied:
    """What copying came to."""

    edition: Edition
    tasks: list[Line] = field(default_factory=list)
    pushes: list[Line] = field(default_factory=list)
    to_complete: list[Line] = field(default_factory=list)
    targets: int = 0
    there_already: int = 0

    @property
    def fingerprint(self) -> str:
        dates = (self.edition.code, self.edition.starts_on, self.edition.ends_on, self.targets)
        return fingerprint([dates, *self.tasks, "/", *self.pushes, "/", *self.to_complete])

    @property
    def is_nothing(self) -> bool:
        return not (self.tasks or self.pushes or self.to_complete or self.targets)


@dataclass(frozen=True)
class _PushWish:
    source: str
    title: str
    at: datetime
    language: str
    account: ChannelAccount | None
    channel: Channel | None
    page: EducationPage | None
    publishing: str


@dataclass
class OpenedYear:
    """What opening a year came to: an outcome an edition; one that had a schedule keeps it."""

    created: list[Edition]
    existing: list[Edition]
    copied: dict[str, Copied]


def open_year(year: int, by: "AbstractBaseUser | None" = None) -> OpenedYear:
    """Open that year's editions and give each the schedule of its template.

    An edition that has a schedule, or whose window is over, is left as it is. Raises
    ValidationError as open_campaigns does.
    """
    with transaction.atomic():
        opened = open_campaigns(year)
        copied = {
            edition.code: copy_template(edition, by)
            for edition in [*opened.created, *opened.existing]
            if not has_schedule(edition) and not is_over(edition)
        }
    return OpenedYear(opened.created, opened.existing, copied)


def has_schedule(edition: Edition) -> bool:
    """Whether anything was copied into it, or entered by hand."""
    return edition.tasks.exists() or edition.push_items.exists()


def is_over(edition: Edition) -> bool:
    """Whether its last day has passed in Beijing."""
    return edition.ends_on < datetime.now(BEIJING).date()


@transaction.atomic
def open_from_template(series: Series, year: int, by: "AbstractBaseUser | None" = None) -> Copied:
    """Open one edition with the schedule of its template. Raises as open_edition does."""
    return copy_template(open_edition(series, year), by)


@transaction.atomic
def copy_template(edition: Edition, by: "AbstractBaseUser | None" = None) -> Copied:
    """Give the edition the tasks and pushes of its series' template."""
    copier = _Copier(edition, by)
    anchor = edition.starts_on
    for row in TaskTemplate.objects.filter(series=edition.series).select_related("region"):
        copier.add_task(
            f"template:{row.pk}",
            row.day_in(anchor),
            region=row.region,
            title=row.title,
            notes=row.notes,
            department=row.department,
        )
    rows = PushTemplate.objects.filter(series=edition.series)
    for row in rows.select_related("account__region", "channel", "page"):
        copier.add_push(
            _PushWish(
                f"template:{row.pk}",
                row.title,
                row.instant_in(anchor),
                row.language,
                row.account,
                row.channel,
                row.page,
                row.publishing,
            )
        )
    return copier.copied


@transaction.atomic
def copy_edition(
    source: Edition,
    edition: Edition,
    by: "AbstractBaseUser | None" = None,
    *,
    with_targets: bool = False,
) -> Copied:
    """Give the edition the tasks and pushes of another one, as far from its own first day.

    Left out: what was dropped or called off. Raises ValidationError when both are the same.
    """
    if source.pk == edition.pk:
        raise ValidationError({"source": _("That is this campaign itself.")})
    copier = _Copier(edition, by)
    days = (edition.starts_on - source.starts_on).days
    tasks = source.tasks.exclude(state=Task.State.DROPPED).filter(push_item=None)
    for task in tasks.select_related("region", "owner"):
        copier.add_task(
            f"task:{task.pk}",
            task.due_on + timedelta(days=days),
            region=task.region,
            title=task.title,
            notes=task.notes,
            department=task.department,
            owner=task.owner,
        )
    for wish in _wishes_of(source, days):
        copier.add_push(wish)
    if with_targets:
        copier.add_targets(source)
    return copier.copied


def _wishes_of(source: Edition, days: int) -> Iterable[_PushWish]:
    pushes = source.pushes.exclude(state=Push.State.CANCELLED).order_by("scheduled_at", "pk")
    for push in pushes.select_related("account__region", "account__channel", "page", "item"):
        item = getattr(push, "item", None)
        yield _PushWish(
            f"push:{push.pk}",
            item.title if item else push.page.title[:120],
            moved(push.scheduled_at, days),
            push.language,
            push.account,
            push.account.channel,
            push.page,
            push.publishing,
        )
    items = PushItem.objects.still_open().filter(edition=source)
    for item in items.select_related("account__region", "channel", "page"):
        at = moved(item.scheduled_at, days)
        yield _PushWish(
            f"item:{item.pk}",
            item.title,
            at,
            item.language,
            item.account,
            item.channel,
            item.page,
            item.publishing,
        )


class _Copier:
    """Adds to one edition what is not there yet, and takes down what it did.

    Raises PermissionDenied for a region's people.
    """

    def __init__(self, edition: Edition, by: "AbstractBaseUser | None") -> None:
        require_head_office(by)
        # One at a time: two who copy at once would both find nothing there.
        self.edition = Edition.objects.select_for_update().get(pk=edition.pk)
        self.by = by
        self.copied = Copied(self.edition)
        self.head_office = Region.objects.get(code=HEAD_OFFICE)
        self.task_sources = set(self.edition.tasks.values_list("source", flat=True))
        self.task_titles = set(self.edition.tasks.values_list("region_id", "title"))
        self.push_sources = set(self.edition.push_items.values_list("source", flat=True))
        self.push_titles = set(self.edition.push_items.values_list("title", "scheduled_at"))

    def add_task(self, source: str, due_on: date, *, region: Region | None, **fields) -> None:
        region = region or self.head_office
        if source in self.task_sources or (region.pk, fields["title"]) in self.task_titles:
            self.copied.there_already += 1
            return
        Task.objects.create(
            edition=self.edition, region=region, due_on=due_on, source=source, **fields
        )
        self.copied.tasks.append(self._line(fields["title"], due_on, where=region.name))

    def add_push(self, wish: _PushWish) -> None:
        if wish.source in self.push_sources or (wish.title, wish.at) in self.push_titles:
            self.copied.there_already += 1
            return
        account, missing = self._account_of(wish)
        push = None
        if not wish.page:
            missing.append(_("No piece is chosen yet."))
        if not missing:
            where = (self.edition, wish.page, wish.language, account, wish.at)
            more = {"publishing": wish.publishing, "by": self.by}
            planned, missing = attempt(lambda: plan(*where, **more))
            push = planned and planned.push
            if planned and not planned.is_new:
                # Planned by hand, or by another line: it stays as it is and belongs to nobody new.
                self.copied.there_already += 1
                return
        item = PushItem(
            edition=self.edition,
            region=account.region if account else self.head_office,
            title=wish.title,
            channel=wish.channel or (account.channel if account else None),
            account=account,
            page=wish.page,
            language=wish.language,
            scheduled_at=wish.at,
            publishing=wish.publishing,
            reason=" ".join(missing),
            source=wish.source,
            push=push,
        )
        if push is None:
            item.task = self._task_to_complete(item)
        item.save()
        line = self._line(
            wish.title,
            beijing_day(wish.at),
            clock=f"{wish.at.astimezone(BEIJING):%H:%M}",
            where=str(account.name if account else item.channel or ""),
            piece=push.page.title if push else wish.page.title if wish.page else "",
            language=item.get_language_display(),
            missing=item.reason,
        )
        (self.copied.to_complete if missing else self.copied.pushes).append(line)

    def add_targets(self, source: Edition) -> None:
        there = set(self.edition.targets.values_list("channel", "region", "metric"))
        new = [
            Target(
                edition=self.edition,
                channel_id=row.channel_id,
                region_id=row.region_id,
                metric=row.metric,
                value=row.value,
            )
            for row in source.targets.all()
            if (row.channel_id, row.region_id, row.metric) not in there
        ]
        self.copied.targets = len(Target.objects.bulk_create(new))

    def _account_of(self, wish: _PushWish) -> tuple[ChannelAccount | None, list[str]]:
        if wish.account:
            return wish.account, []
        accounts = ChannelAccount.objects.filter(
            channel=wish.channel, region=self.head_office, is_active=True
        ).select_related("region", "channel")[:2]
        if len(accounts) == 1:
            return accounts[0], []
        return None, [_("No account is chosen yet.")]

    def _task_to_complete(self, item: PushItem) -> Task:
        return Task.objects.create(
            edition=self.edition,
            region=item.region,
            title=_("Complete the push: %(title)s") % {"title": item.title},
            notes=item.reason,
            due_on=beijing_day(item.scheduled_at) - timedelta(days=DAYS_TO_COMPLETE),
            source=f"item:{item.source}",
        )

    def _line(self, title: str, day: date, **more: str) -> Line:
        return Line(title, day, relative((day - self.edition.starts_on).days), **more)


def attempt(verb: Callable[[], Planned]) -> tuple[Planned | None, list[str]]:
    """What was planned, or why it cannot be."""
    try:
        with transaction.atomic():
            return verb(), []
    except ValidationError as refusal:
        return None, refusal.messages
