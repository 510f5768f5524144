"""The screen of an account's connection, and the provider's events."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.channels import events
from campaigns.channels.adapters import adapter_of
from campaigns.channels.adapters.wechat import token as wechat_token
from campaigns.channels.adapters.wording import plain
from campaigns.channels.connection_forms import FIELDS, ConnectionForm
from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import Connection

_may_change = permission_required("campaigns.change_channelaccount", raise_exception=True)


@_may_change
@sensitive_post_parameters("secret", "callback_token")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter, replace or remove an account's credentials. What is stored is never shown."""
    account = _account(request, pk)
    held = Connection.objects.filter(account=account).first() or Connection(account=account)
    form = ConnectionForm(
        request.POST or None, instance=held, adapter=account.adapter, for_user=request.user
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        wechat_token.forget(account)
        messages.success(request, _("The connection is saved. Test it now."))
        return redirect("campaigns_admin:connection", pk=pk)
    return TemplateResponse(
        request,
        "campaigns/channels/admin/connection.html",
        {
            "account": account,
            "form": form,
            "is_connected": bool(held.app_id and held.sealed_secret),
            "callback_url": _callback_url(account),
        },
    )


@_may_change
@require_POST
def test_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider whether it accepts the credentials; nothing is published."""
    account = _account(request, pk)
    try:
        messages.success(request, adapter_of(account).test_connection(account))
    except Exception as error:  # noqa: BLE001 whatever it is, the answer is for the person who asked
        messages.error(request, _("The test failed: %(words)s") % {"words": plain(str(error))})
    return redirect("campaigns_admin:connection", pk=pk)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def wechat_event(request: HttpRequest, pk: int) -> HttpResponse:
    """WeChat's side door: a signed question at set-up, signed events later. Answers at once."""
    try:
        if request.method == "GET":
            return HttpResponse(events.echo(pk, request.GET), content_type="text/plain")
        events.take(pk, request.GET, request)
    except events.RefusedEventError as error:
        raise PermissionDenied from error
    return HttpResponse("success", content_type="text/plain")


def _account(request: HttpRequest, pk: int) -> ChannelAccount:
    account = get_object_or_404(ChannelAccount.objects.visible_to(request.user), pk=pk)
    if account.adapter not in FIELDS:
        raise Http404
    return account


def _callback_url(account: ChannelAccount) -> str:
    from django.conf import settings

    if account.adapter != ChannelAccount.Adapter.WECHAT:
        return ""
    return settings.SITE_URL + reverse("campaigns:wechat_event", args=[account.pk])
