"""The dashboard's figures as files."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from campaigns.reports import exports, figures, filters
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


@permission_required("campaigns.view_dailyreach", raise_exception=True)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The figures that the address asks for; 404 for an unknown cut or a region outside one's own.

    503 with words where this machine cannot make a PDF.
    """
    by = request.GET.get("by", "channel")
    if by not in figures.BY:
        raise Http404
    try:
        told = exports.render(figures.report(filters.read(request).selection, by), kind)
    except exports.NoPdfError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        told.data,
        content_type=told.mime,
        headers={"Content-Disposition": f'attachment; filename="{told.name}"'},
    )
