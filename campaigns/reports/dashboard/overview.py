"""How far it is in all: total, target, pace, what it rests on, channels, outputs and persons."""

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.models import Channel
from campaigns.reach import metrics
from campaigns.reach.display import format_person_times, percent
from campaigns.reach.metrics import Basis
from campaigns.reports import charts, figures
from campaigns.reports.dashboard import heading
from campaigns.reports.dashboard.look import Amount, Line, Look, bases_in_words
from campaigns.reports.exports.told import BASIS_MEANINGS
from campaigns.reports.figures import persons


def shown(look: Look) -> dict:
    selection = look.selection
    channels = figures.by_channel(selection)
    total = figures.total_of(channels)
    outputs = [_output(look, row) for row in figures.outputs(selection)]
    aims = figures.against_targets(selection, look.here)
    extent = figures.extent(selection)
    return {
        "is_empty": not channels and not outputs,
        "extent": extent,
        "age": timezone.now() - extent.entered_at if extent.entered_at else None,
        "total": look.reached(total.count),
        "total_shown": format_person_times(total.count),
        "total_metrics": [metrics.known()[code] for code in metrics.reach_codes()],
        "aim": _aim(look, aims.get(None)),
        "paces": heading.paces(look),
        **_bases(look, total),
        **_channels(look, channels, aims, total),
        "total_bases": bases_in_words(total),
        "outputs": outputs,
        "persons": persons.known(selection),
    }


def _aim(look: Look, aim: figures.Aim | None) -> dict | None:
    if aim is None:
        return None
    return {
        "target": Amount(aim.target or 0),
        "reached": look.reached(aim.reached, campaign=aim.editions),
        "percent": percent(aim.reached, aim.target or 0),
        # <progress> fills up at the target and says the rest in words.
        "filled": max(0, min(100, 100 * aim.reached // aim.target)) if aim.target else 0,
    }


def _bases(look: Look, total: figures.Figure) -> dict[str, object]:
    known = total.known_bases()
    lines = [
        Line(
            str(Basis(basis).label),
            look.reached(count, basis=basis),
            percent(count, total.count),
            unit=str(BASIS_MEANINGS[basis]),
        )
        for basis, count in known.items()
    ]
    bars = [charts.Bar(str(Basis(basis).label), count) for basis, count in known.items()]
    return {"bases": lines, "basis_chart": charts.ranked_bars(_("Person-times by basis"), bars)}


def _channels(
    look: Look, rows: list[figures.Figure], aims: dict, total: figures.Figure
) -> dict[str, object]:
    by_code = {row.key: row for row in rows}
    lines, bars = [], []
    for code, name in Channel.objects.values_list("code", "name"):
        row, aim = by_code.get(code), aims.get(code)
        if row is None and aim is None:
            continue
        line = look.line(row or figures.Figure(code, name), total.count, channel=code)
        if aim:
            line.target, line.of_target = Amount(aim.target), percent(aim.reached, aim.target)
        lines.append(line)
        bars.append(charts.Bar(name, line.amount.exact, aim.target if aim else None))
    return {
        "channels": lines,
        "channel_chart": charts.ranked_bars(_("Person-times by channel"), bars),
    }


def _output(look: Look, row: figures.Figure) -> Line:
    return Line(
        row.label,
        look.amount(row.count, metric=row.key),
        unit=row.unit,
        bases=bases_in_words(row),
        meaning=metrics.known()[row.key].definition,
    )
