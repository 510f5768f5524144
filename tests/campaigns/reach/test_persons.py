"""Persons are unions: within 2 %, never sums, and not known where there is nothing to unite."""

import random
from datetime import date, datetime, timedelta

import pytest

from campaigns.models import Channel, PersonSketch, Region
from campaigns.reach import salts
from campaigns.reach.collector import Hit, collect
from campaigns.reach.folding import fold_spools
from campaigns.reach.models import EVERYDAY_ID
from campaigns.reach.persons import keep, persons
from campaigns.reach.sums import Cut
from tests.campaigns.reach.conftest import BEIJING, NOON

DAY = date(2026, 3, 10)


def token() -> bytes:
    return b"%016x" % random.getrandbits(64)


@pytest.fixture
def head(head_office) -> int:
    return head_office.pk


@pytest.fixture
def cut(head):
    def make(edition=7, **told) -> Cut:
        return Cut(editions=(edition,), nodes=(head,), **told)

    return make


def put(readers, *, edition=7, channel=1, region=None, day=DAY, salt=b"aaaaaaaa") -> None:
    region = region or Region.objects.get(code="000000").pk
    keep({(edition, channel, region, day, salt): set(readers)})


@pytest.mark.parametrize("size", [1, 100, 5_000, 200_000])
def test_within_two_per_cent_of_the_truth(cut, size):
    known = [token() for _ in range(size)]
    half = size // 2
    for number in range(3):  # days and channels that share most of their readers
        put(known[: half + 1], day=DAY + timedelta(days=number))
        put(known[half // 2 :], channel=2, day=DAY + timedelta(days=number))
    assert abs(persons(cut()) - size) <= size * 0.02


def test_the_same_readers_on_two_days_and_channels_are_counted_once(cut):
    readers = [token() for _ in range(500)]
    for day in (DAY, DAY + timedelta(days=1)):
        for channel in (1, 2):
            put(readers, day=day, channel=channel)
    assert persons(cut()) == persons(cut(channels=(1,), last=DAY)) == 500


def test_a_cut_takes_its_days_channels_and_regions(cut, tree):
    put([token() for _ in range(10)])
    put([token() for _ in range(20)], day=DAY + timedelta(days=1))
    put([token() for _ in range(40)], channel=2, region=tree["654321"].pk)
    assert persons(cut()) == 70
    assert persons(cut(last=DAY)) == 50
    assert persons(cut(first=DAY + timedelta(days=1))) == 20
    assert persons(cut(channels=(1,))) == 30
    xinjiang = cut().of(nodes=(tree["650000"].pk,))
    assert persons(xinjiang) == 40
    assert persons(cut().of(nodes=(tree["430000"].pk,))) is None
    # A region that stands for itself, beside another one.
    assert persons(cut().of(nodes=(tree["650000"].pk, tree["430000"].pk))) == 40


def test_uniting_again_changes_nothing(cut):
    readers = [token() for _ in range(300)]
    put(readers)
    put(readers[:200])
    assert PersonSketch.objects.count() == 1
    assert persons(cut()) == 300


class TestNotKnown:
    def test_where_nothing_was_measured(self, cut):
        assert persons(cut()) is None

    def test_of_two_editions_together(self, cut):
        put([token()])
        assert persons(cut().of(editions=(7, 8))) is None

    def test_across_two_salts(self, cut):
        put([token()], edition=EVERYDAY_ID)
        put([token()], edition=EVERYDAY_ID, day=date(2026, 4, 1), salt=b"bbbbbbbb")
        assert persons(cut(EVERYDAY_ID)) is None
        assert persons(cut(EVERYDAY_ID, last=date(2026, 3, 31))) == 1

    @pytest.mark.parametrize(
        "told",
        [
            {"content": "case-1"},
            {"languages": ("kk",)},
            {"metrics": ("shares",)},
            {"metrics": ("views",)},
            {"bases": ("estimated",)},
        ],
    )
    def test_of_a_part_that_sketches_do_not_tell_apart(self, cut, told):
        put([token()])
        assert persons(cut(**told)) is None

    def test_but_of_all_that_is_reach(self, cut):
        put([token()])
        assert persons(cut(metrics=("views", "reads", "plays"), bases=("measured",))) == 1

    def test_what_is_no_token_is_no_person(self, cut):
        put([b"", b"zz", b"z" * 16])
        put([token()], salt=b"short")
        assert persons(cut()) is None


class TestFromHitToPerson:
    """The whole way: salts, lines, folding, sketches."""

    @pytest.fixture
    def everyday(self, head):
        return Cut(editions=(EVERYDAY_ID,), nodes=(head,))

    def view(self, reader: int, **told) -> None:
        collect(Hit(told.pop("event", "view"), "case-1", **told), f"192.0.2.{reader}", "Mozilla")

    def test_a_reader_counts_once_for_the_campaign_over_a_link(self, link, clock):
        salts.turn_over()
        for reader in (1, 1, 2, 3):
            clock.shift(10)
            self.view(reader, link="poster")
        fold_spools()
        node = Region.objects.get(code="650000").pk
        assert persons(Cut(editions=(link.edition_id,), nodes=(node,))) == 3
        # Another campaign's salt knows nothing of them.
        assert persons(Cut(editions=(EVERYDAY_ID,), nodes=(node,))) is None

    def test_the_next_day_it_is_the_same_person_the_next_month_nobody_knows(
        self, page, clock, everyday
    ):
        salts.turn_over()
        self.view(1)
        clock.shift(timedelta(days=1))
        self.view(1)
        fold_spools()
        assert persons(everyday) == 1
        clock.move_to(datetime(2026, 4, 1, 12, tzinfo=BEIJING))
        salts.turn_over()
        self.view(1)
        fold_spools()
        assert PersonSketch.objects.count() == 3
        assert persons(everyday) is None
        assert persons(everyday.of(first=date(2026, 4, 1))) == 1

    def test_only_who_saw_or_played_something_was_reached(self, link, clock, everyday):
        salts.turn_over()
        self.view(1, event="share")
        self.view(2, event="click", link="poster")
        fold_spools()
        assert not PersonSketch.objects.exists()
        self.view(3, event="play")
        fold_spools()
        assert persons(everyday) == 1

    def test_lines_of_the_first_version_still_count_but_tell_of_no_person(
        self, page, clock, everyday, settings
    ):
        settings.HIT_SPOOL_DIR.mkdir(parents=True, exist_ok=True)
        path = settings.HIT_SPOOL_DIR / "20260310-old.hits"
        path.write_text(f"{int(NOON.timestamp() * 1e6)}\tview\tcase-1\t\n" * 3)
        result = fold_spools()
        assert (result.hits, result.repeats) == (3, 0)
        assert persons(everyday) is None

    def test_channel_and_region_are_the_links(self, link, clock):
        salts.turn_over()
        self.view(1, link="poster")
        fold_spools()
        sketch = PersonSketch.objects.get()
        assert sketch.channel_id == Channel.objects.get(code="wechat").pk
        assert sketch.region_id == link.region_id
