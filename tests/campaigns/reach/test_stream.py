"""Hits in a Redis stream are folded exactly once, whoever folds and dies at whichever step."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.db.models import Sum

from campaigns import cron
from campaigns.models import FoldingState, ReachEntry
from campaigns.reach import folding, redis_store, spool, stream
from campaigns.reach.collecting_counts import counter, gather, turned_away_today
from campaigns.reach.collector import Hit, collect
from campaigns.reach.folding import FoldResult, fold_stream
from tests.campaigns.reach.conftest import NOON, READER
from tests.factories import make_case


@pytest.fixture(autouse=True)
def _on_stream(own_redis, settings, clock):
    settings.HIT_STREAM = True
    stream.writer._looked_at = 0.0
    stream.writer._is_full = False


def put(number: int = 1) -> None:
    for _ in range(number):
        collect(Hit("view", "case-1"))


def counted() -> int:
    return ReachEntry.objects.aggregate(n=Sum("count"))["n"] or 0


def test_a_hit_goes_into_the_stream_and_not_into_a_file(client):
    answer = client.post(
        "/hit",
        json.dumps({"page": "case-1", "event": "view"}),
        content_type="text/plain",
        headers={"User-Agent": READER},
    )
    assert answer.status_code == 204
    assert stream.length() == 1
    assert spool.spools() == []


def test_hits_are_folded_once_and_the_stream_is_emptied(page):
    put(3)
    assert fold_stream() == FoldResult(hits=3, entries=1)
    assert fold_stream() == FoldResult()
    put()
    assert fold_stream().hits == 1
    assert counted() == 4
    assert stream.length() == 0
    assert redis_store.client().xpending(stream.KEY, "folding")["pending"] == 0


def test_many_are_folded_in_batches(page, monkeypatch):
    monkeypatch.setattr(folding, "STREAM_ENTRIES", 7)
    put(50)
    assert fold_stream().hits == 50
    assert counted() == 50
    assert ReachEntry.objects.count() == 8


def test_the_tick_folds_it_and_what_lies_in_files_since_before(page, settings):
    put(2)
    settings.HIT_STREAM = False
    put(3)
    settings.HIT_STREAM = True
    report = cron.tick()
    assert report.errors == {}
    assert report.results["hit_stream"]["hits"] == 2
    assert report.results["hits"]["hits"] == 3
    assert counted() == 5


class TestKilled:
    """Each step leaves what the next one needs; here each is the last that was done."""

    def test_after_claiming(self, page):
        put(3)
        stream.claim(2)
        assert fold_stream().hits == 3
        assert counted() == 3

    def test_after_the_commit_before_acknowledging(self, page, monkeypatch):
        put(3)
        finish = stream.finish
        monkeypatch.setattr(stream, "finish", lambda _ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fold_stream()
        assert stream.length() == 3
        monkeypatch.setattr(stream, "finish", finish)
        put(1)
        assert fold_stream().hits == 1
        assert counted() == 4
        assert stream.length() == 0

    def test_before_the_commit(self, page, monkeypatch):
        put(3)
        record = folding.ledger.record
        monkeypatch.setattr(folding.ledger, "record", lambda _entries: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fold_stream()
        assert not ReachEntry.objects.exists()
        monkeypatch.setattr(folding.ledger, "record", record)
        assert fold_stream().hits == 3

    def test_between_deleting_and_acknowledging(self, page):
        put(2)
        (first, _second) = stream.claim(9)
        redis_store.client().xdel(stream.KEY, first.id)
        assert fold_stream().hits == 1
        assert redis_store.client().xpending(stream.KEY, "folding")["pending"] == 0


def test_overtaken_by_one_that_has_committed_but_not_acknowledged(page, monkeypatch):
    put(3)
    claim = stream.claim

    def slow(most):
        taken = claim(most)
        monkeypatch.setattr(stream, "claim", claim)
        finish = stream.finish
        monkeypatch.setattr(stream, "finish", lambda _ids: None)
        monkeypatch.setattr(folding, "STREAM_ENTRIES", 3)
        state = folding._state()
        folding._fold(
            [entry.line for entry in taken],
            "stream:other",
            NOON,
            lambda: {"stream": stream.identity(), "last_id": taken[-1].id},
        )
        assert folding._state().version == state.version + 1
        monkeypatch.setattr(stream, "finish", finish)
        return taken

    monkeypatch.setattr(stream, "claim", slow)
    assert fold_stream() == FoldResult()
    assert counted() == 3
    assert fold_stream() == FoldResult()
    assert counted() == 3
    assert stream.length() == 0


def test_several_at_once_count_nothing_twice(own_database, monkeypatch):
    monkeypatch.setattr(folding, "STREAM_ENTRIES", 50)
    make_case("case-1")
    put(1000)
    told = connections["default"].settings_dict

    def fold(_):
        connections["default"] = connections.create_connection("default")
        connections["default"].settings_dict = told
        try:
            return fold_stream(NOON).hits
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as pool:
        hits = sum(pool.map(fold, range(4)))
    hits += fold_stream(NOON).hits
    assert hits == counted() == 1000


def test_a_redis_that_was_lost_begins_anew(page):
    put(3)
    fold_stream()
    assert FoldingState.objects.get().last_id
    redis_store.client().flushall()
    # Numbered below what the database knows, as after a clock that was put back.
    redis_store.client().xadd(stream.KEY, {"hit": "x"}, id="5-0")
    redis_store.client().xdel(stream.KEY, "5-0")
    line = f"{int(NOON.timestamp() * 1e6)}\tview\tcase-1\t\t"
    redis_store.client().xadd(stream.KEY, {"hit": line}, id="6-0")
    assert fold_stream().hits == 1
    assert counted() == 4


class TestBackPressure:
    def send(self, client) -> int:
        return client.post(
            "/hit",
            json.dumps({"page": "case-1", "event": "view"}),
            content_type="text/plain",
            headers={"User-Agent": READER},
        ).status_code

    def test_a_redis_that_is_away_is_said_aloud_and_counted(self, client, settings, db):
        settings.HIT_REDIS_URL = "unix:///nowhere.sock"
        assert self.send(client) == 503
        assert client.get("/healthz").json()["hits"]["store"] == "unreachable"
        gather()
        assert turned_away_today() == {"lost": 1}
        counter.close()

    def test_a_stream_that_is_full(self, client, settings, db):
        settings.HIT_STREAM_ENTRIES = 2
        assert self.send(client) == 204
        put(1)
        stream.writer._looked_at = 0.0
        assert self.send(client) == 503
        gather()
        assert turned_away_today() == {"full": 1}
        counter.close()

    def test_folding_without_redis_fails_alone(self, settings, page):
        settings.HIT_REDIS_URL = "unix:///nowhere.sock"
        report = cron.tick()
        assert set(report.errors) == {"salts", "hit_stream"}
