"""What every channel's adapter does, in the engine's words.

An adapter is called outside any transaction, may take its time, and may be killed at any instant.
The delivery's key is the same for every try at the same push: it is what makes "at most once" true
on the channel's side.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from campaigns.calendar.models import Edition
from campaigns.channels.models import ChannelAccount
from content.models import EducationPage


@dataclass(frozen=True)
class Delivery:
    """What is to go out, where, and when."""

    key: UUID
    # None while a push is only being planned.
    push_id: int | None
    account: ChannelAccount
    edition: Edition
    page: EducationPage
    language: str
    # Where a reader finds the piece on the site: an absolute address.
    link: str
    scheduled_at: datetime
    starts_at: datetime
    ends_at: datetime


class Outcome(StrEnum):
    """How a try ended, as far as the adapter knows."""

    SENT = "sent"
    # The channel refuses, and will refuse again.
    FAILED = "failed"
    # It certainly did not go out; a later try may succeed.
    TEMPORARY = "temporary"
    # It may have gone out: the channel is asked before anything else is done.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Receipt:
    """The answer to a try, in the channel's words."""

    outcome: Outcome
    detail: str = ""


class Trace(StrEnum):
    """What the channel shows of an earlier try."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Finding:
    """The answer to the question whether a delivery was done."""

    trace: Trace
    detail: str = ""


class Adapter(Protocol):
    """What the engine needs of a channel."""

    def check(self, delivery: Delivery) -> list[str]:
        """What stands against the delivery, in words for people; empty if it can go out.

        Asked when a push is planned and again before it is sent; looks at the channel's limits and
        changes nothing.
        """

    def send(self, delivery: Delivery) -> Receipt:
        """Do it. A delivery whose key the channel already holds counts as sent.

        An exception is taken for an unknown outcome.
        """

    def reconcile(self, delivery: Delivery) -> Finding:
        """Find out whether an interrupted try was done. Leaves no half-done work of it behind."""
