"""The read API: opened by a token, scoped to its region, the same figures as the command's."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import ReportToken
from campaigns.regions.roles import Role
from campaigns.reports import tokens

ADDRESS = "/api/reach/v1/report"


@pytest.fixture
def administrator(person):
    return person(Role.ADMINISTRATOR, "000000")


@pytest.fixture
def token(tree, administrator):
    """Issue a token for a region: its text."""

    def issue(region="000000", **fields):
        row = ReportToken(system="数据平台", region=tree[region], **fields)
        return tokens.issue(row, administrator)

    return issue


@pytest.fixture
def ask(client):
    def get(text, query="", **headers):
        return client.get(
            f"{ADDRESS}?{query}", headers={"Authorization": f"Bearer {text}", **headers}
        )

    return get


@pytest.fixture
def figures(recorded, edition):
    recorded(7_000_000, edition=edition, channel="wechat", metric="reads", region="650000")
    recorded(40, edition=edition, channel="field", metric="attendance", region="654321")
    recorded(400, edition=edition, channel="field", metric="leaflets", region="654321")
    recorded(3, edition=edition, region="430100", day=date(2026, 3, 12))
    recorded(9, region="430100")


def printed(*args) -> dict:
    out = StringIO()
    call_command("reach_report", *args, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("by", ["channel", "region", "day", "metric", "content", "language"])
def test_it_says_what_the_command_says(ask, token, by):
    with time_machine.travel(timezone.now(), tick=False):
        told = ask(token(), f"by={by}&campaign=315-2026&from=2026-03-10&to=2026-03-11").json()
        same = printed(
            "--by", by, "--campaign", "315-2026", "--from", "2026-03-10", "--to", "2026-03-11",
            "--region", "000000",
        )  # fmt: skip
    assert told == same
    assert told["total"] == {"person_times": 7_000_040, "display": "700万人次"}


@pytest.mark.usefixtures("figures")
def test_without_a_campaign_all_and_everyday(ask, token):
    assert ask(token()).json()["campaigns"] == ["315-2026", "everyday"]
    assert ask(token(), "campaign=everyday").json()["total"]["person_times"] == 9
    both = ask(token(), "campaign=everyday&campaign=315-2026").json()
    assert both["total"]["person_times"] == 7_000_052


@pytest.mark.usefixtures("figures")
def test_as_csv(ask, token):
    answer = ask(token(), "format=csv&campaign=315-2026&by=channel")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "wechat" in answer.text


@pytest.mark.usefixtures("figures")
def test_a_token_opens_its_region_and_below(ask, token):
    text = token("650000")
    assert ask(text).json()["total"]["person_times"] == 7_000_040
    assert ask(text, "region=654321").json()["total"]["person_times"] == 40
    for outside in ("000000", "430000", "430102", "999999", "65", "6500001", "%00"):
        answer = ask(text, f"region={outside}")
        assert answer.status_code == 404, outside
        assert "figures" not in answer.text
        assert answer.json().keys() == {"message"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=x", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-03-12&to=2026-03-11", "to"),
        ("from=", "from"),
        ("by=colour", "by"),
        ("format=pdf", "format"),
        ("campaign=nothing", "campaign"),
        ("campaign=", "campaign"),
        ("campaign=%00", "campaign"),
        ("by=day&by=channel", "by"),
        ("token=x", "token"),
        ("&".join(["campaign=315-2026"] * 51), "campaign"),
    ],
)
def test_what_cannot_be_taken_is_named(ask, token, edition, query, field):
    answer = ask(token(), query)
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _text: "",
        lambda text: text[:-1],
        lambda text: text + "x",
        lambda text: text.replace("reach.", "other."),
        lambda text: text.split(".")[2],
        lambda text: "reach.0123456789abcdef." + text.split(".")[2],
        lambda text: "reach." + text.split(".")[1] + "x." + text.split(".")[2],
        lambda _text: "字" * 300,
        lambda _text: "a.b.c.d",
    ],
)
def test_a_wrong_token_opens_nothing(client, token, spoil):
    text = spoil(token())
    answer = client.get(ADDRESS, headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert ReportToken.objects.get().last_used_at is None


def test_a_token_is_shown_in_the_head_alone(client, token):
    text = token()
    assert client.get(f"{ADDRESS}?token={text}").status_code == 401
    assert client.get(ADDRESS, headers={"Authorization": f"Basic {text}"}).status_code == 401
    assert client.get(ADDRESS, headers={"Authorization": f"bearer {text}"}).status_code == 200


def test_a_revoked_and_an_expired_token_open_nothing(ask, token, administrator):
    text = token()
    assert tokens.revoke(ReportToken.objects.get(), administrator)
    assert not tokens.revoke(ReportToken.objects.get(), administrator)
    assert ask(text).status_code == 401
    last = date(2026, 3, 31)
    text = token(expires_on=last)
    with time_machine.travel("2026-03-31T15:59:00Z"):
        assert ask(text).status_code == 200
    with time_machine.travel("2026-03-31T16:01:00Z"):
        assert ask(text).status_code == 401


def test_nobody_on_the_way_may_keep_an_answer(ask, token):
    for answer in (ask(token()), ask("x"), ask(token(), "by=x"), ask(token("650000"), "region=1")):
        assert answer["Cache-Control"] == "private, no-store"
        assert "Authorization" in answer["Vary"]
        assert "Access-Control-Allow-Origin" not in answer
        assert not answer.cookies


def test_it_only_answers_questions(client, token):
    headers = {"Authorization": f"Bearer {token()}"}
    assert client.post(ADDRESS, headers=headers).status_code == 405
    assert client.delete(ADDRESS, headers=headers).status_code == 405
    assert client.head(ADDRESS, headers=headers).status_code == 200


def test_so_many_answers_a_minute(ask, token, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_A_MINUTE", 3)
    with time_machine.travel("2026-03-10T04:00:30Z", tick=False) as clock:
        text, other = token(), token()
        assert [ask(text).status_code for _n in range(4)] == [200, 200, 200, 429]
        assert ask(text)["Retry-After"] == "30"
        assert ask(other).status_code == 200
        clock.shift(timedelta(seconds=30))
        assert ask(text).status_code == 200


def test_the_last_use_is_known_to_the_minute(ask, token):
    with time_machine.travel("2026-03-10T04:00:00Z", tick=False) as clock:
        text = token()
        for seconds, known in ((0, 0), (30, 0), (61, 91)):
            clock.shift(timedelta(seconds=seconds))
            ask(text)
            used = ReportToken.objects.get().last_used_at
            assert f"{used:%M:%S}" == f"{known // 60:02}:{known % 60:02}"


def test_only_the_hash_of_the_secret_is_kept(token):
    text = token()
    row = ReportToken.objects.values().get()
    secret = text.split(".")[2]
    assert all(secret not in str(value) for value in row.values())
    assert len(row["secret_hash"]) == 64


def test_queries_do_not_grow(ask, token, recorded, edition):
    text = token()
    recorded(1, edition=edition)
    ask(text)
    with CaptureQueriesContext(connection) as few:
        ask(text, "by=region")
    for n in range(30):
        recorded(
            3,
            edition=edition,
            day=date(2026, 3, 9) + timedelta(days=n % 7),
            region=["650000", "654300", "654321", "430100"][n % 4],
            metric=["views", "leaflets", "plays"][n % 3],
        )
        token("650000")
    with CaptureQueriesContext(connection) as many:
        ask(text, "by=region")
    assert len(many) == len(few) <= 16


class TestScreens:
    def test_a_token_is_shown_once(self, client, administrator, tree, ask):
        client.force_login(administrator)
        page = client.post(
            reverse("reporttoken:issue"),
            {"system": "数据平台", "region": tree["650000"].pk, "expires_on": ""},
        )
        text = page.context["text"]
        assert text in page.text
        assert "no-store" in page["Cache-Control"]
        row = ReportToken.objects.get()
        assert (row.created_by, row.region) == (administrator, tree["650000"])
        for name, args in (("index", []), ("look", [row.pk])):
            assert text not in client.get(reverse(f"reporttoken:{name}", args=args)).text
        client.logout()
        assert ask(text).status_code == 200

    @pytest.mark.parametrize(
        "told",
        [
            {"system": ""},
            {"region": "0"},
            {"region": ""},
            {"expires_on": "x"},
            {"expires_on": "2020-01-01"},
            {"system": "字" * 81},
        ],
    )
    def test_bad_input_is_named_and_issues_nothing(self, client, administrator, tree, told):
        client.force_login(administrator)
        page = client.post(
            reverse("reporttoken:issue"),
            {"system": "x", "region": tree["650000"].pk, "expires_on": "", **told},
        )
        assert list(page.context["form"].errors) == list(told)
        assert not ReportToken.objects.exists()

    def test_an_administrator_issues_for_their_own_part(self, client, person, tree):
        client.force_login(person(Role.ADMINISTRATOR, "650000"))
        page = client.post(
            reverse("reporttoken:issue"), {"system": "x", "region": tree["430000"].pk}
        )
        assert "region" in page.context["form"].errors
        assert not ReportToken.objects.exists()

    def test_revoking_asks_first(self, client, administrator, token, ask):
        text = token()
        client.force_login(administrator)
        address = reverse("reporttoken:look", args=[ReportToken.objects.get().pk])
        assert client.post(address).status_code == 200
        assert ask(text).status_code == 200
        assert client.post(address, {"sure": "on"}).status_code == 302
        row = ReportToken.objects.get()
        assert row.revoked_by == administrator
        assert ask(text).status_code == 401
        assert "form" not in client.get(address).context

    def test_the_list_does_not_ask_more_for_more(self, client, administrator, token):
        client.force_login(administrator)
        address = reverse("reporttoken:index")
        token()
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _n in range(12):
            token("650000")
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)
