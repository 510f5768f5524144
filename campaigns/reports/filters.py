"""What a dashboard's address asks for. Whatever makes no sense in it is left out and said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import languages, metrics
from campaigns.reach.metrics import Basis
from campaigns.reach.models import EVERYDAY
from campaigns.regions.models import Region
from campaigns.reports import figures

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


# What an address says once for each, and where the selection keeps it.
NARROWING = {
    "channel": "channels",
    "metric": "metrics",
    "basis": "bases",
    "language": "languages",
}
# All that an address may say.
KNOWN = ("campaign", "from", "to", "region", *NARROWING)


@dataclass
class Choices:
    """One more thing to narrow the figures by: name in the address, and (code, label, chosen)."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]


@dataclass
class Filters:
    """A selection, and how to say it in an address again."""

    selection: figures.Selection
    known: list[Edition]
    remarks: list[str] = field(default_factory=list)
    narrowing: list[Choices] = field(default_factory=list)

    @property
    def is_narrowed(self) -> bool:
        return any(chosen for choices in self.narrowing for _c, _l, chosen in choices.options)

    @property
    def set_count(self) -> int:
        """By how much the campaigns' figures are narrowed: a day at either end, a region, and each
        of NARROWING count once."""
        told = self.selection
        parts = (
            told.first,
            told.last,
            told.region,
            *(getattr(told, p) for p in NARROWING.values()),
        )
        return sum(map(bool, parts))

    @property
    def near(self) -> list[Edition]:
        """Editions of the years that are looked at; where there is none, of this year."""
        return [edition for edition in self.known if edition.year in self._years]

    @property
    def far(self) -> list[Edition]:
        return [edition for edition in self.known if edition.year not in self._years]

    @cached_property
    def _years(self) -> set[int]:
        chosen = {edition.year for edition in self.selection.editions}
        return chosen or {timezone.localdate().year}

    def query(self, **changes) -> str:
        """The address's query string with some of it changed; None takes a part out."""
        selection = self.selection
        told = QueryDict(mutable=True)
        told.setlist("campaign", selection.campaigns)
        for name, value in (
            ("from", selection.first),
            ("to", selection.last),
            ("region", selection.region and selection.region.code),
        ):
            if value:
                told[name] = str(value)
        for name, part in NARROWING.items():
            if values := getattr(selection, part):
                told.setlist(name, values)
        for name, value in changes.items():
            told.pop(name, None)
            if value is not None:
                told[name] = value
        return told.urlencode()


def read(request: HttpRequest) -> Filters:
    """The filters in the request's address.

    Raises Http404 for a region that does not exist or does not lie in the user's own.
    """
    user = request.user
    known = list(Edition.objects.order_by("-starts_on", "code"))
    remarks: list[str] = []
    editions, everyday = _campaigns(request.GET.getlist("campaign"), known, user, remarks)
    first = _day(request.GET.get("from", ""), remarks)
    last = _day(request.GET.get("to", ""), remarks)
    if first and last and last < first:
        first, last = last, first
        remarks.append(_("The first day lies after the last; they were exchanged."))
    region = _region(request.GET.get("region", "").strip(), user)
    narrowing = _narrowing(request.GET, remarks)
    selection = figures.Selection(
        tuple(editions),
        everyday,
        first,
        last,
        user,
        region,
        **{
            NARROWING[choices.name]: tuple(code for code, _l, chosen in choices.options if chosen)
            for choices in narrowing
        },
    )
    return Filters(selection, known, remarks, narrowing)


def faults(told: QueryDict, asked: Filters, known: Sequence[str] = KNOWN) -> list[str]:
    """Why the figures would be others than the address asks for; for files, where no remark stands
    beside them. Empty if they are what is asked for."""
    unknown = [name for name in told if name not in known]
    found = list(asked.remarks)
    if unknown:
        found.append(
            _("There is no filter %(names)s; it was left out. Filters are: %(known)s.")
            % {"names": ", ".join(name[:24] for name in unknown[:5]), "known": ", ".join(known)}
        )
    for name, values in told.lists():
        if name in known and name not in ("campaign", *NARROWING) and len(values) > 1:
            found.append(_("“%(name)s” is given twice; the last was taken.") % {"name": name})
    return found


def _narrowing(told: QueryDict, remarks: list[str]) -> list[Choices]:
    """What may be chosen; a code that does not exist chooses nothing, and is named."""
    known = [
        ("channel", _("Channel"), Channel.objects.values_list("code", "name")),
        ("metric", _("Metric"), metrics.choices()),
        ("basis", _("Basis"), Basis.choices),
        ("language", _("Language"), languages.choices()),
    ]
    narrowing = []
    for name, label, options in known:
        asked = told.getlist(name)
        choices = [(code, of, code in asked) for code, of in options]
        unknown = [
            code for code in asked if code and code not in {code for code, *_rest in choices}
        ]
        if unknown:
            remarks.append(
                _("%(filter)s: there is no %(codes)s; it was left out.")
                % {"filter": label, "codes": ", ".join(code[:24] for code in unknown[:5])}
            )
        narrowing.append(Choices(name, label, choices))
    return narrowing


def _campaigns(
    codes: list[str], known: list[Edition], user: "AbstractBaseUser", remarks: list[str]
) -> tuple[list[Edition], bool]:
    by_code = {edition.code: edition for edition in known}
    unknown = [code for code in codes if code and code not in by_code and code != EVERYDAY]
    if unknown:
        remarks.append(
            _("No campaign has the code %(codes)s; it was left out.")
            % {"codes": ", ".join(code[:24] for code in unknown[:5])}
        )
    chosen = [edition for edition in reversed(known) if edition.code in codes]
    everyday = EVERYDAY in codes
    if not chosen and not everyday:
        chosen = figures.default_editions(user, timezone.localdate())
        everyday = not chosen
    return chosen, everyday


def _day(text: str, remarks: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        remarks.append(
            _("“%(text)s” is not a date like 2026-03-09; it was left out.") % {"text": text[:24]}
        )
        return None


def _region(code: str, user: "AbstractBaseUser") -> Region | None:
    if not code:
        return None
    region = Region.objects.visible_to(user).filter(code=code[:6]).first()
    if region is None or region.code != code:
        raise Http404
    return region
