"""Opening a year: every active series gets its edition, with the dates it usually has."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.calendar.models import Edition, Series


class Opened(NamedTuple):
    """What opening a year came to."""

    created: list[Edition]
    existing: list[Edition]


@transaction.atomic
def open_campaigns(year: int) -> Opened:
    """Make that year's edition of each active series where there is none yet.

    Dates come from the series' rule and are "expected" until a person confirms them; an edition
    that exists is left as it is. Raises ValidationError for a year outside 2019 to 2100.
    """
    opened = Opened([], [])
    for series in Series.objects.filter(is_active=True):
        edition = Edition.objects.filter(series=series, year=year).first()
        if edition:
            opened.existing.append(edition)
        else:
            opened.created.append(open_edition(series, year))
    return opened


def open_edition(series: Series, year: int) -> Edition:
    """Make the series' edition of that year, with the usual dates, expected until confirmed.

    Raises ValidationError for a year outside 2019 to 2100, or where there is one already.
    """
    Edition._meta.get_field("year").run_validators(year)  # noqa: SLF001
    if existing := Edition.objects.filter(series=series, year=year).first():
        raise ValidationError({"year": _("There is one already: %(name)s.") % {"name": existing}})
    starts_on, ends_on = series.usual_window(year)
    edition = Edition(
        series=series,
        year=year,
        code=series.edition_code(year),
        name=series.edition_name(year),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    edition.full_clean()
    edition.save()
    return edition
