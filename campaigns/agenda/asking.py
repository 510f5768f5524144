"""What a calendar's address asks for. Whatever makes no sense in it is left out and said."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.agenda.sources import SOURCES, Source
from campaigns.calendar.holidays import Holidays
from campaigns.calendar.models import Series
from campaigns.calendar.windows import beijing_day
from campaigns.channels.models import Channel
from campaigns.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Editions begin in 2019 and end with 2100; a day further off is a typing error.
YEARS = range(2019, 2101)


@dataclass
class Asked:
    """The day to show, the filters, and how to say both in an address again."""

    user: "AbstractBaseUser"
    day: date
    today: date
    kind: str = ""
    series: Series | None = None
    channel: Channel | None = None
    region: Region | None = None
    language: str = ""
    state: tuple[str, str] | None = None
    page: int = 1
    remarks: list[str] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, as they stand in the address."""
        told = {
            "kind": self.kind,
            "series": self.series.code if self.series else "",
            "channel": self.channel.code if self.channel else "",
            "region": self.region.code if self.region else "",
            "language": self.language,
            "state": ".".join(self.state) if self.state else "",
        }
        return {name: value for name, value in told.items() if value}

    def holidays(self, first: date, last: date) -> Holidays:
        """What is special about those days where the calendar looks."""
        return Holidays(first, last, self.user, self.region)

    def query(self, **changes) -> str:
        """The address's query string with some of it changed; None takes a part out."""
        told = QueryDict(mutable=True)
        for name, value in ({"day": self.day, **self.chosen} | changes).items():
            if value is not None:
                told[name] = str(value)
        return told.urlencode()


def everything(user: "AbstractBaseUser") -> Asked:
    """All that the user may see, without an address: for feeds."""
    today = beijing_day(timezone.now())
    return Asked(user, today, today)


def read(request: HttpRequest) -> Asked:
    """What the request's address asks for.

    Raises Http404 for a region that does not exist or does not lie in the user's own.
    """
    told, user, remarks = request.GET, request.user, []
    today = beijing_day(timezone.now())
    sources = [source for source in SOURCES if user.has_perm(source.view_permission)]
    series, channels = list(Series.objects.all()), list(Channel.objects.all())
    choices = {
        "kind": [(source.kind, str(source.label)) for source in sources],
        "series": [(one.code, one.name) for one in series],
        "channel": [(one.code, one.name) for one in channels],
        "language": list(settings.LANGUAGES),
        "state": _states(sources),
    }
    given = {
        name: _one_of(told.get(name, "").strip(), [value for value, _label in offered], remarks)
        for name, offered in choices.items()
    }
    region = _region(told.get("region", "").strip(), user)
    choices["region"] = _regions(user)
    return Asked(
        user=user,
        day=_day(told.get("day", ""), remarks) or today,
        today=today,
        kind=given["kind"],
        series=next((one for one in series if one.code == given["series"]), None),
        channel=next((one for one in channels if one.code == given["channel"]), None),
        region=region,
        language=given["language"],
        state=tuple(given["state"].split(".")) if given["state"] else None,
        page=_page(told.get("p", "")),
        remarks=remarks,
        choices=choices,
    )


def _states(sources: list[Source]) -> list[tuple[str, str]]:
    return [
        (f"{source.kind}.{value}", f"{source.label} · {label}")
        for source in sources
        for value, label in source.states
    ]


def _one_of(text: str, known: list[str], remarks: list[str]) -> str:
    if text and text not in known:
        remarks.append(
            _("“%(text)s” is not known here; the filter was left out.") % {"text": text[:24]}
        )
        return ""
    return text


def _day(text: str, remarks: list[str]) -> date | None:
    text = text.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day and day.year in YEARS:
        return day
    remarks.append(
        _("“%(text)s” is no day of this calendar; today is shown.") % {"text": text[:24]}
    )
    return None


def _page(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _region(code: str, user: "AbstractBaseUser") -> Region | None:
    if not code:
        return None
    region = Region.objects.visible_to(user).filter(code=code[:6]).first()
    if region is None or region.code != code:
        raise Http404
    return region


def _regions(user: "AbstractBaseUser") -> list[tuple[str, str]]:
    """Every region that the user sees, by code and set in by its level: one query."""
    rows = list(Region.objects.visible_to(user))
    least = min((region.depth for region in rows), default=1)
    return [
        (region.code, f"{region.code} {'　' * (region.depth - least)}{region.name}")
        for region in rows
    ]
