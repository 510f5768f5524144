"""The dashboard's figures as files."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from campaigns.reports import exports, figures, filters
from campaigns.reports.screens import ReportScreen, dashboard_step
from campaigns.reports.words import BY_LABELS


def panel(asked: filters.Filters) -> list[dict]:
    """Every way of taking the figures away, each as (FORMAT, address)."""
    return [
        {
            "label": label,
            "links": [
                (kind.upper(), f"{reverse(f'campaigns_admin:reach_{kind}')}?{asked.query(by=by)}")
                for kind in exports.FORMATS
            ],
        }
        for by, label in BY_LABELS.items()
    ]


class ExportView(ReportScreen, TemplateView):
    """The figures that the address asks for, or a page that says what in it is wrong.

    404 for a region outside one's own; 503 with words where this machine cannot make a PDF.
    """

    template_name = "campaigns/reports/export_refused.html"
    page_title = gettext_lazy("Nothing was exported")
    header_icon = "warning"
    kind = ""

    def get(self, request: HttpRequest, **_kwargs) -> HttpResponse:
        asked = filters.read(request)
        by = request.GET.get("by") or "channel"
        faults = filters.faults(request.GET, asked, (*filters.KNOWN, "by"))
        if by not in figures.BY:
            faults.append(
                _("“by” is one of %(known)s, and not “%(by)s”.")
                % {"known": ", ".join(figures.BY), "by": by[:24]}
            )
        if faults:
            back = f"{reverse('campaigns_admin:dashboard')}?{asked.query()}"
            context = self.get_context_data(faults=faults, back=back)
            return self.render_to_response(context, status=400)
        try:
            told = exports.render(figures.report(asked.selection, by), self.kind)
        except exports.NoPdfError as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        return HttpResponse(
            told.data,
            content_type=told.mime,
            headers={"Content-Disposition": f'attachment; filename="{told.name}"'},
        )

    def trail(self) -> list[dict]:
        return [dashboard_step()]
