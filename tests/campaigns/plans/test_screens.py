"""The screens of schedules: preview before the deed, open pushes completed, tasks marked."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.calendar.windows import BEIJING
from campaigns.models import (
    Channel,
    Edition,
    Plan,
    Posting,
    Push,
    PushItem,
    PushTemplate,
    RegionalWindow,
    Series,
    Task,
    TaskTemplate,
)
from campaigns.plans.copying import copy_template, open_from_template
from campaigns.plans.home_panel import editions_unconfirmed, tasks_due
from campaigns.plans.shifting import shift
from campaigns.pushes.planning import plan_push
from campaigns.regions.roles import Role
from tests.factories import AccountFactory, make_case


@pytest.fixture
def administrator(client, person):
    user = person(Role.CAMPAIGN_ADMINISTRATOR)
    client.force_login(user)
    return user


def confirm(client, address: str, wish: dict):
    """Look at the preview, then confirm what was seen."""
    seen = client.post(address, wish)
    assert seen.status_code == 200, seen.url
    return client.post(address, {**wish, "seen": seen.context["result"].fingerprint})


# --- What a change of the campaign does to its pushes ---------------------------------------------


def test_an_embargo_tells_which_approved_pushes_will_fail(
    client, administrator, edition, page, account
):
    at = datetime(2027, 3, 10, 9, 0, tzinfo=BEIJING)
    push = plan_push(edition=edition, page=page, language="zh-hans", account=account, at=at)
    Push.objects.update(state="approved")
    address = reverse("edition:edit", args=[edition.pk])
    wish = {
        "name": edition.name, "state": "expected", "starts_on": "2027-03-09",
        "ends_on": "2027-03-15", "embargo_until": "",
    }  # fmt: skip

    def told(**changes) -> str:
        answer = client.post(address, {**wish, **changes}, follow=True)
        found = [message for message in answer.context["messages"] if "将会失败" in str(message)]
        return str(found[0]) if found else ""

    assert told(slogan="x") == told(embargo_until="2027-03-10 08:00") == ""
    for changes in ({"embargo_until": "2027-03-11 08:00"}, {"needs_both_languages": "on"}):
        words = told(**changes)
        assert str(push.page) in words
        assert f"{reverse('push:index')}?edition={edition.pk}&amp;state=approved" in words


# --- Opening and copying --------------------------------------------------------------------------


def test_next_years_edition_is_seen_before_it_is_opened(client, administrator, series, clock):
    address = reverse("edition:open")
    wish = {"series": series.pk, "year": "2027"}
    seen = client.post(address, wish)
    assert "2027-02-07" in seen.content.decode()
    assert Edition.objects.count() == Task.objects.count() == 0
    answer = confirm(client, address, wish)
    edition = Edition.objects.get()
    assert answer.url == reverse("edition:inspect", args=[edition.pk])
    assert (edition.code, edition.state, edition.tasks.count()) == ("315-2027", "expected", 24)
    refused = client.post(address, wish)
    assert refused.status_code == 200
    assert refused.context["form"].errors


def test_the_year_that_comes_next_is_offered(client, administrator, edition):
    Edition.objects.filter(pk=edition.pk).update(year=2026)
    assert client.get(reverse("edition:open")).context["form"].initial["year"] == 2027


def test_a_schedule_is_copied_once_it_was_confirmed(client, administrator, edition):
    address = reverse("edition:copy", args=[edition.pk])
    answer = confirm(client, address, {"source": "template"})
    assert answer.url == reverse("edition:inspect", args=[edition.pk])
    assert edition.tasks.count() == 24
    assert client.post(address, {"source": "999"}).context["form"].errors


def test_a_confirmation_without_a_preview_does_nothing(client, administrator, edition):
    client.post(
        reverse("edition:copy", args=[edition.pk]), {"source": "template", "seen": "made up"}
    )
    assert Task.objects.count() == 0


# --- The notice and the window --------------------------------------------------------------------

NOTICE = {
    "name": "2027年3·15", "slogan": "口号", "notice_number": "金发〔2027〕1号",
    "organisers": "国家金融监督管理总局", "state": "confirmed",
}  # fmt: skip


def test_a_notice_with_other_dates_asks_before_anything_moves(client, administrator, edition):
    copy_template(edition)
    answer = client.post(
        reverse("edition:edit", args=[edition.pk]),
        {**NOTICE, "starts_on": "2027-03-10", "ends_on": "2027-03-16"},
    )
    assert "starts_on=2027-03-10" in answer.url
    edition.refresh_from_db()
    assert (edition.slogan, edition.starts_on, edition.state) == (
        "口号", date(2027, 3, 9), "expected",
    )  # fmt: skip
    seen = client.get(answer.url)
    assert len(seen.context["result"].moves) == 31
    wish = {"starts_on": "2027-03-10", "ends_on": "2027-03-16", "confirmed": "on"}
    confirm(client, reverse("edition:shift", args=[edition.pk]), wish)
    edition.refresh_from_db()
    assert (edition.starts_on, edition.state) == (date(2027, 3, 10), "confirmed")
    assert edition.tasks.get(title="活动启动").due_on == date(2027, 3, 10)


def test_the_notices_file_is_kept_privately(client, administrator, edition, settings):
    wish = {**NOTICE, "starts_on": "2027-03-09", "ends_on": "2027-03-15"}
    upload = SimpleUploadedFile("通知.pdf", b"%PDF")
    client.post(reverse("edition:edit", args=[edition.pk]), {**wish, "notice_file": upload})
    edition.refresh_from_db()
    assert edition.notice_file_name == "通知.pdf"
    assert str(settings.MEDIA_ROOT) not in edition.notice_file.path
    assert client.get(f"/media/{edition.notice_file.name}").status_code == 404
    answer = client.get(reverse("edition:notice", args=[edition.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF"
    # Without a new file the one that is there stays.
    client.post(reverse("edition:edit", args=[edition.pk]), wish)
    edition.refresh_from_db()
    assert edition.notice_file_name == "通知.pdf"
    bad = SimpleUploadedFile("x.html", b"<script>")
    answer = client.post(reverse("edition:edit", args=[edition.pk]), {**wish, "notice_file": bad})
    assert answer.context["form"].errors.keys() == {"notice_file"}


def test_slips_are_shown_at_their_field(client, administrator, edition):
    copy_template(edition)
    address = reverse("edition:shift", args=[edition.pk])
    answer = client.post(address, {"starts_on": "2026-03-09", "ends_on": "2026-03-15"})
    assert answer.context["form"].errors.keys() == {"starts_on"}
    assert client.get(address, {"starts_on": "nonsense"}).status_code == 200


class TestARegionsAdministrator:
    """Looks at the campaign, which is head office's to change, and changes the own part of it."""

    @pytest.fixture
    def regional(self, client, person):
        client.user = person(Role.CAMPAIGN_ADMINISTRATOR, "650000")
        client.force_login(client.user)
        return client

    def test_sees_it_read_only(self, regional, edition, tree):
        page = regional.get(reverse("edition:inspect", args=[edition.pk])).content.decode()
        for name in ("edit", "shift", "copy"):
            assert reverse(f"edition:{name}", args=[edition.pk]) not in page
        assert reverse("regionalwindow:add") in page
        assert reverse("task:add") in page
        listed = regional.get(reverse("edition:index")).content.decode()
        assert reverse("edition:open") not in listed

    @pytest.mark.parametrize("name", ["edit", "shift", "copy"])
    def test_changes_nothing_of_it(self, regional, edition, name):
        wish = {**NOTICE, "starts_on": "2027-03-10", "ends_on": "2027-03-16", "source": "template"}
        regional.post(reverse(f"edition:{name}", args=[edition.pk]), wish | {"seen": "x"})
        edition.refresh_from_db()
        assert (edition.starts_on, edition.state) == (date(2027, 3, 9), "expected")
        assert not edition.tasks.exists()

    def test_nor_by_the_verbs(self, regional, edition, series):
        for verb in (
            lambda: shift(edition, date(2027, 3, 10), date(2027, 3, 16), regional.user),
            lambda: copy_template(edition, regional.user),
            lambda: open_from_template(series, 2028, regional.user),
        ):
            with pytest.raises(PermissionDenied):
                verb()
        assert Edition.objects.count() == 1

    def test_a_posting_in_another_role_at_head_office_is_not_enough(self, regional, edition, tree):
        Posting.objects.create(user=regional.user, role=Role.MANAGER, region=tree["000000"])
        answer = regional.get(reverse("edition:shift", args=[edition.pk]))
        assert answer.url == reverse("wagtailadmin_home")

    def test_changes_the_own_window_and_tasks(self, regional, edition, tree):
        window = {
            "edition": edition.pk, "region": tree["650000"].pk,
            "starts_on": "2027-03-01", "ends_on": "2027-03-31",
        }  # fmt: skip
        regional.post(reverse("regionalwindow:add"), window)
        assert RegionalWindow.objects.get().region == tree["650000"]
        regional.post(
            reverse("task:add"),
            {
                "edition": edition.pk, "region": tree["650000"].pk, "title": "印双语折页",
                "due_on": "2027-03-01", "state": "todo",
            },
        )  # fmt: skip
        assert Task.objects.get().title == "印双语折页"
        other = {**window, "region": tree["430000"].pk}
        assert regional.post(reverse("regionalwindow:add"), other).context["form"].errors


