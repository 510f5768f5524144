"""The list of figures that wait for a decision, and the decision on them."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition
from campaigns.reach import metrics
from campaigns.reach.filters import channel_choices
from campaigns.reach.importing import deciding
from campaigns.reach.looking import InspectLinks, LookOnlyViewSet, NumberColumn
from campaigns.reach.models import HeldEntry
from campaigns.regions.viewsets import ScopedIndexView

MOST_AT_ONCE = 1_000


class HeldEntryFilterSet(WagtailFilterSet):
    decision = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Decision"), choices=HeldEntry.Decision.choices
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Why it is held"), choices=HeldEntry.Kind.choices
    )
    campaign = django_filters.ChoiceFilter(
        label=gettext_lazy("Campaign"),
        choices=lambda: list(Edition.objects.values_list("code", "name")),
        field_name="edition__code",
    )
    channel = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Channel"), choices=channel_choices, field_name="channel__code"
    )
    batch = django_filters.NumberFilter(
        label=gettext_lazy("Import batch (number)"), max_value=2**62, min_value=0
    )

    class Meta:
        model = HeldEntry
        fields: list[str] = []


class HeldTickColumn(Column):
    header_template_name = "campaigns/reach/held_tick_header.html"
    cell_template_name = "campaigns/reach/held_tick_cell.html"

    def get_cell_context_data(self, instance, parent_context) -> dict:
        context = super().get_cell_context_data(instance, parent_context)
        may = parent_context["request"].user.has_perm("campaigns.decide_heldentry")
        context["may_tick"] = may and instance.decision == HeldEntry.Decision.PENDING
        return context


class HeldEntryIndexView(InspectLinks, ScopedIndexView):
    """Pending ones first; ticked ones are decided on together."""

    def get_base_queryset(self) -> QuerySet:
        held = super().get_base_queryset().select_related("region", "channel", "batch", "edition")
        if not self.request.GET.getlist("decision"):
            held = held.pending()
        return held

    @property
    def may_decide(self) -> bool:
        return self.request.user.has_perm("campaigns.decide_heldentry")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            may_decide=self.may_decide,
            decisions=[(choice.value, choice.label) for choice in deciding.DECISIONS],
            here=self.request.get_full_path(),
            **kwargs,
        )


class HeldEntryViewSet(LookOnlyViewSet):
    """Figures that may count something twice."""

    model = HeldEntry
    icon = "warning"
    menu_label = gettext_lazy("Held figures")
    menu_order = 210
    index_view_class = HeldEntryIndexView
    index_template_name = "campaigns/reach/held.html"
    index_results_template_name = "campaigns/reach/held_results.html"
    filterset_class = HeldEntryFilterSet
    list_display = [
        HeldTickColumn("tick", label=gettext_lazy("Tick"), accessor="pk"),
        TitleColumn(
            "day",
            label=gettext_lazy("Day"),
            accessor=lambda held: held.day.isoformat(),
            get_url=lambda held: reverse("heldentry:inspect", args=[held.pk]),
        ),
        Column("region", label=gettext_lazy("Region"), accessor="region"),
        Column("channel", label=gettext_lazy("Channel"), accessor="channel"),
        Column(
            "metric",
            label=gettext_lazy("Metric"),
            accessor=lambda held: metrics.name_of(held.metric),
        ),
        NumberColumn("count", label=gettext_lazy("Count")),
        Column("kind", label=gettext_lazy("Why it is held"), accessor="get_kind_display"),
        Column("against", label=gettext_lazy("Stands against"), accessor="against"),
        NumberColumn("against_count", label=gettext_lazy("By that much")),
        Column("decision", label=gettext_lazy("Decision"), accessor="get_decision_display"),
    ]
    list_per_page = 50
    inspect_view_fields = [
        "day",
        "edition",
        "channel",
        "account",
        "region",
        "content",
        "language",
        "metric",
        "basis",
        "count",
        "kind",
        "against",
        "against_count",
        "source_key",
        "batch",
        "number",
        "decision",
        "reason",
        "decided_at",
        "decided_by",
    ]


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[(choice.value, choice.label) for choice in deciding.DECISIONS]
    )
    reason = forms.CharField(max_length=300)


class DecideView(PermissionCheckedMixin, View):
    """Decides on the ticked figures alike, or on none of them."""

    http_method_names = ["post"]
    permission_policy = ModelPermissionPolicy(HeldEntry)
    permission_required = "decide"

    def post(self, request: HttpRequest) -> HttpResponse:
        back = HttpResponseRedirect(self._back())
        ticked = {
            int(pk)
            for pk in request.POST.getlist("held")
            if pk.isascii() and pk.isdigit() and len(pk) < 19
        }
        if not ticked or len(ticked) > MOST_AT_ONCE:
            messages.error(request, _("No figure was ticked. Tick some in the list first."))
            return back
        form = DecideForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose a decision and give a reason."))
            return back
        # What lies outside the user's regions is not there, so nothing is decided with it.
        held = list(HeldEntry.objects.visible_to(request.user).filter(pk__in=ticked))
        if len(held) < len(ticked):
            raise Http404
        told = form.cleaned_data
        try:
            number = deciding.decide(held, told["decision"], told["reason"], request.user)
        except deciding.DecidedMeanwhileError:
            messages.error(
                request, _("Nothing was decided: somebody has been quicker with one of them.")
            )
        except deciding.NoDifferenceError as error:
            messages.error(
                request,
                _(
                    "Nothing was decided: %(held)s is less than the %(against)s it stands against, "
                    "so there is no difference to count."
                )
                % {"held": f"{error.held.count:,}", "against": f"{error.held.against_count:,}"},
            )
        else:
            messages.success(
                request,
                ngettext("Decided on %(n)s figure.", "Decided on %(n)s figures.", number)
                % {"n": number},
            )
        return back

    def _back(self) -> str:
        here = self.request.POST.get("here", "")
        if url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.startswith("/"):
            return here
        return reverse("heldentry:index")
