"""What every channel's adapter does, in the engine's words.

An adapter is called outside any transaction, may take its time, and may be killed at any instant.
The delivery's key is the same for every try at the same push: it is what makes "at most once" true
on the channel's side.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from campaigns.calendar.models import Edition
from campaigns.channels.models import ChannelAccount
from content.models import EducationPage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


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
    # The same by way of /q/CODE, which counts the visit for this push's channel and region; equal
    # to `link` while there is none.
    tracked_link: str
    scheduled_at: datetime
    starts_at: datetime
    ends_at: datetime
    # Whether the piece's own dates follow this push; preflight then says what they lack.
    publishes: bool = False


@dataclass(frozen=True)
class Remark:
    """What preflight has to say about a delivery, in words for people.

    `code` names the rule and stays the same ("wechat.title_length"): consents refer to it. An error
    stops the push; a warning needs the consent of a named person; a note is only to be read.
    """

    code: str
    text: str
    is_error: bool = True
    is_note: bool = False

    @property
    def is_warning(self) -> bool:
        return not self.is_error and not self.is_note


class Outcome(StrEnum):
    """How a try ended, as far as the adapter knows."""

    SENT = "sent"
    # The channel took it and is working on it: `reconcile` is asked until it is done.
    PENDING = "pending"
    # The channel refuses, and will refuse again.
    FAILED = "failed"
    # It certainly did not go out; a later try may succeed.
    TEMPORARY = "temporary"
    # It may have gone out: the channel is asked before anything else is done.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Receipt:
    """The answer to a try, in the channel's words.

    `request` sums up what was asked, without secrets; `url` is where the public finds it on the
    channel, if the channel says so; `retry_after` is the channel's own wait in seconds.
    """

    outcome: Outcome
    detail: str = ""
    request: str = ""
    url: str = ""
    retry_after: int | None = None


class Trace(StrEnum):
    """What the channel shows of an earlier try."""

    FOUND = "found"
    # Taken, and still being worked on.
    PENDING = "pending"
    # Taken, and then refused by the channel: it did not go out and will not.
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Finding:
    """The answer to the question whether a delivery was done."""

    trace: Trace
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Statistic:
    """One figure of a channel about one delivery on one Beijing day; `metric` is a reach metric."""

    key: UUID
    day: date
    metric: str
    count: int


class NotPossibleError(Exception):
    """The channel has no such call; says what to do instead."""


class NotYetError(Exception):
    """The channel's figures of that day are not complete: ask again later."""


class Adapter:
    """What the engine needs of a channel. One object serves all accounts of its kind."""

    # Whether all is done on this machine, at once: such calls go by the batch, one after the other.
    # The others are called on threads, `at_once` of an account at a time.
    is_local = False
    # Whether what was sent can be taken back.
    can_withdraw = False
    # Whether what it has taken waits for a person, who can still be told not to.
    waits_for_people = False
    # Whether the channel tells figures of its own.
    has_statistics = False

    def preflight(self, delivery: Delivery) -> list[Remark]:
        """What stands against the delivery by the channel's own rules; empty if it can go out.

        Asked when a push is planned, on demand, and again before it is sent; changes nothing.
        """
        return []

    def send(self, delivery: Delivery) -> Receipt:
        """Do it. A delivery whose key the channel already holds counts as sent.

        An exception is taken for an unknown outcome.
        """
        raise NotImplementedError

    def send_all(self, deliveries: list[Delivery]) -> list[Receipt]:
        """Do many, of a local adapter; one receipt each, in their order.

        Whatever is told as sent is as durable as if it had been sent alone.
        """
        return [self.send(delivery) for delivery in deliveries]

    def reconcile(self, delivery: Delivery) -> Finding:
        """Find out whether an interrupted try was done. Leaves no half-done work of it behind."""
        raise NotImplementedError

    def withdraw(self, delivery: Delivery) -> Receipt:
        """Take back what was sent. Raises NotPossibleError unless `can_withdraw`."""
        raise NotPossibleError

    def call_off(self, delivery: Delivery, by: "AbstractBaseUser | None", reason: str) -> None:
        """Tell the person who was to do it that it is called off, unless they have answered.

        Writes to the database alone, so that it is done in one transaction with the push's own
        change. Raises ValidationError, or NotPossibleError unless `waits_for_people`.
        """
        raise NotPossibleError

    def collect(self, account: ChannelAccount, day: date) -> list[Statistic]:
        """The channel's own figures that became known for that Beijing day; asked again at will.

        Raises NotPossibleError unless `has_statistics`, NotYetError while they are late.
        """
        raise NotPossibleError
