"""One reader's rapid repeats of a page are one view, however the lines are cut and spread."""

import itertools
import shutil
from collections import Counter

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from campaigns.models import ReachEntry
from campaigns.reach import folding
from campaigns.reach.folding import fold_spools
from campaigns.reach.lines import What, write
from campaigns.reach.repeats import RecentViews
from tests.campaigns.reach.conftest import NOON

SECOND = 1_000_000
START = int(NOON.timestamp()) * SECOND


def tokens(reader: str) -> str:
    return f"e7.11111111={reader:0>16},m202603.22222222={reader:0>16}"


def told(seconds: float, reader="a", page="case-1", link="", event="view") -> bytes:
    return write(START + round(seconds * SECOND), event, page, link, tokens(reader))


def put(name: str, *lines: bytes):
    django_settings.HIT_SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    (django_settings.HIT_SPOOL_DIR / f"20260310-{name}.hits").write_bytes(b"".join(lines))


def views() -> int:
    return sum(ReachEntry.objects.filter(metric="views").values_list("count", flat=True))


@pytest.mark.usefixtures("clock")
class TestFolding:
    def test_a_second_look_at_once_is_none(self, page):
        put("a", told(0), told(0.5), told(1.9))
        result = fold_spools()
        assert (result.hits, result.repeats) == (1, 2)
        assert views() == 1

    def test_after_that_it_is_one(self, page):
        put("a", told(0), told(2))
        assert fold_spools().hits == 2

    @pytest.mark.parametrize(
        "other",
        [
            {"reader": "b"},
            {"page": "case-2"},
            {"link": "x"},
            {"event": "play"},
            {"event": "share"},
        ],
    )
    def test_another_reader_page_link_or_event_is_no_repeat(self, page, other):
        put("a", told(0), told(0.1, **other))
        result = fold_spools()
        assert result.repeats == 0

    def test_what_else_is_done_on_the_page_is_never_a_repeat(self, page):
        put("a", *[told(n / 10, event="share") for n in range(5)])
        assert fold_spools().hits == 5

    def test_the_setting_may_be_zero(self, page, settings):
        settings.HIT_REPEAT_SECONDS = 0
        put("a", told(0), told(0))
        assert fold_spools().hits == 2

    def test_across_two_foldings(self, page):
        put("a", told(0))
        fold_spools()
        put("b", told(1), told(30))
        assert fold_spools().hits == 1

    def test_a_folding_of_nothing_but_repeats(self, page):
        put("a", told(0))
        fold_spools()
        put("b", told(1))
        result = fold_spools()
        assert (result.hits, result.repeats, result.removed) == (0, 1, 1)
        assert views() == 1

    def test_across_chunks_and_processes(self, page, monkeypatch):
        monkeypatch.setattr(folding, "CHUNK_BYTES", 300)
        put("a", *[told(n) for n in range(0, 400, 10)])
        put("b", *[told(n + 0.7) for n in range(0, 400, 10)])
        put("c", *[told(n + 1.4, reader="b") for n in range(0, 400, 10)])
        result = fold_spools()
        assert (result.hits, result.repeats) == (80, 40)

    def test_a_long_backlog_of_two_processes_goes_along_by_time(self, page, monkeypatch):
        """Each file spans much more than what is handed on from one folding to the next."""
        monkeypatch.setattr(folding, "CHUNK_BYTES", 2000)
        put("a", *[told(n * 60) for n in range(200)])
        put("b", *[told(n * 60 + 1) for n in range(200)])
        result = fold_spools()
        assert (result.hits, result.repeats) == (200, 200)

    @pytest.mark.parametrize("ahead", [60, 5 * 3600])
    def test_beside_a_machine_whose_clock_is_ahead(self, page, ahead):
        """Neither its own repeats nor the others' are counted, from one folding to the next."""
        put("a", told(-1), told(ahead, reader="b"))
        assert fold_spools().hits == 2
        put("b", told(0), told(ahead + 1, reader="b"))
        result = fold_spools()
        assert (result.hits, result.repeats) == (0, 2)

    def test_what_is_handed_on_stays_small_beside_such_a_machine(self, page):
        put("a", *[told(n, reader=f"{n:x}") for n in range(0, 7200, 10)])
        fold_spools()
        (packed,) = folding.FoldingState.objects.values_list("recent_views", flat=True)
        assert len(bytes(packed)) <= 16 * 5

    def test_what_is_handed_on_stays_small(self, page):
        put("a", *[told(n, reader=f"{n:x}") for n in range(500)])
        fold_spools()
        (packed,) = folding.FoldingState.objects.values_list("recent_views", flat=True)
        assert len(bytes(packed)) <= 16 * 15


@examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.sampled_from("abc"), st.sampled_from(["p", "q"])),
        max_size=60,
    ),
    st.data(),
)
def test_counted_views_lie_apart_and_the_others_near_one(views, data):
    """Over any cutting into batches and any order within the disorder that is allowed for.

    That goes for what lies behind the clock and for what lies ahead of it.
    """
    recent = RecentViews()
    now = START + data.draw(st.integers(0, 80)) * SECOND // 10
    counted: Counter = Counter()
    where: dict[tuple, list[int]] = {}
    queue = data.draw(st.permutations(views))
    while queue:
        size = data.draw(st.integers(1, len(queue)))
        batch, queue = queue[:size], queue[size:]
        hits: dict[What, list] = {}
        for tenths, reader, page in batch:
            hit = (START + tenths * SECOND // 10, tokens(reader).encode())
            hits.setdefault(What("view", page, ""), []).append(hit)
        recent = RecentViews(recent.packed())
        first_ones, repeats = recent.first_ones(hits, now)
        assert repeats == len(batch) - sum(map(len, first_ones.values()))
        for what, some in first_ones.items():
            for time, reader in some:
                counted[what.page, reader, time] += 1
                where.setdefault((what.page, reader), []).append(time)
    for times in where.values():
        times.sort()
        assert all(b - a >= 2 * SECOND for a, b in itertools.pairwise(times))
    for tenths, reader, page in views:
        time = START + tenths * SECOND // 10
        near = where[page, tokens(reader).encode()]
        assert any(abs(time - one) < 2 * SECOND for one in near)


class TestAnyCutting(TestCase):
    @examples(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(st.integers(0, 300), min_size=1, max_size=40), st.integers(1, 4), st.integers(1, 3)
    )
    def test_in_order_it_is_the_first_of_each_that_counts(self, tenths, files, foldings):
        """However many files and foldings, the outcome is that of one list by time."""
        from tests.factories import make_case

        shutil.rmtree(django_settings.HIT_SPOOL_DIR, ignore_errors=True)
        make_case("case-1")
        tenths.sort()
        expected, last = 0, None
        for one in tenths:
            if last is None or one - last >= 20:
                expected, last = expected + 1, one
        part = -(-len(tenths) // foldings)
        hits = 0
        for number in range(foldings):
            some = tenths[number * part : (number + 1) * part]
            for file in range(files):
                put(f"{number}{file}", *[told(one / 10) for one in some[file::files]])
            hits += fold_spools(NOON).hits
        assert hits == expected