def test_a_regional_window_is_entered_on_screen(client, administrator, edition, tree):
    wish = {
        "edition": edition.pk, "region": tree["650000"].pk,
        "starts_on": "2027-03-01", "ends_on": "2027-03-31",
    }  # fmt: skip
    answer = client.post(reverse("regionalwindow:add"), wish)
    assert answer.url == reverse("edition:inspect", args=[edition.pk])
    assert RegionalWindow.objects.get().region == tree["650000"]
    again = client.post(reverse("regionalwindow:add"), wish)
    assert again.status_code == 200
    narrow = {**wish, "region": tree["430000"].pk, "ends_on": "2027-03-10"}
    answer = client.post(reverse("regionalwindow:add"), narrow)
    assert answer.context["form"].errors.keys() == {"ends_on"}


# --- Open pushes ----------------------------------------------------------------------------------


@pytest.fixture
def item(edition, account) -> PushItem:
    copy_template(edition)
    return PushItem.objects.get(title__startswith="首日官微推文")


def test_an_open_push_is_completed_and_its_task_done(client, administrator, item, page, account):
    address = reverse("edition:complete", args=[item.pk])
    wish = {
        "page": page.pk, "language": "zh-hans", "account": account.pk,
        "scheduled_at": "2027-03-09 10:00",
    }  # fmt: skip
    late = client.post(address, {**wish, "scheduled_at": "2027-04-09 10:00"})
    assert late.context["form"].errors.keys() == {"scheduled_at"}
    client.post(address, wish)
    item.refresh_from_db()
    assert item.push == Push.objects.get()
    assert item.task.state == "done"
    assert client.post(address, wish).context["form"].non_field_errors()
    assert Push.objects.count() == 1


