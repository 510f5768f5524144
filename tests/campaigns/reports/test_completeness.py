"""Who was expected to report: fixed by the plan's approval, seen by whom it concerns."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from campaigns.models import ExpectedReporter, Plan, PlanVersion
from campaigns.plans import approving
from campaigns.regions.roles import Role
from campaigns.reports.figures import select
from campaigns.reports.figures.completeness import Status, completeness

ADDRESS = "/admin/dashboard/completeness/"
LONG_AGO, FAR_OFF = date(2020, 1, 1), date(2099, 1, 1)


@pytest.fixture
def approved(edition, tree, person):
    """Head office's plan, handed in by one and approved by another."""
    plan = Plan.objects.create(
        edition=edition, region=tree["000000"], aims="x", lead_department="x", executive="x"
    )
    version = approving.hand_in(plan, person(Role.CAMPAIGN_ADMINISTRATOR, "000000", username="a"))
    return approving.approve(version, person(Role.MANAGER, "000000", username="m"))


@pytest.fixture
def expected(edition, tree):
    """Expect somebody: expected("650000", due=…)."""

    def make(code, due=FAR_OFF):
        return ExpectedReporter.objects.create(
            edition=edition, region=tree[code], due_on=due, fixed_at=timezone.now()
        )

    return make


def the_one(user=None, **changes):
    (found,) = completeness(select(["315-2026"], user=user, **changes), timezone.localdate())
    return found


def test_approval_fixes_the_regions_right_below(approved, edition, tree):
    found = {row.region.code: row.due_on for row in ExpectedReporter.objects.all()}
    assert "650000" in found
    assert "654300" not in found
    due = edition.ends_on + timedelta(days=edition.series.reporting_days)
    assert set(found.values()) == {due}
    assert {row.version for row in ExpectedReporter.objects.all()} == {approved}


def test_a_plan_that_is_sent_back_fixes_nobody(edition, tree, person):
    plan = Plan.objects.create(
        edition=edition, region=tree["000000"], aims="x", lead_department="x", executive="x"
    )
    version = approving.hand_in(plan, person(Role.CAMPAIGN_ADMINISTRATOR, "000000", username="a"))
    approving.send_back(version, person(Role.MANAGER, "000000", username="m"), "no")
    assert not ExpectedReporter.objects.exists()
    assert version.state != PlanVersion.State.APPROVED


def test_plans_approved_before_anybody_was_noted_are_made_up_for(approved, edition, tree):
    """By what the version says, on the day of its approval; a second run adds nobody."""
    fill = import_module("campaigns.migrations.0021_expected_of_approved_plans").expect_reporters
    noted = ExpectedReporter.objects.values_list("region", "due_on", "fixed_at", "version")
    before = set(noted.all())
    ExpectedReporter.objects.all().delete()
    below = {"region": "654300", "channel": "", "metric": "person_times", "value": 1}
    PlanVersion.objects.filter(pk=approved.pk).update(
        content={**approved.content, "targets": [below]}
    )
    fill(apps, None)
    due = edition.ends_on + timedelta(days=edition.series.reporting_days)
    asked = (tree["654300"].pk, due, approved.decided_at, approved.pk)
    assert set(noted.all()) == before | {asked}
    fill(apps, None)
    assert noted.count() == len(before) + 1


def test_a_closed_region_stays_expected(approved, tree):
    before = the_one().expected
    tree["650000"].is_active = False
    tree["650000"].save()
    assert the_one().expected == before


@pytest.mark.parametrize(
    ("reports", "due", "status"),
    [
        (True, FAR_OFF, Status.ON_TIME),
        (True, LONG_AGO, Status.LATE),
        (False, LONG_AGO, Status.MISSING),
        (False, FAR_OFF, Status.AWAITED),
    ],
)
def test_who_did_and_in_time(expected, recorded, edition, *, reports, due, status):
    expected("650000", due)
    if reports:
        recorded(1, edition=edition, region="654321")
    (reporter,) = the_one().reporters
    assert reporter.status == status
    assert bool(reporter.through) == reports


def test_what_was_taken_back_is_no_report(expected, recorded, edition):
    expected("650000", LONG_AGO)
    recorded(5, edition=edition, region="650000")
    recorded(-5, edition=edition, region="650000")
    assert the_one().reporters[0].status == Status.MISSING


def test_never_above_all_of_them(expected, recorded, edition):
    expected("650000")
    for region in ("650000", "654300", "430000"):
        recorded(1, edition=edition, region=region)
    found = the_one()
    assert (found.did, found.expected) == (1, 1)


def test_a_region_sees_its_own_part(client, person, expected):
    expected("650000", LONG_AGO)
    expected("430000", LONG_AGO)
    client.force_login(person(Role.MANAGER, "650000"))
    page = client.get(f"{ADDRESS}?campaign=315-2026&status=missing")
    assert [row["region"].code for row in page.context["rows"]] == ["650000"]
    assert "湖南" not in page.text


def test_the_list_keeps_to_a_status_and_leads_to_the_entry(
    client, person, expected, recorded, edition
):
    expected("650000")
    expected("430000", LONG_AGO)
    entry = recorded(1, edition=edition, region="650000")
    client.force_login(person(Role.MANAGER, "000000"))
    page = client.get(f"{ADDRESS}?campaign=315-2026&status=on-time")
    (row,) = page.context["rows"]
    assert row["source"] == f"/admin/reachentry/inspect/{entry.pk}/"
    assert client.get(row["source"]).status_code == 200


def test_nobody_expected_says_why(client, person, edition):
    client.force_login(person(Role.MANAGER, "000000"))
    page = client.get(f"{ADDRESS}?campaign=315-2026")
    assert page.context["is_empty"]
    assert "/admin/plan/" in page.text
