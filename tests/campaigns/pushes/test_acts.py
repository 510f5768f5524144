"""Check, approve, retry, ask, withdraw, pause: on the screens, one by one and many at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.calendar.windows import BEIJING
from campaigns.channels.adapters import Outcome, Receipt, Remark, Trace
from campaigns.channels.handover import handing
from campaigns.channels.handover.models import Handover
from campaigns.channels.models import Placement
from campaigns.pushes import engine, hands, pausing
from campaigns.pushes.models import Pause, Push
from campaigns.pushes.states import State
from campaigns.reach.models import TrackedLink
from campaigns.regions.roles import Role
from tests.campaigns.pushes.conftest import NOON
from tests.factories import AccountFactory, make_case


@pytest.fixture
def administrator(client, person):
    client.user = person(Role.CAMPAIGN_ADMINISTRATOR)
    client.force_login(client.user)
    return client


@pytest.fixture
def in_xinjiang(client, person):
    client.user = person(Role.CAMPAIGN_ADMINISTRATOR, "650000")
    client.force_login(client.user)
    return client


def state(push: Push) -> str:
    return Push.objects.get(pk=push.pk).state


def post(client, name: str, push=None, **data):
    address = reverse(f"push:{name}", args=[push.pk] if push else [])
    return client.post(address, data, follow=True)


def warn(channel) -> None:
    channel.preflight = lambda _delivery: [Remark("fake.warning", "is <this> meant?", False)]


class TestCheckAndApprove:
    def test_check_shows_what_stands_against_it(self, administrator, plan_at, channel):
        push = plan_at(5)
        channel.problems = ["title too long"]
        assert "title too long" in post(administrator, "check", push).content.decode()
        channel.problems = []
        post(administrator, "check", push)
        assert state(push) == State.READY

    def test_a_warning_is_ticked_and_the_name_kept(self, administrator, plan_at, channel):
        push = plan_at(5)
        warn(channel)
        shown = post(administrator, "approve", push)
        assert (state(push), push.consents.count()) == (State.READY, 0)
        assert 'value="fake.warning"' in shown.content.decode()
        shown = post(administrator, "approve", push, consent="fake.warning")
        assert state(push) == State.APPROVED
        assert push.consents.get().by == administrator.user
        assert "is &lt;this&gt; meant?" in shown.content.decode()

    def test_another_regions_push_is_absent(self, in_xinjiang, plan_at, tree):
        push = plan_at(5, account=AccountFactory(code="wechat:430000"))
        for name in ("check", "approve", "send_now", "ask", "unapprove", "withdraw", "call_off"):
            address = reverse(f"push:{name}", args=[push.pk])
            assert in_xinjiang.post(address, {"reason": "x"}).status_code == 404
        assert state(push) == State.PLANNED

    def test_a_coordinator_sees_preflight_and_approves_nothing(self, client, person, plan_at):
        push = plan_at(5)
        client.force_login(person(Role.REGIONAL_COORDINATOR))
        assert client.get(reverse("push:inspect", args=[push.pk])).status_code == 200
        for name in ("check", "approve"):
            client.post(reverse(f"push:{name}", args=[push.pk]))
        client.post(reverse("push:bulk"), {"push": push.pk, "action": "approve"})
        assert state(push) == State.PLANNED


class TestMany:
    def test_each_row_says_what_came_of_it(self, administrator, plan_at, channel):
        good, bad = plan_at(5), plan_at(5, page=make_case("bad"))
        channel.preflight = lambda d: (
            [Remark("fake", "title too long")] if d.page.code == "bad" else []
        )
        shown = administrator.post(
            reverse("push:bulk"), {"push": [good.pk, bad.pk], "action": "approve"}
        )
        rows = {row.push.pk: row for row in shown.context["rows"]}
        assert rows[good.pk].is_done
        assert rows[bad.pk].said == ["title too long"]
        assert (state(good), state(bad)) == (State.APPROVED, State.PLANNED)

    def test_a_warning_waits_for_a_tick_of_its_own(self, administrator, plan_at, channel):
        push = plan_at(5)
        warn(channel)
        shown = administrator.post(reverse("push:bulk"), {"push": push.pk, "action": "approve"})
        assert f'value="{push.pk}:fake.warning"' in shown.content.decode()
        assert state(push) == State.READY
        ticked = {"push": push.pk, "action": "approve", "consent": f"{push.pk}:fake.warning"}
        administrator.post(reverse("push:bulk"), ticked)
        assert state(push) == State.APPROVED

    def test_others_pushes_and_nonsense_are_left_out(self, in_xinjiang, plan_at, tree):
        other = plan_at(5, account=AccountFactory(code="wechat:430000"))
        shown = in_xinjiang.post(
            reverse("push:bulk"), {"push": [other.pk, "x", "9" * 30], "action": "check"}
        )
        assert shown.context["rows"] == []
        assert state(other) == State.PLANNED

    def test_the_list_knows_what_is_late(self, administrator, plan_at, clock):
        late, coming = plan_at(1), plan_at(60)
        clock.shift(timedelta(minutes=5))

        def shown(value: str) -> list[Push]:
            answer = administrator.get(reverse("push:index"), {"late": value})
            return list(answer.context["object_list"])

        assert shown("true") == [late]
        assert shown("false") == [coming]


class TestByHand:
    def test_send_now(self, administrator, approve_at, channel):
        channel.answers["case-1"] = Receipt(Outcome.FAILED, "40001 bad token")
        push = approve_at(0)
        engine.tick()
        assert (
            "40001" in administrator.get(reverse("push:inspect", args=[push.pk])).content.decode()
        )
        assert post(administrator, "send_now", push, reason="").context["form"].errors
        post(administrator, "send_now", push, reason="token renewed")
        channel.answers.clear()
        assert engine.tick().sent == 1
        assert push.transitions.filter(reason="token renewed", by=administrator.user).exists()

    def test_ask_now(self, administrator, approve_at, channel):
        channel.answers["case-1"] = Receipt(Outcome.UNKNOWN, "timed out")
        channel.traces["case-1"] = Trace.CANNOT_TELL
        push = approve_at(0)
        engine.tick()
        engine.tick()
        channel.traces.clear()
        assert engine.tick().due == 0
        post(administrator, "ask", push, reason="the channel is back")
        assert engine.tick().sent == 1

    def test_withdraw(self, administrator, approve_at, website):
        push = approve_at(0, account=website)
        engine.tick()
        post(administrator, "withdraw", push, reason="wrong picture")
        assert state(push) == State.CANCELLED
        assert Placement.objects.get().ends_at < push.edition.closes_at()
        assert [attempt.outcome for attempt in push.attempts.all()] == ["sent", "withdrawn"]

    def test_what_the_channel_does_not_take_back_stays_sent(
        self, administrator, approve_at, channel
    ):
        push = approve_at(0)
        engine.tick()
        channel.can_withdraw = True
        shown = post(administrator, "withdraw", push, reason="wrong picture")
        assert state(push) == State.SENT
        assert shown.status_code == 200
        assert push.attempts.last().outcome == "failed"


@pytest.fixture
def many_late(administrator, page, account, edition, clock):
    """A standing pause and so many approved pushes that are late by it."""
    link = TrackedLink.objects.create(
        label="x", page=page, channel=account.channel, region=account.region, code="late"
    )

    def make(number: int) -> tuple[Pause, list[Push]]:
        Push.objects.all().update(state=State.CANCELLED)
        taken = Push.objects.count()
        at = NOON - timedelta(hours=5)
        pushes = Push.objects.bulk_create(
            Push(
                edition=edition,
                page=page,
                language="zh-hans",
                account=account,
                slot=taken + n + 1,
                state=State.APPROVED,
                scheduled_at=at + timedelta(seconds=n),
                try_at=at,
                link=link,
            )
            for n in range(number)
        )
        return pausing.begin(Pause(reason="x"), administrator.user), pushes

    return make


class TestPauses:
    @pytest.mark.parametrize("what", ["account", "channel", "edition", ""])
    def test_what_is_paused_does_not_go_out_nor_get_lost(
        self, administrator, approve_at, account, clock, what
    ):
        push = approve_at(0)
        of = {"account": account.pk, "channel": account.channel_id, "edition": push.edition_id}
        wanted = {what: of[what]} if what else {}
        post(administrator, "pauses", reason="notice withdrawn", **wanted)
        clock.shift(timedelta(hours=5))
        assert engine.tick().due == 0
        assert state(push) == State.APPROVED
        shown = administrator.get(reverse("push:index")).content.decode()
        assert "notice withdrawn" in shown

    def test_what_is_not_named_goes_on(self, administrator, approve_at, account, channel):
        other = AccountFactory(code="app:000000")
        approve_at(0)
        approve_at(0, account=other)
        post(administrator, "pauses", reason="x", account=account.pk)
        assert engine.tick().sent == 1

    def test_the_same_is_not_paused_twice_and_nothing_in_vain(self, administrator, account):
        other = AccountFactory(code="app:000000")
        post(administrator, "pauses", reason="first", account=account.pk)
        again = {"account": account.pk, "channel": account.channel_id}
        for wanted in ({"account": account.pk}, again):
            shown = post(administrator, "pauses", reason="again", **wanted).content.decode()
            assert "已经暂停" in shown
        in_vain = {"account": account.pk, "channel": other.channel_id}
        shown = post(administrator, "pauses", reason="in vain", **in_vain)
        assert shown.context["form"].errors.keys() == {"channel"}
        assert Pause.objects.get().reason == "first"
        # Wider, narrower or elsewhere is something else; what holds it up already is told.
        post(administrator, "pauses", reason="wider", channel=account.channel_id)
        post(administrator, "pauses", reason="elsewhere", account=other.pk)
        second = AccountFactory(code="wechat:000000-b")
        shown = post(administrator, "pauses", reason="narrower", account=second.pk)
        assert "此前已有的暂停" in shown.content.decode()
        assert Pause.objects.standing().count() == 4

    def test_resuming_asks_about_each_late_push(self, administrator, approve_at, channel, clock):
        pages = [make_case(f"late-{n}") for n in range(3)]
        now, later, never = (approve_at(0, page=page) for page in pages)
        post(administrator, "pauses", reason="x")
        pause = Pause.objects.get()
        clock.shift(timedelta(hours=5))
        address = reverse("push:resume", args=[pause.pk])
        assert len(administrator.get(address).context["late"]) == 3
        administrator.post(address, {})
        assert Pause.objects.standing().exists()
        administrator.post(
            address,
            {
                f"push-{now.pk}-choice": "send",
                f"push-{later.pk}-choice": "retime",
                f"push-{later.pk}-at": "2026-03-11 10:00",
                f"push-{never.pk}-choice": "skip",
            },
        )
        pause.refresh_from_db()
        assert pause.ended_by == administrator.user
        assert engine.tick().sent == 1
        assert [state(one) for one in (now, later, never)] == ["sent", "planned", "cancelled"]
        moved = Push.objects.get(pk=later.pk).scheduled_at.astimezone(BEIJING)
        assert f"{moved:%F %H:%M}" == "2026-03-11 10:00"

    def test_more_late_pushes_than_a_form_holds_are_decided_together(
        self, administrator, approve_at, clock, monkeypatch
    ):
        monkeypatch.setattr("campaigns.pushes.pause_views.MOST_ASKED", 1)
        pages = [make_case(f"late-{n}") for n in range(3)]
        first, *others = (approve_at(n, page=page) for n, page in enumerate(pages))
        post(administrator, "pauses", reason="x")
        pause = Pause.objects.get()
        clock.shift(timedelta(hours=5))
        address = reverse("push:resume", args=[pause.pk])
        shown = administrator.get(address)
        assert [push for push, _form in shown.context["late"]] == [first]
        assert shown.context["others"] == len(others)
        told = {f"push-{first.pk}-choice": "skip"}
        assert administrator.post(address, told).status_code == 200
        assert Pause.objects.standing().exists()
        administrator.post(address, told | {"others-choice": "skip"})
        assert not Pause.objects.standing().exists()
        assert {state(one) for one in (first, *others)} == {"cancelled"}

    @pytest.mark.parametrize("answer", ["send", "skip"])
    def test_ten_times_as_many_late_pushes_cost_no_more_queries(
        self, administrator, many_late, monkeypatch, answer
    ):
        monkeypatch.setattr("campaigns.pushes.pause_views.MOST_ASKED", 2)
        queries = []
        # The first round fills what Django and Wagtail keep.
        for number in (3, 5, 50):
            pause, pushes = many_late(number)
            address = reverse("push:resume", args=[pause.pk])
            told = {f"push-{push.pk}-choice": answer for push in pushes[:2]}
            with CaptureQueriesContext(connection) as captured:
                shown = administrator.get(address)
            queries.append([len(captured)])
            assert shown.context["others"] == number - 2
            with CaptureQueriesContext(connection) as captured:
                administrator.post(address, told | {"others-choice": answer})
            queries[-1].append(len(captured))
            wanted = {"send": "approved", "skip": "cancelled"}[answer]
            assert {state(push) for push in pushes} == {wanted}
            assert not Pause.objects.standing().exists()
        assert queries[1] == queries[2]

    def test_what_is_sent_together_takes_its_consents_along(
        self, administrator, many_late, channel
    ):
        warn(channel)
        pause, pushes = many_late(3)
        text = "is <this> meant?"
        for push in pushes:
            push.consents.create(
                code="fake.warning", text=text, scheduled_at=push.scheduled_at, at=NOON
            )
        assert pausing.end(pause, administrator.user, {}, pausing.Choice.SEND) == {}
        assert engine.tick().sent == 3
        last = pushes[0].consents.last()
        assert (last.by, last.code) == (administrator.user, "fake.warning")

    def test_what_is_sent_together_and_cannot_go_out_is_seen_to_have_failed(
        self, administrator, many_late, channel
    ):
        pause, pushes = many_late(3)
        channel.problems = ["title too long"]
        pausing.end(pause, administrator.user, {}, pausing.Choice.SEND)
        assert engine.tick().failed == 3
        shown = administrator.get(reverse("push:inspect", args=[pushes[0].pk]))
        assert "title too long" in shown.content.decode()

    @pytest.mark.parametrize("others", [pausing.Choice.SEND, pausing.Choice.SKIP])
    def test_an_answer_counts_as_a_whole_or_not_at_all(
        self, administrator, many_late, monkeypatch, others
    ):
        pause, pushes = many_late(5)
        look_at = pausing._look_at

        def meanwhile(*args):
            """Somebody calls the third one off while the first is looked at."""
            answers = look_at(*args)
            Push.objects.filter(pk=pushes[2].pk).update(claimed_by="tick")
            return answers

        monkeypatch.setattr(pausing, "_look_at", meanwhile)
        choices = {push.pk: (pausing.Choice.SKIP, None) for push in pushes[:3]}
        with pytest.raises(ValidationError):
            pausing.end(pause, administrator.user, choices, others)
        assert Pause.objects.standing().exists()
        assert {state(push) for push in pushes} == {"approved"}
        assert not any(push.transitions.exists() for push in pushes)

    def test_a_late_push_that_can_no_longer_go_out_is_put_back_and_told(
        self, administrator, approve_at, channel, clock
    ):
        push = approve_at(0)
        pausing.begin(Pause(reason="x"), administrator.user)
        channel.problems = ["title too long"]
        clock.shift(timedelta(hours=1))
        refused = pausing.end(
            Pause.objects.get(), administrator.user, {push.pk: (pausing.Choice.SEND, None)}
        )
        assert "title too long" in refused[push.pk]
        assert state(push) == State.PLANNED

    def test_a_region_pauses_its_own_accounts_only(self, in_xinjiang, tree):
        own, other = AccountFactory(code="wechat:650000"), AccountFactory(code="wechat:430000")
        for wanted in ({}, {"account": other.pk}, {"channel": own.channel_id}):
            post(in_xinjiang, "pauses", reason="x", **wanted)
        assert not Pause.objects.exists()
        post(in_xinjiang, "pauses", reason="x", account=own.pk)
        assert Pause.objects.get().account == own

    def test_a_region_does_not_end_what_head_office_paused(self, in_xinjiang, django_user_model):
        boss = django_user_model.objects.create_superuser("boss")
        pause = pausing.begin(Pause(reason="x"), boss)
        post(in_xinjiang, "resume", pause)
        assert Pause.objects.standing().exists()


class TestCallingOff:
    """A hand-over that nobody has answered yet is called off with its push, or not at all."""

    @pytest.fixture
    def push(self, approve_at):
        push = approve_at(0, account=AccountFactory(code="sms:000000", adapter="handover"))
        engine.tick()
        assert state(push) == State.SENDING
        return push

    @pytest.fixture
    def handover(self, push):
        return Handover.objects.get()

    def confirm(self, handover, by) -> None:
        ticked = set(range(len(handover.checklist)))
        handing.confirm(handover, by, url="https://v.example/1", ticked=ticked)

    def test_it_is_cancelled_and_can_no_longer_be_confirmed(self, administrator, push, handover):
        shown = administrator.get(reverse("push:inspect", args=[push.pk])).content.decode()
        assert reverse("push:call_off", args=[push.pk]) in shown
        assert post(administrator, "call_off", push, reason=" ").context["form"].errors
        assert state(push) == State.SENDING
        post(administrator, "call_off", push, reason="号段停用")
        assert state(push) == State.CANCELLED
        change = push.transitions.last()
        assert (change.by, change.reason) == (administrator.user, "号段停用")
        assert push.attempts.get().outcome == "withdrawn"
        with pytest.raises(ValidationError):
            self.confirm(handover, administrator.user)
        page = administrator.get(reverse("handover:inspect", args=[handover.pk])).content.decode()
        assert "已取消办理" in page
        assert "号段停用" in page
        assert reverse("handover:confirm", args=[handover.pk]) not in page
        assert engine.tick().due == 0
        assert not Handover.objects.waiting().exists()

    def test_a_confirmation_that_came_first_stands(self, administrator, push, handover):
        seen = Push.objects.get(pk=push.pk)
        self.confirm(handover, administrator.user)
        with pytest.raises(ValidationError):
            hands.call_off(seen, administrator.user, "太晚")
        assert state(push) == State.SENDING
        assert Handover.objects.get().state == Handover.State.DONE
        assert push.attempts.get().outcome == "pending"
        engine.tick()
        assert state(push) == State.SENT

    def test_what_a_tick_holds_leaves_the_hand_over_open(self, administrator, push, handover):
        seen = Push.objects.get(pk=push.pk)
        Push.objects.filter(pk=push.pk).update(claimed_by="tick")
        with pytest.raises(ValidationError):
            hands.call_off(seen, administrator.user, "x")
        assert Handover.objects.get().is_open
        assert push.attempts.get().outcome == "pending"

    def test_only_who_may_change_pushes_does(self, client, person, push):
        client.force_login(person(Role.REGIONAL_COORDINATOR))
        client.post(reverse("push:call_off", args=[push.pk]), {"reason": "x"})
        assert state(push) == State.SENDING
        with pytest.raises(ValidationError):
            hands.call_off(Push.objects.get(pk=push.pk), person(Role.MANAGER), "x")
        assert Handover.objects.get().is_open

    def test_what_a_provider_works_on_is_not(self, administrator, approve_at, channel):
        channel.answers["case-1"] = Receipt(Outcome.PENDING, "at it")
        push = approve_at(0)
        engine.tick()
        assert state(push) == State.SENDING
        post(administrator, "call_off", push, reason="x")
        assert state(push) == State.SENDING
