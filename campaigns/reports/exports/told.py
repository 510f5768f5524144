"""What every file says beside its figures: what was asked for, and what the words mean."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.reach.metrics import Basis
from campaigns.reports.figures import Report, Selection

# What a row of the report is, by what it is cut by.
CUTS = {
    "channel": gettext_lazy("Channel"),
    "day": gettext_lazy("Day"),
    "region": gettext_lazy("Region"),
    "metric": gettext_lazy("Metric"),
    "content": gettext_lazy("Piece"),
    "language": gettext_lazy("Language"),
    "basis": gettext_lazy("Basis"),
}
BASIS_MEANINGS = {
    Basis.MEASURED: gettext_lazy("counted by our own systems"),
    Basis.PLATFORM_REPORTED: gettext_lazy("statistics of the platform"),
    Basis.SELF_REPORTED: gettext_lazy("stated by whoever did it"),
    Basis.ESTIMATED: gettext_lazy("worked out, not counted"),
}


def campaign_names(selection: Selection) -> str:
    names = [edition.name for edition in selection.editions]
    return "、".join(names + [_("Everyday education")] * selection.everyday)


def period(report: Report) -> str:
    """The days that were asked for; where an end is open, also how far the figures really go."""
    asked = report.selection.first, report.selection.last
    if all(asked):
        return f"{report.first} – {report.last}"
    words = f"{asked[0] or '…'} – {asked[1] or '…'}" if any(asked) else _("all days")
    if not (report.first and report.last):
        return words
    return _("%(days)s; figures of %(first)s – %(last)s") % {
        "days": words,
        "first": report.first,
        "last": report.last,
    }


def filters(report: Report) -> list[tuple[str, str]]:
    """What was asked for, in words."""
    selection = report.selection
    region = "、".join(node.name for node in selection.nodes) or "–"
    told = [
        (_("Campaigns"), campaign_names(selection)),
        (_("Period (Beijing days)"), period(report)),
        (_("Region, with all below it"), region),
    ]
    names = {
        "channels": (_("Channel"), report.channels),
        "metrics": (_("Metric"), {metric.code: metric.name for metric in report.definitions}),
        "bases": (_("Basis"), dict(Basis.choices)),
        "languages": (_("Language"), {}),
    }
    for part, (label, words) in names.items():
        if chosen := getattr(selection, part):
            told.append((label, "、".join(str(words.get(code, code)) for code in chosen)))
    told.append((_("As of"), f"{report.as_of:%Y-%m-%d %H:%M}"))
    if report.high_water is not None:
        told.append((_("Newest entry of the ledger"), str(report.high_water)))
    return told
