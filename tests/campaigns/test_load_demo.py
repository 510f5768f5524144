"""manage.py load_demo: whole, twice, after an interruption, leaving people's work alone."""

import json
import stat
from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import timezone
from wagtail_localize.models import Translation

from campaigns.demo import people, schedules
from campaigns.demo.accounts import load_accounts
from campaigns.demo.figures import load_materials
from campaigns.demo.given import DemoError, rows
from campaigns.demo.hits import READERS
from campaigns.demo.regions import load_regions
from campaigns.demo.running import (
    RUNNING,
    edition_of,
    load_running,
    load_running_figures,
    open_running,
)
from campaigns.models import (
    ChannelAccount,
    Edition,
    ExpectedReporter,
    FieldSession,
    Plan,
    Posting,
    Push,
    ReachEntry,
    Region,
    Showing,
    Snapshot,
    Target,
    Task,
    TrackedLink,
)
from campaigns.plans.approving import has_changes
from campaigns.plans.copying import copy_template
from campaigns.reach import metrics
from campaigns.regions.roles import Role
from campaigns.reports import figures
from campaigns.reports.comparing import Comparison
from campaigns.reports.figures import pace, persons, years
from campaigns.reports.figures.completeness import Status, completeness
from content.models import EducationPage, PopularQuestion, TranslationWork
from tests.factories import EditionFactory

User = get_user_model()

LOADED = (
    Region,
    Posting,
    User,
    Edition,
    ChannelAccount,
    Target,
    Plan,
    ExpectedReporter,
    Snapshot,
    Showing,
    EducationPage,
    ReachEntry,
    FieldSession,
    Push,
    Task,
    TrackedLink,
)


@pytest.fixture(autouse=True)
def _own_var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def census() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in LOADED}


def logins() -> list[dict[str, str]]:
    return json.loads(people.logins_file().read_text())


# --- The whole, loaded once for several looks: it takes seconds -----------------------------------


@pytest.mark.long
def test_the_demo_is_whole_and_a_second_load_changes_nothing(db, capsys):
    call_command("load_demo")
    assert "the demo is loaded" in capsys.readouterr().err
    before, first = census(), logins()
    assert before["Region"] == len(rows("regions"))
    assert before["FieldSession"] == len(rows("sessions"))
    assert EducationPage.objects.filter(live=True).count() >= 20
    _has_work_for_translators()
    assert Region.find_problems() == ([], [], [], [], [])
    reach = ReachEntry.objects.filter(
        edition__code__in=["315-2026", "sep-2026"], metric__in=metrics.reach_codes()
    )
    assert reach.aggregate(Sum("count")) == {"count__sum": 714_580_000}
    _is_told_by_whom_the_plans_name()
    _is_running_today()
    _is_closed_and_corrected_since()
    copied = copy_template(Edition.objects.get(code="315-2027"))
    assert len(copied.tasks) == 17
    assert [line.title for line in copied.to_complete] == ["官微推文：老年人防骗"]
    before = census()
    wanted = {row["key"]: row["state"] for row in rows("sessions")}
    assert dict(FieldSession.objects.values_list("source_key", "state")) == wanted
    call_command("load_demo")
    assert (census(), logins()) == (before, first)
    call_command("verify_reach")


def _has_work_for_translators():
    """Pieces at the desk in both scripts, and one begun that the translator was given."""
    assert Translation.objects.filter(enabled=True).count() == 5
    drafts = EducationPage.objects.filter(live=False)
    assert {page.language for page in drafts} == {"kk-arab", "kk"}
    assert TranslationWork.objects.filter(assigned_to__username="translator").count() == 2
    assert PopularQuestion.objects.count() == len(rows("questions"))


def _is_told_by_whom_the_plans_name():
    """Some in time, some late, some not at all; and the same whenever the demo is loaded."""
    told = {
        one.edition.code: one.counts
        for one in completeness(figures.select(), date(2027, 1, 1))
        if one.expected
    }
    assert set(told) == {"315-2026", "515-2026", "sep-2026", edition_of(RUNNING).code}
    assert all(told["sep-2026"][status] for status in ("on-time", "late", "missing"))
    assert told["315-2026"]["late"] == 3


def _is_running_today():
    """One campaign has days gone and to come: pace, forecast, all kinds of reporters, persons."""
    today = timezone.localdate()
    selection = figures.select([edition_of(RUNNING).code])
    (found,) = pace.paces(selection, years.compared(selection), selection.nodes, today)
    assert found.method == pace.Method.LAST_YEAR
    assert found.reached < found.forecast < found.target
    (reporters,) = completeness(selection, today)
    assert all(reporters.counts[status] for status in Status)
    readers = persons.known(selection)
    assert readers.low < readers.count < readers.high
    # Five standard errors: salts are made anew for each load.
    assert abs(readers.count - READERS) < 0.03 * READERS


def _is_closed_and_corrected_since():
    closed = Snapshot.objects.get()
    assert closed.showings.current().exists()
    comparison = Comparison(closed)
    assert comparison.total.later == -3_260_000
    assert comparison.total.now == comparison.total.frozen - 3_260_000


# --- Regions --------------------------------------------------------------------------------------


