"""What a row says once it has passed every check."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.regions.models import Region


@dataclass(frozen=True, slots=True)
class Place:
    """What a channel cell names: a channel, and perhaps one account on it."""

    channel: Channel
    account: ChannelAccount | None


class Piece(NamedTuple):
    """What a content cell names."""

    code: str
    language: str


class Figure(NamedTuple):
    """One row that passed every check. `count` is in the metric's unit, `day` a Beijing day.

    A tuple, because there are hundreds of thousands of them.
    """

    row: int
    day: date
    place: Place
    region: Region
    edition: Edition | None
    content: str
    language: str
    metric: str
    count: int
    basis: str
    key: str
