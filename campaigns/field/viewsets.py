"""Admin screens of this floor: plan, report and decide on field sessions."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from campaigns.calendar.models import Edition
from campaigns.field import photos, sessions
from campaigns.field.deed_views import ApproveView, CancelView, ReportView, SendBackView
from campaigns.field.forms import PlanForm, pieces_matching
from campaigns.field.models import FieldSession
from campaigns.field.photo_views import PhotoRemoveView, PhotosAddView, PhotoView
from campaigns.reach.models import ReachEntry
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.models import Region
from campaigns.regions.viewsets import (
    CardIndexView,
    ScopedCreateView,
    ScopedEditView,
    ScopedInspectView,
    ScopedViewSet,
)


def own_regions(request: HttpRequest) -> QuerySet:
    """The regions that the reader may filter by."""
    return Region.objects.visible_to(request.user)


class SessionFilterSet(WagtailFilterSet):
    AWAITING, TO_REPORT = "awaiting", "to_report"

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("To do"),
        choices=[
            (AWAITING, gettext_lazy("Awaiting my approval")),
            (TO_REPORT, gettext_lazy("Held, to be reported")),
        ],
        method="filter_show",
    )
    edition = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Campaign"), queryset=Edition.objects.all()
    )
    region = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Region and below"), queryset=own_regions, method="filter_region"
    )
    starts_at = DayRangeFilter(label=gettext_lazy("Time"))

    class Meta:
        model = FieldSession
        fields = ["show", "edition", "state", "form", "venue_class", "region", "starts_at"]

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == self.AWAITING:
            return rows.filter(pk__in=sessions.awaiting(self.request.user).values("pk"))
        return rows.awaiting_report(timezone.now())

    def filter_region(self, rows: QuerySet, name: str, region: Region) -> QuerySet:
        return rows.filter(region__path__startswith=region.path)


class SessionIndexView(CardIndexView):
    add_item_label = gettext_lazy("Plan a session")
    card_template = "campaigns/field/card.html"
    tabs_label = gettext_lazy("Which sessions")

    def get_base_queryset(self) -> QuerySet:
        rows = super().get_base_queryset()
        return rows.select_related("region", "edition", "report")

    def tabs(self) -> list[tuple]:
        user = self.request.user
        to_report = FieldSession.objects.visible_to(user).awaiting_report(timezone.now())
        tabs = [
            ("", _("All sessions"), None),
            (SessionFilterSet.TO_REPORT, _("Held, to be reported"), to_report.count()),
        ]
        if user.has_perm(sessions.APPROVE):
            awaiting = sessions.awaiting(user).count()
            tabs.append((SessionFilterSet.AWAITING, _("Awaiting my approval"), awaiting))
        return tabs

    def nothing(self) -> str:
        if self.shown == SessionFilterSet.AWAITING:
            return _("No report waits for your approval.")
        if self.shown == SessionFilterSet.TO_REPORT:
            return _("Every session that was held has been reported.")
        if self.is_narrowed:
            return _("No session fits. Take a filter away, or search for another place.")
        if self.user_has_permission("add"):
            return _(
                "No sessions yet in your region. Plan the first one: campaign, place, time, and the"
                " pieces you will use."
            )
        return _(
            "No sessions yet in your region. Regional coordinators plan them; reports that need you"
            " will appear here."
        )

    def first_step(self) -> str:
        if self.shown or self.is_narrowed or not self.user_has_permission("add"):
            return ""
        return _("Plan a session")


class _ToDetail:
    def get_success_url(self) -> str:
        return reverse("fieldsession:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class SessionCreateView(_ToDetail, ScopedCreateView):
    page_title = gettext_lazy("Plan a session")
    page_subtitle = gettext_lazy("Plan a session")
    submit_button_label = gettext_lazy("Plan")
    success_message = gettext_lazy("The session is planned. Report it here when it is over.")


class SessionEditView(_ToDetail, ScopedEditView):
    """Changes the plan, as long as nothing is reported on it."""

    success_message = gettext_lazy("The plan is changed.")

    def dispatch(self, request, *args, **kwargs) -> HttpResponse:
        session = self.get_object()
        if session.state not in sessions.EDITABLE and self.user_has_permission("change"):
            state = session.get_state_display()
            messages.warning(
                request,
                _("A session that is “%(state)s” can no longer be changed.") % {"state": state},
            )
            return HttpResponseRedirect(reverse("fieldsession:inspect", args=[session.pk]))
        return super().dispatch(request, *args, **kwargs)


class SessionDetailView(ScopedInspectView):
    page_title = gettext_lazy("Field session")

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        session, user = self.object, self.request.user
        manages = self.user_has_permission("change")
        held = session.starts_at <= timezone.now()
        decides = sessions.allowed(session, "approve") and sessions.may_decide(session, user)
        context.update(
            session=session,
            report=getattr(session, "report", None),
            transitions=session.transitions.select_related("by"),
            pieces=session.pieces.select_related("locale"),
            entries=ReachEntry.objects.filter(
                source_key__startswith=f"session:{session.pk}:"
            ).order_by("metric"),
            is_held=held,
            photos=session.photos.select_related("uploaded_by"),
            can_add_photos=manages and photos.may_change(session),
            can_remove_photos=manages and photos.may_remove(session),
            can_edit=manages and session.state in sessions.EDITABLE,
            can_report=manages and held and sessions.allowed(session, "report"),
            can_cancel=manages and sessions.allowed(session, "cancel"),
            can_decide=decides,
        )
        return context

    @cached_property
    def header_buttons(self) -> list:
        if self.object.state in sessions.EDITABLE and self.user_has_permission("change"):
            url = reverse("fieldsession:edit", args=[self.object.pk])
            return [HeaderButton(_("Change the plan"), url=url, icon_name="edit")]
        return []


class PieceSearchView(PermissionCheckedMixin, View):
    """Pieces for the picker of the plan form: JSON, at most twelve."""

    permission_policy = None
    any_permission_required = ["add", "change"]
    MOST = 12

    def get(self, request, *args, **kwargs) -> JsonResponse:
        found = pieces_matching(request.GET.get("q", "")[:80])[: self.MOST]
        return JsonResponse(
            {
                "pieces": [
                    {"id": page.pk, "title": page.title, "language": str(page.locale)}
                    for page in found
                ]
            }
        )


class FieldSessionViewSet(ScopedViewSet):
    """Sessions of the own region and below. Called off, never deleted."""

    model = FieldSession
    icon = "group"
    menu_label = gettext_lazy("Field sessions")
    index_view_class = SessionIndexView
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    inspect_view_class = SessionDetailView
    inspect_view_enabled = True
    inspect_template_name = "campaigns/field/detail.html"
    inspect_view_fields = ["place"]
    index_template_name = CardIndexView.template_name
    index_results_template_name = CardIndexView.results_template_name
    create_template_name = "campaigns/field/plan.html"
    edit_template_name = "campaigns/field/plan.html"
    filterset_class = SessionFilterSet
    search_fields = ["place"]
    search_backend_name = None
    withheld = frozenset({"delete", "usage", "history", "history_results"})

    def get_form_class(self, for_update: bool = False) -> type:
        return PlanForm

    def get_urlpatterns(self) -> list:
        asks = {"permission_policy": self.permission_policy}
        return [
            *super().get_urlpatterns(),
            path("report/<int:pk>/", ReportView.as_view(**asks), name="report"),
            path("approve/<int:pk>/", ApproveView.as_view(**asks), name="approve"),
            path("send-back/<int:pk>/", SendBackView.as_view(**asks), name="send_back"),
            path("cancel/<int:pk>/", CancelView.as_view(**asks), name="cancel"),
            path("photos/<int:pk>/", PhotosAddView.as_view(**asks), name="photos"),
            path("photo/<int:pk>/<int:photo>/", PhotoView.as_view(**asks), name="photo"),
            path(
                "photo/<int:pk>/<int:photo>/remove/",
                PhotoRemoveView.as_view(**asks),
                name="photo_remove",
            ),
            path("pieces/", PieceSearchView.as_view(**asks), name="pieces"),
        ]


VIEWSETS: list[ModelViewSet] = [FieldSessionViewSet("fieldsession")]
