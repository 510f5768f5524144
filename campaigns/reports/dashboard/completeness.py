"""Who was expected to report, who did, and who did in time."""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.reach.display import percent
from campaigns.reports.dashboard.look import Look
from campaigns.reports.figures.completeness import Completeness, Reporter, Status, completeness

A_PAGE = 50
# In the list, what has to be done comes first.
_ORDER = {status: place for place, status in enumerate(Status)}


def shown(look: Look) -> dict:
    found = completeness(look.selection, look.today)
    told = look.request.GET
    status = told.get("status", "")
    if status not in Status.values:
        status = ""
    rows = [
        (one, reporter)
        for one in found
        for reporter in one.reporters
        if not status or reporter.status == status
    ]
    rows.sort(key=lambda row: (_ORDER[row[1].status], -row[0].edition.starts_on.toordinal()))
    page = Paginator(rows, A_PAGE).get_page(told.get("p"))
    return {
        "is_empty": not any(one.expected for one in found),
        "has_editions": bool(found),
        "editions": [_card(look, one) for one in found],
        "statuses": _statuses(look, found, status),
        "status": status,
        "several": len(found) > 1,
        "page": page,
        "rows": [_row(look, one, reporter) for one, reporter in page],
        "pages": {
            "before": page.has_previous() and _address(look, status, page.previous_page_number()),
            "after": page.has_next() and _address(look, status, page.next_page_number()),
        },
        "plans": reverse("plan:index"),
    }


def _card(look: Look, one: Completeness) -> dict:
    return {
        "edition": one.edition,
        "expected": one.expected,
        "did": one.did,
        "share": percent(one.did, one.expected),
        "filled": 100 * one.did // one.expected if one.expected else 0,
        "on_time": one.on_time,
        "on_time_share": percent(one.on_time, one.expected),
        "on_time_filled": 100 * one.on_time // one.expected if one.expected else 0,
        "missing": one.counts[Status.MISSING],
        "awaited": one.counts[Status.AWAITED],
        "fixed_at": min((row.expected.fixed_at for row in one.reporters), default=None),
    }


def _statuses(look: Look, found: list[Completeness], chosen: str) -> list[dict]:
    """What the list can be narrowed to, each with how many."""
    counts = {status: sum(one.counts[status] for one in found) for status in Status}
    everyone = {"label": _("All"), "count": sum(counts.values()), "value": ""}
    return [
        {**option, "url": _address(look, option["value"]), "is_here": option["value"] == chosen}
        for option in (
            everyone,
            *(
                {"label": status.label, "count": count, "value": status.value}
                for status, count in counts.items()
            ),
        )
    ]


def _address(look: Look, status: str, page: int = 1) -> str:
    changes = {"status": status or None, "p": str(page) if page > 1 else None}
    return look.here_with(**changes)


def _row(look: Look, one: Completeness, reporter: Reporter) -> dict:
    sign = reporter.sign
    source = ""
    if sign and sign.entry and look.may_see_entries:
        source = reverse("reachentry:inspect", args=[sign.entry])
    elif sign and sign.session and look.request.user.has_perm("campaigns.view_fieldsession"):
        source = reverse("fieldsession:inspect", args=[sign.session])
    return {
        "region": reporter.region,
        "link": look.here_with(region=reporter.region.code),
        "edition": one.edition,
        "status": reporter.status,
        "status_label": reporter.status.label,
        "due_on": reporter.expected.due_on,
        "at": sign and sign.at,
        "through": reporter.through,
        "source": source,
        "by_session": bool(sign and sign.session),
        "days_late": (look.today - reporter.expected.due_on).days,
        "entries": look.entries(
            campaign=[one.edition.code], region=reporter.region.code, day_from=None, day_to=None
        ),
    }
