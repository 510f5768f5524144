"""Admin: what people searched for, what they did not find, and releasing a question of theirs."""

from datetime import timedelta

import django_filters
from django.conf import settings
from django.db.models import Max, OuterRef, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from content.models import PopularQuestion, SearchCount
from content.templatetags.titles import bdi

PERIODS = {
    "7": gettext_lazy("Last 7 days"),
    "30": gettext_lazy("Last 30 days"),
    "90": gettext_lazy("Last 90 days"),
    "400": gettext_lazy("All that is kept"),
}
USUAL_PERIOD = "30"


def since(period: str | None) -> QuerySet:
    """Counts of the last so many days; of the usual period where the answer makes no sense."""
    days = int(period if period in PERIODS else USUAL_PERIOD)
    return SearchCount.objects.filter(day__gt=timezone.localdate() - timedelta(days=days))


def as_text(typed: str) -> str:
    """What strangers typed, as no spreadsheet takes it for a formula."""
    return f"'{typed}" if typed.startswith(("=", "+", "-", "@", "\t")) else typed


class SearchFilterSet(WagtailFilterSet):
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"),
        choices=list(PERIODS.items()),
        empty_label=None,
        method="in_period",
    )
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES
    )
    found = django_filters.ChoiceFilter(
        label=gettext_lazy("Results"),
        choices=[("none", gettext_lazy("Nothing was found"))],
        method="without_results",
    )

    class Meta:
        model = SearchCount
        fields: list[str] = []

    def in_period(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Nothing to do: the view takes the days before it sums them up."""
        return queryset

    def without_results(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those that found nothing when they were last asked."""
        return queryset.filter(last_results=0)


class ReleaseColumn(Column):
    """A button, or that it is among the popular questions already."""

    cell_template_name = "content/search/admin/release_cell.html"

    def get_cell_context_data(self, instance, parent_context) -> dict:
        context = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        context["may_release"] = request.user.has_perm("content.add_popularquestion")
        context["next"] = request.get_full_path()
        return context


class SearchReportView(ReportView):
    """Summed up over the period, the most frequent first."""

    page_title = gettext_lazy("Searches")
    header_icon = "search"
    results_template_name = "content/search/admin/report_results.html"
    index_url_name = "search_report"
    index_results_url_name = "search_report_results"
    filterset_class = SearchFilterSet
    permission_policy = ModelPermissionPolicy(SearchCount)
    permission_required = "view"
    paginate_by = 50
    export_filename = "searches"
    list_export = ["shown", "language", "times", "last_results", "last_day"]
    custom_field_preprocess = {"shown": {"csv": as_text, "xlsx": as_text}}
    export_headings = {
        "shown": gettext_lazy("What was typed"),
        "language": gettext_lazy("Language"),
        "times": gettext_lazy("Times"),
        "last_results": gettext_lazy("Results last time"),
        "last_day": gettext_lazy("Last searched"),
    }
    columns = [
        Column(
            "shown", label=gettext_lazy("What was typed"), accessor=lambda row: bdi(row["shown"])
        ),
        Column(
            "language",
            label=gettext_lazy("Language"),
            accessor=lambda row: dict(settings.LANGUAGES).get(row["language"], row["language"]),
        ),
        Column("times", label=gettext_lazy("Times"), accessor="times"),
        Column("results", label=gettext_lazy("Results last time"), accessor="last_results"),
        Column("day", label=gettext_lazy("Last searched"), accessor="last_day"),
        ReleaseColumn("release", label=gettext_lazy("Popular question")),
    ]

    def get_queryset(self) -> QuerySet:
        """One row for what folds to the same in one language."""
        newest = SearchCount.objects.filter(
            language=OuterRef("language"), folded=OuterRef("folded")
        ).order_by("-day")
        released = PopularQuestion.objects.filter(
            language=OuterRef("language"), text=OuterRef("shown")
        )
        return (
            since(self.request.GET.get("period"))
            .values("language", "folded")
            .annotate(times=Sum("times"), last_day=Max("day"))
            .annotate(
                shown=Subquery(newest.values("shown")[:1]),
                last_results=Subquery(newest.values("results")[:1]),
            )
            .annotate(released=Subquery(released.values("pk")[:1]))
            .order_by("-times", "folded", "language")
        )

    @property
    def header_more_buttons(self) -> list:
        buttons = list(super().header_more_buttons)
        if self.request.user.has_perm("content.view_popularquestion"):
            url = reverse("popularquestion:index")
            buttons.append(HeaderButton(_("Popular questions"), url=url, icon_name="help"))
        return buttons


class ReleaseView(PermissionCheckedMixin, View):
    """POST: what was typed becomes a popular question, at the end of its language's list."""

    http_method_names = ["post"]
    permission_policy = ModelPermissionPolicy(PopularQuestion)
    permission_required = "add"

    def post(self, request: HttpRequest) -> HttpResponse:
        language, folded = (
            request.POST.get(name, "").replace("\x00", "") for name in ("language", "folded")
        )
        asked = SearchCount.objects.filter(language=language, folded=folded).order_by("-day")
        newest = asked.first()
        if newest is None or language not in dict(settings.LANGUAGES):
            raise Http404
        question, is_new = PopularQuestion.objects.get_or_create(
            language=language, text=newest.shown
        )
        edit = messages.button(reverse("popularquestion:edit", args=[question.pk]), _("Edit"))
        if is_new:
            told = _("“%(text)s” is now among the popular questions.")
            messages.success(request, told % {"text": question.text}, buttons=[edit])
        else:
            told = _("“%(text)s” was among the popular questions already.")
            messages.info(request, told % {"text": question.text}, buttons=[edit])
        return HttpResponseRedirect(self._back(request))

    @staticmethod
    def _back(request: HttpRequest) -> str:
        address = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
            return address
        return reverse("search_report")
