"""The agenda, page by page from a day on, and the board by state."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from django.core.paginator import Page, Paginator
from django.utils.dates import WEEKDAYS

from campaigns.agenda.asking import Asked
from campaigns.agenda.collecting import keys_within, load
from campaigns.agenda.entries import Entry, Span
from campaigns.agenda.sources import BY_KIND
from campaigns.calendar.holidays import Holiday

A_PAGE = 40
CARDS_A_COLUMN = 12


@dataclass(frozen=True)
class ListedDay:
    """A day of the agenda with what begins on it."""

    date: date
    is_today: bool
    holidays: list[Holiday]
    entries: list[Entry]

    @property
    def weekday(self) -> str:
        return str(WEEKDAYS[self.date.weekday()])


def ahead(day: date) -> Span:
    """What the agenda reaches over: a year from the day on."""
    try:
        last = day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        last = date(day.year + 1, 2, 28)
    return Span(day, last)


def listed(asked: Asked) -> tuple[Page, list[ListedDay]]:
    """One page of the agenda. What began before the first day stands on it while it lasts."""
    span = ahead(asked.day)
    page = Paginator(keys_within(asked, span), A_PAGE).get_page(asked.page)
    entries = load(page.object_list, asked).values()
    holidays = asked.holidays(span.first, span.last)
    days = [
        ListedDay(day, day == asked.today, holidays.on(day), list(rows))
        for day, rows in groupby(entries, key=lambda one: max(one.first_day, span.first))
    ]
    return page, days


@dataclass(frozen=True)
class Column:
    """A state with the entries in it that are nearest to today."""

    kind: str
    state: str
    label: str
    entries: list[Entry]
    count: int

    @property
    def address(self) -> str:
        """The filter that shows this column's entries alone."""
        return f"{self.kind}.{self.state}"

    @property
    def more(self) -> int:
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Board:
    """The columns of one kind that hold something, and the states that hold nothing."""

    kind: str
    columns: list[Column]
    empty: list[str]


def board(asked: Asked, span: Span, kind: str) -> Board:
    """Entries of one kind by state, in the order and the words of its model."""
    by_state: dict[str, list] = {value: [] for value, _label in BY_KIND[kind].states}
    for key in keys_within(asked, span):
        if key.kind == kind:
            by_state.setdefault(key.state, []).append(key)
    near = {
        state: sorted(keys, key=lambda key: abs((key.first_day - asked.today).days))
        for state, keys in by_state.items()
    }
    found = load([key for keys in near.values() for key in keys[:CARDS_A_COLUMN]], asked)
    columns, empty = [], []
    for state, label in BY_KIND[kind].states:
        if not by_state[state]:
            empty.append(str(label))
            continue
        cards = [found[key] for key in near[state][:CARDS_A_COLUMN] if key in found]
        cards.sort(key=attrgetter("first_day", "time"))
        columns.append(Column(kind, state, str(label), cards, len(by_state[state])))
    return Board(kind, columns, empty)
