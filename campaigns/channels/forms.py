"""Forms of the channels: an account's code, channel and owner are given once and then stay."""

from django.utils.translation import gettext_lazy as _

from campaigns.channels.models import Channel, ChannelAccount
from campaigns.regions.forms import RegionChoiceField, ScopedForm


class ChannelForm(ScopedForm):
    class Meta:
        model = Channel
        fields = ["name", "kind", "sort_order"]


class NewChannelForm(ScopedForm):
    class Meta:
        model = Channel
        fields = ["code", *ChannelForm.Meta.fields]


class AccountForm(ScopedForm):
    class Meta:
        model = ChannelAccount
        fields = [
            "name", "adapter", "tolerance_minutes", "most_a_day", "most_a_month", "quiet_from",
            "quiet_until", "repeat_days", "at_once", "is_active",
        ]  # fmt: skip


class NewAccountForm(ScopedForm):
    """An account of a region that the user sees."""

    region = RegionChoiceField(label=_("Region"))

    class Meta:
        model = ChannelAccount
        fields = ["channel", "region", "code", *AccountForm.Meta.fields]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Field work is reported, nothing is sent to it.
        self.fields["channel"].queryset = Channel.objects.filter(kind=Channel.Kind.ONLINE)
