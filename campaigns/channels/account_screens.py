"""What the screens below one account share: found within the user's regions, then rights asked."""

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from campaigns.channels.models import ChannelAccount


class OnAccount(PermissionCheckedMixin):
    """A view of an account, or of something that hangs on one."""

    permission_policy = ModelPermissionPolicy(ChannelAccount)
    permission_required = "change"
    adapter = ""

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.rows(), pk=kwargs["pk"])
        self.account = self.account_of(self.object)

    def rows(self) -> QuerySet:
        accounts = ChannelAccount.objects.visible_to(self.request.user)
        return accounts.filter(adapter=self.adapter)

    def account_of(self, found: Model) -> ChannelAccount:
        return found


class AccountFormView(OnAccount, WagtailAdminTemplateMixin, FormView):
    """A form on an account, with the way back to it."""

    header_icon = "mail"
    submit_label = ""

    def get_page_subtitle(self) -> str:
        return self.account.name

    def get_success_url(self) -> str:
        return reverse("channelaccount:inspect", args=[self.account.pk])

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("channelaccount:index"), "label": _("Channel accounts")},
            {
                "url": reverse("channelaccount:inspect", args=[self.account.pk]),
                "label": self.account.name,
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(
            account=self.account,
            submit_label=self.submit_label,
            back_url=self.get_success_url(),
            **kwargs,
        )
