"""Calendar feeds: the screen where a person makes and revokes addresses, and the feed itself."""

import hashlib

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from campaigns.agenda import feeds
from campaigns.agenda.ics import calendar_of
from campaigns.agenda.models import CalendarFeed
from campaigns.agenda.sources import may_look
from campaigns.agenda.views import Screen
from campaigns.calendar.private_files import kept_private


class NewFeedForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Used on"),
        max_length=40,
        help_text=gettext_lazy("Such as: my phone. It helps to revoke the right one later."),
    )


class FeedsView(Screen):
    """The user's own addresses. A new one is shown once, in the answer that makes it."""

    template_name = "campaigns/agenda/feeds.html"
    page_title = gettext_lazy("Subscribe to the calendar")

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        mine = CalendarFeed.objects.filter(user=self.request.user)
        context.setdefault("form", NewFeedForm())
        return context | {"feeds": mine.live(), "revoked": mine.exclude(revoked_at=None)[:5]}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewFeedForm(request.POST)
        address = ""
        if form.is_valid():
            try:
                feed, secret = feeds.open_feed(request.user, form.cleaned_data["label"])
            except ValidationError as refusal:
                form.add_error(None, refusal.messages)
            else:
                parts = [feed.selector, secret]
                address = settings.SITE_URL + reverse("campaigns:calendar_feed", args=parts)
                form = NewFeedForm()
        context = self.get_context_data(form=form, address=address)
        # No copy of the address stays behind, neither on the way nor in the browser.
        return self.render_to_response(context, headers={"Cache-Control": "no-store"})


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one of the user's own addresses."""
    if not may_look(request.user):
        raise PermissionDenied
    if not feeds.revoke(request.user, pk):
        raise Http404
    messages.success(request, _("The address is revoked: it answers nobody any more."))
    return HttpResponseRedirect(reverse("campaigns_admin:agenda_feeds"))


@require_safe
def feed(request: HttpRequest, selector: str, secret: str) -> HttpResponse:
    """The calendar of whoever the address belongs to; 404 for any that does not open one."""
    reader = feeds.reader_of(selector, secret)
    if reader is None:
        raise Http404
    content, changed_at = calendar_of(reader)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Content-Disposition": 'inline; filename="calendar.ics"'}
    kind = "text/calendar; charset=utf-8"
    response = kept_private(HttpResponse(content, content_type=kind, headers=headers))
    if changed_at:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    # The tag alone decides: what was taken out changes the bytes, but no entry's time.
    return get_conditional_response(request, etag=etag, response=response)
