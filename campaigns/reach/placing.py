"""Where a hit counts: campaign, channel, account, region, day.

A click on a short link is no person-time; a view with a link counts on the link's campaign,
channel, account and region; whatever comes without a link counts on the website, at head office,
for the edition that has the page in its place on the home page at that time, else for none.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount, Placement
from campaigns.reach import ledger, persons
from campaigns.reach.collector import CLICK, METRIC_OF
from campaigns.reach.lines import Hit, What
from campaigns.reach.models import EVERYDAY_ID, TrackedLink
from campaigns.regions.models import HEAD_OFFICE, Region
from content.models import EducationPage

_DAY = 86_400_000_000  # microseconds, as all times here
_BEIJING = 8 * 3_600_000_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Where a number of hits goes in the ledger."""

    edition: Edition | None
    channel: Channel
    account: ChannelAccount | None
    region: Region
    content: str
    language: str
    metric: str
    day: date

    def name(self) -> str:
        """The same hits make the same name, whoever folds them."""
        told = (
            self.edition and self.edition.pk,
            self.channel.pk,
            self.account and self.account.pk,
            self.region.pk,
            self.content,
            self.metric,
            self.day.isoformat(),
        )
        return hashlib.blake2s(repr(told).encode(), digest_size=8).hexdigest()


@dataclass
class Placed:
    """Hits by where they count, the readers behind them, how many belong to nothing known."""

    groups: Counter[Group] = field(default_factory=Counter)
    readers: persons.Readers = field(default_factory=lambda: defaultdict(set))
    dropped: int = 0

    def put(self, event: str, group: Group, hits: list[Hit]) -> None:
        """Count the hits there, each on its day."""
        days = Counter([(hit[0] + _BEIJING) // _DAY for hit in hits])
        for number, count in days.items():
            self.groups[replace(group, day=_EPOCH + timedelta(days=number))] += count
        if event not in persons.EVENTS:
            return
        edition_id = group.edition.pk if group.edition else EVERYDAY_ID
        where = (edition_id, group.channel.pk, group.region.pk)
        for number, name, readers in _readers(edition_id, hits):
            self.readers[*where, _EPOCH + timedelta(days=number), name] |= readers


def place(hits: Mapping[What, list[Hit]]) -> Placed:
    """Find out where each hit counts."""
    pages = _pages({what.page for what in hits})
    links = _links({what.link for what in hits if what.link})
    placed = Placed()
    unlinked: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for what, some in hits.items():
        event, page, link = what
        if page not in pages or (event == CLICK and link not in links):
            placed.dropped += len(some)
        elif link in links:
            there = links[link]
            group = Group(
                there.edition,
                there.channel,
                there.account,
                there.region,
                page,
                pages[page].language,
                METRIC_OF[event],
                _EPOCH,
            )
            placed.put(event, group, some)
        else:
            unlinked[event, page].extend(some)
    if unlinked:
        _put_on_the_website(placed, unlinked, pages)
    return placed


def _put_on_the_website(
    placed: Placed, unlinked: dict[tuple[str, str], list[Hit]], pages: dict[str, EducationPage]
) -> None:
    """Hits without a link: on the website, at head office, for whoever features the page then."""
    website = Channel.objects.get(code="website")
    head_office = Region.objects.get(code=HEAD_OFFICE)
    spans = _featured({pages[page].pk for _event, page in unlinked}, unlinked.values())
    for (event, page), hits in unlinked.items():
        by_edition: dict[Edition | None, list[Hit]] = {None: hits}
        if pages[page].pk in spans:
            by_edition = defaultdict(list)
            for hit in hits:
                by_edition[_edition_at(hit[0], spans[pages[page].pk])].append(hit)
        for edition, some in by_edition.items():
            group = Group(
                edition,
                website,
                None,
                head_office,
                page,
                pages[page].language,
                METRIC_OF[event],
                _EPOCH,
            )
            placed.put(event, group, some)


def _readers(edition_id: int, hits: list[Hit]) -> Iterable[tuple[int, bytes, set[bytes]]]:
    """Number of the day, name of the salt, tokens of all readers under it."""
    prefix, length = persons.where_tokens_begin(edition_id)
    found: dict[tuple[int, bytes], set[bytes]] = defaultdict(set)
    for time, tokens in hits:
        at = tokens.find(prefix)
        if at >= 0:
            at += length
            name = tokens[at : at + persons.NAME_LENGTH]
            at += persons.NAME_LENGTH + 1
            found[(time + _BEIJING) // _DAY, name].add(tokens[at : at + persons.TOKEN_LENGTH])
    return [(number, name, readers) for (number, name), readers in found.items()]


def _pages(codes: set[str]) -> dict[str, EducationPage]:
    return {
        page.code: page
        for some in ledger.in_slices(sorted(codes))
        for page in EducationPage.objects.filter(code__in=some)
        .select_related("locale")
        .only("code", "locale__language_code")
    }


def _links(codes: set[str]) -> dict[str, TrackedLink]:
    return {
        link.code: link
        for some in ledger.in_slices(sorted(codes))
        for link in TrackedLink.objects.filter(code__in=some).select_related(
            "edition", "channel", "account", "region"
        )
    }


_Span = tuple[int, int, Edition]


def _featured(pages: set[int], hits: Iterable[list[Hit]]) -> dict[int, list[_Span]]:
    """The places that the pages had within those times; of each page the latest started first."""
    times = [time for some in hits for time, _tokens in some]
    spans: dict[int, list[_Span]] = defaultdict(list)
    for some in ledger.in_slices(sorted(pages)):
        places = (
            Placement.objects.filter(
                page__in=some,
                starts_at__lte=_instant(max(times)),
                ends_at__gt=_instant(min(times)),
            )
            .select_related("edition")
            .order_by("-starts_at", "-pk")
        )
        for place_ in places:
            spans[place_.page_id].append(
                (_microseconds(place_.starts_at), _microseconds(place_.ends_at), place_.edition)
            )
    return spans


def _edition_at(time: int, spans: list[_Span]) -> Edition | None:
    return next((edition for start, end, edition in spans if start <= time < end), None)


def _instant(time: int) -> datetime:
    return datetime.fromtimestamp(0, tz=timezone.get_default_timezone()) + timedelta(
        microseconds=time
    )


def _microseconds(instant: datetime) -> int:
    return (instant - datetime.fromtimestamp(0, tz=instant.tzinfo)) // timedelta(microseconds=1)