def test_regions_are_added_among_those_that_people_made(db):
    head = Region.objects.get(code="000000")
    head.add_child(code="990000", level="province", name="试点分公司")
    load_regions()
    codes = list(Region.objects.filter(depth=2).values_list("code", flat=True))
    assert codes == sorted(codes)
    assert "990000" in codes
    assert Region.find_problems() == ([], [], [], [], [])


# --- Accounts -------------------------------------------------------------------------------------


@pytest.fixture
def regions(db):
    load_regions()


def test_there_is_one_account_a_role_and_its_password_works(regions):
    people.load_people()
    assert [row["role"] for row in logins()] == Role.values
    for row in logins():
        user = authenticate(username=row["username"], password=row["password"])
        assert user.postings.get().region.code == row["region"]
        assert user.groups.get().name == row["role"]
        assert not user.is_superuser


def test_only_the_owner_reads_the_passwords(regions):
    people.load_people()
    assert stat.S_IMODE(people.logins_file().stat().st_mode) == 0o600


def test_passwords_differ_between_installations(regions):
    people.load_people()
    first = {row["password"] for row in logins()}
    User.objects.all().delete()
    people.logins_file().unlink()
    people.load_people()
    assert not first & {row["password"] for row in logins()}


def test_a_lost_password_file_is_made_anew_with_new_passwords(regions):
    people.load_people()
    people.logins_file().unlink()
    people.load_people()
    row = logins()[0]
    assert authenticate(username=row["username"], password=row["password"])


@pytest.mark.parametrize("damage", ["", "[1]", '[{"username": "editor"}]', '"x"'])
def test_a_damaged_password_file_is_a_lost_one(regions, damage):
    people.load_people()
    people.logins_file().write_text(damage)
    people.load_people()
    assert len(logins()) == 7
    assert all(authenticate(username=r["username"], password=r["password"]) for r in logins())


def test_a_new_database_takes_the_passwords_that_are_on_file(regions):
    people.load_people()
    kept = logins()
    User.objects.all().delete()
    people.load_people()
    assert logins() == kept
    assert authenticate(username=kept[0]["username"], password=kept[0]["password"])


def test_an_account_that_the_demo_did_not_make_is_left_alone(regions):
    User.objects.create_user("editor", email="real@example.com", password="x")
    with pytest.raises(DemoError, match="'editor'"):
        people.load_people()
    assert not people.logins_file().exists()
    assert User.objects.count() == 1


def test_the_command_says_why_it_cannot(regions):
    User.objects.create_user("editor", email="real@example.com")
    with pytest.raises(CommandError, match="did not make"):
        call_command("load_demo")


# --- What people changed since --------------------------------------------------------------------


def test_known_dates_are_confirmed_and_the_coming_year_is_expected(db):
    schedules.load_editions()
    states = dict(Edition.objects.values_list("code", "state"))
    assert states["315-2026"] == states["515-2026"] == states["sep-2026"] == "confirmed"
    assert states["315-2025"] == states["sep-2025"] == "confirmed"
    assert states["315-2027"] == "expected"
    assert str(Edition.objects.get(code="515-2026").ends_on) == "2026-05-17"


def test_an_edition_that_a_person_confirmed_keeps_its_words(db):
    EditionFactory(slogan="自己的口号", state="confirmed")
    schedules.load_editions()
    assert Edition.objects.get(code="315-2026").slogan == "自己的口号"


# --- The campaign that is running -----------------------------------------------------------------


@pytest.fixture
def running(regions):
    people.load_people()
    load_running()
    return edition_of(RUNNING)


@pytest.mark.parametrize("today", ["2027-01-03", "2028-02-29", "2028-03-08"])
def test_the_running_campaign_hangs_off_the_day_of_the_load(regions, time_machine, today):
    time_machine.move_to(f"{today}T04:00:00Z")
    people.load_people()
    load_running()
    edition = edition_of(RUNNING)
    assert (date.fromisoformat(today) - edition.starts_on).days == 8
    assert Edition.objects.get(code=f"tour-{edition.year - 1}").ends_on < edition.starts_on


def test_a_load_on_another_day_leaves_the_running_campaign_where_it_is(running, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=3))
    assert load_running() == 0
    assert edition_of(RUNNING).starts_on == running.starts_on


def test_an_older_year_that_people_open_is_not_taken_for_the_running_one(running):
    year = running.year - 2
    Edition.objects.create(
        series=running.series,
        year=year,
        code=f"tour-{year}",
        name="老年份",
        starts_on=date(year, 3, 1),
        ends_on=date(year, 3, 7),
    )
    assert edition_of(RUNNING) == running


def test_an_approved_plan_has_the_targets_that_were_there(regions):
    people.load_people()
    schedules.load_editions()
    open_running()
    schedules.load_targets()
    load_running()
    plan = Plan.objects.get(edition=edition_of(RUNNING), region__code="430000")
    assert not has_changes(plan)


def test_figures_are_not_told_again_after_people_moved_the_campaign(running):
    load_accounts()
    load_materials()
    list(load_running_figures())
    before = ReachEntry.objects.count()
    running.starts_on += timedelta(days=1)
    running.save()
    assert {result for _name, result in load_running_figures()} == {"is there"}
    assert ReachEntry.objects.count() == before > 300
