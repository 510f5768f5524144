"""Hits become entries by the counting rule, each exactly once."""

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from campaigns import cron
from campaigns.channels.models import Placement
from campaigns.models import Channel, ReachEntry, SpoolPosition, TrackedLink
from campaigns.reach import folding, rollups, spool
from campaigns.reach.collecting_counts import turned_away_today
from campaigns.reach.collector import Hit, collect
from campaigns.reach.folding import FoldResult, fold_spools
from tests.campaigns.reach.conftest import NOON, summed
from tests.factories import AccountFactory, EditionFactory, make_case


def facts() -> list[tuple]:
    return sorted(
        ReachEntry.objects.values_list(
            "edition__code",
            "channel__code",
            "account__code",
            "region__code",
            "content",
            "language",
            "metric",
            "basis",
            "day",
            "count",
        ),
        key=str,
    )


def write(data: bytes, name: str = "20260310-a.hits"):
    path = settings.HIT_SPOOL_DIR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def line(event="view", page="case-1", link="", at=NOON) -> bytes:
    return f"{int(at.timestamp() * 1e6)}\t{event}\t{page}\t{link}\n".encode()


@pytest.fixture
def feature(page, db):
    """Give the page a place on the home page from one hour to another, relative to noon."""

    def make(edition, start, end):
        return Placement.objects.create(
            key=f"00000000-0000-0000-0000-{Placement.objects.count():012}",
            account=AccountFactory(code="website:000000", adapter="website"),
            edition=edition,
            page=page,
            language="zh-hans",
            starts_at=NOON + timedelta(hours=start),
            ends_at=NOON + timedelta(hours=end),
        )

    return make


@pytest.mark.usefixtures("clock")
class TestCountingRule:
    DAY = date(2026, 3, 10)

    def test_a_click_and_the_view_that_follows(self, link):
        write(line("click", link="poster") + line("view", link="poster"))
        fold_spools()
        where = ("315-2026", "wechat", "wechat:650000", "650000", "case-1", "zh-hans")
        assert facts() == [
            (*where, "clicks", "measured", self.DAY, 1),
            (*where, "views", "measured", self.DAY, 1),
        ]

    def test_a_view_without_a_link_counts_on_the_website_at_head_office(self, page):
        write(line())
        fold_spools()
        assert facts() == [
            (None, "website", None, "000000", "case-1", "zh-hans", "views", "measured", self.DAY, 1)
        ]

    def test_the_page_says_the_language(self, db):
        make_case("case-kk", language="kk-arab")
        write(line(page="case-kk"))
        fold_spools()
        assert ReachEntry.objects.get().language == "kk-arab"

    @pytest.mark.parametrize(
        ("spans", "expected"),
        [
            ([(-1, 1)], "315-2026"),
            ([(0, 1)], "315-2026"),
            ([(-2, 0)], None),
            ([(1, 2)], None),
            ([(-5, 5), (-1, 1)], "sep-2026"),
            ([(-1, 5), (-3, 1)], "315-2026"),
        ],
        ids=["showing", "just starting", "just ended", "not yet", "latest of two", "any order"],
    )
    def test_it_counts_for_the_edition_that_features_the_page_at_that_time(
        self, edition, feature, spans, expected
    ):
        other = EditionFactory(code="sep-2026", year=2027, name="9月")
        for place, (start, end) in zip((edition, other), spans, strict=False):
            feature(place, start, end)
        write(line())
        fold_spools()
        assert facts()[0][0] == expected

    @pytest.mark.parametrize(
        ("event", "metric"),
        [
            ("view", "views"),
            ("play", "plays"),
            ("share", "shares"),
            ("download", "downloads"),
            ("completion", "completions"),
        ],
    )
    def test_events_and_metrics(self, page, event, metric):
        write(line(event))
        fold_spools()
        assert ReachEntry.objects.get().metric == metric

    def test_days_are_beijing_days(self, page):
        before = NOON.replace(hour=23, minute=59)
        write(line(at=before - timedelta(days=1)) + line(at=NOON.replace(hour=0)))
        fold_spools()
        assert sorted(row[8:] for row in facts()) == [(date(2026, 3, 9), 1), (self.DAY, 1)]

    def test_an_unknown_link_leaves_a_plain_view(self, page):
        write(line(link="gone"))
        fold_spools()
        assert facts()[0][1:4] == ("website", None, "000000")

    @pytest.mark.parametrize(
        "bad",
        [
            line(page="nobody"),
            line("click", link="gone"),
            line("click"),
            b"junk\n",
            b"\n",
            b"\xff\xfe\t\t\t\n",
            line("people"),
            b"12\tview\tcase-1\t\n",
            line(at=NOON + timedelta(days=9)),
            line()[:-1] + b"\tmore\tmore\n",
        ],
    )
    def test_what_belongs_to_nothing_is_dropped_and_counted(self, page, bad):
        write(line() + bad + line())
        assert fold_spools().dropped == 1
        assert ReachEntry.objects.get().count == 2
        assert turned_away_today() == {"dropped": 1}


