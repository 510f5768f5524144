"""What is not taken in is refused aloud and counted; the counts survive whatever happens."""

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from bs4 import BeautifulSoup

from campaigns.models import CollectorCount
from campaigns.reach import collecting_counts, spool
from campaigns.reach.collecting_counts import (
    SUFFIX,
    counter,
    gather,
    turned_away,
    turned_away_today,
)
from campaigns.reach.collector import OPT_OUT_COOKIE
from campaigns.reach.limits import limiter
from tests.campaigns.reach.conftest import READER
from tests.campaigns.reach.test_collector import HIT, lines
from tests.faults.database import PROJECT

DAY = date(2026, 3, 10)


@pytest.fixture
def send(client):
    def post(address="203.0.113.7", cookies=None, **headers):
        client.cookies.load(cookies or {})
        return client.post(
            "/hit",
            json.dumps(HIT),
            content_type="text/plain",
            REMOTE_ADDR=address,
            headers={"User-Agent": READER, **headers},
        ).status_code

    return post


@pytest.fixture
def narrow(settings):
    settings.HIT_LIMIT_PER_SECOND, settings.HIT_LIMIT_BURST = 0.5, 3


@pytest.fixture
def no_disk(settings, tmp_path):
    """A folder that cannot be made."""
    (tmp_path / "file").write_text("not a folder")
    before = settings.HIT_SPOOL_DIR

    def come_back():
        settings.HIT_SPOOL_DIR = before

    settings.HIT_SPOOL_DIR = tmp_path / "file" / "below"
    return come_back


