"""Readers of the running campaign: hits, written down and folded as the site does it.

Only so are there persons: they come from the readers behind hits, never from an imported figure.
"""

import random

from django.conf import settings

from campaigns.demo.running import RUNNING, edition_of
from campaigns.reach import collector, salts, spool
from campaigns.reach.collector import CLICK, Hit
from campaigns.reach.folding import fold_spools, fold_stream
from campaigns.reach.models import ReachEntry, TrackedLink
from content.models import EducationPage

# So many that they are estimated: of fewer a sketch knows the exact number.
READERS = 4800
AGENTS = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0",
)
LANGUAGES = ("zh-CN,zh;q=0.9", "kk-CN,kk;q=0.9,zh;q=0.7")


def load_hits() -> int:
    """Some thousand readers who came by the campaign's short links, once; how many hits."""
    edition = edition_of(RUNNING)
    # What a tick does: without a salt of the edition there is no telling readers apart.
    salts.turn_over()
    _fold()
    links = list(TrackedLink.objects.filter(edition=edition).select_related("page"))
    counted = ReachEntry.objects.filter(edition=edition, origin=ReachEntry.Origin.COLLECTOR)
    if not links or counted.exists():
        return 0
    chance = random.Random(edition.code)  # noqa: S311 nothing secret
    pieces = list(EducationPage.objects.live().order_by("code").values_list("code", flat=True))
    hits = 0
    for number in range(READERS):
        reader = (f"10.0.{number // 250}.{number % 250}", *map(chance.choice, (AGENTS, LANGUAGES)))
        link = chance.choice(links)
        # Each at another piece: the same one again at once would be one view.
        further = chance.sample(pieces, chance.choice((0, 0, 1, 2)))
        for hit in (
            Hit(CLICK, link.page.code, link.code),
            Hit("view", link.page.code, link.code),
            *(Hit("view", piece, link.code) for piece in further if piece != link.page.code),
        ):
            collector.collect(hit, *reader)
            hits += 1
    spool.writer.close()
    _fold()
    return hits


def _fold() -> None:
    fold_spools()
    if settings.HIT_STREAM:
        fold_stream()