@pytest.mark.usefixtures("clock")
class TestExactlyOnce:
    def test_hits_are_folded_once(self, page):
        for _ in range(3):
            collect(Hit("view", "case-1"))
        assert fold_spools() == FoldResult(hits=3, entries=1)
        assert fold_spools() == FoldResult()
        collect(Hit("view", "case-1"))
        assert fold_spools() == FoldResult(hits=1, entries=1)
        assert summed().get().count == 4
        assert list(rollups.differences()) == []

    def test_a_torn_last_line_waits_for_its_end(self, page):
        whole = line()
        path = write(whole + whole[:20])
        writer = path.open("ab")
        fcntl.flock(writer, fcntl.LOCK_SH)
        assert fold_spools().hits == 1
        writer.write(whole[20:])
        writer.flush()
        assert fold_spools().hits == 1
        writer.close()

    def test_a_file_whose_writer_lives_stays_and_one_that_is_done_goes(self, page):
        collect(Hit("view", "case-1"))
        done = write(line())
        assert fold_spools().removed == 1
        assert not done.exists()
        assert len(spool.spools()) == 1
        spool.writer.close()
        assert fold_spools().removed == 1
        assert spool.spools() == []

    def test_the_stump_of_a_dead_writer_is_dropped(self, page):
        write(line() + line()[:20])
        assert fold_spools() == FoldResult(hits=1, dropped=1, entries=1, removed=1)

    def test_long_files_are_folded_in_pieces(self, page, monkeypatch):
        monkeypatch.setattr(folding, "CHUNK_BYTES", 100)
        write(line() * 50)
        assert fold_spools().hits == 50
        assert ReachEntry.objects.aggregate(n=Sum("count"))["n"] == 50
        assert ReachEntry.objects.count() > 10

    def test_an_endless_line_does_not_stop_the_folding(self, page, monkeypatch):
        monkeypatch.setattr(folding, "CHUNK_BYTES", 100)
        write(b"x" * 250 + b"\n" + line())
        assert fold_spools().hits == 1

    def test_a_position_that_moved_meanwhile_means_that_another_did_it(self, page, monkeypatch):
        path = write(line() * 4)
        read = folding._Spool.read

        def overtaken(self, most):
            read(self, most)
            SpoolPosition.objects.filter(name=path.name).update(offset=len(line()) * 4)

        monkeypatch.setattr(folding._Spool, "read", overtaken)
        assert fold_spools() == FoldResult()
        assert not ReachEntry.objects.exists()

    def test_queries_do_not_grow_with_hits(self, page):
        asked = []
        # The first round fills what is kept.
        for name, hits in (("a", 10), ("b", 10), ("c", 1000)):
            write(line() * hits, f"20260310-{name}.hits")
            with CaptureQueriesContext(connection) as captured:
                fold_spools()
            asked.append(len(captured))
        assert asked[1] == asked[2]


