"""What acts on one session: found within the user's regions, refused with words on its page."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from campaigns.field import sessions
from campaigns.field.models import FieldSession
from campaigns.regions.viewsets import ScopedObject


class OnSession(ScopedObject, PermissionCheckedMixin):
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


class SessionFormView(OnSession, WagtailAdminTemplateMixin, FormView):
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
