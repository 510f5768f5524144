"""Where campaigns are heading: target, pace and forecast, in words and figures."""

from django.utils.translation import gettext as _

from campaigns.reach.display import percent
from campaigns.reports.dashboard.look import Amount, Look
from campaigns.reports.figures import pace, years
from campaigns.reports.figures.pace import Method, Pace


def paces(look: Look, comparisons: list[years.Comparison] | None = None) -> list[dict]:
    """A card's worth for each selected edition."""
    if look.selection.first or look.selection.last:
        return []
    if comparisons is None:
        comparisons = years.compared(look.selection)
    return [
        _shown(look, found)
        for found in pace.paces(look.selection, comparisons, look.here, look.today)
    ]


def _shown(look: Look, found: Pace) -> dict:
    target = found.target
    return {
        "edition": found.edition,
        "first": found.first,
        "last": found.last,
        "reached": look.reached(found.reached, campaign=[found.edition.code]),
        "target": None if target is None else Amount(target),
        "of_target": "" if target is None else percent(found.reached, target),
        "filled": _filled(found.reached, target),
        "gone": found.gone,
        "days": found.days,
        "of_days": percent(found.gone, found.days),
        "days_filled": _filled(found.gone, found.days),
        "left": found.left,
        "needed": None if found.needed_a_day is None else Amount(found.needed_a_day),
        "forecast": None if found.forecast is None else Amount(found.forecast),
        "forecast_of_target": (
            percent(found.forecast, target) if target and found.forecast is not None else ""
        ),
        "method": _method(found),
        "is_over": found.method == Method.OVER,
    }


def _filled(part: int, whole: int | None) -> int:
    """For <progress>, which knows nothing beyond its end."""
    return max(0, min(100, 100 * part // whole)) if whole else 0


def _method(found: Pace) -> str:
    """How the forecast came about, or why there is none."""
    if found.method == Method.LAST_YEAR:
        return _(
            "By the curve of %(edition)s: had it brought this share of its figures by the same "
            "campaign day, this is what the end brings."
        ) % {"edition": found.model.name}
    return {
        Method.LINEAR: _(
            "In a straight line: every day to come brings what the days gone brought on average. "
            "There is no earlier edition to follow."
        ),
        Method.TOO_EARLY: _("Too early for a forecast: it takes %(days)s whole days.")
        % {"days": pace.FEWEST_DAYS},
        Method.COMING: _("It has not begun yet."),
        Method.OVER: _("The campaign is over: no forecast, this is what it has reached."),
    }[found.method]
