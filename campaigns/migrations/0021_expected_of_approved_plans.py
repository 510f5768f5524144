"""Whom the plans that were approved before 0017 let one expect.

As campaigns.plans.expecting does at an approval, but by what the approved version says: its text
is frozen, while tasks and targets may have changed since. Due dates follow today's windows.
"""

from datetime import timedelta

from django.db import migrations

APPROVED = "approved"


def expect_reporters(apps, schema_editor):
    model = apps.get_model("campaigns", "PlanVersion")
    versions = model.objects.filter(state=APPROVED).select_related(
        "plan__region", "plan__edition__series"
    )
    for version in versions.order_by("decided_at", "pk"):
        _fix(apps, version)


def _fix(apps, version):
    expected_reporter = apps.get_model("campaigns", "ExpectedReporter")
    edition = version.plan.edition
    known = set(
        expected_reporter.objects.filter(edition=edition).values_list("region_id", flat=True)
    )
    regions = [region for region in _expected(apps, version) if region.pk not in known]
    windows = list(
        apps.get_model("campaigns", "RegionalWindow")
        .objects.filter(edition=edition)
        .values_list("region__path", "ends_on")
    )
    grace = timedelta(days=edition.series.reporting_days)
    expected_reporter.objects.bulk_create(
        expected_reporter(
            edition=edition,
            region=region,
            due_on=max(
                [
                    edition.ends_on,
                    *(last for path, last in windows if region.path.startswith(path)),
                ]
            )
            + grace,
            fixed_at=version.decided_at or version.submitted_at,
            version=version,
        )
        for region in regions
    )


def _expected(apps, version):
    """Active regions right below the plan's, and those below it with a target or a task."""
    own = version.plan.region
    below = (
        apps.get_model("campaigns", "Region")
        .objects.filter(path__startswith=own.path, is_active=True)
        .exclude(pk=own.pk)
        .order_by("path")
    )
    codes = {row.get("region") for row in version.content.get("targets", [])}
    # A version names the regions of its tasks as people do.
    names = {row.get("region") for row in version.content.get("tasks", [])}
    found = [
        region
        for region in below
        if region.depth == own.depth + 1 or region.code in codes or region.name in names
    ]
    return found or [own]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_session_photos")]

    operations = [migrations.RunPython(expect_reporters, migrations.RunPython.noop)]
