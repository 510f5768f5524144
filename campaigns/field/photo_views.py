"""Screens of a session's photos: add, look, take away."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.log_actions import log

from campaigns.calendar.private_files import kept_private
from campaigns.field import photos
from campaigns.field.acting import OnSession, SessionFormView
from campaigns.field.models import SessionPhoto
from campaigns.field.sessions import MoveRefusedError

# A day: what lies at a photo's address never changes.
KEPT_SECONDS = 86_400


class PhotosField(forms.FileField):
    """Several files at once; gives a list."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

    def __init__(self, **kwargs) -> None:
        accepted = "image/jpeg,image/png,image/webp,image/heic"
        super().__init__(widget=self.Input(attrs={"accept": accepted}), **kwargs)

    def clean(self, data, initial=None) -> list:
        files = data if isinstance(data, list | tuple) else [data]
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(PhotosField, self).clean(file, initial) for file in files]


class PhotosForm(forms.Form):
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy(
            "Up to 12, JPEG, PNG, WebP or HEIC. Place and device are removed from the file. Show"
            " faces only of people who agreed."
        ),
    )


class PhotosAddView(SessionFormView):
    template_name = "campaigns/field/photos.html"
    form_class = PhotosForm
    page_title = gettext_lazy("Add photos")
    submit_label = gettext_lazy("Add")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not photos.may_change(self.object):
            messages.warning(request, _("This session takes no photos."))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: PhotosForm) -> HttpResponse:
        given = form.cleaned_data["photos"]
        try:
            new = photos.keep(self.object, given, self.request.user)
        except ValidationError as refusal:
            form.add_error("photos", refusal)
            return self.form_invalid(form)
        except MoveRefusedError as refusal:
            messages.error(self.request, str(refusal))
            return HttpResponseRedirect(self.get_success_url())
        if new:
            log(instance=self.object, action="wagtail.edit", user=self.request.user)
            words = ngettext("%(n)s photo is added.", "%(n)s photos are added.", new) % {"n": new}
            messages.success(self.request, words)
        else:
            messages.info(self.request, _("These photos were here already."))
        return HttpResponseRedirect(self.get_success_url())


class _OnPhoto(OnSession):
    """What is about one photo of a session."""

    @cached_property
    def photo(self) -> SessionPhoto:
        return get_object_or_404(self.object.photos, pk=self.kwargs["photo"])


class PhotoView(_OnPhoto, View):
    """The photo itself, for who may see the session; with `?small` one for lists."""

    permission_required = None
    any_permission_required = ["add", "change", "view"]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            if "small" in request.GET:
                data = photos.small(self.photo)
            else:
                with self.photo.file.open("rb") as file:
                    data = file.read()
        except OSError as error:
            raise Http404 from error
        answer = kept_private(HttpResponse(data, content_type="image/jpeg"))
        answer["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
        return answer


class PhotoRemoveView(SessionFormView, _OnPhoto):
    """Asks before a photo goes for good."""

    template_name = "campaigns/field/photo_remove.html"
    form_class = forms.Form
    page_title = gettext_lazy("Take this photo away")
    submit_label = gettext_lazy("Yes, take it away")
    is_serious = True
    done = gettext_lazy("The photo is gone.")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not photos.may_remove(self.object):
            messages.warning(request, _("What was approved keeps its photos."))
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(photo=self.photo, **kwargs)

    def form_valid(self, _form: forms.Form) -> HttpResponse:
        photo = self.photo
        return self.act(lambda _session: self._remove(photo))

    def _remove(self, photo: SessionPhoto) -> None:
        photos.remove(photo)
        log(instance=self.object, action="wagtail.edit", user=self.request.user)
