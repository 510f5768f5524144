"""A line that disk, clock or tampering has spoilt never stops the folding of the others.

Zeros are what a file system may leave at the end of a file after the power went.
"""

import pytest
import redis
from django.conf import settings

from campaigns.models import FoldingState, PersonSketch, ReachEntry, Region
from campaigns.reach import redis_store, spool, stream
from campaigns.reach.collecting_counts import turned_away_today
from campaigns.reach.collector import Hit, collect
from campaigns.reach.folding import fold_spools, fold_stream
from campaigns.reach.models import EVERYDAY_ID
from campaigns.reach.persons import persons
from campaigns.reach.sums import Cut
from campaigns.regions.models import HEAD_OFFICE
from tests.campaigns.reach.conftest import NOON

AT = int(NOON.timestamp() * 1e6)
GOOD = b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=0123456789abcdef" % AT

# Lines that tell of nothing.
SPOILT = {
    "zeros": b"\0" * 200,
    "zeros in the time": b"%d\0\tview\tcase-1\t\t" % AT,
    "zeros in the event": b"%d\tview\0\tcase-1\t\t" % AT,
    "zeros in the piece": b"%d\tview\tcase-1\0\0\t\t" % AT,
    "zeros in the link of a click": b"%d\tclick\tcase-1\tpos\0ter\t" % AT,
    "two lines run into one": b"%d\tview\tcase-1\t\t" % AT + GOOD,
    "no end of digits": b"9" * 5000 + b"\tview\tcase-1\t\t",
    "before time": b"-%d\tview\tcase-1\t\t" % AT,
    "a piece as long as a book": b"%d\tview\t%s\t\t" % (AT, b"a" * 100_000),
    "zeros in the link": b"%d\tview\tcase-1\tpos\0ter\t" % AT,
    "zeros in a link of the first version": b"%d\tview\tcase-1\tpos\0ter" % AT,
    "long ago": b"1000000\tview\tcase-1\t\tm202611.aaaaaaaa=0123456789abcdef",
    "long ago and otherwise well": b"1000000\tview\tnobody-elses\t\t",
    "half a character": b"%d\tview\tcase-1\xe4\xb8\t\t" % AT,
}
# Views all the same, but nobody knows whose.
STRANGERS = {
    "a negative number": b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=-fffffffffffffff" % AT,
    "another notation": b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=0x0123456789abcd" % AT,
    "capitals": b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=0123456789ABCDEF" % AT,
    "a salt of zeros": b"%d\tview\tcase-1\t\tm202603.\0\0\0\0\0\0\0\0=0123456789abcdef" % AT,
    "a salt with a quotation mark": b"%d\tview\tcase-1\t\tm202603.aaa'aaaa=0123456789abcdef" % AT,
    "zeros for a reader": b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=%s" % (AT, b"\0" * 16),
    "a reader cut short": b"%d\tview\tcase-1\t\tm202603.aaaaaaaa=0123" % AT,
}

pytestmark = pytest.mark.usefixtures("clock")


def write(*lines: bytes) -> None:
    path = settings.HIT_SPOOL_DIR / "20260310-a.hits"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_what_tells_of_nothing_is_dropped_and_counted(page, spoilt):
    write(GOOD, spoilt)
    result = fold_spools()
    assert (result.hits, result.dropped, result.removed) == (1, 1, 1)
    assert ReachEntry.objects.get().count == 1
    assert turned_away_today() == {"dropped": 1}
    assert fold_spools().hits == 0


@pytest.mark.parametrize("strange", STRANGERS.values(), ids=STRANGERS)
def test_a_view_of_nobody_known_is_a_view(page, strange, settings):
    settings.HIT_REPEAT_SECONDS = 0
    write(GOOD, strange)
    assert fold_spools().hits == 2
    assert PersonSketch.objects.count() == 1
    assert PersonSketch.objects.get().salt == "aaaaaaaa"
    head_office = Region.objects.get(code=HEAD_OFFICE)
    assert persons(Cut(editions=(EVERYDAY_ID,), nodes=(head_office.pk,))) == 1


def test_the_stump_of_a_dead_writer_is_no_hit_even_where_it_reads_like_one(page):
    """Cut in the link, a line looks like one of the first version, with another link."""
    path = settings.HIT_SPOOL_DIR / "20260310-a.hits"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(GOOD + b"\n" + b"%d\tview\tcase-1\tpos" % AT)
    result = fold_spools()
    assert (result.hits, result.dropped, result.removed) == (1, 1, 1)


def test_a_time_that_makes_no_sense_alone_with_its_piece(page):
    write(b"1000000\tview\tcase-1\t\tm202611.aaaaaaaa=0123456789abcdef")
    fold_spools()
    assert not ReachEntry.objects.exists()


class TestStream:
    @pytest.fixture(autouse=True)
    def _on_stream(self, own_redis, settings):
        settings.HIT_STREAM = True

    def test_spoilt_entries_are_dropped_and_go(self, page):
        for line in (*SPOILT.values(), *STRANGERS.values()):
            redis_store.client().xadd(stream.KEY, {"hit": line})
        redis_store.client().xadd(stream.KEY, {"else": "x"})
        redis_store.client().xadd(stream.KEY, {"hit": GOOD + b"\n" + GOOD})
        collect(Hit("view", "case-1"))
        result = fold_stream()
        assert result.dropped == len(SPOILT) + 2
        assert result.hits == len(STRANGERS) + 1
        assert stream.length() == 0
        assert fold_stream().hits == 0
        assert FoldingState.objects.get().version == 1


def test_a_hit_whose_answer_was_lost_is_not_put_in_a_second_time(own_redis, settings, monkeypatch):
    settings.HIT_STREAM = True
    parse = redis.Redis.parse_response

    def lost(self, connection, command, *told, **how):
        answer = parse(self, connection, command, *told, **how)
        if command == "XADD":
            raise redis.TimeoutError
        return answer

    monkeypatch.setattr(redis.Redis, "parse_response", lost)
    with pytest.raises(OSError, match="did not take the hit"):
        collect(Hit("view", "case-1"))
    monkeypatch.undo()
    settings.HIT_REDIS_URL = own_redis
    assert stream.length() == 1


def test_a_writer_does_not_wait_for_a_folding_that_holds_its_new_file(page, monkeypatch):
    """Found between being made and being locked, the file looks like one whose writer is gone."""
    make, held = spool.os.open, []

    def made_and_found(path, *told):
        handle = make(path, *told)
        if not held:
            held.append(open(path, "rb"))  # noqa: PTH123, SIM115
            assert spool.finished(held[0])
        return handle

    monkeypatch.setattr(spool.os, "open", made_and_found)
    collect(Hit("view", "case-1"))
    monkeypatch.undo()
    held[0].close()
    assert fold_spools().hits == 1
    spool.writer.close()
    fold_spools()
    assert spool.spools() == []
