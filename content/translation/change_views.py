"""What the original says now and this version does not: seen, and declared immaterial."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from content.languages import language_of
from content.models import EducationPage, VersionRecord
from content.translation.access import piece_for
from content.translation.staleness import immaterial
from content.translation.staleness.asking import what_changed


class ReasonForm(forms.Form):
    """Why a change does not matter to the readers of a translation."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Others read it in the version's history."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: old and new side by side. POST: declared immaterial for a `reason`, or `take_back`."""
    page = piece_for(request.user, pk)
    record = VersionRecord.objects.filter(pk=page.pk).select_related("declared_by").first()
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        answer = _done(request, page, form)
        if answer:
            return answer
    return TemplateResponse(
        request,
        "content/admin/versions/changes.html",
        {
            "page": page,
            "record": record,
            "changes": what_changed(record) if record and record.stale_since else [],
            "may_declare": request.user.has_perm(immaterial.DECLARE),
            "form": form,
            "original_language": language_of(None),
            "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk])
            if page.permissions_for_user(request.user).can_edit()
            else "",
        },
    )


def _done(request: HttpRequest, page: EducationPage, form: ReasonForm) -> HttpResponse | None:
    if not request.user.has_perm(immaterial.DECLARE):
        raise PermissionDenied
    try:
        if "take_back" in request.POST:
            immaterial.take_back(page, request.user)
            messages.success(request, _("The version counts as behind again."))
        elif form.is_valid():
            immaterial.declare_immaterial(page, request.user, form.cleaned_data["reason"])
            messages.success(request, _("Declared immaterial: readers are no longer told."))
        else:
            return None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(reverse("versions:changes", args=[page.pk]))
