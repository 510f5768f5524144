"""What languages are called where figures are read: in the reader's own, not in that language."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMES: dict[str, Promise] = {
    "zh-hans": _("Chinese"),
    "kk-arab": _("Kazakh (Arabic script)"),
    "kk": _("Kazakh (Cyrillic script)"),
}


def choices() -> list[tuple[str, str]]:
    """Code and name, in the order of the interface's languages."""
    return [(code, str(_NAMES.get(code, own))) for code, own in settings.LANGUAGES]


def name_of(code: str) -> str:
    """The name, or the code of a language that this site does not have."""
    return dict(choices()).get(code, code)
