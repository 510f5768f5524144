"""Closed periods: what was frozen stays, and whatever came in later is told apart and traced."""

import hashlib
import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.models import Metric, ReachEntry, Region, Snapshot
from campaigns.reach import rollups
from campaigns.reach.ledger import correct
from campaigns.reach.persons import keep
from campaigns.regions.roles import Role
from campaigns.reports import comparing, exports, figures, freezing, snapshots
from campaigns.reports.exports import told
from campaigns.reports.figures.persons import DEFINITION
from campaigns.reports.models import FrozenError
from tests.factories import EditionFactory

FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)


@pytest.fixture(autouse=True)
def _after_the_campaign():
    with time_machine.travel("2026-03-20T02:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def manager(person):
    return person(Role.MANAGER, "000000")


@pytest.fixture
def selection(edition, tree, manager):
    def make(region="000000", user=manager, first=FIRST, last=LAST, **narrowed):
        return figures.Selection((edition,), False, first, last, user, tree[region], **narrowed)

    return make


@pytest.fixture
def close(manager):
    def do(selection, by=manager, note=""):
        return snapshots.close(selection, by, snapshots.preview(selection).seen, note)

    return do


@pytest.fixture
def closed(selection, close, recorded, edition):
    """A period with figures of every kind."""
    recorded(7_000, edition=edition, channel="wechat", metric="reads", region="650000")
    recorded(300, edition=edition, region="654321", content="case-1", language="kk")
    recorded(40, edition=edition, channel="field", metric="attendance", region="430100")
    recorded(400, edition=edition, channel="field", metric="leaflets", region="430100")
    recorded(9_999, edition=edition, day=date(2026, 3, 16))
    recorded(5_555, day=FIRST)
    return close(selection(), note="上报监管")


def as_rows(changes):
    return {change.key: (change.frozen, change.later, change.now) for change in changes}


def today(selection, by):
    return {row.key: row.count for row in figures.BY[by](selection) if row.count}


def test_it_holds_what_stood_then(closed, manager):
    assert (closed.person_times, closed.high_water) == (
        7_340,
        ReachEntry.objects.order_by("pk").last().pk,
    )
    frozen = closed.content["figures"]
    assert frozen["total"]["count"] == 7_340
    assert {row["key"]: row["count"] for row in frozen["rows"]["region"]} == {
        "650000": 7_300,
        "430000": 40,
    }
    assert [(row["key"], row["count"]) for row in frozen["outputs"]] == [("leaflets", 400)]
    assert closed.content["closed"]["by"] == manager.get_username()
    views = next(one for one in closed.content["metrics"] if one["code"] == "views")
    assert views["definition"] == Metric.objects.get(pk="views").definition
    assert set(frozen["rows"]) == set(figures.BY)


def test_the_checksum_is_that_of_the_frozen_text(closed):
    kept = Snapshot.objects.get()
    assert kept.sha256 == hashlib.sha256(kept.frozen.encode()).hexdigest()
    assert kept.is_intact
    assert freezing.canonical(kept.content) == kept.frozen
    kept.frozen = kept.frozen.replace("7340", "7341")
    assert not kept.is_intact


@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda _row: Snapshot.objects.update(person_times=1),
        lambda row: Snapshot.objects.filter(pk=row.pk).delete(),
        lambda row: Snapshot._base_manager.filter(pk=row.pk).delete(),
        lambda row: Snapshot.objects.bulk_update([row], ["note"]),
        lambda row: Snapshot.objects.bulk_create([row]),
    ],
)
def test_nothing_in_the_code_changes_or_deletes_it(closed, act):
    before = Snapshot.objects.values().get()
    with pytest.raises(FrozenError):
        act(closed)
    assert Snapshot.objects.values().get() == before


def test_later_entries_are_the_difference(closed, recorded, edition, selection):
    entry = ReachEntry.objects.get(count=7_000)
    correct(entry, 6_900, "重复计数")
    recorded(25, edition=edition, channel="field", metric="attendance", region="654321")
    recorded(50, edition=edition, channel="field", metric="leaflets", region="654321")
    recorded(8, edition=edition, channel="app", metric="views", region="430102", content="new")
    recorded(1_000, edition=edition, day=date(2026, 3, 16))
    recorded(1_000, day=FIRST)
    now = comparing.Comparison(Snapshot.objects.get())
    assert (now.total.frozen, now.total.later, now.total.now) == (7_340, -67, 7_273)
    assert as_rows(now.outputs) == {"leaflets": (400, 50, 450)}
    assert as_rows(now.kinds) == {"online": (7_300, -92, 7_208), "offline": (40, 25, 65)}
    assert as_rows(now.rows("region")) == {
        "650000": (7_300, -75, 7_225),
        "430000": (40, 8, 48),
    }
    assert as_rows(now.rows("channel"))["app"] == (0, 8, 8)
    assert as_rows(now.rows("content"))["new"] == (0, 8, 8)
    assert now.entries.count() == 4
    assert now.entries_of("region", "650000").count() == 3
    assert now.entries_of("channel", "wechat").get().corrects == entry
    assert now.entries_of("day", "not a day").count() == 0
    for by in figures.BY:
        rows = {row.key: row.now for row in now.rows(by) if row.now}
        assert rows == today(selection(), by), by


