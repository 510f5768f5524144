"""The channels' own figures: daily, platform-reported, and the same when fetched again."""

from datetime import date, timedelta

import pytest

from campaigns.channels.adapters import ADAPTERS, Adapter, NotYetError, Outcome, Statistic
from campaigns.channels.provider_models import Connection, StatisticsDay
from campaigns.channels.secrets import Secret
from campaigns.channels.standin.server import Standin
from campaigns.models import Push, ReachEntry
from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.news import ask_at_once
from campaigns.pushes.statistics import collect_due
from tests.campaigns.pushes.conftest import NOON

TODAY = date(2026, 3, 10)


class Figures(Adapter):
    """A channel that tells what it is told to tell."""

    has_statistics = True

    def __init__(self) -> None:
        self.told: dict[date, list[Statistic] | Exception] = {}
        self.asked: list[date] = []

    def collect(self, account, day):
        self.asked.append(day)
        told = self.told.get(day, [])
        if isinstance(told, Exception):
            raise told
        return told


@pytest.fixture
def figures(monkeypatch) -> Figures:
    fake = Figures()
    monkeypatch.setitem(ADAPTERS, "file", fake)
    return fake


@pytest.fixture
def sent(plan_at, figures) -> Push:
    push = plan_at()
    Push.objects.filter(pk=push.pk).update(state=Push.State.SENT, sent_at=NOON)
    return push


def standing() -> dict[tuple[str, date], int]:
    totals: dict = {}
    for entry in ReachEntry.objects.all():
        key = entry.metric, entry.day
        totals[key] = totals.get(key, 0) + entry.count
    return totals


def test_figures_of_yesterday_are_recorded_once(sent, figures, clock):
    figures.told[TODAY] = [
        Statistic(sent.key, TODAY, "reads", 120),
        Statistic(sent.key, TODAY, "shares", 0),
    ]
    assert collect_due()["recorded"] == 0  # the day is not over
    clock.shift(timedelta(days=1))
    assert collect_due()["recorded"] == 1
    assert collect_due()["recorded"] == 0
    assert figures.asked == [TODAY]
    entry = ReachEntry.objects.get()
    assert (entry.basis, entry.count, entry.day) == ("platform-reported", 120, TODAY)
    assert (entry.account, entry.edition, entry.content) == (sent.account, sent.edition, "case-1")


def test_what_the_platform_changes_becomes_a_correction(sent, figures, clock):
    figures.told[TODAY] = [Statistic(sent.key, TODAY, "reads", 120)]
    clock.shift(timedelta(days=1))
    collect_due()
    figures.told[TODAY] = [Statistic(sent.key, TODAY, "reads", 115)]
    clock.shift(timedelta(days=2))
    assert collect_due()["corrected"] == 1
    assert collect_due()["corrected"] == 0
    assert standing() == {("reads", TODAY): 115}
    assert ReachEntry.objects.count() == 2


def test_late_figures_are_asked_for_again_each_hour(sent, figures, clock):
    figures.told[TODAY] = NotYetError("late")
    clock.shift(timedelta(days=1))
    assert collect_due()["late"] == 1
    assert collect_due()["late"] == 0
    figures.told[TODAY] = [Statistic(sent.key, TODAY, "reads", 3)]
    clock.shift(timedelta(hours=1))
    assert collect_due()["recorded"] == 1
    assert StatisticsDay.objects.get().is_complete


def test_a_channel_that_breaks_is_noted_and_asked_again(sent, figures, clock):
    figures.told[TODAY] = RuntimeError("broken")
    clock.shift(timedelta(days=1))
    assert collect_due()["failed"] == 1
    assert "broken" in StatisticsDay.objects.get().problem
    assert collect_due()["failed"] == 0


def test_days_that_were_missed_are_fetched_later(sent, figures, clock):
    clock.shift(timedelta(days=4))
    collect_due()
    assert figures.asked == [TODAY + timedelta(days=back) for back in range(4)]


def test_figures_of_others_are_left_alone(sent, figures, clock, account):
    from uuid import uuid4

    figures.told[TODAY] = [Statistic(uuid4(), TODAY, "reads", 9)]
    clock.shift(timedelta(days=1))
    assert collect_due()["recorded"] == 0
    assert not ReachEntry.objects.exists()


def test_news_brings_only_a_waiting_push_forward(sent, plan_at):
    later = NOON + timedelta(hours=3)
    for state in Push.State.values:
        Push.objects.filter(pk=sent.pk).update(state=state, try_at=later)
        ask_at_once(sent.key)
        sent.refresh_from_db()
        assert (sent.try_at < later) == (state in ("unknown", "sending"))


# --- WeChat's own ---------------------------------------------------------------------------------


@pytest.fixture
def wechat(settings, clock, account, plan_at):
    """An article that was published by the stand-in on 10 March."""
    standin = Standin().start()
    settings.WECHAT_API_BASE = standin.address
    account.adapter = "wechat"
    account.save()
    connection = Connection(account=account, app_id="wx1")
    connection.secret = Secret("secret")
    connection.save()
    push = plan_at()
    assert ADAPTERS["wechat"].send(delivery_of(push)).outcome == Outcome.SENT
    Push.objects.filter(pk=push.pk).update(state=Push.State.SENT, sent_at=NOON)
    yield standin
    standin.stop()


def tell(standin, day: date, reads: int, shares: int) -> None:
    [article] = standin.wechat.state["accounts"]["wx1"]["articles"].values()
    number = str(article["data_id"])
    standin.wechat.figures[number, day.isoformat(), "read_user"] = reads
    standin.wechat.figures[number, day.isoformat(), "share_user"] = shares


def test_reads_and_shares_of_each_day_are_told_from_totals(wechat, clock):
    tomorrow = TODAY + timedelta(days=1)
    tell(wechat, TODAY, 100, 7)
    tell(wechat, tomorrow, 40, 2)
    clock.shift(timedelta(days=2))
    assert collect_due()["recorded"] == 4
    assert standing() == {
        ("reads", TODAY): 100,
        ("shares", TODAY): 7,
        ("reads", tomorrow): 40,
        ("shares", tomorrow): 2,
    }
    assert collect_due()["recorded"] == 0


def test_nothing_is_asked_before_eight_and_while_wechat_is_late(wechat, clock):
    tell(wechat, TODAY, 100, 0)
    clock.shift(timedelta(hours=19, minutes=30))  # half past seven
    before = len(wechat.recorder.calls)
    assert collect_due()["late"] == 1
    assert len(wechat.recorder.calls) == before
    wechat.wechat.delayed_days.add(TODAY.isoformat())
    clock.shift(timedelta(hours=1))
    assert collect_due()["late"] == 1
    wechat.wechat.delayed_days.clear()
    clock.shift(timedelta(hours=1))
    assert collect_due()["recorded"] == 1


def test_an_article_whose_answer_was_lost_is_known_by_its_address(wechat, clock):
    from campaigns.channels.provider_models import WechatJob

    WechatJob.objects.update(data_id="")
    tell(wechat, TODAY, 30, 5)
    clock.shift(timedelta(days=1))
    collect_due()
    assert standing() == {("shares", TODAY): 5, ("reads", TODAY): 30}
