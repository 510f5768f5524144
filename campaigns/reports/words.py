"""What rows of a report are called, for screens, forms and mails."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_LABELS: dict[str, Promise] = {
    "channel": _("by channel"),
    "day": _("by day"),
    "region": _("by region"),
    "metric": _("by metric"),
    "content": _("by piece"),
    "language": _("by language"),
    "basis": _("by basis"),
}
