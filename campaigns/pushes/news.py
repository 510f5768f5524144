"""A channel has news of a delivery: it is asked about at the next tick."""

from uuid import UUID

from django.utils import timezone

from campaigns.pushes.models import Push

# Only these wait for an answer, while no tick holds them; what was not tried keeps its time.
WAITING = (Push.State.SENDING, Push.State.UNKNOWN)


def ask_at_once(key: UUID) -> None:
    """Bring the next question forward. Changes nothing else, so anybody may cause it."""
    now = timezone.now()
    Push.objects.filter(key=key, state__in=WAITING, claimed_by="", try_at__gt=now).update(
        try_at=now
    )
