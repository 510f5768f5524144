"""The demo's closed period, which the website shows, and the figure that was put right since."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from campaigns.calendar.models import Edition
from campaigns.demo.given import rows
from campaigns.reach import ledger
from campaigns.reach.models import ReachEntry
from campaigns.regions.models import HEAD_OFFICE
from campaigns.reports import figures, showing, snapshots
from campaigns.reports.models import Snapshot

User = get_user_model()
CLOSED = "315-2026"


@transaction.atomic
def load_closed() -> int:
    """Close 3·15 as head office and show it, then correct a figure, so that the two differ; once.

    Both happen when the demo is loaded: nobody closes a period in the past.
    """
    edition = Edition.objects.get(code=CLOSED)
    if edition.ends_on > timezone.localdate() or Snapshot.objects.exists():
        return 0
    manager = User.objects.get(username="manager")
    selection = figures.select(
        [CLOSED], edition.starts_on, edition.ends_on, user=manager, region=HEAD_OFFICE
    )
    seen = snapshots.preview(selection).seen
    closed = snapshots.close(selection, manager, seen, note=f"{edition.name}上报口径")
    showing.show(closed, manager)
    for row in rows("corrections"):
        entry = ReachEntry.objects.get(source_key__endswith=f":{row['source_key']}")
        ledger.correct(entry, int(row["count"]), row["reason"], by=manager)
    return 1