# --- Tasks ----------------------------------------------------------------------------------------


@pytest.fixture
def task(edition, head_office) -> Task:
    return Task.objects.create(
        edition=edition, region=head_office, title="发通知", due_on=date(2026, 11, 20)
    )


def test_lists_are_filtered_by_their_address(client, administrator, task):
    for query, found in (
        ({"show": "overdue"}, 1), ({"show": "mine"}, 0), ({"show": "open"}, 1),
        ({"state": "done"}, 0), ({"owner": administrator.pk}, 0), ({"q": "通知"}, 1),
        ({"edition": task.edition_id}, 1), ({"region": task.region_id}, 1),
    ):  # fmt: skip
        answer = client.get(reverse("task:index"), query)
        assert answer.context["object_list"].count() == found, query


def test_the_list_opens_on_what_is_left_to_do_the_soonest_first(client, administrator, task):
    def made(title: str, due_on: date, state: str = "todo") -> Task:
        return Task.objects.create(
            edition=task.edition, region=task.region, title=title, due_on=due_on, state=state
        )

    done, dropped = (
        made("去年的", date(2025, 3, 1), "done"),
        made("不做", date(2025, 4, 1), "dropped"),
    )
    later, sooner = made("后", date(2027, 3, 1)), made("先", date(2026, 1, 2), "doing")

    def listed(**query) -> list[Task]:
        return list(client.get(reverse("task:index"), query).context["object_list"])

    assert listed() == listed(show="") == [sooner, task, later]
    assert listed(show="all") == [done, dropped, sooner, task, later]
    # A state says more exactly what is wanted, also beside what the filter's form sends along.
    assert listed(state="done") == listed(state="done", show="open") == [done]
    opened = client.get(reverse("task:index"))
    assert opened.context["shown"] == "open"
    assert not opened.context["is_filtering"]
    Task.objects.update(state="done")
    assert "已结束的任务" in client.get(reverse("task:index")).content.decode()


def test_a_task_is_marked_by_one_click(client, administrator, task):
    address = reverse("task:mark", args=[task.pk])
    for state in ("doing", "done", "todo", "dropped"):
        client.post(address, {"state": state})
        task.refresh_from_db()
        assert task.state == state
    client.post(address, {"state": "nonsense", "next": "https://elsewhere.example/"})
    task.refresh_from_db()
    assert task.state == "dropped"
    answer = client.post(address, {"state": "todo", "next": "https://elsewhere.example/"})
    assert answer.url == reverse("task:inspect", args=[task.pk])


