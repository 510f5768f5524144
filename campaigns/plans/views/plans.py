"""The plan of an edition: written, handed in, decided over, compared."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permissions import ModelPermissionPolicy

from campaigns.calendar.models import Edition
from campaigns.calendar.private_files import handed_out
from campaigns.plans import approving
from campaigns.plans.comparing import compare, grouped, is_different
from campaigns.plans.models import Attachment, Plan, PlanVersion
from campaigns.plans.plan_forms import AttachmentForm, BudgetFormSet, ReasonForm
from campaigns.plans.telling import told
from campaigns.plans.views.preview import AdminPage
from campaigns.regions.models import HEAD_OFFICE, Region
from campaigns.regions.viewsets import (
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
)


def versions_for_lists() -> Prefetch:
    """What a list says of each plan's versions, without all that was handed in."""
    return Prefetch("versions", PlanVersion.objects.defer("content"))


class PlanIndexView(ScopedIndexView):
    add_item_label = gettext_lazy("Write a plan")

    def get_base_queryset(self) -> QuerySet:
        rows = super().get_base_queryset().select_related("edition", "region")
        latest = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
        rows = rows.annotate(latest_state=Coalesce(Subquery(latest.values("state")[:1]), Value("")))
        return rows.prefetch_related(versions_for_lists())

    def get_context_data(self, **kwargs) -> dict:
        user = self.request.user
        handed_in = Plan.objects.visible_to(user).filter(versions__state="submitted")
        return super().get_context_data(
            awaiting_count=approving.awaiting(user).count(),
            handed_in_count=handed_in.distinct().count(),
            **kwargs,
        )


