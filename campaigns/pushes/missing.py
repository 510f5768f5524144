"""What nobody approved in time: missed, and to be seen as such."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push
from campaigns.pushes.run import Run
from campaigns.pushes.states import Mover, State, StateChangedError, move_all

BATCH = 500


def miss_what_nobody_approved(run: Run) -> None:
    """Planned and checked pushes that are later than their account tolerates become missed."""
    waiting = Push.objects.filter(state__in=[State.PLANNED, State.READY], claimed_by="")
    tolerances = ChannelAccount.objects.filter(pushes__in=waiting).order_by()
    for minutes in set(tolerances.values_list("tolerance_minutes", flat=True)):
        late = waiting.not_paused().filter(
            account__tolerance_minutes=minutes,
            scheduled_at__lt=run.now() - timedelta(minutes=minutes),
        )
        while pushes := list(late[:BATCH]):
            try:
                with transaction.atomic(durable=True):
                    reason = _("nobody approved it in time")
                    move_all(
                        pushes, State.MISSED, mover=Mover.ENGINE, reason=reason, at=run.now()
                    )
            except StateChangedError:
                # A person was quicker with one of them; the next tick sees to the rest.
                break
            run.see(pushes)
            run.count("missed", len(pushes))
