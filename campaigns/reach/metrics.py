"""The metrics as they stand, for whoever reads, checks or adds up figures.

人次 (person-times) add up; outputs such as leaflets are never added to them, and neither is a
number of persons (人数), which only a union of sketches can give.

Every row of a report asks here, so they are read once and kept until the next request or tick
begins, or until one of them is saved.
"""

from django.core.signals import request_started
from django.db.models.signals import post_delete, post_migrate, post_save

from campaigns.reach.models.metrics import Basis, Metric
from campaigns.reach.models.targets import Target

__all__ = [
    "Basis",
    "Metric",
    "choices",
    "forget",
    "known",
    "name_of",
    "output_codes",
    "reach_codes",
    "target_choices",
]

_kept: dict[str, Metric] | None = None


def known() -> dict[str, Metric]:
    """All metrics by code, in their order, also those that are no longer active."""
    global _kept  # noqa: PLW0603
    found = _kept
    if found is None:
        found = _kept = {metric.code: metric for metric in Metric.objects.all()}
    return found


def forget(**_signal) -> None:
    """Read them anew when they are next asked for."""
    global _kept  # noqa: PLW0603
    _kept = None


def reach_codes() -> tuple[str, ...]:
    """Those that count as 触及人次, in their order."""
    return tuple(code for code, metric in known().items() if metric.counts_as_reach)


def output_codes() -> tuple[str, ...]:
    """Those that do not: interactions and outputs, each in a unit of its own."""
    return tuple(code for code, metric in known().items() if not metric.counts_as_reach)


def choices() -> list[tuple[str, str]]:
    """Codes and names; for forms and filters, which ask each time."""
    return [(code, metric.name) for code, metric in known().items()]


def target_choices() -> list[tuple[str, str]]:
    """What a target can be set for: all person-times together, or one metric."""
    active = [(code, metric.name) for code, metric in known().items() if metric.is_active]
    return [(Target.PERSON_TIMES, Target.PERSON_TIMES_LABEL), *active]


def name_of(code: str) -> str:
    """The metric's name, also that of all person-times together; the code where there is none."""
    if code == Target.PERSON_TIMES:
        return str(Target.PERSON_TIMES_LABEL)
    metric = known().get(code)
    return metric.name if metric else code


for _signal in (post_save, post_delete):
    _signal.connect(forget, sender=Metric, dispatch_uid="campaigns.reach.metrics")
for _signal in (request_started, post_migrate):
    _signal.connect(forget, dispatch_uid="campaigns.reach.metrics")
