"""What is to be translated: filtered, sorted by what is due first, and counted."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone

from content.hooks import demands
from content.models import TranslationWork
from content.translation.progress import State
from content.translation.standing import Standing, standings

ME, NOBODY = "me", "nobody"
# Beside the states: whatever a translator has something to do with, and everything.
OPEN, ALL = "open", "all"
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; what makes no sense in an address is left out of account."""

    state: str = OPEN
    language: str = ""
    campaign: str = ""
    assigned: str = ""  # me, nobody, or the number of a person
    q: str = ""

    @classmethod
    def of(cls, given) -> "Filters":
        """From the parameters of an address."""
        state = given.get("state", "")
        assigned = given.get("assigned", "")
        if assigned not in (ME, NOBODY) and not (assigned.isascii() and assigned.isdigit()):
            assigned = ""
        return cls(
            state=state if state in (ALL, *State.values) else OPEN,
            language=given.get("language", "")[:10],
            campaign=given.get("campaign", "")[:80],
            assigned=assigned[:18],
            q=given.get("q", "").strip()[:LONGEST_QUERY],
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state leaves rows out."""
        return bool(self.language or self.campaign or self.assigned or self.q)

    def address(self, **other) -> str:
        """The query string for these filters, with some of them changed."""
        mine = {
            "state": "" if self.state == OPEN else self.state,
            "language": self.language,
            "campaign": self.campaign,
            "assigned": self.assigned,
            "q": self.q,
        }
        return urlencode({name: value for name, value in (mine | other).items() if value})


@dataclass(frozen=True)
class Queue:
    """The rows that fit, and what the page says above them."""

    rows: list[Standing]
    # By state, and for OPEN and ALL, of what fits the other filters.
    counts: dict[str, int]
    # Chinese characters still to translate in the rows.
    characters: int
    campaigns: list[tuple[str, str]]
    # Whether there is any piece at all.
    has_pieces: bool


def queue(filters: Filters, user) -> Queue:
    """The queue as these filters show it to the user."""
    every = with_demands(standings())
    fitting = [row for row in every if _fits(row, filters, user)]
    by_state = Counter(row.state for row in fitting)
    counts = {state: by_state[state] for state in State}
    for state in (State.ADAPTED, OPEN, ALL):
        counts[state] = sum(1 for row in fitting if _is(row, state))
    rows = sorted((row for row in fitting if _is(row, filters.state)), key=_by_urgency)
    campaigns = {one.campaign_code: one.campaign_name for row in every for one in row.demands}
    return Queue(
        rows,
        counts,
        sum(row.characters for row in rows),
        sorted(campaigns.items(), key=lambda pair: pair[1]),
        bool(every),
    )


def with_demands(rows: list[Standing]) -> list[Standing]:
    """The same rows, each with what campaigns need of it."""
    needed = demands()
    for row in rows:
        row.demands = needed.get((row.translation_key, row.language), [])
    return rows


def due_on(row: Standing) -> date | None:
    """The day by which it is needed: what a person set, or a campaign needs, whatever is sooner."""
    days = [timezone.localtime(row.demands[0].due_at).date()] if row.demands else []
    if row.work and row.work.due_on:
        days.append(row.work.due_on)
    return min(days, default=None)


def mine(user) -> list[Standing]:
    """What the user has taken or been given and is not settled, the most urgent first."""
    own = TranslationWork.objects.filter(assigned_to=user).values("translation_key")
    rows = with_demands(standings(own))
    return sorted(
        (row for row in rows if _is_for(row, user) and not row.is_settled), key=_by_urgency
    )


def find(translation_key: UUID, language: str) -> Standing | None:
    """One piece in one language."""
    rows = with_demands(standings([translation_key]))
    return next((row for row in rows if row.language == language), None)


_ORDER = {state: number for number, state in enumerate(State)}


def _by_urgency(row: Standing) -> tuple:
    return (
        row.is_settled,
        due_on(row) or date.max,
        _ORDER[row.state],
        row.title,
        row.language != "kk-arab",
    )


def _is(row: Standing, state: str) -> bool:
    if state == ALL:
        return True
    if state == OPEN:
        return not row.is_settled
    # An adapted version stays one while it is being changed or is older than the Chinese.
    return row.is_adapted if state == State.ADAPTED else row.state == state


def _searched(row: Standing) -> str:
    return f"{row.title} {row.version_title} {row.code}".casefold()


def _is_for(row: Standing, user) -> bool:
    return bool(row.work and row.work.assigned_to_id == user.pk)


def _fits(row: Standing, filters: Filters, user) -> bool:
    if filters.language and row.language != filters.language:
        return False
    if filters.campaign and all(one.campaign_code != filters.campaign for one in row.demands):
        return False
    if filters.q and filters.q.casefold() not in _searched(row):
        return False
    who = row.work.assigned_to_id if row.work else None
    if filters.assigned == ME:
        return who == user.pk
    if filters.assigned == NOBODY:
        return who is None
    return not filters.assigned or who == int(filters.assigned)
