"""A plan is handed in, decided over by somebody else, and every version stays as it was."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from campaigns.models import Attachment, Channel, Plan, PlanVersion, Target, Task
from campaigns.plans import approving
from campaigns.plans.comparing import compare, grouped
from campaigns.plans.copying import copy_template
from campaigns.plans.telling import told
from campaigns.regions.naming import person_name
from campaigns.regions.roles import Role


@pytest.fixture
def writer(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR)


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


@pytest.fixture
def plan(edition, tree):
    copy_template(edition)
    return Plan.objects.create(
        edition=edition,
        region=tree["000000"],
        aims="触达一亿人次",
        lead_department="消保部",
        executive="副总经理",
    )


def fresh(plan: Plan) -> Plan:
    return Plan.objects.get(pk=plan.pk)


def test_what_is_approved_holds_and_a_change_is_a_new_version(plan, writer, manager, head_office):
    first = approving.hand_in(plan, writer)
    approving.approve(first, manager)
    assert fresh(plan).approved == first
    assert not approving.has_changes(fresh(plan))
    Plan.objects.filter(pk=plan.pk).update(aims="触达两亿人次")
    Target.objects.create(edition=plan.edition, region=head_office, value=9)
    Task.objects.filter(title="活动启动").update(state="dropped")
    assert approving.has_changes(fresh(plan))
    second = approving.hand_in(fresh(plan), writer)
    assert (second.number, fresh(plan).approved) == (2, first)
    changes = compare(first.content, second.content)
    assert [(c.section, c.label, c.before, c.after) for c in changes] == [
        ("Aims", "", "触达一亿人次", "触达两亿人次"),
        ("Tasks", "活动启动 · 集团总部", "2027-03-09 · 消费者权益保护部", None),
        ("Targets", "集团总部 · all channels · Person-times in all", None, "9 person-times"),
    ]


def test_working_at_tasks_is_no_change_of_the_plan(plan, writer):
    approving.hand_in(plan, writer)
    Task.objects.filter(title="活动启动").update(state="done", owner=writer)
    assert not approving.has_changes(fresh(plan))


def test_nobody_decides_over_what_they_wrote(plan, writer, manager, django_user_model):
    plan.writers.add(manager)
    version = approving.hand_in(plan, writer)
    root = django_user_model.objects.create_superuser("root")
    for user in (writer, manager):
        with pytest.raises(PermissionDenied):
            approving.approve(version, user)
    approving.approve(version, root)
    # The next version starts with nobody but who writes it.
    Plan.objects.filter(pk=plan.pk).update(aims="x")
    second = approving.hand_in(fresh(plan), root)
    with pytest.raises(PermissionDenied):
        approving.approve(second, root)
    approving.approve(second, manager)


def test_a_plan_is_handed_in_whole_once_and_changed(plan, writer, manager):
    Plan.objects.filter(pk=plan.pk).update(executive="")
    with pytest.raises(ValidationError, match="responsible executive"):
        approving.hand_in(plan, writer)
    Plan.objects.filter(pk=plan.pk).update(executive="x")
    version = approving.hand_in(plan, writer)
    with pytest.raises(ValidationError, match="still waits"):
        approving.hand_in(plan, writer)
    approving.send_back(version, manager, "目标太低")
    with pytest.raises(ValidationError, match="Nothing has changed"):
        approving.hand_in(fresh(plan), writer)
    with pytest.raises(ValidationError, match="decided already"):
        approving.approve(version, manager)


def test_it_goes_back_with_a_reason_only(plan, writer, manager):
    version = approving.hand_in(plan, writer)
    with pytest.raises(ValidationError):
        approving.send_back(version, manager, "  ")
    assert PlanVersion.objects.get().state == "submitted"


def test_a_regions_plan_holds_its_own_part_only(plan, tree):
    Target.objects.create(edition=plan.edition, region=tree["430000"], value=1)
    Target.objects.create(edition=plan.edition, region=tree["654321"], value=2)
    regional = Plan.objects.create(edition=plan.edition, region=tree["650000"])
    content = approving.snapshot(regional)
    assert [row["value"] for row in content["targets"]] == [2]
    assert content["tasks"] == []


def test_who_does_a_task_and_how_far_stand_in_the_version(plan, writer):
    Task.objects.filter(title="活动启动").update(state="doing", owner=writer)
    tasks = told(approving.hand_in(plan, writer).content)["tasks"]
    shown = next(task for task in tasks if task["title"] == "活动启动")
    assert (shown["owner"], shown["state"]) == (person_name(writer), "Under way")


def test_targets_are_told_by_level_with_names_units_and_sums(plan, tree):
    channel = Channel.objects.create(code="radio", name="广播", kind="offline")
    for code, value in (("000000", 320_000_000), ("650000", 9_000), ("430000", 12_345)):
        Target.objects.create(edition=plan.edition, region=tree[code], value=value)
    Target.objects.create(
        edition=plan.edition, region=tree["650000"], channel=channel, metric="leaflets", value=5_000
    )
    with override("zh-hans"):
        head, provinces = told(approving.snapshot(plan))["levels"]
    assert [(row.region, row.channel, row.metric, row.shown, row.exact) for row in head.rows] == [
        ("集团总部", "全部渠道", "总人次", "32,000万人次", "320,000,000人次")
    ]
    assert (provinces.regions, len(provinces.rows)) == (2, 3)
    assert {(one.channel, one.metric, one.shown) for one in provinces.sums} == {
        ("全部渠道", "总人次", "2.13万人次"), ("广播", "发放宣传单", "5,000份"),
    }  # fmt: skip


def test_a_long_comparison_is_folded_by_level_and_tells_what_rounding_hides(plan, tree):
    regions = [tree["000000"], *(tree["000000"].add_child(
        code=f"9{n:05}", level="province", name=f"第{n}分公司") for n in range(9)
    )]  # fmt: skip
    old = {"targets": [{"region": regions[0].code, "channel": "", "metric": "person_times",
                        "value": 1_000_000}]}  # fmt: skip
    new = {"targets": [{"region": region.code, "channel": "", "metric": "person_times",
                        "value": 1_000_001} for region in regions]}  # fmt: skip
    with override("zh-hans"):
        head, provinces = grouped(compare(old, new))
    assert (head.is_long, len(provinces.changes), provinces.is_long) == (False, 9, True)
    assert (head.changes[0].before, head.changes[0].after) == ("1,000,000人次", "1,000,001人次")
    assert (provinces.changes[0].after, provinces.changes[0].exact_after) == (
        "100万人次", "1,000,001人次",
    )  # fmt: skip


def test_a_version_of_before_is_still_told(plan):
    """Neither owner nor state; a region and a channel that are gone stand by their codes."""
    old = {
        "tasks": [{"title": "a", "region": "b", "department": "", "due_on": "2026-03-01"}],
        "budget": [{"purpose": "印刷", "amount": "1234567.50"}, {"purpose": "x", "amount": "1"}],
        "targets": [{"region": "999999", "channel": "gone", "metric": "gone", "value": 1}],
    }
    with override("zh-hans"):
        shown = told(old)
    assert shown["total"] == "1,234,568.50 元"
    assert shown["levels"][0].rows[0].region == "999999"
    assert (shown["tasks"][0]["owner"], shown["tasks"][0]["state"]) == ("", "")
    assert told({})["levels"] == []


# --- Screens --------------------------------------------------------------------------------------

BUDGET = {"budget-TOTAL_FORMS": "2", "budget-INITIAL_FORMS": "0"}
WORDS = {"aims": "a", "themes": "t", "lead_department": "d", "executive": "e"}


def test_a_plan_is_written_with_its_budget_and_handed_in(client, edition, tree, writer):
    client.force_login(writer)
    answer = client.post(
        reverse("plan:add"),
        {
            **WORDS, **BUDGET,
            "edition": edition.pk, "region": tree["000000"].pk,
            "budget-0-purpose": "印刷", "budget-0-amount": "1200.50",
        },
    )  # fmt: skip
    plan = Plan.objects.get()
    assert answer.url == reverse("plan:inspect", args=[plan.pk])
    assert str(plan.budget.get().amount) == "1200.50"
    assert list(plan.writers.all()) == [writer]
    assert client.get(answer.url).status_code == 200
    client.post(reverse("plan:hand_in", args=[plan.pk]))
    assert plan.versions.get().content["budget"] == [{"purpose": "印刷", "amount": "1200.50"}]


def test_a_budget_that_cannot_be_read_saves_nothing(client, edition, tree, writer):
    client.force_login(writer)
    answer = client.post(
        reverse("plan:add"),
        {
            **WORDS, **BUDGET,
            "edition": edition.pk, "region": tree["000000"].pk,
            "budget-0-purpose": "印刷", "budget-0-amount": "-1",
        },
    )  # fmt: skip
    assert answer.status_code == 200
    assert Plan.objects.count() == 0
    assert answer.context["budget"].errors[0].keys() == {"amount"}
    shown = answer.content.decode()
    assert 'href="#id_budget-0-amount"' in shown
    assert 'class="error-message" id="id_budget-0-amount_error"' in shown


def test_the_manager_approves_on_screen_and_sees_the_comparison(client, plan, writer, manager):
    approving.hand_in(plan, writer)
    client.force_login(writer)
    approve = reverse("plan:approve", args=[plan.pk, 1])
    client.post(approve)
    assert plan.versions.get().state == "submitted"
    client.force_login(manager)
    # Decided is where the frozen version is shown, never beside words that were changed since.
    assert approve not in client.get(reverse("plan:inspect", args=[plan.pk])).content.decode()
    assert approve in client.get(reverse("plan:version", args=[plan.pk, 1])).content.decode()
    client.post(approve)
    assert plan.versions.get().state == "approved"
    Plan.objects.filter(pk=plan.pk).update(aims="别的目标")
    compared = client.get(reverse("plan:version", args=[plan.pk, 1]), {"with": "now"})
    [group] = compared.context["changes"]
    assert [change.after for change in group.changes] == ["别的目标"]
    for nonsense in ("9", "x", "-1", "99999"):
        address = reverse("plan:version", args=[plan.pk, 1])
        assert client.get(address, {"with": nonsense}).status_code == 404


def test_whoever_may_approve_is_told_at_home_and_in_the_list(client, plan, writer, manager):
    approving.approve(approving.hand_in(plan, writer), manager)
    Plan.objects.filter(pk=plan.pk).update(aims="新目标")
    second = reverse("plan:version", args=[plan.pk, 2])
    home = reverse("wagtailadmin_home")
    client.force_login(manager)
    assert "没有待您审批的方案" in client.get(home).content.decode()
    approving.hand_in(fresh(plan), writer)
    shown = client.get(home).content.decode()
    assert "1 份方案待您审批" in shown
    assert second in shown
    listed = client.get(reverse("plan:index"), {"state": "submitted"}).content.decode()
    assert "1 份方案待审批" in listed
    assert "第 2 版：已提交" in listed
    assert "第 1 版生效中" in listed
    for state, rows in (("submitted", 1), ("approved", 0), ("draft", 0)):
        found = client.get(reverse("plan:index"), {"state": state}).context["object_list"]
        assert len(found) == rows
    assert "第 1 版生效中" in client.get(second).content.decode()
    client.force_login(writer)
    assert second not in client.get(home).content.decode()


def test_the_version_shows_names_sums_and_the_budgets_total(client, plan, manager, writer, tree):
    Target.objects.create(edition=plan.edition, region=tree["000000"], value=320_000_000)
    plan.budget.create(purpose="印刷", amount="120000")
    plan.budget.create(purpose="场地", amount="3000.5")
    approving.hand_in(plan, writer)
    client.force_login(manager)
    for address in ("plan:inspect", [plan.pk]), ("plan:version", [plan.pk, 1]):
        shown = client.get(reverse(address[0], args=address[1])).content.decode()
        for words in ("123,000.50 元", "32,000万人次", "320,000,000人次", "集团总部"):
            assert words in shown
        assert "person_times" not in shown


def test_attachments_are_private_and_stay_for_old_versions(client, plan, writer, person, settings):
    client.force_login(writer)
    upload = SimpleUploadedFile("方案.pdf", b"%PDF-1.4")
    client.post(reverse("plan:attach", args=[plan.pk]), {"file": upload})
    row = Attachment.objects.get()
    assert str(settings.MEDIA_ROOT) not in row.file.path
    address = reverse("plan:attachment", args=[plan.pk, row.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.4"
    assert answer["Content-Disposition"].startswith("attachment")
    client.post(reverse("plan:withdraw", args=[plan.pk, row.pk]))
    assert approving.snapshot(fresh(plan))["attachments"] == []
    assert client.get(address).status_code == 200
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["x.html", "x.exe", "x"])
def test_what_is_no_paper_is_refused(client, plan, writer, name):
    client.force_login(writer)
    client.post(reverse("plan:attach", args=[plan.pk]), {"file": SimpleUploadedFile(name, b"x")})
    assert Attachment.objects.count() == 0
