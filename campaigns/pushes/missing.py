"""What is too late to be sent, approved or not: missed, and to be seen as such."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push, PushQuerySet
from campaigns.pushes.run import Run
from campaigns.pushes.states import Mover, State, StateChangedError, move_all

BATCH = 500


def miss_what_is_too_late(run: Run) -> None:
    """Pushes that are later than their account tolerates, and not paused, become missed."""
    waiting = Push.objects.not_done().filter(scheduled_at__lt=run.now())
    tolerances = ChannelAccount.objects.filter(pushes__in=waiting).order_by()
    for minutes in set(tolerances.values_list("tolerance_minutes", flat=True)):
        late = waiting.not_paused().filter(
            account__tolerance_minutes=minutes,
            scheduled_at__lt=run.now() - timedelta(minutes=minutes),
        )
        _miss(run, late.filter(state=State.APPROVED), _("too late"))
        _miss(run, late.exclude(state=State.APPROVED), _("nobody approved it in time"))


def _miss(run: Run, late: PushQuerySet, reason: str) -> None:
    while pushes := list(late.order_by("pk")[:BATCH]):
        try:
            with transaction.atomic(durable=True):
                move_all(pushes, State.MISSED, mover=Mover.ENGINE, reason=reason, at=run.now())
        except StateChangedError:
            # Somebody was quicker with one of them; the next tick sees to the rest.
            return
        run.see(pushes)
        run.count("missed", len(pushes))
