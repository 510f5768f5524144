"""When it reaches: day by day, against the year before by campaign day, and where it is heading."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from campaigns.reach.display import format_person_times, percent
from campaigns.reports import charts, figures
from campaigns.reports.dashboard import heading
from campaigns.reports.dashboard.look import Amount, Line, Look, bases_in_words
from campaigns.reports.figures import years
from campaigns.reports.figures.years import Comparison, Course


def shown(look: Look) -> dict:
    rows = figures.by_day(look.selection)
    total = figures.total_of(rows)
    lines = [_of_day(look, row, total) for row in rows]
    # Today's figures are still coming in: drawn, they would look like a fall.
    over = {day: row.count for row in rows if (day := date.fromisoformat(row.key)) < look.today}
    comparisons = years.compared(look.selection)
    return {
        "is_empty": not rows and not any(c.days for one in comparisons for c in one.courses),
        "total": look.reached(total.count),
        "total_shown": format_person_times(total.count),
        "total_bases": bases_in_words(total),
        "days": lines,
        "day_chart": charts.days(_("Person-times by day"), over),
        "peak": max(lines, key=lambda line: line.amount.exact, default=None),
        "comparisons": [_compared(look, one) for one in comparisons],
        "spans_are_left_out": bool(look.selection.first or look.selection.last),
        "paces": heading.paces(look, comparisons),
    }


def _of_day(look: Look, row: figures.Figure, total: figures.Figure) -> Line:
    line = look.line(row, total.count, day_from=row.key, day_to=row.key)
    if date.fromisoformat(row.key) != look.today:
        return line
    return replace(line, label=f"{line.label} · {_('today, not over yet')}")


def _compared(look: Look, comparison: Comparison) -> dict:
    courses = comparison.courses
    until = _until(look, comparison)
    return {
        "name": comparison.series.name,
        "courses": courses,
        "alone": len(courses) == 1,
        "rows": _rows(look, comparison),
        "totals": [_total(look, course) for course in courses],
        "same_day": [_through(look, comparison, course, until) for course in courses],
        "until": until,
        "chart": charts.courses(
            _("Person-times by day of the campaign"),
            [(course.edition.name, _drawn(look, course, comparison.length)) for course in courses],
        ),
    }


def _until(look: Look, comparison: Comparison) -> int:
    """The campaign day up to which all are compared: the newest edition's last whole one."""
    newest = comparison.courses[0]
    gone = newest.campaign_day(look.today) - 1
    return max(0, min(gone, comparison.length))


def _rows(look: Look, comparison: Comparison) -> list[dict]:
    """One a campaign day, and one for what lies before and after the windows."""
    length, courses = comparison.length, comparison.courses
    rows = [
        {
            "label": _("Day %(number)s") % {"number": number},
            "cells": [_cell(look, course, number, number) for course in courses],
        }
        for number in range(1, length + 1)
    ]
    for label, first, last in (
        (_("Before day 1"), None, 0),
        (_("After day %(number)s") % {"number": length}, length + 1, None),
    ):
        cells = [_cell(look, course, first, last) for course in courses]
        if any(cell["amount"] for cell in cells):
            rows.insert(0, {"label": label, "cells": cells}) if last == 0 else rows.append(
                {"label": label, "cells": cells}
            )
    return rows


def _cell(look: Look, course: Course, first: int | None, last: int | None) -> dict:
    """What an edition brought from one campaign day to another; empty where nothing is known."""
    days = [
        number
        for number in course.days
        if (first is None or number >= first) and (last is None or number <= last)
    ]
    day = course.date_of(first) if first == last else None
    amount = _reached(look, course, days) if days else None
    return {"amount": amount, "day": day, "is_today": day == look.today}


def _reached(look: Look, course: Course, days: list[int]) -> Amount:
    return look.reached(
        sum(course.days[number].count for number in days),
        campaign=[course.edition.code],
        day_from=course.date_of(min(days)),
        day_to=course.date_of(max(days)),
    )


def _total(look: Look, course: Course) -> dict:
    total = course.total
    amount = look.reached(total.count, campaign=[course.edition.code], day_from=None, day_to=None)
    return {"amount": amount, "bases": bases_in_words(total)}


def _through(look: Look, comparison: Comparison, course: Course, until: int) -> dict:
    """What stood at that campaign day, and how much more or less that is than the year before."""
    days = [number for number in course.days if number <= until]
    before = comparison.before(course)
    change = ""
    if before is not None and (past := before.through(until)):
        now = course.through(until)
        change = f"{'+' if now >= past else '−'}{percent(abs(now - past), past)}"
    return {
        "edition": course.edition,
        "amount": _reached(look, course, days) if days else Amount(0),
        "change": change,
        "before": before and before.edition,
    }


def _drawn(look: Look, course: Course, length: int) -> list[int | None]:
    """Day by day; nothing for days that are not over, or that the edition does not have.

    Today is left out for what is said above.
    """
    return [
        course.on(number)
        if number <= course.length and course.date_of(number) < look.today
        else None
        for number in range(1, length + 1)
    ]