class _WritesPlan:
    """Words and budget are saved together, and who wrote is remembered."""

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"budget": self.budget(), **kwargs})

    def budget(self) -> BudgetFormSet:
        data = self.request.POST if self.request.method == "POST" else None
        return BudgetFormSet(data, instance=self.form_instance(), prefix="budget")

    def form_instance(self) -> Plan:
        return Plan.objects.get(pk=self.object.pk) if getattr(self, "object", None) else Plan()

    def form_valid(self, form) -> HttpResponse:
        self.lines = self.budget()
        if not self.lines.is_valid():
            self.form = form
            messages.error(self.request, _("Look at the budget: a line cannot be read."))
            return self.render_to_response(self.get_context_data(form=form, budget=self.lines))
        return super().form_valid(form)

    def save_instance(self) -> Plan:
        with transaction.atomic():
            plan = super().save_instance()
            self.lines.instance = plan
            self.lines.save()
            plan.writers.add(self.request.user)
        return plan

    def get_success_url(self) -> str:
        return reverse("plan:inspect", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class PlanCreateView(_WritesPlan, ScopedCreateView):
    page_title = gettext_lazy("Write a plan")

    def get_initial(self) -> dict:
        mine = Region.objects.visible_to(self.request.user)
        region = mine.filter(code=HEAD_OFFICE).first() or mine.first()
        edition = Edition.objects.filter(code=self.request.GET.get("edition", "")).first()
        return {**super().get_initial(), "edition": edition, "region": region}


class PlanEditView(_WritesPlan, ScopedEditView):
    pass


class PlanInspectView(ScopedInspectView):
    """The plan as it stands, its versions, and what comes next."""

    page_title = gettext_lazy("Campaign plan")

    def get_base_object_queryset(self) -> QuerySet:
        return super().get_base_object_queryset().select_related("edition", "region")

    def get_fields(self) -> list:
        return []

    def get_context_data(self, **kwargs) -> dict:
        plan, user = self.object, self.request.user
        versions = list(plan.versions.select_related("submitted_by", "decided_by"))
        in_force = next((row for row in versions if row.state == "approved"), None)
        waiting = versions[0] if versions and versions[0].state == "submitted" else None
        content = approving.snapshot(plan)
        return super().get_context_data(
            plan=plan,
            content=told(content),
            attachments=plan.attachments.filter(is_withdrawn=False),
            versions=versions,
            waiting=waiting,
            in_force=in_force,
            has_changes=not versions or is_different(versions[0].content, content),
            may_write=self.user_has_permission("change"),
            may_decide=bool(waiting and approving.may_decide(waiting, user)),
            attach=AttachmentForm(),
            **kwargs,
        )

    @cached_property
    def header_buttons(self) -> list:
        if not self.user_has_permission("change"):
            return []
        url = reverse("plan:edit", args=[self.object.pk])
        return [HeaderButton(_("Edit"), url=url, icon_name="edit")]


class OnPlan(AdminPage):
    """What acts on one plan, found within the user's regions."""

    permission_policy = ModelPermissionPolicy(Plan)
    header_icon = "form"

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        plans = Plan.objects.visible_to(request.user).select_related("edition", "region")
        self.plan = get_object_or_404(plans, pk=kwargs["pk"])
        self.back_url = reverse("plan:inspect", args=[self.plan.pk])

    def get_page_subtitle(self) -> str:
        return str(self.plan)

    def trail(self) -> list[dict]:
        edition = reverse("edition:inspect", args=[self.plan.edition_id])
        return [
            {"url": edition, "label": str(self.plan.edition)},
            {"url": self.back_url, "label": _("Campaign plan")},
        ]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(plan=self.plan, back_url=self.back_url, **kwargs)

    def act(self, verb, *args, done: str) -> HttpResponse:
        """Call the verb; its refusal is shown on the plan's page."""
        try:
            verb(*args)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            log(instance=self.plan, action="wagtail.edit")
            messages.success(self.request, done)
        return HttpResponseRedirect(self.back_url)

    def version(self, number: int) -> PlanVersion:
        return get_object_or_404(self.plan.versions, number=number)


class HandInView(OnPlan, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        done = _("The plan is handed in. Somebody who did not write it decides.")
        return self.act(approving.hand_in, self.plan, request.user, done=done)


class ApproveView(OnPlan, View):
    http_method_names = ["post"]
    permission_required = "approve"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        version = self.version(kwargs["number"])
        return self.act(
            approving.approve, version, request.user, done=_("The plan is approved and holds.")
        )


class SendBackView(OnPlan, FormView):
    permission_required = "approve"
    form_class = ReasonForm
    page_title = gettext_lazy("Send back")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(submit_label=_("Send back"), **kwargs)

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        version = self.version(self.kwargs["number"])
        reason = form.cleaned_data["reason"]
        done = _("The plan went back to its writers.")
        return self.act(approving.send_back, version, self.request.user, reason, done=done)


class VersionView(OnPlan, TemplateView):
    """One version as it was handed in, beside another one or the plan as it stands."""

    permission_required = "view"
    template_name = "campaigns/plans/version.html"

    def get_page_title(self) -> str:
        return _("Version %(number)s") % {"number": self.kwargs["number"]}

    def get_context_data(self, **kwargs) -> dict:
        version = self.version(self.kwargs["number"])
        others = self.plan.versions.order_by("number")
        numbers = list(others.values_list("number", flat=True))
        other = self.request.GET.get("with", "")
        if not other and version.number > 1:
            other = str(version.number - 1)
        return super().get_context_data(
            version=version,
            content=told(version.content),
            in_force=self.plan.approved,
            other=other,
            others=[str(number) for number in numbers if number != version.number],
            changes=grouped(self._changes(version, other)) if other else None,
            may_decide=approving.may_decide(version, self.request.user),
            **kwargs,
        )

    def _changes(self, version: PlanVersion, other: str) -> list:
        """From the older to the newer of the two; "now" is the plan as it is being written."""
        if other == "now":
            return compare(version.content, approving.snapshot(self.plan))
        if not other.isdecimal() or len(other) > 4:
            raise Http404
        pair = sorted([version, self.version(int(other))], key=lambda row: row.number)
        return compare(pair[0].content, pair[1].content)


class AttachView(OnPlan, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, " ".join(form.errors.get("file", form.non_field_errors())))
            return HttpResponseRedirect(self.back_url)
        upload = form.cleaned_data["file"]
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        with transaction.atomic():
            Attachment.objects.create(
                plan=self.plan,
                file=upload,
                name=upload.name[-255:],
                sha256=digest.hexdigest(),
                uploaded_by=request.user,
            )
            self.plan.writers.add(request.user)
        messages.success(request, _("“%(name)s” is attached.") % {"name": upload.name})
        return HttpResponseRedirect(self.back_url)


class AttachmentView(OnPlan, View):
    permission_required = "view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        row = get_object_or_404(self.plan.attachments, pk=kwargs["attachment"])
        return handed_out(row.file, row.name)


class WithdrawView(OnPlan, View):
    """Take an attachment out of the plan; versions that named it can still open it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        row = get_object_or_404(self.plan.attachments, pk=kwargs["attachment"])
        with transaction.atomic():
            self.plan.attachments.filter(pk=row.pk).update(is_withdrawn=True)
            self.plan.writers.add(request.user)
        messages.success(request, _("“%(name)s” is taken out of the plan.") % {"name": row.name})
        return HttpResponseRedirect(self.back_url)
