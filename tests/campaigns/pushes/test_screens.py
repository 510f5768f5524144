"""The screens of pushes: plan, look, another time, cancel; who may, and where."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.calendar.windows import BEIJING
from campaigns.pushes import engine
from campaigns.pushes.models import Heartbeat, Push
from campaigns.pushes.states import State
from campaigns.regions.roles import Role
from tests.factories import AccountFactory, make_case


@pytest.fixture
def administrator(client, person):
    user = person(Role.CAMPAIGN_ADMINISTRATOR)
    client.force_login(user)
    return client


@pytest.fixture
def in_xinjiang(client, person):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    return client


@pytest.fixture
def wish(edition, page, account):
    """What is typed into the form."""
    return {
        "edition": edition.pk,
        "page": page.pk,
        "language": "zh-hans",
        "account": account.pk,
        "scheduled_at": "2026-03-11 09:00",
        "ends_at": "",
    }


def test_a_push_is_planned_and_its_timeline_shown(administrator, wish):
    answer = administrator.post(reverse("push:add"), wish, follow=True)
    push = Push.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("push:inspect", args=[push.pk])
    assert push.scheduled_at.astimezone(BEIJING).isoformat() == "2026-03-11T09:00:00+08:00"
    assert push.planned_by.username == "campaign_administrator-000000"
    assert [event.transition.to_state for event in answer.context["events"]] == ["planned"]


def test_the_form_means_beijing_time_whatever_the_planner_has_chosen(administrator, wish):
    from wagtail.users.models import UserProfile

    user = administrator.get(reverse("push:add")).context["user"]
    profile = UserProfile.get_for_user(user)
    profile.current_time_zone = "Asia/Urumqi"
    profile.save()
    administrator.post(reverse("push:add"), wish)
    push = Push.objects.get()
    assert push.scheduled_at.astimezone(BEIJING).hour == 9
    form = administrator.get(reverse("push:edit", args=[push.pk])).context["form"]
    assert "2026-03-11 09:00" in str(form["scheduled_at"])


def test_planning_the_same_again_says_so(administrator, wish):
    administrator.post(reverse("push:add"), wish, follow=True)
    answer = administrator.post(reverse("push:add"), wish, follow=True)
    assert Push.objects.count() == 1
    assert [message.level_tag for message in answer.context["messages"]] == ["info"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scheduled_at": "2026-04-11 09:00"}, "scheduled_at"),
        ({"scheduled_at": ""}, "scheduled_at"),
        ({"language": "kk"}, "language"),
        ({"ends_at": "2026-03-11 08:00"}, "ends_at"),
        ({"page": ""}, "page"),
    ],
)
def test_an_error_stands_at_its_field(administrator, wish, change, field):
    answer = administrator.post(reverse("push:add"), {**wish, **change})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {field}
    assert not Push.objects.exists()


def test_an_unpublished_piece_is_warned_of(administrator, wish):
    wish["page"] = make_case("draft", live=False).pk
    answer = administrator.post(reverse("push:add"), wish, follow=True)
    assert "warning" in [message.level_tag for message in answer.context["messages"]]
    assert len(answer.context["warnings"]) == 1


def test_another_time(administrator, plan_at):
    push = plan_at(5)
    answer = administrator.post(
        reverse("push:edit", args=[push.pk]),
        {"scheduled_at": "2026-03-12 10:30", "ends_at": ""},
    )
    assert answer.url == reverse("push:inspect", args=[push.pk])
    moved = Push.objects.get()
    assert moved.scheduled_at.astimezone(BEIJING).isoformat() == "2026-03-12T10:30:00+08:00"
    assert (moved.key, moved.slot) == (push.key, push.slot)
    assert moved.transitions.last().by.username == "campaign_administrator-000000"


def test_another_time_says_what_it_costs(administrator, plan_at, approve_at):
    other, approved = plan_at(5), approve_at(10)
    costs = [
        administrator.get(reverse("push:edit", args=[push.pk])).context["move_cost"]
        for push in (other, approved)
    ]
    assert costs[0] == ""
    assert costs[1]


def test_another_time_outside_the_campaign_is_refused_at_the_field(administrator, plan_at):
    push = plan_at(5)
    answer = administrator.post(
        reverse("push:edit", args=[push.pk]), {"scheduled_at": "2026-05-12 10:30"}
    )
    assert answer.context["form"].errors.keys() == {"scheduled_at"}
    assert Push.objects.get().scheduled_at == push.scheduled_at


def test_what_was_sent_has_no_other_time_and_no_cancelling(administrator, approve_at, channel):
    push = approve_at(0)
    engine.tick()
    timeline = reverse("push:inspect", args=[push.pk])
    for name in ("push:edit", "push:cancel", "push:unapprove", "push:send_now", "push:ask"):
        assert administrator.get(reverse(name, args=[push.pk])).url == timeline
        given = {"reason": "x", "scheduled_at": "2026-03-12 10:30"}
        assert administrator.post(reverse(name, args=[push.pk]), given).url == timeline
    assert Push.objects.get().state == State.SENT


def test_cancelling_asks_and_keeps_the_reason(administrator, plan_at):
    push = plan_at(5)
    address = reverse("push:cancel", args=[push.pk])
    assert administrator.get(address).status_code == 200
    assert administrator.post(address, {"reason": ""}).context["form"].errors.keys() == {"reason"}
    assert Push.objects.get().state == State.PLANNED
    administrator.post(address, {"reason": "the notice has changed"})
    assert Push.objects.get().state == State.CANCELLED
    assert push.transitions.last().reason == "the notice has changed"


@pytest.mark.parametrize("ended", [State.FAILED, State.MISSED])
def test_what_failed_or_was_missed_can_be_called_off(administrator, plan_at, ended):
    push = plan_at(5)
    Push.objects.update(state=ended)
    address = reverse("push:cancel", args=[push.pk])
    shown = administrator.get(reverse("push:inspect", args=[push.pk])).content.decode()
    assert address in shown
    assert administrator.post(address, {"reason": " "}).context["form"].errors.keys() == {"reason"}
    administrator.post(address, {"reason": "the talk is off"})
    assert Push.objects.get().state == State.CANCELLED
    assert push.transitions.last().reason == "the talk is off"


def test_what_is_due_waits_for_the_next_tick(administrator, approve_at, clock):
    push = approve_at(5)
    address = reverse("push:inspect", args=[push.pk])
    assert "下一步：将于" in administrator.get(address).content.decode()
    clock.shift(timedelta(minutes=5))
    shown = administrator.get(address).content.decode()
    assert "下一步：等待下一次发送" in shown
    assert "下一步：将于" not in shown


def test_machines_words_are_folded_and_people_named(administrator, approve_at, channel):
    channel.answers["case-1"] = ConnectionRefusedError(111, "Connection refused")
    push = approve_at(0)
    engine.tick()
    get_user_model().objects.update(first_name="伟", last_name="张")
    shown = administrator.get(reverse("push:inspect", args=[push.pk])).content.decode()
    before = shown.partition("ConnectionRefusedError")[0]
    assert "连接被拒绝" in before
    assert before.rstrip().endswith("<code>")
    Push.objects.update(state=State.FAILED)
    administrator.post(reverse("push:cancel", args=[push.pk]), {"reason": "x"})
    assert "张伟" in administrator.get(reverse("push:inspect", args=[push.pk])).content.decode()


def test_a_push_is_named_by_its_account_and_which_time_it_is(plan_at):
    with override("zh-hans"):
        name = str(plan_at(5, account=AccountFactory(code="wechat:000000")))
    assert name.endswith("→ 官微（第 1 次）")


def test_the_timeline_tells_of_every_try(administrator, approve_at, channel, clock):
    from campaigns.channels.adapters import Outcome, Receipt

    channel.answers["case-1"] = Receipt(Outcome.TEMPORARY, "<busy>")
    push = approve_at(0)
    engine.tick()
    answer = administrator.get(reverse("push:inspect", args=[push.pk]))
    kinds = ["attempt" if event.attempt else event.transition.to_state
             for event in answer.context["events"]]  # fmt: skip
    assert kinds == ["planned", "ready", "approved", "sending", "attempt", "approved"]
    assert "&lt;busy&gt;" in answer.content.decode()


def test_there_is_no_way_to_delete_a_push():
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("push:delete", args=[1])


class TestRegions:
    """Pushes belong to the region that owns the account."""

    def test_only_own_pushes_are_listed(self, in_xinjiang, plan_at, tree):
        own = plan_at(5, account=AccountFactory(code="wechat:654300"))
        plan_at(5)
        plan_at(5, account=AccountFactory(code="wechat:430000"))
        rows = in_xinjiang.get(reverse("push:index")).context["object_list"]
        assert list(rows) == [own]

    @pytest.mark.parametrize("name", ["inspect", "edit", "cancel"])
    def test_others_are_absent(self, in_xinjiang, plan_at, tree, name):
        push = plan_at(5, account=AccountFactory(code="wechat:430000"))
        address = reverse(f"push:{name}", args=[push.pk])
        assert in_xinjiang.get(address).status_code == 404
        given = {"reason": "x", "scheduled_at": "2026-03-12 10:30"}
        assert in_xinjiang.post(address, given).status_code in (404, 405)
        assert Push.objects.get().state == State.PLANNED

    def test_others_accounts_are_not_offered_nor_accepted(self, in_xinjiang, wish, tree):
        own = AccountFactory(code="wechat:650000")
        form = in_xinjiang.get(reverse("push:add")).context["form"]
        assert list(form.fields["account"].queryset) == [own]
        answer = in_xinjiang.post(reverse("push:add"), wish)
        assert answer.context["form"].errors.keys() == {"account"}
        assert not Push.objects.exists()

    def test_others_accounts_are_not_offered_in_the_filter(self, in_xinjiang, account, tree):
        own = AccountFactory(code="wechat:650000")
        filters = in_xinjiang.get(reverse("push:index")).context["filters"]
        assert list(filters.form.fields["account"].queryset) == [own]


class TestRights:
    def test_a_coordinator_looks_but_does_not_plan(self, client, person, plan_at):
        push = plan_at(5)
        client.force_login(person(Role.REGIONAL_COORDINATOR))
        shown = client.get(reverse("push:inspect", args=[push.pk]))
        assert shown.status_code == 200
        assert reverse("push:cancel", args=[push.pk]) not in shown.content.decode()
        assert client.get(reverse("push:index")).status_code == 200
        for address in (
            reverse("push:add"),
            reverse("push:edit", args=[push.pk]),
            reverse("push:cancel", args=[push.pk]),
        ):
            assert client.get(address).url == reverse("wagtailadmin_home")
            client.post(address, {"reason": "x", "scheduled_at": "2026-03-12 10:30"})
        unchanged = Push.objects.get()
        assert (unchanged.state, unchanged.scheduled_at) == (State.PLANNED, push.scheduled_at)

    def test_an_editor_sees_nothing_of_it(self, client, person, plan_at):
        push = plan_at(5)
        client.force_login(person(Role.EDITOR))
        for address in (reverse("push:index"), reverse("push:inspect", args=[push.pk])):
            assert client.get(address).url == reverse("wagtailadmin_home")


class TestHeartbeat:
    @pytest.mark.parametrize(
        ("age", "warned"),
        [(None, True), (timedelta(minutes=2, seconds=50), False), (timedelta(minutes=4), True)],
    )
    def test_every_screen_warns_when_nothing_has_ticked(self, administrator, plan_at, age, warned):
        if age is not None:
            Heartbeat.objects.create(host="one", beat_at=timezone.now() - age)
        push = plan_at(5)
        for name, args in (("index", []), ("add", []), ("edit", [push.pk]),
                           ("inspect", [push.pk]), ("cancel", [push.pk])):  # fmt: skip
            page = administrator.get(reverse(f"push:{name}", args=args)).content.decode()
            assert ('data-heartbeat="silent"' in page) is warned

    def test_one_living_machine_is_enough(self, administrator):
        for host, age in (("dead", 600), ("alive", 30)):
            beat = timezone.now() - timedelta(seconds=age)
            Heartbeat.objects.create(host=host, beat_at=beat)
        page = administrator.get(reverse("push:index")).content.decode()
        assert 'data-heartbeat="silent"' not in page


def test_the_list_is_filtered(administrator, plan_at, website, page):
    make_case("case-1-kk", language="kk-arab", translation_of=page)
    packed = plan_at(5)
    placed = plan_at(6, account=website, language="kk-arab")

    def shown(**filters):
        return list(administrator.get(reverse("push:index"), filters).context["object_list"])

    assert shown() == [placed, packed]
    assert shown(account=website.pk) == [placed]
    assert shown(language="zh-hans") == [packed]
    assert shown(state="sent") == []
    assert shown(scheduled_at_from="2026-03-11") == []
    assert shown(edition=packed.edition_id, state="planned") == [placed, packed]


def test_the_list_costs_the_same_with_many(administrator, plan_at, django_assert_max_num_queries):
    plan_at(1)
    administrator.get(reverse("push:index"))
    with django_assert_max_num_queries(200) as few:
        administrator.get(reverse("push:index"))
    for minute in range(2, 22):
        plan_at(minute)
    with django_assert_max_num_queries(len(few.captured_queries)):
        administrator.get(reverse("push:index"))
