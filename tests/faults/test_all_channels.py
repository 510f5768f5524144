"""Every channel, three schedulers at once, kill -9 at random instants, providers that break off.

Judged by what the channels hold: the stand-in's own record of WeChat and JPush, places, folders,
packages, mails and hand-overs. FAULT_PUSHES says how many pushes (100), FAULT_KILLS how many kills
(20), FAULT_SEED repeats a run as far as chance goes; who gets how far is the machine's affair.
"""

import hashlib
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from campaigns.channels.adapters.zipped import package_path
from campaigns.channels.handover.models import Handover
from campaigns.channels.models import ChannelAccount, Placement
from campaigns.channels.partner.items import new_feed_address
from campaigns.channels.partner.models import PartnerItem, PartnerMail, PartnerSetup
from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.pushes.models import Push, PushAttempt
from tests.factories import AccountFactory
from tests.faults.providers import Held, broken_providers
from tests.faults.schedulers import Schedulers
from tests.faults.stage import assert_outbox_holds

pytestmark = pytest.mark.fault

PUSHES = int(os.environ.get("FAULT_PUSHES", "100"))
KILLS = int(os.environ.get("FAULT_KILLS", "20"))
SEED = int(os.environ.get("FAULT_SEED", "315"))
AT_ONCE = 3
# A kill comes so many seconds after the one before, at most.
WINDOW = 0.8
# This part of the calls to providers goes wrong.
SHARE = 0.2
# Undisturbed, everything is settled long before: seconds.
PATIENCE = 120 + PUSHES / 2

State = Push.State
Adapter = ChannelAccount.Adapter


@pytest.fixture
def accounts(db) -> list[ChannelAccount]:
    """Each kind of channel, providers with several accounts, some that take several at once."""
    return [
        AccountFactory(code="website:000000", adapter=Adapter.WEBSITE),
        AccountFactory(code="wechat:000000-file", adapter=Adapter.FILE),
        _connected("wechat:000000", Adapter.WECHAT, 1),
        _connected("wechat:000000-b", Adapter.WECHAT, 3),
        _connected("wechat:000000-all", Adapter.WECHAT, 1, mode=Connection.Mode.MASS),
        _connected("app:000000", Adapter.JPUSH, 1),
        _connected("app:000000-b", Adapter.JPUSH, 4),
        _with_feed(AccountFactory(code="partner:000000", adapter=Adapter.PARTNER)),
        _with_mail(AccountFactory(code="partner:000000-mail", adapter=Adapter.PARTNER, at_once=2)),
        AccountFactory(code="sms:000000", adapter=Adapter.HANDOVER, at_once=2),
    ]


def _connected(code: str, adapter: str, at_once: int, **changes) -> ChannelAccount:
    account = AccountFactory(code=code, adapter=adapter, at_once=at_once)
    connection = Connection(account=account, app_id=f"id-{account.pk}", **changes)
    connection.secret = Secret("secret-of-a-test")
    connection.save()
    return account


def _with_feed(account: ChannelAccount) -> ChannelAccount:
    new_feed_address(account)
    return account


def _with_mail(account: ChannelAccount) -> ChannelAccount:
    PartnerSetup.objects.create(account=account, mail_to="desk@partner.example")
    return account


@pytest.fixture
def waiting(edition, page, accounts) -> list[Push]:
    """As many to each account, approved and due, not yet in the database."""
    due_at = timezone.now() - timedelta(minutes=1)
    return [
        Push(
            edition=edition,
            page=page,
            language="zh-hans",
            account=account,
            slot=slot,
            state=State.APPROVED,
            scheduled_at=due_at,
            try_at=due_at,
        )
        for slot, account in zip(range(1, PUSHES + 1), cycle(accounts), strict=False)
    ]


@pytest.fixture
def providers(tmp_path):
    standin = broken_providers(tmp_path / "calls.jsonl", SEED, SHARE)
    yield standin
    standin.stop()


