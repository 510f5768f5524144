"""The calendar's screens: the same entries by year, month, week, as a list and by state."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.agenda import asking, days, lists, moving
from campaigns.agenda.collecting import next_day
from campaigns.agenda.entries import DAY, Span
from campaigns.agenda.sources import may_look
from campaigns.agenda.year import year_of
from campaigns.calendar.holidays import unknown_years

# The last move of this session, kept until its screen has offered to take it back.
UNDO = "agenda_undo"
VIEWS = [
    ("year", gettext_lazy("Year")),
    ("month", gettext_lazy("Month")),
    ("week", gettext_lazy("Week")),
    ("list", gettext_lazy("Agenda")),
    ("board", gettext_lazy("Board")),
]


class Screen(WagtailAdminTemplateMixin, TemplateView):
    """Open to whoever has something in the calendar."""

    page_title = gettext_lazy("Calendar")
    header_icon = "calendar"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class _View(Screen):
    """One look at the calendar: reads the address, asks one function, renders."""

    view = ""

    def get_template_names(self) -> list[str]:
        return [f"campaigns/agenda/{self.view}.html"]

    def get_context_data(self, **kwargs) -> dict:
        asked = asking.read(self.request)
        span = self.span(asked.day)
        shown = self.shown(asked, span)
        return super().get_context_data(
            asked=asked,
            view=self.view,
            span=span,
            heading=self.heading(span),
            tabs=self._tabs(asked),
            filters=self._filters(asked),
            steps=self._steps(asked, span),
            unknown_years=unknown_years(span.first, span.last),
            undo=self.request.session.pop(UNDO, None),
            here=self.request.get_full_path(),
            weekday_names=[str(WEEKDAYS[n]) for n in range(7)],
            next_day=next_day(asked, span.last, shown.get("kind", ""))
            if shown["is_empty"]
            else None,
            **shown,
            **kwargs,
        )

    def span(self, day: date) -> Span:
        raise NotImplementedError

    def heading(self, span: Span) -> str:
        return _("%(first)s to %(last)s") % {"first": span.first, "last": span.last}

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        raise NotImplementedError

    def _steps(self, asked: asking.Asked, span: Span) -> dict[str, str]:
        """Addresses of the span before, of today, and of the span after."""
        ways = {"before": span.first - DAY, "today": asked.today, "after": span.last + DAY}
        return {
            name: f"?{asked.query(day=day)}"
            for name, day in ways.items()
            if day.year in asking.YEARS
        }

    def _tabs(self, asked: asking.Asked) -> list[dict]:
        return [
            {
                "name": name,
                "label": label,
                "address": f"{reverse(f'campaigns_admin:agenda_{name}')}?{asked.query()}",
            }
            for name, label in VIEWS
        ]

    def _filters(self, asked: asking.Asked) -> list[dict]:
        labels = {
            "kind": _("Kind"),
            "series": _("Series"),
            "channel": _("Channel"),
            "region": _("Region and below"),
            "language": _("Language"),
            "state": _("State"),
        }
        return [
            {
                "name": name,
                "label": label,
                "value": asked.chosen.get(name, ""),
                "choices": asked.choices[name],
            }
            for name, label in labels.items()
        ]


class YearView(_View):
    view = "year"

    def span(self, day: date) -> Span:
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))

    def heading(self, span: Span) -> str:
        return _("Year %(year)s") % {"year": span.first.year}

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        year = year_of(asked)
        return {"year": year, "is_empty": not year.bars and not year.count}


class MonthView(_View):
    view = "month"

    def span(self, day: date) -> Span:
        return days.month_of(day)

    def heading(self, span: Span) -> str:
        return _("Month %(month)s of %(year)s") % {
            "year": span.first.year,
            "month": span.first.month,
        }

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        weeks = days.weeks(asked, days.whole_weeks(span), span, "month")
        return {"weeks": weeks, "is_empty": _is_empty(weeks)}


class WeekView(_View):
    view = "week"

    def span(self, day: date) -> Span:
        return days.week_of(day)

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        weeks = days.weeks(asked, span, span, "week")
        return {"weeks": weeks, "is_empty": _is_empty(weeks)}


class ListView(_View):
    view = "list"

    def span(self, day: date) -> Span:
        return lists.ahead(day)

    def heading(self, span: Span) -> str:
        return _("From %(day)s on") % {"day": span.first}

    def _steps(self, asked: asking.Asked, span: Span) -> dict[str, str]:
        month = timedelta(days=30)
        return super()._steps(asked, Span(span.first - month + DAY, span.first + month - DAY))

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        page, listed = lists.listed(asked)
        return {"page": page, "listed": listed, "is_empty": not page.paginator.count}


class BoardView(_View):
    view = "board"

    def span(self, day: date) -> Span:
        return Span(date(day.year, 1, 1), date(day.year, 12, 31))

    def heading(self, span: Span) -> str:
        return _("Year %(year)s") % {"year": span.first.year}

    def shown(self, asked: asking.Asked, span: Span) -> dict:
        kinds = [kind for kind, _label in asked.choices["kind"]]
        kind = asked.kind or (asked.state[0] if asked.state else "")
        if not kind:
            kind = "push" if "push" in kinds else kinds[0]
        board = lists.board(asked, span, kind)
        return {"board": board, "kind": kind, "is_empty": not board.columns}


def _is_empty(weeks: list[list[days.Day]]) -> bool:
    return not any(day.entries or any(day.bands) for week in weeks for day in week)


class MoveView(Screen):
    """Another time for an entry: a form for everybody, JSON for the script that drags."""

    template_name = "campaigns/agenda/move.html"
    page_title = gettext_lazy("Move to …")
    header_icon = "time"

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.problems: list[str] = []

    def dispatch(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        if not may_look(request.user):
            raise PermissionDenied
        self.entry = moving.find(kind, pk, request.user)
        if not moving.may_move(kind, request.user):
            raise PermissionDenied
        return super().dispatch(request, kind=kind, pk=pk)

    def get_context_data(self, **kwargs) -> dict:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return super().get_context_data(
            entry=self.entry,
            problems=self.problems,
            to=given.get("to", "") or self.entry.moment,
            next=self._next(given.get("next", "")),
            **kwargs,
        )

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        wants_json = "application/json" in request.headers.get("Accept", "")
        told = request.POST
        try:
            to = moving.parse(told.get("to", ""))
            moved = moving.move(kind, pk, to, told.get("was", ""), request.user)
        except ValidationError as refusal:
            self.problems = refusal.messages
            if wants_json:
                return JsonResponse({"problems": self.problems}, status=409)
            return self.render_to_response(self.get_context_data(), status=409)
        request.session[UNDO] = _way_back(moved, is_undo=told.get("undo") == "1")
        address = self._next(told.get("next", ""))
        if wants_json:
            return JsonResponse({"when": moved.after.when})
        return HttpResponseRedirect(address)

    def _next(self, address: str) -> str:
        """Back to where the person was, within this site."""
        if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
            return address
        return f"{reverse('campaigns_admin:agenda_month')}?day={self.entry.first_day}"


def _way_back(moved: moving.Moved, *, is_undo: bool) -> dict[str, str | bool]:
    """What the next screen says about the move, and what it needs to take it back."""
    before, after = moved.before, moved.after
    return {
        "title": after.title,
        "before": before.when,
        "after": after.when,
        "key": after.key,
        "address": reverse("campaigns_admin:agenda_move", args=[after.kind, after.pk]),
        "to": before.moment,
        "was": after.moment,
        "cost": before.move_cost,
        "is_undo": is_undo,
    }