def test_renamed_and_moved_it_says_what_it_said(closed, tree, recorded, edition, manager):
    before = {
        (kind, by): exports.render(freezing.report_of(closed, by), kind)
        for kind in ("json", "csv", "xlsx")
        for by in figures.BY
    }
    Region.objects.filter(code="650000").update(name="新名")
    Channel.objects.filter(code="wechat").update(name="新名", code="renamed", kind="offline")
    Metric.objects.filter(pk="reads").update(name="新名", definition="新定义")
    Edition.objects.update(name="新名", ends_on=date(2026, 3, 31))
    type(manager).objects.filter(pk=manager.pk).update(username="renamed")
    tree["654300"].move(Region.objects.get(code="430000"), "sorted-child")
    rollups.rebuild()
    kept = Snapshot.objects.get()
    after = {
        (kind, by): exports.render(freezing.report_of(kept, by), kind)
        for kind in ("json", "csv", "xlsx")
        for by in figures.BY
    }
    assert after == before
    assert kept.content["closed"]["by"] != "renamed"
    told = {metric.code: metric for metric in freezing.report_of(kept, "day").definitions}
    assert "新" not in told["reads"].name + told["reads"].definition
    now = comparing.Comparison(kept)
    assert now.total.later == 0
    assert all(row.later == 0 for by in figures.BY for row in now.rows(by))
    # What comes in later counts where its region lay, and on the channel as it was.
    recorded(10, edition=edition, region="654321", channel="renamed", metric="reads")
    now = comparing.Comparison(kept)
    assert as_rows(now.rows("region"))["650000"] == (7_300, 10, 7_310)
    assert as_rows(now.rows("channel"))["wechat"] == (7_000, 10, 7_010)
    assert as_rows(now.kinds)["online"] == (7_300, 10, 7_310)


def test_what_it_was_narrowed_to_keeps_its_name_in_files(selection, close, recorded, edition):
    recorded(7, edition=edition, channel="wechat", metric="reads")
    closed = close(selection(channels=("wechat",), metrics=("reads",)))
    before = told.filters(freezing.report_of(closed, "day"))
    names = [Channel.objects.get(code="wechat").name, Metric.objects.get(pk="reads").name]
    assert set(names) < {value for _label, value in before}
    Channel.objects.filter(code="wechat").update(name="新名", code="renamed")
    renamed = Metric.objects.get(pk="reads")
    renamed.name = "新名"
    renamed.save()
    kept = Snapshot.objects.get()
    assert told.filters(freezing.report_of(kept, "day")) == before
    # Today's own report says today's names.
    now = told.filters(figures.report(selection(channels=("renamed",), metrics=("reads",)), "day"))
    assert [value for _label, value in now].count("新名") == 2


def test_a_region_that_moved_away_still_belongs_to_what_was_closed(
    selection, close, recorded, edition, tree
):
    recorded(100, edition=edition, region="654321")
    closed = close(selection("650000"))
    Region.objects.get(code="654300").move(Region.objects.get(code="430000"), "sorted-child")
    rollups.rebuild()
    recorded(5, edition=edition, region="654321")
    now = comparing.Comparison(Snapshot.objects.get(pk=closed.pk))
    assert (now.total.frozen, now.total.now) == (100, 105)
    assert now.today() == 0


def test_a_region_founded_later_counts_where_it_was_put(selection, close, recorded, edition, tree):
    recorded(100, edition=edition, region="654300")
    closed = close(selection("650000"))
    Region.objects.get(code="654300").add_child(code="654322", level="county", name="富蕴支公司")
    Region.objects.get(code="650000").add_child(code="652900", level="city", name="阿克苏")
    tree.update({region.code: region for region in Region.objects.all()})
    recorded(7, edition=edition, region="654322")
    recorded(3, edition=edition, region="652900")
    now = comparing.Comparison(Snapshot.objects.get(pk=closed.pk))
    rows = now.rows("region")
    assert as_rows(rows) == {"654300": (100, 7, 107), "652900": (0, 3, 3)}
    assert rows[1].label == "阿克苏"
    assert now.today() == now.total.now == 110