@pytest.mark.usefixtures("narrow", "clock")
class TestLimit:
    @pytest.fixture(autouse=True)
    def _no_time_passes(self, monkeypatch):
        """On a machine that is slow the bucket would fill between two hits."""
        monkeypatch.setattr("campaigns.reach.limits.time.monotonic", lambda: 1000.0)

    def test_more_than_the_burst_is_refused(self, send):
        assert [send() for _ in range(5)] == [204, 204, 204, 429, 429]
        assert len(lines()) == 3

    def test_another_address_is_not_touched(self, send):
        for _ in range(4):
            send()
        assert send("203.0.113.8") == 204

    def test_it_comes_back_with_time(self, send, monkeypatch):
        now = [1000.0]
        monkeypatch.setattr("campaigns.reach.limits.time.monotonic", lambda: now[0])
        assert [send() for _ in range(4)][-1] == 429
        now[0] += 4
        assert [send() for _ in range(3)] == [204, 204, 429]

    def test_a_network_of_ipv6_is_one(self, send):
        told = [send(f"2001:db8:1:2::{n}") for n in range(4)]
        assert told == [204, 204, 204, 429]
        assert send("2001:db8:1:3::1") == 204

    def test_what_a_client_says_of_its_address_is_believed_only_from_the_proxy(
        self, send, settings
    ):
        told = [send(**{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(4)]
        assert told[-1] == 429
        settings.BEHIND_PROXY = True
        assert send(**{"X-Forwarded-For": "203.0.113.7, 198.51.100.9"}) == 204

    def test_no_limit(self, send, settings):
        settings.HIT_LIMIT_PER_SECOND = 0
        assert {send() for _ in range(20)} == {204}

    def test_what_does_not_count_costs_nothing(self, send):
        for _ in range(9):
            assert send(DNT="1") == 204
        assert send() == 204

    def test_memory_is_bounded(self, send, monkeypatch):
        monkeypatch.setattr("campaigns.reach.limits._MOST", 5)
        for n in range(20):
            send(f"203.0.113.{n}")
        assert len(limiter._left) == 5

    def test_a_click_too_many_leads_on_and_is_counted_as_lost(self, client, link):
        told = [client.get("/q/poster", headers={"User-Agent": READER}) for _ in range(5)]
        assert {answer.status_code for answer in told} == {302}
        gather()
        assert turned_away_today() == {"limited_click": 2}


@pytest.mark.usefixtures("clock")
class TestStore:
    def test_a_full_spool_is_refused_until_it_is_folded(self, send, settings, db):
        send()
        settings.HIT_SPOOL_BYTES = 10
        spool.writer._looked_at = -9.0
        assert send() == 503
        settings.HIT_SPOOL_BYTES = 10_000
        spool.writer._looked_at = -9.0
        assert send() == 204
        gather()
        assert turned_away_today() == {"full": 1}

    def test_what_the_disk_did_not_take_is_counted_when_it_is_back(self, send, no_disk, db):
        assert [send(), send()] == [503, 503]
        no_disk()
        settings_back = send()
        assert settings_back == 204
        counter.add(collecting_counts.Reason.LIMITED)
        gather()
        assert turned_away_today() == {"lost": 2, "limited": 1}

    def test_a_lost_click_is_counted_and_the_reader_led_on(self, client, link, no_disk):
        assert client.get("/q/poster", headers={"User-Agent": READER}).status_code == 302
        no_disk()
        counter.add(collecting_counts.Reason.LIMITED)
        gather()
        assert turned_away_today() == {"lost_click": 1, "limited": 1}

    def test_the_answer_says_when_to_come_again(self, client, no_disk):
        answer = client.post(
            "/hit",
            json.dumps(HIT),
            content_type="text/plain",
            headers={"User-Agent": READER},
        )
        assert answer["Retry-After"] == "60"
        assert answer.json()["message"]

    def test_health_says_it(self, client, db, settings):
        counter.add(collecting_counts.Reason.FULL)
        gather()
        assert client.get("/healthz").json()["hits"]["not_counted_today"] == {"full": 1}
        settings.HIT_SPOOL_BYTES = 0
        spool.writer._looked_at = -9.0
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json()["hits"]["store"] == "full"


@pytest.mark.usefixtures("clock", "db")
class TestCounts:
    def test_gathering_again_changes_nothing(self):
        for _ in range(3):
            counter.add(collecting_counts.Reason.LIMITED)
        assert gather() == gather() == {"turned_away": 3}
        assert turned_away(DAY, DAY) == {DAY: {"limited": 3}}
        counter.add(collecting_counts.Reason.LIMITED)
        gather()
        assert CollectorCount.objects.get().count == 4

    def test_processes_add_up(self):
        counter.add(collecting_counts.Reason.LIMITED)
        counter.close()
        gather()
        counter.add(collecting_counts.Reason.LIMITED)
        gather()
        assert turned_away_today() == {"limited": 2}
        assert CollectorCount.objects.count() == 2

    def test_a_file_goes_with_its_process_and_its_counts_stay(self, settings):
        counter.add(collecting_counts.Reason.LIMITED)
        gather()
        assert len(list(settings.HIT_SPOOL_DIR.glob(f"*{SUFFIX}"))) == 1
        counter.close()
        gather()
        assert not list(settings.HIT_SPOOL_DIR.glob(f"*{SUFFIX}"))
        assert turned_away_today() == {"limited": 1}

    def test_each_day_by_itself(self, clock):
        counter.add(collecting_counts.Reason.LIMITED)
        clock.shift(24 * 3600)
        counter.add(collecting_counts.Reason.FULL)
        gather()
        assert turned_away(DAY, date(2026, 3, 11)) == {
            DAY: {"limited": 1},
            date(2026, 3, 11): {"full": 1},
        }

    def test_nothing_is_stored_where_nothing_was_turned_away(self):
        gather()
        assert turned_away_today() == {}

    def test_what_is_no_file_of_counts_is_passed_over(self, settings):
        settings.HIT_SPOOL_DIR.mkdir(parents=True, exist_ok=True)
        (settings.HIT_SPOOL_DIR / f"junk{SUFFIX}").write_bytes(b"x" * 64)
        (settings.HIT_SPOOL_DIR / f"20260310-short{SUFFIX}").write_bytes(b"x")
        assert gather() == {"turned_away": 0}

    @pytest.mark.fault
    def test_a_killed_process_takes_no_count_with_it(self, settings, tmp_path):
        program = (
            "import os, signal, django; django.setup()\n"
            "from campaigns.reach.collecting_counts import Reason, counter\n"
            "for _ in range(1000): counter.add(Reason.LIMITED)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program],
            check=False,
            env={
                **os.environ,
                "VAR_DIR": str(tmp_path),
                "ENV_FILE": os.devnull,
                "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
            },
            cwd=PROJECT,
        )
        assert ended.returncode == -9
        settings.HIT_SPOOL_DIR = tmp_path / "spool"
        assert gather() == {"turned_away": 1000}


class TestWhoIsNotCounted:
    def test_staff(self, send, settings):
        assert send(cookies={settings.SESSION_COOKIE_NAME: "whatever"}) == 204
        assert lines() == []

    def test_who_opted_out(self, send):
        assert send(cookies={OPT_OUT_COOKIE: "1"}) == 204
        assert lines() == []

    def test_a_click_of_theirs_leads_on(self, client, link):
        client.cookies[OPT_OUT_COOKIE] = "1"
        answer = client.get("/q/poster", headers={"User-Agent": READER})
        assert answer.status_code == 302
        assert lines() == []


class TestSwitch:
    ADDRESS = "/counting/zh-hans/"

    @pytest.mark.parametrize(
        ("language", "words"),
        [("zh-hans", "不统计我的访问"), ("kk", "санамаңыз"), ("kk-arab", 'dir="rtl"')],
    )
    def test_it_is_offered_in_each_language_from_the_foot_of_every_page(
        self, client, db, language, words
    ):
        address = f"/counting/{language}/"
        assert f'href="{address}"' in client.get(f"/{language}/").content.decode()
        answer = client.get(address)
        assert words in answer.content.decode()
        assert answer["Content-Language"] == language
        assert "private" in answer["Cache-Control"]
        assert not answer.cookies

    def test_out_and_in_again(self, client, db):
        answer = client.post(self.ADDRESS, {"count": "no"})
        assert (answer.status_code, answer["Location"]) == (302, self.ADDRESS)
        cookie = answer.cookies[OPT_OUT_COOKIE]
        assert (cookie.value, cookie["samesite"]) == ("1", "Lax")
        page = client.get(self.ADDRESS).content.decode()
        assert "重新统计我的访问" in page
        client.post(self.ADDRESS, {"count": "yes"})
        assert OPT_OUT_COOKIE not in client.cookies or not client.cookies[OPT_OUT_COOKIE].value

    def test_a_browser_that_asks_by_itself_is_told_so(self, client, db):
        page = client.get(self.ADDRESS, headers={"Sec-GPC": "1"}).content.decode()
        assert "<form" not in page.split("<main")[1]

    def test_another_site_cannot_switch_it(self, client, db):
        answer = client.post(
            self.ADDRESS, {"count": "no"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403
        assert not answer.cookies

    @pytest.mark.parametrize("told", [{}, {"count": "x"}, {"count": ["no", "7"]}])
    def test_nonsense_changes_nothing(self, client, db, told):
        answer = client.post(self.ADDRESS, told)
        assert answer.status_code == 302
        assert not answer.cookies

    def test_a_language_that_is_not_there(self, client, db):
        assert client.get("/counting/en/").status_code == 404

    @pytest.mark.parametrize("language", ["zh-hans", "kk-arab", "kk"])
    def test_another_language_is_this_page_in_it(self, client, db, language):
        answer = client.get(f"/counting/{language}/")
        links = BeautifulSoup(answer.content, "html.parser").select(".languages a")
        assert [link["href"] for link in links] == [
            f"/counting/{code}/" for code in ("zh-hans", "kk-arab", "kk")
        ]