@pytest.mark.usefixtures("clock")
class TestABackupPutBack:
    """Files of hits from before the database's own state: nothing of them counts again."""

    def total(self) -> int:
        return ReachEntry.objects.aggregate(n=Sum("count"))["n"] or 0

    def test_a_file_that_was_folded_to_its_end_and_removed(self, page):
        data = line() * 3
        write(data)
        assert fold_spools().removed == 1
        path = write(data)
        assert fold_spools() == FoldResult(removed=1)
        assert (self.total(), path.exists()) == (3, False)

    def test_a_shorter_one_is_refused_by_name_and_the_others_are_folded(self, page, monkeypatch):
        monkeypatch.setattr(folding, "CHUNK_BYTES", 100)
        write(line() * 5)
        fold_spools()
        older = write(line() * 3)
        write(line() * 4, "20260310-b.hits")
        with pytest.raises(folding.OlderSpoolError, match="remove these files") as refused:
            fold_spools()
        size = len(line())
        assert f"{older} has {size * 3} bytes of {size * 5}" in str(refused.value)
        assert (self.total(), older.exists(), len(spool.spools())) == (9, True, 1)
        older.unlink()
        collect(Hit("view", "case-1"))
        assert fold_spools().hits == 1

    def test_the_tick_says_so(self, page):
        write(line() * 5)
        fold_spools()
        write(line())
        assert "20260310-a.hits has" in cron.tick().errors["hits"]

    def test_one_that_was_folded_in_part_goes_on_from_there(self, page):
        path = write(line() * 3)
        with path.open("rb") as writer:
            fcntl.flock(writer, fcntl.LOCK_SH)
            assert fold_spools().hits == 3
        write(line() * 5)
        assert fold_spools().hits == 2

    def test_in_the_end_it_is_forgotten(self, page):
        write(line())
        fold_spools(NOON)
        fold_spools(NOON + timedelta(days=399))
        assert SpoolPosition.objects.count() == 1
        fold_spools(NOON + timedelta(days=402))
        assert not SpoolPosition.objects.exists()


def test_two_folders_at_once_count_nothing_twice(own_database, clock):
    make_case("case-1")
    for n in range(6):
        write(line() * 500, f"20260310-{n}.hits")

    told = connections["default"].settings_dict

    def fold(_):
        # Connections belong to threads: each needs its own to the same database.
        connections["default"] = connections.create_connection("default")
        connections["default"].settings_dict = told
        try:
            return fold_spools(NOON)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(fold, range(4)))
    assert sum(result.hits for result in results) == 3000
    assert ReachEntry.objects.aggregate(n=Sum("count"))["n"] == 3000


@pytest.mark.fault
def test_a_folding_killed_at_any_instant_loses_and_doubles_nothing(own_database, tmp_path):
    make_case("case-1")
    hits = 40_000
    folder = tmp_path / "spool"
    folder.mkdir()
    now = time.time_ns() // 1000
    for n in range(4):
        (folder / f"20260310-{n}.hits").write_bytes(
            b"".join(b"%d\tview\tcase-1\t\n" % (now - k) for k in range(hits // 4))
        )
    chance = random.Random(2)
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "edu_cms.settings.dev",
        "SECRET_KEY": "x",
    }
    program = (
        "import django; django.setup()\n"
        "from campaigns.reach import folding\n"
        "folding.CHUNK_BYTES = 20_000\n"
        "print('ready', flush=True)\n"
        "folding.fold_spools()\n"
    )
    kills = 0
    for round_ in range(7):
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            env=environment,
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
        )
        assert process.stdout.readline() == b"ready\n"
        if round_ < 6:
            time.sleep(chance.uniform(0.01, 0.25))
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        else:
            assert process.wait(60) == 0
        process.stdout.close()
    assert kills >= 3
    assert ReachEntry.objects.aggregate(n=Sum("count"))["n"] == hits
    assert list(rollups.differences()) == []
    assert list(folder.glob("*.hits")) == []


def test_a_link_that_was_deleted_leaves_its_clicks_uncounted(link, clock):
    collect(Hit("click", "case-1", "poster"))
    TrackedLink.objects.all().delete()
    assert fold_spools().dropped == 1
    assert Channel.objects.filter(code="website").exists()