def test_what_was_narrowed_stays_narrowed(selection, close, recorded, edition):
    recorded(5, edition=edition, channel="wechat", metric="reads")
    recorded(6, edition=edition, channel="website")
    closed = close(selection(channels=("wechat",), metrics=("reads",), bases=("measured",)))
    assert closed.person_times == 5
    recorded(1, edition=edition, channel="website")
    recorded(1, edition=edition, channel="wechat", metric="views")
    recorded(1, edition=edition, channel="wechat", metric="reads", basis="estimated")
    recorded(2, edition=edition, channel="wechat", metric="reads")
    assert comparing.Comparison(closed).total.now == 7


def test_everyday_education_is_closed_too(close, recorded, manager, tree, edition):
    recorded(5, day=FIRST)
    recorded(50, edition=edition, day=FIRST)
    closed = close(figures.Selection((), True, FIRST, LAST, manager, tree["000000"]))
    recorded(1, day=FIRST)
    assert closed.person_times == 5
    assert comparing.Comparison(closed).total.now == 6


def test_the_same_figures_are_closed_once(closed, close, selection, recorded, edition):
    assert close(selection()) == closed
    recorded(1, edition=edition)
    again = close(selection())
    assert again != closed
    assert again.person_times == 7_341


def test_what_was_not_seen_is_not_frozen(selection, recorded, edition, manager):
    recorded(1, edition=edition)
    seen = snapshots.preview(selection()).seen
    recorded(1, edition=edition)
    with pytest.raises(snapshots.FiguresChangedError):
        snapshots.close(selection(), manager, seen)
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last": date(2026, 3, 21)}, "尚未结束"),
        ({"first": None}, "起止"),
        ({"first": LAST, "last": FIRST}, "早于"),
    ],
)
def test_a_period_that_cannot_be_closed_is_refused(selection, changes, words):
    with pytest.raises(snapshots.CannotCloseError, match=words):
        snapshots.preview(selection(**changes))


def test_nobody_closes_another_region(selection, person):
    stranger = person(Role.MANAGER, "430000")
    with pytest.raises(Http404):
        snapshots.preview(selection("650000", user=stranger))


def test_queries_do_not_grow(closed, recorded, edition):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            now = comparing.Comparison(Snapshot.objects.get())
            assert (now.total.frozen, len(now.kinds), len(now.outputs)) == (7_340, 2, 1)
            for by in figures.BY:
                now.rows(by)
            list(now.entries)
        return len(asked)

    recorded(1, edition=edition, content="x", language="kk", region="430102")
    few = cost()
    for n in range(30):
        recorded(
            3,
            edition=edition,
            day=FIRST + timedelta(days=n % 7),
            region=["650000", "654300", "654321", "430100"][n % 4],
            channel=["website", "wechat", "field"][n % 3],
            metric=["views", "leaflets", "plays"][n % 3],
            content=f"piece-{n % 5}",
        )
    assert cost() == few


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["000000", "650000", "654300", "654321", "430102"]),
        st.sampled_from(["website", "wechat", "field"]),
        st.sampled_from(["views", "reads", "leaflets"]),
        st.sampled_from(["measured", "estimated"]),
        st.sampled_from(["", "case-1", "case-2"]),
        st.sampled_from(["", "kk"]),
        st.integers(-1, 7),
        st.integers(-1_000, 1_000_000).filter(bool),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=ENTRIES,
    after=ENTRIES,
    corrected=st.booleans(),
    region=st.sampled_from(["000000", "650000"]),
)
def test_differences_are_the_sum_of_later_entries(
    *, before, after, corrected, region, selection, close, recorded, edition
):
    """Whatever comes in: frozen and later entries are today's figures, row by row."""

    def enter(rows):
        for where, channel, metric, basis, content, language, day, count in rows:
            recorded(
                count,
                region=where,
                channel=channel,
                metric=metric,
                basis=basis,
                content=content,
                language=language,
                day=FIRST + timedelta(days=day),
                edition=edition,
            )

    with transaction.atomic():
        enter(before)
        chosen = selection(region)
        closed = close(chosen)
        mark = closed.high_water
        enter(after)
        if corrected and (entry := ReachEntry.objects.filter(pk__lte=mark).first()):
            correct(entry, 17, "更正")
        now = comparing.Comparison(closed)
        later = [
            entry
            for entry in ReachEntry.objects.filter(pk__gt=mark).select_related("region")
            if FIRST <= entry.day <= LAST and entry.region.path.startswith(chosen.region.path)
        ]
        assert set(now.entries) == set(later)
        assert now.total.later == sum(one.count for one in later if one.metric != "leaflets")
        assert now.total.now == now.today()
        assert sum(row.later for row in now.outputs) == sum(
            one.count for one in later if one.metric == "leaflets"
        )
        for by in figures.BY:
            rows = now.rows(by)
            assert sum(row.now for row in rows) == now.total.now, by
            assert {row.key: row.now for row in rows if row.now} == today(chosen, by), by
            for row in rows:
                behind = now.entries_of(by, row.key)
                assert row.later == sum(one.count for one in behind if one.metric != "leaflets")
        transaction.set_rollback(True)


