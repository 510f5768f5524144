"""Two people at one form: whoever saves second is told what the first changed, and loses nothing.

Wagtail shows who else has a snippet open. That somebody has saved it meanwhile it knows only of
what has revisions; for the rest, the form here carries the values that it was opened with.
"""

from datetime import datetime

from django import forms
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.log_actions import registry as log_registry

# Words in their own direction, where no tag may stand.
_ISOLATED = "\u2068%s\u2069"


class _Opened(forms.CharField):
    """When the form was opened and with which values, signed: nothing else is ever read."""

    widget = forms.HiddenInput
    _salt = "content.meanwhile"

    @classmethod
    def pack(cls, values: dict) -> str:
        now = timezone.now().isoformat()
        return signing.dumps([now, values], salt=cls._salt, compress=True)

    def clean(self, packed: str) -> tuple[datetime, dict] | None:
        """None for what was not signed here."""
        try:
            at, values = signing.loads(packed or "", salt=self._salt)
        except signing.BadSignature:
            return None
        return datetime.fromisoformat(at), values

    def has_changed(self, initial, data) -> bool:
        return False


class MeanwhileForm(WagtailAdminModelForm):
    """Not valid where it would write over what somebody has saved since it was opened.

    Each such field says what stands there now. Where this person typed something else, that stays
    in the box; what they left alone follows the other's change. Saved again, it is saved so.
    """

    opened = _Opened(required=False)
    # Who has saved meanwhile, where something would have been lost.
    others = ""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["opened"] = _Opened.pack(self._values_of(self.instance))
        else:
            del self.fields["opened"]

    def clean(self) -> dict:
        cleaned = super().clean()
        opened = self.cleaned_data.pop("opened", None)
        if opened:
            self._tell_of_others(*opened)
        return cleaned

    def _tell_of_others(self, since: datetime, opened: dict) -> None:
        now = self._stored()
        lost = [
            name
            for name in self.fields
            if name in opened and name in now and now[name] not in (opened[name], self._typed(name))
        ]
        if not lost:
            return
        self.others = self._who_saved(since)
        data = self.data.copy()
        for name in lost:
            if self._typed(name) == opened[name]:
                data[self.add_prefix(name)] = now[name]
                told = _("%(who)s changed this to %(now)s meanwhile. Save again to keep it so.")
            else:
                told = _(
                    "%(who)s changed this to %(now)s meanwhile. Yours stands here: saved again, it"
                    " takes the place of the other."
                )
            stands = _ISOLATED % self._in_words(name, now[name])
            self.add_error(name, told % {"who": self.others, "now": stands})
        data[self.add_prefix("opened")] = _Opened.pack(now)
        self.data = data

    def _typed(self, name: str):
        """What this person sent for a field; None for what the field refuses."""
        return _plain(self.cleaned_data.get(name))

    def _stored(self) -> dict:
        """What stands now, and stands still until the transaction ends."""
        rows = type(self.instance)._default_manager  # noqa: SLF001 Django's documented door
        row = rows.select_for_update().filter(pk=self.instance.pk).first()
        return self._values_of(row) if row else {}

    def _values_of(self, row) -> dict:
        fields = forms.model_to_dict(row, self._meta.fields)
        return {name: _plain(value) for name, value in fields.items()}

    def _who_saved(self, since: datetime) -> str:
        entries = log_registry.get_logs_for_instance(self.instance).filter(timestamp__gte=since)
        names = {entry.user_display_name for entry in entries.select_related("user") if entry.user}
        return ", ".join(sorted(names)) or _("Somebody")

    def _in_words(self, name: str, value) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        choices = dict(getattr(self.fields[name], "choices", ()))
        return " / ".join(str(choices.get(value, value)).splitlines()) or "—"


class MeanwhileEdit:
    """Wagtail's edit view with such a form: looked at and saved in one transaction."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with transaction.atomic():
            return super().post(request, *args, **kwargs)

    def is_valid(self, form: MeanwhileForm) -> bool:
        valid = super().is_valid(form)
        if form.others:
            told = _(
                "Not saved yet: %(who)s saved this since you opened it. What you typed is still"
                " here; look at the marked fields, then save again."
            )
            self.produced_error_message = told % {"who": form.others}
        return valid


def _plain(value):
    """Lines as the database has them: a browser sends each with a carriage return."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
