"""How an account is connected: credentials go in and never come out again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.channels.models import ChannelAccount
from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.regions.forms import ScopedForm

Adapter = ChannelAccount.Adapter
# Which fields an adapter has a use for.
FIELDS = {
    Adapter.WECHAT: [
        "app_id", "secret", "remove_secret", "callback_token", "remove_callback_token", "mode",
        "form", "author",
    ],
    Adapter.JPUSH: ["app_id", "secret", "remove_secret", "tags"],
}  # fmt: skip


class SecretField(forms.CharField):
    """Entered, never shown: left empty, what is stored stays."""

    def __init__(self, **kwargs) -> None:
        widget = forms.PasswordInput(
            render_value=False, attrs={"autocomplete": "new-password", "spellcheck": "false"}
        )
        super().__init__(required=False, max_length=200, widget=widget, **kwargs)


class ConnectionForm(ScopedForm):
    """Credentials and ways of sending of one account."""

    secret = SecretField(label=_("AppSecret / Master Secret"))
    remove_secret = forms.BooleanField(required=False, label=_("Remove the stored secret"))
    callback_token = SecretField(label=_("Token for events"))
    remove_callback_token = forms.BooleanField(required=False, label=_("Remove the stored token"))

    class Meta:
        model = Connection
        fields = ["app_id", "mode", "form", "author", "tags"]

    def __init__(self, *args, adapter: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        used = FIELDS[adapter]
        for name in [name for name in self.fields if name not in used]:
            del self.fields[name]
        self.order_fields(used)
        self.fields["app_id"].required = True
        for name in ("secret", "callback_token"):
            if name not in self.fields:
                continue
            if getattr(self.instance, f"sealed_{name}"):
                self.fields[name].help_text = _("Set. Leave empty to keep it; enter to replace it.")
            else:
                self.fields[name].help_text = _("Not set.")
                del self.fields[f"remove_{name}"]

    def clean(self) -> dict:
        cleaned = super().clean()
        for name in ("secret", "callback_token"):
            if (cleaned.get(name) or "").strip() and cleaned.get(f"remove_{name}"):
                self.add_error(
                    f"remove_{name}",
                    _("A new one is entered above: enter one, or remove what is stored."),
                )
        return cleaned

    def clean_tags(self) -> str:
        from django.conf import settings

        tags = Connection(tags=self.cleaned_data["tags"]).tag_list()
        most = settings.JPUSH["tags"]
        if len(tags) > most:
            raise forms.ValidationError(_("At most %(most)d tags."), params={"most": most})
        return ", ".join(tags)

    def save(self, commit: bool = True) -> Connection:
        connection = self.instance
        for name in ("secret", "callback_token"):
            entered = (self.cleaned_data.get(name) or "").strip()
            if entered:
                setattr(connection, name, Secret(entered))
            elif self.cleaned_data.get(f"remove_{name}"):
                setattr(connection, name, Secret(""))
        connection.changed_by = self.for_user
        return super().save(commit)