class TestPersons:
    """人数 beside 人次: frozen with their margin and meaning, never in any row or total."""

    READERS = 500

    @pytest.fixture
    def measured(self, edition, tree):
        """The same readers on two days and two channels, and others after the period."""

        def put(readers, day, channel="website"):
            where = (Channel.objects.get(code=channel).pk, tree["000000"].pk)
            keep({(edition.pk, *where, day, b"aaaaaaaa"): {b"%016x" % one for one in readers}})

        for channel in ("website", "wechat"):
            for day in (FIRST, LAST):
                put(range(1, self.READERS + 1), day, channel)
        put(range(9_000, 9_100), LAST + timedelta(days=1))
        return put

    @pytest.fixture
    def kept(self, measured, closed):
        return closed

    def test_what_is_frozen(self, kept):
        told = kept.content["figures"]["persons"]
        assert told["low"] <= told["count"] == self.READERS <= told["high"]
        assert told["high"] - told["low"] <= self.READERS * 0.04
        assert told["definition"] == str(DEFINITION)
        assert kept.content["figures"]["total"]["count"] == kept.person_times == 7_340

    def test_readers_who_come_later_change_nothing_frozen(self, kept, measured, selection):
        measured(range(2_000, 3_000), FIRST)
        assert freezing.report_of(kept, "channel").persons.count == self.READERS
        assert figures.report(selection(), "channel").persons.count > self.READERS

    def test_every_file_but_the_rows_alone_says_them_apart(self, kept):
        told = freezing.report_of(kept, "channel")
        data = json.loads(exports.render(told, "json").data)
        assert data["persons"]["estimate"] == self.READERS
        assert data["persons"]["low"] <= self.READERS <= data["persons"]["high"]
        assert data["persons"]["definition"]
        assert data["total"]["person_times"] == sum(row["person_times"] for row in data["rows"])
        book = openpyxl.load_workbook(io.BytesIO(exports.render(told, "xlsx").data))
        _header, row = book.worksheets[4].iter_rows(values_only=True)
        assert row[0] == self.READERS
        assert row[3] == told.persons.definition
        elsewhere = [
            cell
            for sheet in book.worksheets[:4]
            for line in sheet.iter_rows(values_only=True)
            for cell in line
        ]
        assert self.READERS not in elsewhere
        assert b"500" not in exports.render(told, "csv").data

    def test_a_period_where_they_are_not_known(self, closed):
        assert closed.content["figures"]["persons"] is None
        told = freezing.report_of(closed, "channel")
        assert told.persons is None
        assert json.loads(exports.render(told, "json").data)["persons"] is None
        book = openpyxl.load_workbook(io.BytesIO(exports.render(told, "xlsx").data))
        assert len(book.worksheets) == 4

    def test_two_campaigns_together_have_none(self, measured, selection):
        other = EditionFactory(code="other-2026", year=2027)
        two = selection().with_parts(editions=(*selection().editions, other))
        assert figures.report(two, "channel").persons is None


def test_the_first_version_is_the_same_period_where_no_persons_are_known(
    selection, recorded, edition, monkeypatch, close
):
    recorded(7, edition=edition)
    freeze = freezing.freeze

    def as_of_old(asked):
        content = freeze(asked)
        del content["figures"]["persons"]
        return content | {"version": 1}

    monkeypatch.setattr(freezing, "freeze", as_of_old)
    monkeypatch.setattr(snapshots, "_same", lambda *_told: None)
    old = close(selection())
    monkeypatch.undo()
    assert freezing.report_of(old, "channel").persons is None
    assert snapshots.preview(selection()).same == old
