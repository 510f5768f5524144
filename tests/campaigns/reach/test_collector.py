"""The two public doors: what they take, what they count, and what they leave alone."""

import json
import os
import threading

import pytest
from django.core.cache import cache

from campaigns.reach import spool
from campaigns.reach.collector import Hit, collect
from campaigns.reach.views import hit
from tests.campaigns.reach.conftest import READER

HIT = {"page": "case-1", "event": "view"}


def lines() -> list[list[str]]:
    """Everything in the spools, without the times and the readers."""
    return [
        line.split("\t")[1:-1] for path in spool.spools() for line in path.read_text().splitlines()
    ]


@pytest.fixture
def post(client):
    def send(body=HIT, **headers):
        body = body if isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {"User-Agent": READER, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return client.post("/hit", body, content_type="text/plain", headers=headers)

    return send


class TestHit:
    # No database fixture: a query would fail the test.
    def test_a_hit_is_one_line_and_touches_neither_database_session_nor_cache(
        self, post, monkeypatch
    ):
        def untouchable(*args, **kwargs):
            raise AssertionError("the cache was used")

        monkeypatch.setattr(cache, "get", untouchable, raising=False)
        monkeypatch.setattr(cache, "set", untouchable, raising=False)
        response = post({"page": "case-1", "event": "view", "link": "poster"})
        assert response.status_code == 204
        assert not response.cookies
        assert lines() == [["view", "case-1", "poster"]]

    @pytest.mark.parametrize("event", ["view", "play", "share", "download", "completion"])
    def test_events(self, post, event):
        assert post({"page": "case-1", "event": event}).status_code == 204
        assert lines() == [[event, "case-1", ""]]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (b"", "body"),
            (b"\xff\xfe", "body"),
            ("[1]", "body"),
            ("[" * 2000, "body"),
            (json.dumps({**HIT, "page": "x" * 3000}), "body"),
            ({"event": "view"}, "page"),
            ({"page": 7, "event": "view"}, "page"),
            ({"page": "case 1", "event": "view"}, "page"),
            ({"page": "case-1\n", "event": "view"}, "page"),
            ({"page": "案例", "event": "view"}, "page"),
            ({"page": "x" * 81, "event": "view"}, "page"),
            ({"page": "case-1"}, "event"),
            ({"page": "case-1", "event": "click"}, "event"),
            ({"page": "case-1", "event": ["view"]}, "event"),
            ({**HIT, "link": "a b"}, "link"),
            ({**HIT, "link": {"a": 1}}, "link"),
        ],
    )
    def test_what_cannot_be_read_is_answered_with_the_field(self, post, body, field):
        response = post(body)
        assert response.status_code == 400
        assert response.json()["field"] == field
        assert response.json()["message"]
        assert lines() == []

    def test_a_body_that_breaks_off_is_no_failure(self, rf):
        class Gone:
            def read(self, *_args):
                raise ConnectionResetError

        request = rf.post("/hit", b"", content_type="text/plain")
        request._stream = Gone()
        answer = hit(request)
        assert (answer.status_code, json.loads(answer.content)["field"]) == (400, "body")

    def test_only_post(self, client):
        assert client.get("/hit").status_code == 405

    def test_it_needs_no_csrf_token(self):
        from django.test import Client

        client = Client(enforce_csrf_checks=True, headers={"User-Agent": READER})
        response = client.post("/hit", json.dumps(HIT), content_type="text/plain")
        assert response.status_code == 204

    @pytest.mark.parametrize(
        "headers",
        [
            {"User_Agent": ""},
            {"User_Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
            {"User_Agent": "python-requests/2.31"},
            {"Sec_Purpose": "prefetch;prerender"},
            {"Purpose": "prefetch"},
            {"DNT": "1"},
            {"Sec_GPC": "1"},
        ],
    )
    def test_machines_and_readers_who_opted_out_do_not_count(self, post, headers):
        assert post(**headers).status_code == 204
        assert lines() == []

    def test_nothing_is_stored_of_who_it_was(self, client):
        client.post(
            "/hit",
            json.dumps(HIT),
            content_type="text/plain",
            REMOTE_ADDR="203.0.113.7",
            headers={"User-Agent": READER, "X-Forwarded-For": "203.0.113.8"},
        )
        (path,) = spool.spools()
        kept = path.read_text()
        assert "203.0" not in kept
        assert "Mozilla" not in kept
        assert len(kept.split("\t")) == 5

    def test_a_hit_that_the_disk_does_not_take_is_refused_aloud(self, post, settings, tmp_path):
        settings.HIT_SPOOL_DIR = tmp_path / "file" / "below"
        (tmp_path / "file").write_text("not a folder")
        response = post()
        assert response.status_code == 503
        assert response.json()["message"]

    def test_a_torn_write_is_refused_aloud(self, post, monkeypatch):
        monkeypatch.setattr(os, "write", lambda _fd, line: len(line) - 3)
        assert post().status_code == 503


class TestSpool:
    def test_threads_lose_nothing(self):
        def write():
            for _ in range(200):
                collect(Hit("view", "case-1"))

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lines() == [["view", "case-1", ""]] * 800
        assert len(spool.spools()) == 1

    def test_a_forked_child_writes_to_its_own_file(self):
        collect(Hit("view", "parent"))
        child = os.fork()
        if not child:
            collect(Hit("view", "child"))
            os._exit(0)
        os.waitpid(child, 0)
        collect(Hit("view", "parent"))
        told = sorted(path.read_text().count("parent") for path in spool.spools())
        assert told == [0, 2]

    def test_each_day_has_its_file(self, clock):
        collect(Hit("view", "case-1"))
        clock.shift(12 * 3600)
        collect(Hit("view", "case-1"))
        assert [path.name[:8] for path in spool.spools()] == ["20260310", "20260311"]

    def test_a_file_that_somebody_removed_is_not_written_to_for_long(self, clock):
        collect(Hit("view", "case-1"))
        spool.spools()[0].unlink()
        clock.shift(0.1)
        collect(Hit("view", "case-2"))
        assert lines() == [["view", "case-2", ""]]


class TestShortLink:
    def get(self, client, code="poster", **headers):
        return client.get(f"/q/{code}", headers={"User-Agent": READER, **headers})

    def test_it_leads_to_the_page_and_counts_a_click(self, client, link):
        response = self.get(client)
        assert response.status_code == 302
        assert response["Location"] == (
            "/zh-hans/"
            + link.page.url.split("/zh-hans/")[1]
            + "?q=poster&utm_source=wechat&utm_medium=qr&utm_campaign=315-2026"
        )
        assert "no-store" in response["Cache-Control"]
        assert lines() == [["click", "case-1", "poster"]]
        assert client.get(response["Location"]).status_code == 200

    def test_without_a_campaign_it_says_everyday(self, client, link):
        link.edition = None
        link.save()
        assert self.get(client)["Location"].endswith("utm_campaign=everyday")

    def test_a_page_that_is_down_gives_its_languages_home(self, client, link):
        link.page.unpublish()
        assert self.get(client)["Location"].startswith("/zh-hans/?")

    @pytest.mark.parametrize("code", ["nobody", "POSTER", "poster%20", "a" * 50, "%E6%A1%88"])
    def test_an_unknown_code_is_not_found(self, client, link, code):
        assert self.get(client, code).status_code == 404
        assert lines() == []

    @pytest.mark.parametrize(
        "headers", [{"User-Agent": "curl/8"}, {"Purpose": "prefetch"}, {"DNT": "1"}]
    )
    def test_machines_are_led_on_but_not_counted(self, client, link, headers):
        assert self.get(client, **headers).status_code == 302
        assert lines() == []

    def test_a_full_disk_does_not_keep_the_reader_from_the_page(
        self, client, link, settings, tmp_path
    ):
        settings.HIT_SPOOL_DIR = tmp_path / "file"
        settings.HIT_SPOOL_DIR.write_text("not a folder")
        assert self.get(client).status_code == 302