@pytest.fixture
def schedulers(own_database, providers, accounts, tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    running = Schedulers(
        own_database,
        tmp_path / "schedulers.log",
        AT_ONCE,
        SECRET_KEY=settings.SECRET_KEY,
        WECHAT_API_BASE=providers.address,
        JPUSH_API_BASE=providers.address,
        # The address begins after the third slash, with its own.
        EMAIL_URL=f"filemail:///{mails}",
    )
    yield running
    running.close()


def test_nothing_is_done_twice_and_nothing_is_lost_on_any_channel(
    schedulers, providers, waiting, tmp_path
):
    began = time.monotonic()
    chance = random.Random(SEED)
    for n in range(KILLS):
        # As many more fall due, so that there is work for every kill to hit.
        Push.objects.bulk_create(waiting[n * PUSHES // KILLS : (n + 1) * PUSHES // KILLS])
        time.sleep(chance.uniform(0, WINDOW))
        hurry()
        schedulers.kill_one(chance)
    providers.faults.end()
    wait_until_all_is_settled(schedulers)
    # Or by the signal itself, when it had just been started.
    assert set(schedulers.stop()) <= {0, -signal.SIGTERM}

    held = Held(providers, tmp_path / "calls.jsonl")
    report(held, providers, time.monotonic() - began)
    assert_providers_hold(held)
    assert_website_and_folder_hold()
    assert_partners_hold(tmp_path / "mails")
    assert_people_were_handed_theirs()
    assert_every_try_ended()
    assert not list(Path(settings.CLAIMS_DIR).iterdir())
    # The kills and the faults have hit the work itself.
    outcomes = set(PushAttempt.objects.values_list("outcome", flat=True))
    assert {"found", "abandoned"} & outcomes
    assert providers.faults.struck.total() > 0


def hurry() -> None:
    """Nobody waits: what is to be tried or asked about later is so now, as if time had passed."""
    now = timezone.now()
    by_people = Q(account__adapter=Adapter.HANDOVER, state=State.SENDING)
    later = Push.objects.filter(claimed_by="", try_at__gt=now).exclude(by_people)
    later.filter(state__in=[State.APPROVED, State.SENDING, State.UNKNOWN]).update(try_at=now)


def unsettled():
    """What undisturbed schedulers have to bring to an end. Some only people can."""
    for_people = Q(account__adapter=Adapter.HANDOVER, state=State.SENDING, claimed_by="")
    open_mails = PartnerItem.objects.filter(
        mails__outcome__in=[PartnerMail.Outcome.STARTED, PartnerMail.Outcome.UNKNOWN]
    )
    for_people |= Q(state=State.UNKNOWN, key__in=open_mails.values("key"), claimed_by="")
    open_states = [State.APPROVED, State.SENDING, State.UNKNOWN]
    return Push.objects.filter(state__in=open_states).exclude(for_people)


def wait_until_all_is_settled(schedulers: Schedulers) -> None:
    give_up = time.monotonic() + PATIENCE
    while unsettled().exists():
        if time.monotonic() > give_up:
            left = [_story(push) for push in unsettled()[:5]]
            pytest.fail(f"{unsettled().count()} left: {left}\n{schedulers.words()[-3000:]}")
        hurry()
        time.sleep(0.1)


def _story(push: Push) -> list:
    tries = push.attempts.values_list("outcome", "detail")
    return [push.account.code, push.state, push.claimed_by, list(tries)[-3:]]


def keys(**where) -> set[str]:
    return {key.hex for key in Push.objects.filter(**where).values_list("key", flat=True)}


def assert_providers_hold(held: Held) -> None:
    """Nothing accepted twice; what is called sent is public, what is not sent is not."""
    assert held.twice == set()
    served = {"account__adapter__in": [Adapter.WECHAT, Adapter.JPUSH]}
    assert set(held.accepted) <= keys(**served)
    assert {key for key, n in held.public.items() if n} == keys(**served, state=State.SENT)
    assert max(held.public.values()) == 1
    _assert_failed_say_why(**served)


def assert_website_and_folder_hold() -> None:
    local = Push.objects.filter(account__adapter__in=[Adapter.WEBSITE, Adapter.FILE])
    assert set(local.values_list("state", flat=True)) == {State.SENT}
    places = [key.hex for key in Placement.objects.values_list("key", flat=True)]
    assert sorted(places) == sorted(keys(account__adapter=Adapter.WEBSITE))
    assert_outbox_holds(local.filter(account__adapter=Adapter.FILE))


def assert_partners_hold(mails: Path) -> None:
    mine = {"account__adapter": Adapter.PARTNER}
    items = PartnerItem.objects.select_related("account")
    _assert_packages(items)
    assert {item.key.hex for item in items if item.sent_at} == keys(**mine, state=State.SENT)
    mailed = Counter(
        line.partition("<")[2].partition("@")[0].replace("-", "")
        for path in mails.iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("Message-ID:")
    )
    by_mail = {**mine, "account__code": "partner:000000-mail"}
    assert set(mailed.values()) <= {1}
    assert keys(**by_mail, state=State.SENT) <= set(mailed) <= keys(**by_mail)
    # Whether a mail whose sender was killed has left, only the partner can say.
    in_doubt = set(mailed) - keys(**by_mail, state=State.SENT)
    assert in_doubt <= keys(**by_mail, state=State.UNKNOWN)
    assert not keys(**mine) - keys(**mine, state__in=[State.SENT, State.UNKNOWN])


def assert_people_were_handed_theirs() -> None:
    handed = Handover.objects.all()
    _assert_packages(handed)
    mine = {"account__adapter": Adapter.HANDOVER}
    assert sorted(one.key.hex for one in handed) == sorted(keys(**mine, state=State.SENDING))
    assert set(handed.values_list("state", flat=True)) == {Handover.State.OPEN}
    assert keys(**mine) == keys(**mine, state=State.SENDING)


def _assert_packages(rows) -> None:
    for row in rows:
        content = package_path(row.package).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row.sha256


def _assert_failed_say_why(**where) -> None:
    for push in Push.objects.filter(**where).exclude(state=State.SENT):
        assert push.state == State.FAILED
        assert push.transitions.last().reason


def assert_every_try_ended() -> None:
    tried = PushAttempt.objects.values_list("push", flat=True)
    assert set(tried) == set(Push.objects.values_list("pk", flat=True))
    in_doubt = Push.objects.filter(state=State.UNKNOWN)
    ended = PushAttempt.objects.exclude(push__in=in_doubt)
    assert not ended.filter(Q(outcome="started") | Q(finished_at=None)).exists()


def report(held: Held, providers, seconds: float) -> None:
    accepted = held.accepted
    states = dict(Counter(Push.objects.values_list("state", flat=True)))
    tries = dict(Counter(PushAttempt.objects.values_list("outcome", flat=True)))
    served = {"account__adapter__in": [Adapter.WECHAT, Adapter.JPUSH]}
    missing = keys(**served, state=State.SENT) - {key for key, n in held.public.items() if n}
    sys.stdout.write(
        f"\n{PUSHES} pushes, {KILLS} kills (seed {SEED}), {AT_ONCE} schedulers, {seconds:.1f} s; "
        f"providers accepted {accepted.total()}, "
        f"refused later {held.refused.total()}, twice {len(held.twice)}, missing {len(missing)}; "
        f"faults {dict(providers.faults.struck)}; states {states}; tries {tries}\n"
    )
