"""Screens that ask, show what would happen, and do it only when that was seen and confirmed."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from campaigns.calendar.models import Edition
from campaigns.calendar.rights import HeadOfficePolicy
from campaigns.plans.rehearsal import Told, carry_out, rehearse


class AdminPage(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page of ours in the admin, with a trail back to the campaigns."""

    template_name = "campaigns/plans/ask.html"
    permission_policy = HeadOfficePolicy(Edition)
    permission_required = "change"
    header_icon = "calendar-check"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self) -> list[dict]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("edition:index"), "label": _("Campaign editions")},
            *self.trail(),
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def trail(self) -> list[dict]:
        """What stands between the list of campaigns and this page."""
        return []


class OnEdition(AdminPage):
    """A page about one edition."""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.edition = get_object_or_404(Edition.objects.select_related("series"), pk=kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.edition)

    def trail(self) -> list[dict]:
        return [{"url": self.back_url, "label": str(self.edition)}]

    @property
    def back_url(self) -> str:
        return reverse("edition:inspect", args=[self.edition.pk])

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(edition=self.edition, back_url=self.back_url, **kwargs)


class PreviewView(FormView):
    """Form, preview, confirmation. Subclasses name the verb, which tells what it did.

    The confirmation carries the fingerprint of what was seen; if the deed would now be another, it
    is shown anew and nothing is done.
    """

    preview_template = ""
    submit_label = gettext_lazy("Show what would happen")
    confirm_label = gettext_lazy("Confirm")

    def verb(self, form: Form) -> Callable[[], Told]:
        raise NotImplementedError

    def done(self, result: Told) -> str:
        """Say so; where to go then."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        if "again" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        try:
            verb = self.verb(form)
            if seen := self.request.POST.get("seen", ""):
                result, is_same = carry_out(verb, seen)
                if is_same:
                    return HttpResponseRedirect(self.done(result))
                messages.warning(
                    self.request,
                    _("Something has changed since the preview; nothing was done. Look again."),
                )
            else:
                result = rehearse(verb)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        return self.preview(form, result)

    def preview(self, form: Form, result: Told) -> HttpResponse:
        context = self.get_context_data(form=form, result=result, **self.more(result))
        return self.response_class(
            request=self.request,
            template=[self.preview_template],
            context=context,
            using=self.template_engine,
        )

    def more(self, result: Told) -> dict:
        """What else the preview shows."""
        return {}

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            submit_label=self.submit_label, confirm_label=self.confirm_label, **kwargs
        )


def tell(form: Form, refusal: ValidationError) -> None:
    """Show the refusal at the fields it names."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
