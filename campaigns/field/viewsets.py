"""Admin screens of this floor: plan, report and decide on field sessions."""

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from campaigns.calendar.models import Edition
from campaigns.field import sessions
from campaigns.field.forms import PlanForm, ReasonForm, ReportForm, pieces_matching
from campaigns.field.models import FieldSession
from campaigns.reach.models import ReachEntry
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.models import Region
from campaigns.regions.viewsets import (
    CardIndexView,
    ScopedCreateView,
    ScopedEditView,
    ScopedInspectView,
    ScopedObject,
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


class _OnSession(ScopedObject, PermissionCheckedMixin):
    """What acts on one session: found within the user's regions, before rights are asked."""

    model = FieldSession
    pk_url_kwarg = "pk"
    permission_policy = None
    permission_required = "change"
    done = ""

    def setup(self, request, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = self.get_object()

    def act(self, verb, *args, **kwargs) -> HttpResponse:
        """Call the verb; its refusal is shown on the session's page."""
        try:
            result = verb(self.object, *args, **kwargs)
        except sessions.MoveRefusedError as refusal:
            messages.error(self.request, str(refusal))
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            if result is False:
                messages.info(self.request, _("That had been done already; nothing was changed."))
            else:
                messages.success(self.request, self.done)
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("fieldsession:inspect", args=[self.object.pk])


class _SessionFormView(_OnSession, WagtailAdminTemplateMixin, FormView):
    header_icon = "group"
    submit_label = ""
    is_serious = False

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("fieldsession:index"), "label": _("Field sessions")},
            {"url": self.get_success_url(), "label": str(self.object)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            session=self.object,
            report=getattr(self.object, "report", None),
            submit_label=self.submit_label,
            is_serious=self.is_serious,
            back_url=self.get_success_url(),
            **kwargs,
        )


class ReportView(_SessionFormView):
    template_name = "campaigns/field/report.html"
    form_class = ReportForm
    page_title = gettext_lazy("Report")
    submit_label = gettext_lazy("Send the report")
    done = gettext_lazy("Thank you. The report waits for approval by the level above.")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "session": self.object}

    def get_initial(self) -> dict:
        report = getattr(self.object, "report", None)
        if report is None:
            return {}
        return {"attendance": report.attendance, "leaflets": report.leaflets, "notes": report.notes}

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if not sessions.allowed(self.object, "report") or self.object.starts_at > timezone.now():
            messages.warning(request, _("There is nothing to report on this session now."))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: ReportForm) -> HttpResponse:
        given = form.cleaned_data
        return self.act(
            sessions.report,
            given["attendance"],
            given["leaflets"],
            given["notes"],
            self.request.user,
        )


class SendBackView(_SessionFormView):
    template_name = "campaigns/field/reason.html"
    form_class = ReasonForm
    permission_required = "approve"
    page_title = gettext_lazy("Send back for correction")
    submit_label = gettext_lazy("Send back")
    done = gettext_lazy("The report went back to the team.")

    def dispatch(self, request, *args, **kwargs) -> HttpResponse:
        if not sessions.may_decide(self.object, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.act(sessions.send_back, self.request.user, reason)


class CancelView(_SessionFormView):
    template_name = "campaigns/field/reason.html"
    form_class = ReasonForm
    page_title = gettext_lazy("Cancel the session")
    submit_label = gettext_lazy("Yes, cancel it")
    is_serious = True
    done = gettext_lazy("The session is cancelled.")

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        return self.act(sessions.cancel, self.request.user, form.cleaned_data["reason"])


class ApproveView(_OnSession, View):
    http_method_names = ["post"]
    permission_required = "approve"
    done = gettext_lazy("Approved: the figures count from now on.")

    def post(self, request, *args, **kwargs) -> HttpResponse:
        return self.act(sessions.approve, request.user)


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
            path("pieces/", PieceSearchView.as_view(**asks), name="pieces"),
        ]


VIEWSETS: list[ModelViewSet] = [FieldSessionViewSet("fieldsession")]
