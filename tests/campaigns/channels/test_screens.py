"""Screens of channels and accounts: accounts belong to regions, codes stay."""

import pytest
from django.urls import reverse

from campaigns.channels.models import Channel, ChannelAccount
from campaigns.regions.roles import Role
from tests.factories import AccountFactory


@pytest.fixture
def in_xinjiang(client, person):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    return client


@pytest.fixture
def wish(tree):
    return {
        "channel": Channel.objects.get(code="app").pk,
        "region": tree["654300"].pk,
        "code": "app:654300",
        "name": "阿勒泰APP",
        "adapter": "file",
        "tolerance_minutes": "120",
        "repeat_days": "7",
        "at_once": "1",
        "is_active": "on",
    }


def test_an_account_is_opened_below(in_xinjiang, wish):
    assert in_xinjiang.post(reverse("channelaccount:add"), wish).status_code == 302
    assert ChannelAccount.objects.get().region.code == "654300"


@pytest.mark.parametrize("code", ["wechat:654300", "app:650000", "app:6543000", "app-654300"])
def test_the_code_names_channel_and_region(in_xinjiang, wish, code):
    answer = in_xinjiang.post(reverse("channelaccount:add"), {**wish, "code": code})
    assert answer.context["form"].errors.keys() == {"code"}


def test_a_second_account_takes_a_suffix(in_xinjiang, wish):
    answer = in_xinjiang.post(reverse("channelaccount:add"), {**wish, "code": "app:654300-b"})
    assert answer.status_code == 302


def test_an_account_cannot_be_opened_elsewhere(in_xinjiang, wish, tree):
    changes = {"region": tree["430000"].pk, "code": "app:430000"}
    answer = in_xinjiang.post(reverse("channelaccount:add"), {**wish, **changes})
    assert answer.context["form"].errors.keys() == {"region"}
    assert not ChannelAccount.objects.exists()


def test_field_work_has_no_account(in_xinjiang, wish):
    field = Channel.objects.get(code="field")
    changes = {"channel": field.pk, "code": "field:654300"}
    answer = in_xinjiang.post(reverse("channelaccount:add"), {**wish, **changes})
    assert "channel" in answer.context["form"].errors


def test_a_tolerance_that_every_push_would_miss_is_refused(in_xinjiang, wish):
    answer = in_xinjiang.post(reverse("channelaccount:add"), {**wish, "tolerance_minutes": "0"})
    assert answer.context["form"].errors.keys() == {"tolerance_minutes"}


def test_only_own_accounts_are_listed_and_found(in_xinjiang, tree):
    own, other = AccountFactory(code="wechat:654300"), AccountFactory(code="wechat:430000")
    rows = in_xinjiang.get(reverse("channelaccount:index")).context["object_list"]
    assert list(rows) == [own]
    for name in ("edit", "inspect", "history"):
        assert in_xinjiang.get(reverse(f"channelaccount:{name}", args=[own.pk])).status_code == 200
        address = reverse(f"channelaccount:{name}", args=[other.pk])
        assert in_xinjiang.get(address).status_code == 404


def test_an_account_keeps_its_code(in_xinjiang, tree):
    own = AccountFactory(code="wechat:654300")
    in_xinjiang.post(
        reverse("channelaccount:edit", args=[own.pk]),
        {
            "name": "新名",
            "adapter": "file",
            "tolerance_minutes": 60,
            "repeat_days": 7,
            "at_once": 1,
            "code": "wechat:430000",
        },
    )
    own.refresh_from_db()
    assert (own.name, own.code, own.is_active) == ("新名", "wechat:654300", False)


def test_channels_are_read_by_those_who_plan_and_changed_by_administrators(client, person):
    website = Channel.objects.get(code="website")
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    assert client.get(reverse("channel:inspect", args=[website.pk])).status_code == 200
    address = reverse("channel:edit", args=[website.pk])
    assert client.get(address).url == reverse("wagtailadmin_home")
    client.force_login(person(Role.ADMINISTRATOR))
    given = {"name": "门户网站", "kind": "online", "sort_order": 10}
    assert client.post(address, given).status_code == 302
    website.refresh_from_db()
    assert (website.name, website.code) == ("门户网站", "website")