def test_the_owner_marks_the_own_task_and_no_other(client, person, task):
    manager = person(Role.MANAGER)
    client.force_login(manager)
    client.post(reverse("task:mark", args=[task.pk]), {"state": "done"})
    task.refresh_from_db()
    assert task.state == "todo"
    Task.objects.filter(pk=task.pk).update(owner=manager)
    client.post(reverse("task:mark", args=[task.pk]), {"state": "done"})
    task.refresh_from_db()
    assert task.state == "done"


def test_only_people_of_the_own_regions_are_offered_as_owners(client, person, edition, tree):
    inside, outside = person(Role.MANAGER, "654300"), person(Role.MANAGER, "430000")
    client.force_login(person(Role.REGIONAL_COORDINATOR, "650000"))
    form = client.get(reverse("task:add")).context["form"]
    assert inside in form.fields["owner"].queryset
    assert outside not in form.fields["owner"].queryset
    wish = {
        "edition": edition.pk, "region": tree["650000"].pk, "title": "x", "state": "todo",
        "due_on": "2027-03-01", "owner": outside.pk,
    }  # fmt: skip
    assert client.post(reverse("task:add"), wish).status_code == 200
    assert client.post(reverse("task:add"), {**wish, "owner": inside.pk}).status_code == 302


# --- What is due ----------------------------------------------------------------------------------


def test_what_is_due_is_remembered_from_the_furthest_reminder_day_on(
    client, administrator, edition, head_office, task
):
    Series.objects.update(reminder_days="7,2")
    today = date(2026, 11, 22)
    for days in (2, 7, 8):
        Task.objects.create(
            edition=edition, region=head_office, title=str(days),
            due_on=today + timedelta(days=days),
        )  # fmt: skip
    found = tasks_due(administrator, today)
    assert [(row.label, row.left, row.is_urgent) for row in found] == [
        ("发通知", -2, True), ("2", 2, True), ("7", 7, False),
    ]  # fmt: skip
    assert "发通知" in client.get(reverse("wagtailadmin_home")).content.decode()
    assert editions_unconfirmed(date(2027, 3, 2))[0].left == 7
    assert editions_unconfirmed(date(2027, 3, 1)) == []


@pytest.mark.parametrize("text", ["x", "-1", "366", "1.5"])
def test_reminder_days_are_whole_numbers(series, text):
    from django.core.exceptions import ValidationError

    series.reminder_days = text
    with pytest.raises(ValidationError):
        series.clean()


def test_templates_are_changed_on_screen(client, administrator, series):
    wish = {"series": series.pk, "offset_days": "-40", "title": "早做准备"}
    client.post(reverse("tasktemplate:add"), wish)
    assert series.tasktemplates.first().relative_day == "T-40"
    wish = {
        "series": series.pk, "offset_days": "0", "clock": "09:00", "title": "x",
        "language": "zh-hans",
    }  # fmt: skip
    answer = client.post(reverse("pushtemplate:add"), wish)
    assert answer.context["form"].errors.keys() == {"channel"}


def test_an_editions_page_costs_the_same_with_ten_times_the_tasks(
    client, administrator, edition, head_office
):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("edition:inspect", args=[edition.pk])).status_code == 200
        return len(captured)

    def add(count: int) -> None:
        Task.objects.bulk_create(
            Task(edition=edition, region=head_office, title="x", due_on=date(2027, 3, 1))
            for _n in range(count)
        )

    add(8)
    queries()
    few = queries()
    add(80)
    assert queries() == few


def test_lists_cost_the_same_with_more_rows(client, administrator, edition, tree):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    names = ("plan", "regionalwindow", "tasktemplate", "pushtemplate")
    lists = [reverse(f"{name}:index") for name in names]
    lists.append(reverse("edition:inspect", args=[edition.pk]))
    TaskTemplate.objects.all().delete()
    PushTemplate.objects.all().delete()
    regions = list(tree.values())
    for region in regions[:2]:
        _row_in_each(edition, region)
    for address in lists:
        queries(address)
    few = [queries(address) for address in lists]
    for region in regions[2:]:
        _row_in_each(edition, region)
    assert [queries(address) for address in lists] == few


def _row_in_each(edition, region) -> None:
    plan = Plan.objects.create(edition=edition, region=region)
    for number in (1, 2):
        plan.versions.create(number=number, content={}, submitted_at=timezone.now())
    days = {"starts_on": edition.starts_on, "ends_on": edition.ends_on}
    RegionalWindow.objects.create(edition=edition, region=region, **days)
    row = {"series": edition.series, "offset_days": 0, "title": region.name}
    TaskTemplate.objects.create(**row)
    PushTemplate.objects.create(
        **row,
        clock=time(9),
        channel=Channel.objects.first(),
        account=AccountFactory(code=f"wechat:{region.code}"),
        page=make_case(f"case-{region.code}"),
    )
