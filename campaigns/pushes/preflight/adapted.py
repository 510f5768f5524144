"""An adapted version is sent as what it is: not a translation of the Chinese words."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from campaigns.channels.adapters import Remark
from campaigns.pushes.preflight.case import Case


def adapted(case: Case) -> Iterator[Remark]:
    """A note that names the reason; it stands against nothing."""
    reason = case.facts.adapted(case.page)
    if reason is not None:
        text = _("This version is adapted, not translated word for word: %(reason)s")
        yield Remark("translation.adapted", text % {"reason": reason}, is_error=False, is_note=True)
