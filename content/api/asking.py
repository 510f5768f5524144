"""What an app asks for: filters and the place in the list, each checked and named when wrong."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from content.models import Audience, Category

MOST = 100
USUAL = 20
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")


class BadFilterError(ValueError):
    """A parameter that cannot be taken: its name, and words for the app's developer."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Place:
    """A place in a list that is ordered by an instant and then by number: just behind that row."""

    at: datetime
    number: int

    def written(self) -> str:
        """As the app hands it back."""
        text = f"{self.at.astimezone(UTC).isoformat()}|{self.number}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Place":
        """Raises BadFilterError for what `written` has not written."""
        try:
            padded = text + "=" * (-len(text) % 4)
            at, number = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split("|")
            place = cls(datetime.fromisoformat(at).astimezone(UTC), int(number))
        except (ValueError, OverflowError, binascii.Error) as error:
            raise BadFilterError("after", "is no place that this list has given out") from error
        if not 0 <= place.number < 2**63 or place.written() != text:
            raise BadFilterError("after", "is no place that this list has given out")
        return place


def refuse_unknown(given: QueryDict, known: set[str]) -> None:
    """Raises BadFilterError for a parameter that we do not know, or that is given twice."""
    for name, values in given.lists():
        if name not in known:
            raise BadFilterError(name[:60], f"is not known; known are: {', '.join(sorted(known))}")
        if len(values) > 1:
            raise BadFilterError(name, "is given twice")


def limit_of(given: QueryDict) -> int:
    """How many at most, 1 to 100."""
    text = given.get("limit", str(USUAL))
    if not re.fullmatch(r"[1-9]\d{0,2}", text, re.ASCII) or int(text) > MOST:
        raise BadFilterError("limit", f"is a whole number from 1 to {MOST}")
    return int(text)


def instant_of(given: QueryDict, name: str) -> datetime | None:
    """An instant in ISO 8601; without a zone, and for a mere day, Beijing's time is meant."""
    if name not in given:
        return None
    # An unescaped + arrives as a blank.
    text = _LOST_PLUS.sub(r"+\1", given[name].strip())
    try:
        found: datetime | date | None = parse_datetime(text)
        if found is None and (day := parse_date(text)):
            found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 made aware below
        if isinstance(found, datetime):
            if timezone.is_naive(found):
                found = timezone.make_aware(found)
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadFilterError(name, "is no instant like 2026-03-09T08:00:00+08:00")


def choice_of(given: QueryDict, name: str, known: list[str] | set[str]) -> str | None:
    """One of the words known."""
    text = given.get(name)
    if text is not None and text not in known:
        raise BadFilterError(name, f"is none of {', '.join(sorted(known)) or '(nothing yet)'}")
    return text


def language_of_query(given: QueryDict) -> str | None:
    return choice_of(given, "language", [code for code, _name in settings.LANGUAGES])


def term_of(given: QueryDict, name: str) -> str | None:
    """A category's or an audience's slug. Costs a query where it is asked for."""
    if name not in given:
        return None
    model = {"category": Category, "audience": Audience}[name]
    return choice_of(given, name, set(model.objects.values_list("slug", flat=True)))


def rows_behind(rows: QuerySet, place: Place | None, at: str, number: str) -> QuerySet:
    """The rows in the list's order, from just behind the place on."""
    if place:
        rows = rows.filter(**{f"{at}__gte": place.at}).exclude(
            **{at: place.at, f"{number}__lte": place.number}
        )
    return rows.order_by(at, number)
