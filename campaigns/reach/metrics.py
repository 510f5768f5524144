"""What is counted, which of it is 人次, and on what basis a figure stands.

人次 (person-times) add up; outputs such as leaflets are never added to them, and neither is a
number of persons (人数), which only a union of sketches can give.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Metric:
    """One thing that is counted: its code, unit, and whether it counts as a person-time."""

    code: str
    label: str
    unit: str
    is_person_time: bool = False


METRICS = {
    metric.code: metric
    for metric in (
        Metric("views", _("Page views"), _("person-times"), is_person_time=True),
        Metric("reads", _("Article reads"), _("person-times"), is_person_time=True),
        Metric("plays", _("Video plays"), _("person-times"), is_person_time=True),
        Metric("sms_delivered", _("SMS delivered"), _("person-times"), is_person_time=True),
        Metric("attendance", _("Attendance"), _("person-times"), is_person_time=True),
        Metric("clicks", _("Link clicks"), _("times")),
        Metric("completions", _("Game completions"), _("times")),
        Metric("shares", _("Shares"), _("times")),
        Metric("downloads", _("Downloads"), _("times")),
        Metric("leaflets", _("Leaflets handed out"), _("copies")),
        Metric("originals", _("Original works"), _("works")),
        Metric("media_reports", _("Media reports"), _("reports")),
        Metric("reposts", _("Reposts of the regulator's content"), _("reposts")),
        Metric("activities_online", _("Online activities"), _("activities")),
        Metric("activities_offline", _("Offline activities"), _("activities")),
        Metric("outlets", _("Outlets taking part"), _("outlets")),
        Metric("staff", _("Staff taking part"), _("people")),
    )
}
METRIC_CHOICES = [(metric.code, metric.label) for metric in METRICS.values()]
PERSON_TIME_METRICS = [metric.code for metric in METRICS.values() if metric.is_person_time]


class Basis(models.TextChoices):
    """How a figure came about; every figure says it."""

    MEASURED = "measured", _("Measured")
    PLATFORM_REPORTED = "platform-reported", _("Platform-reported")
    SELF_REPORTED = "self-reported", _("Self-reported")
    ESTIMATED = "estimated", _("Estimated")
