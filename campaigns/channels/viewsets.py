"""Admin screens of this floor."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from campaigns.calendar.viewsets import SharedViewSet
from campaigns.channels.forms import AccountForm, ChannelForm, NewAccountForm, NewChannelForm
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.regions.viewsets import ScopedIndexView, ScopedInspectView, ScopedViewSet


class AccountIndexView(ScopedIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("channel", "region")


class AccountInspectView(ScopedInspectView):
    """With the way to what the account's own channel needs."""

    def get_context_data(self, **kwargs) -> dict:
        may = self.user_has_permission("change")
        return super().get_context_data(can_change_account=may, **kwargs)


class ChannelAccountViewSet(ScopedViewSet):
    """Accounts of the user's regions. One that is given up is made inactive: its past stays."""

    model = ChannelAccount
    icon = "mail"
    menu_order = 400
    withheld = frozenset({"delete", "usage"})
    index_view_class = AccountIndexView
    inspect_view_class = AccountInspectView
    inspect_template_name = "campaigns/channels/admin/account_inspect.html"
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
