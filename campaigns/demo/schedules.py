"""The demo's yearly campaigns: dates, targets, template and tasks."""

from django.contrib.auth import get_user_model
from django.db import transaction

from campaigns.calendar.editions import open_campaigns
from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.demo.given import YEAR_BEFORE, YEARS, rows
from campaigns.demo.running import edition_of
from campaigns.plans.copying import copy_template, has_schedule, is_over
from campaigns.plans.models import PushTemplate, Task, TaskTemplate
from campaigns.reach.models import Target
from campaigns.regions.models import HEAD_OFFICE, Region
from content.models import EducationPage

User = get_user_model()
LEFT_TO_PLAN = "315-2027"


@transaction.atomic
def load_editions() -> int:
    """The yearly editions; those whose notice is known are confirmed with its dates and slogan."""
    created = sum(len(open_campaigns(year).created) for year in (YEAR_BEFORE, *YEARS))
    for row in rows("editions"):
        edition = Edition.objects.get(code=row["code"])
        if edition.state == Edition.State.EXPECTED:
            edition.starts_on, edition.ends_on = row["starts_on"], row["ends_on"]
            edition.slogan = row["slogan"]
            edition.state = Edition.State.CONFIRMED
            edition.full_clean()
            edition.save()
    return created


@transaction.atomic
def load_targets() -> int:
    """What the campaigns aim at; an empty region is head office, an empty channel all of them."""
    created = 0
    for row in rows("targets"):
        _target, is_new = Target.objects.get_or_create(
            edition=edition_of(row["campaign"]),
            channel=Channel.objects.get(code=row["channel"]) if row["channel"] else None,
            region=Region.objects.get(code=row["region"] or HEAD_OFFICE),
            metric=row["metric"],
            defaults={"value": int(row["value"])},
        )
        created += is_new
    return created


@transaction.atomic
def load_templates() -> int:
    """Choose pieces for the templates' pushes; some are left to be chosen, as in life."""
    chosen = 0
    for row in rows("templates"):
        page = EducationPage.objects.filter(code=row["content"]).first()
        templates = PushTemplate.objects.filter(
            series__code=row["series"], title=row["title"], page=None
        )
        chosen += templates.update(page=page) if page else 0
    return chosen


@transaction.atomic
def load_schedules() -> int:
    """Tasks: all done for what is past, copied for two campaigns to come.

    The next 3·15 is left without, for whoever tries the product to copy its template.
    """
    planner = User.objects.get(username="campaign_administrator")
    created = 0
    for edition in Edition.objects.filter(year__in=YEARS).exclude(code=LEFT_TO_PLAN):
        if has_schedule(edition):
            continue
        if not is_over(edition):
            copied = copy_template(edition, planner)
            created += len(copied.tasks) + len(copied.to_complete)
            continue
        templates = TaskTemplate.objects.filter(series=edition.series)
        head = Region.objects.get(code=HEAD_OFFICE)
        tasks = [
            Task(
                edition=edition,
                region=head,
                title=row.title,
                department=row.department,
                due_on=row.day_in(edition.starts_on),
                state=Task.State.DONE,
                source=f"template:{row.pk}",
            )
            for row in templates
        ]
        created += len(Task.objects.bulk_create(tasks))
    return created
