"""What readers see of closed periods: totals in the words of their language.

All of it is read from the frozen text, and only while that has its checksum. Every string here is
for the public, and stands in the catalogues of all languages (edu_cms.catalogues.PUBLIC_PYTHON).
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, localcontext
from itertools import islice

from babel.numbers import format_compact_decimal, format_decimal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from campaigns.reach.display import format_person_times
from campaigns.reach.metrics import Basis
from campaigns.regions.models import HEAD_OFFICE
from campaigns.reports.models import Showing, Snapshot
from content.hooks import PublishedFigure
from content.kazakh.conversion import Script, convert

MOST = 3
# How a figure came about, for somebody who knows nothing of the house.
_BASES = {
    Basis.MEASURED: gettext_lazy("counted on our own pages"),
    Basis.PLATFORM_REPORTED: gettext_lazy("as platforms report it"),
    Basis.SELF_REPORTED: gettext_lazy("as our branches report it"),
    Basis.ESTIMATED: gettext_lazy("as we estimate it"),
}
# From here Kazakh counts in thousands and millions, as Chinese in ten thousands.
_TEN_THOUSAND = 10_000


def figures_on_website(language: str) -> list[PublishedFigure]:
    """What stands there, the newest periods first; a period that was tampered with does not."""
    with override(language):
        return [_published(snapshot, language) for snapshot in islice(_shown(), MOST)]


def reader_person_times(count: int, language: str) -> str:
    """Person-times: 71,458万人次; 714,58 миллион адам-рет; 714,58 ميلليون ادام-رەت.

    Below ten thousand every language has the exact number. From there Kazakh has at most two
    decimals, half up, and the words that Babel's `kk` has.
    """
    if language == "zh-hans":
        return format_person_times(count)
    with override(language):
        return _("%(count)s person-times") % {"count": _in_kazakh(count, language)}


def _in_kazakh(count: int, language: str) -> str:
    """Both scripts have Babel's Cyrillic number: its data for the Arabic one has no such comma."""
    if abs(count) < _TEN_THOUSAND:
        return format_decimal(count, locale="kk")
    with localcontext(rounding=ROUND_HALF_UP):
        told = format_compact_decimal(count, format_type="long", locale="kk", fraction_digits=2)
    return convert(told, to=Script.ARAB).text if language == "kk-arab" else told


def _shown() -> Iterator[Snapshot]:
    newest = ("-snapshot__last", "-snapshot__closed_at", "-snapshot")
    showings = Showing.objects.current().select_related("snapshot").order_by(*newest)
    # A frozen text may be large: no more are fetched than are looked at.
    for showing in showings.iterator(chunk_size=MOST):
        if showing.snapshot.is_intact:
            yield showing.snapshot


def _published(snapshot: Snapshot, language: str) -> PublishedFigure:
    told = snapshot.content["selection"]
    total = snapshot.content["figures"]["total"]
    names = [one["name"] for one in told["campaigns"]]
    if told["everyday"]:
        names.append(_("Everyday education"))
    return PublishedFigure(
        campaigns=tuple(names),
        region="" if told["region"]["code"] == HEAD_OFFICE else told["region"]["name"],
        first=date.fromisoformat(told["from"]),
        last=date.fromisoformat(told["to"]),
        closed_on=timezone.localdate(datetime.fromisoformat(snapshot.content["closed"]["at"])),
        person_times=reader_person_times(total["count"], language),
        parts=tuple(
            (str(words), reader_person_times(total["by_basis"][basis], language))
            for basis, words in _BASES.items()
            if basis in total["by_basis"]
        ),
    )
