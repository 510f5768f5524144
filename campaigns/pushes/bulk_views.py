"""Check or approve many pushes at once, and say of each what came of it."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from campaigns.channels.adapters import Remark
from campaigns.pushes import approval
from campaigns.pushes.models import Push
from campaigns.pushes.preflight import Addresses, Facts

# A screen's worth; more at a time would keep the browser waiting.
MOST = 200


@dataclass
class Row:
    """What came of one push."""

    push: Push
    said: list[str] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    is_done: bool = False


class BulkView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """The pushes ticked in the list; warnings are shown with their rows, to be answered for."""

    http_method_names = ["post"]
    template_name = "campaigns/pushes/bulk.html"
    permission_policy = None
    permission_required = "change"
    page_title = gettext_lazy("Several pushes")
    header_icon = "upload"

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("push:index"), "label": _("Pushes")},
            {"url": "", "label": self.get_page_title()},
        ]

    def post(self, request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
        approving = request.POST.get("action") == "approve"
        if approving and not self.permission_policy.user_has_permission(request.user, "approve"):
            messages.error(request, _("You may not approve pushes."))
            return HttpResponseRedirect(reverse("push:index"))
        wanted = [
            int(pk) for pk in request.POST.getlist("push") if pk.isdecimal() and len(pk) < 19
        ][:MOST]
        pushes = (
            Push.objects.visible_to(request.user)
            .filter(pk__in=wanted)
            .select_related("page__locale", "account", "edition", "link")
            .order_by("scheduled_at", "pk")
        )
        facts = Facts(Addresses())
        consent = set(request.POST.getlist("consent"))
        rows = [self._do(push, facts, consent, approving=approving) for push in pushes]
        context = {
            "rows": rows,
            "approving": approving,
            "has_warnings": any(row.warnings for row in rows),
        }
        return self.render_to_response(self.get_context_data(**context))

    def _do(self, push: Push, facts: Facts, consent: set[str], *, approving: bool) -> Row:
        row = Row(push)
        mine = [
            code for pk, _sep, code in (one.partition(":") for one in consent) if pk == str(push.pk)
        ]
        user = self.request.user
        try:
            if approving:
                checked = approval.check(push, user, facts)
                if checked.errors:
                    row.said = [remark.text for remark in checked.errors]
                    return row
                if any(remark.code not in mine for remark in checked.open_warnings):
                    row.warnings = checked.open_warnings
                    return row
                approval.approve(push, user, consent=mine, facts=facts)
                row.is_done = True
            else:
                checked = approval.check(push, user, facts)
                row.said = [remark.text for remark in checked.remarks]
                row.is_done = not checked.errors
        except ValidationError as refusal:
            row.said = refusal.messages
        return row
