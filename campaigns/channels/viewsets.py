"""Admin screens of this floor."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from campaigns.calendar.viewsets import SharedViewSet
from campaigns.channels.connection_forms import FIELDS as CONNECTABLE
from campaigns.channels.forms import AccountForm, ChannelForm, NewAccountForm, NewChannelForm
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.regions.viewsets import (
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
    ScopedViewSet,
)

CHANGE = "campaigns.change_channelaccount"


class AccountIndexView(ScopedIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("channel", "region")

    def get_list_more_buttons(self, instance: ChannelAccount) -> list:
        buttons = super().get_list_more_buttons(instance)
        if instance.adapter in CONNECTABLE and self.request.user.has_perm(CHANGE):
            url = reverse("campaigns_admin:connection", args=[instance.pk])
            buttons.append(MenuItem(_("Connection"), url=url, icon_name="key", priority=15))
        return buttons


class _ConnectionButton:
    """Leads from an account to its credentials, where its adapter needs any."""

    @cached_property
    def header_more_buttons(self) -> list:
        buttons = list(super().header_more_buttons)
        account = self.object
        if account.adapter in CONNECTABLE and self.request.user.has_perm(CHANGE):
            url = reverse("campaigns_admin:connection", args=[account.pk])
            buttons.append(Button(_("Connection"), url=url, icon_name="key", priority=15))
        return buttons


class AccountEditView(_ConnectionButton, ScopedEditView):
    pass


class AccountInspectView(_ConnectionButton, ScopedInspectView):
    """With the way to what the account's own channel needs."""

    def get_context_data(self, **kwargs) -> dict:
        may = self.user_has_permission("change")
        return super().get_context_data(can_change_account=may, **kwargs)


class ChannelAccountViewSet(ScopedViewSet):
    """Accounts of the user's regions. One that is given up is made inactive: its past stays."""

    model = ChannelAccount
    icon = "mail"
    # With a word when nothing ticks: what is planned here would not go out.
    inspect_template_name = "campaigns/channels/admin/account_inspect.html"
    menu_order = 400
    withheld = frozenset({"delete", "usage"})
    index_view_class = AccountIndexView
    edit_view_class = AccountEditView
    inspect_view_class = AccountInspectView
    inspect_view_enabled = True
    list_display = [
        "name",
        "code",
        "channel",
        "region",
        "adapter",
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter = ["channel", "adapter", "is_active"]
    search_fields = ["code", "name", "region__name"]
    search_backend_name = None
    inspect_view_fields = ["code", "channel", "region", *AccountForm.Meta.fields]

    def get_form_class(self, for_update: bool = False) -> type:
        return AccountForm if for_update else NewAccountForm


class ChannelViewSet(SharedViewSet):
    """The ways to the public. Figures refer to them, so none is deleted."""

    model = Channel
    icon = "globe"
    menu_order = 500
    withheld = frozenset({"delete", "usage"})
    list_display = ["name", "code", "kind", "sort_order"]
    list_filter = ["kind"]
    search_fields = ["code", "name"]
    inspect_view_fields = ["code", *ChannelForm.Meta.fields]

    def get_form_class(self, for_update: bool = False) -> type:
        return ChannelForm if for_update else NewChannelForm


VIEWSETS: list[ModelViewSet] = [
    ChannelAccountViewSet("channelaccount"),
    ChannelViewSet("channel"),
]
