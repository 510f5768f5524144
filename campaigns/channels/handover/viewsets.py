"""Admin screens of hand-overs: what is to be done by hand, and what came of it."""

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.private_files import handed_out
from campaigns.channels.adapters.zipped import package_path
from campaigns.channels.handover import handing
from campaigns.channels.handover.forms import ConfirmForm, RefuseForm
from campaigns.channels.handover.models import Handover
from campaigns.regions.viewsets import (
    CardIndexView,
    ScopedInspectView,
    ScopedObject,
    ScopedViewSet,
)


class HandoverFilterSet(WagtailFilterSet):
    OPEN, OVERDUE = "open", "overdue"

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("To do"),
        choices=[(OPEN, gettext_lazy("To be done")), (OVERDUE, gettext_lazy("Overdue"))],
        method="filter_show",
    )

    class Meta:
        model = Handover
        fields = ["show", "state", "edition", "language"]

    def filter_show(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.overdue(timezone.now()) if value == self.OVERDUE else rows.waiting()


class HandoverIndexView(CardIndexView):
    card_template = "campaigns/channels/admin/handover/card.html"
    tabs_label = gettext_lazy("Which hand-overs")

    def get_base_queryset(self) -> QuerySet:
        rows = super().get_base_queryset()
        return rows.select_related("account__region", "page", "edition")

    def tabs(self) -> list[tuple]:
        own = Handover.objects.visible_to(self.request.user)
        return [
            ("", _("All hand-overs"), None),
            (HandoverFilterSet.OPEN, _("To be done"), own.waiting().count()),
            (HandoverFilterSet.OVERDUE, _("Overdue"), own.overdue(timezone.now()).count()),
        ]

    def nothing(self) -> str:
        if self.shown == HandoverFilterSet.OVERDUE:
            return _("Nothing is overdue.")
        if self.shown == HandoverFilterSet.OPEN:
            return _("Nothing is to be done by hand now.")
        if self.is_narrowed:
            return _("No hand-over fits. Take a filter away, or search for something else.")
        return _(
            "No hand-overs yet. Pushes to accounts that a person serves appear here when their time"
            " has come."
        )


class HandoverDetailView(ScopedInspectView):
    page_title = gettext_lazy("Hand-over")

    def get_context_data(self, **kwargs) -> dict:
        may = self.user_has_permission("change") and self.object.is_open
        return super().get_context_data(handover=self.object, can_answer=may, **kwargs)


class _OnHandover(ScopedObject, PermissionCheckedMixin):
    """What acts on one hand-over: found within the user's regions, before rights are asked."""

    model = Handover
    pk_url_kwarg = "pk"
    permission_policy = None
    permission_required = "change"

    def setup(self, request, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = self.get_object()

    def get_success_url(self) -> str:
        return reverse("handover:inspect", args=[self.object.pk])


class _AnswerView(_OnHandover, WagtailAdminTemplateMixin, FormView):
    template_name = "campaigns/channels/admin/handover/answer.html"
    header_icon = "clipboard-list"
    submit_label = ""
    is_serious = False
    done = ""

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("handover:index"), "label": _("Hand-overs")},
            {"url": self.get_success_url(), "label": str(self.object)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if not self.object.is_open:
            messages.warning(request, _("Somebody has answered already; look at it again."))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form) -> HttpResponse:
        try:
            self.answer(form.cleaned_data)
        except ValidationError as refusal:
            if hasattr(refusal, "error_dict"):
                form.add_error(None, refusal)
                return self.form_invalid(form)
            messages.error(self.request, " ".join(refusal.messages))
        else:
            messages.success(self.request, self.done)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            handover=self.object,
            submit_label=self.submit_label,
            is_serious=self.is_serious,
            back_url=self.get_success_url(),
            **kwargs,
        )


class ConfirmView(_AnswerView):
    form_class = ConfirmForm
    page_title = gettext_lazy("Report it done")
    submit_label = gettext_lazy("It is done")
    done = gettext_lazy("Thank you. The push counts as sent as soon as the scheduler has asked.")

    def get_form_kwargs(self) -> dict:
        return {**super().get_form_kwargs(), "handover": self.object}

    def answer(self, given: dict) -> None:
        handing.confirm(
            self.object,
            self.request.user,
            url=given["url"],
            evidence=given["evidence"],
            note=given["note"],
            ticked={int(number) for number in given.get("steps", [])},
        )


class RefuseView(_AnswerView):
    form_class = RefuseForm
    page_title = gettext_lazy("Not possible")
    submit_label = gettext_lazy("It is not possible")
    is_serious = True
    done = gettext_lazy("Noted. Whoever planned the push reads your reason.")

    def answer(self, given: dict) -> None:
        handing.refuse(self.object, self.request.user, given["reason"])


class PackageView(_OnHandover, View):
    permission_required = "view"

    def get(self, request, *args, **kwargs) -> HttpResponse:
        return handed_out(package_path(self.object.package), f"{self.object.page.code}.zip")


class EvidenceView(_OnHandover, View):
    permission_required = "view"

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if not self.object.evidence:
            raise Http404
        return handed_out(self.object.evidence, self.object.evidence_name)


class HandoverViewSet(ScopedViewSet):
    """What people have to do by hand. Made by pushes, answered once, never deleted."""

    model = Handover
    icon = "clipboard-list"
    menu_label = gettext_lazy("Hand-overs")
    menu_order = 150
    index_view_class = HandoverIndexView
    inspect_view_class = HandoverDetailView
    inspect_view_enabled = True
    inspect_template_name = "campaigns/channels/admin/handover/detail.html"
    inspect_view_fields = ["state"]
    index_template_name = CardIndexView.template_name
    index_results_template_name = CardIndexView.results_template_name
    filterset_class = HandoverFilterSet
    form_fields = ["note"]
    search_fields = ["page__title", "account__name"]
    search_backend_name = None
    withheld = frozenset({"add", "edit", "delete", "usage", "history", "history_results"})

    def get_urlpatterns(self) -> list:
        asks = {"permission_policy": self.permission_policy}
        return [
            *super().get_urlpatterns(),
            path("confirm/<int:pk>/", ConfirmView.as_view(**asks), name="confirm"),
            path("refuse/<int:pk>/", RefuseView.as_view(**asks), name="refuse"),
            path("package/<int:pk>/", PackageView.as_view(**asks), name="package"),
            path("evidence/<int:pk>/", EvidenceView.as_view(**asks), name="evidence"),
        ]


VIEWSETS: list[ModelViewSet] = [HandoverViewSet("handover")]
