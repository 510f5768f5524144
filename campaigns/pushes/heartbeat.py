"""Is anything ticking? Asked by every screen of pushes."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.pushes.models import Heartbeat

SILENCE = timedelta(minutes=3)


def silent_since(now: datetime | None = None) -> tuple[bool, datetime | None]:
    """Whether no machine has ticked for three minutes, and when one last did (None: never)."""
    last = Heartbeat.objects.last_beat()
    return last is None or (now or timezone.now()) - last > SILENCE, last
