"""Which approved pushes the campaign itself stops: its embargo, and its two languages."""

from datetime import datetime

from campaigns.pushes.deliveries import delivery_of
from campaigns.pushes.models import Push, PushQuerySet
from campaigns.pushes.preflight.addresses import Addresses
from campaigns.pushes.preflight.case import Case, Facts
from campaigns.pushes.preflight.rules import campaign_remarks


def stopped_by_campaign(pushes: PushQuerySet, now: datetime) -> list[tuple[Push, str]]:
    """The approved ones among the pushes that would fail as the campaign stands now, and why.

    What is only to be published until then counts, too. Changes nothing, calls nobody.
    """
    rows = list(
        pushes.filter(state=Push.State.APPROVED)
        .select_related("account__region", "edition", "page__locale", "link")
        .order_by("scheduled_at", "pk")
    )
    facts = Facts(Addresses(asks=False))
    facts.lay_out([push.page for push in rows])
    found = []
    for push in rows:
        case = Case(push, delivery_of(push, facts.desk), facts, now, sending=False)
        if said := [remark.text for remark in campaign_remarks(case)]:
            found.append((push, " ".join(said)))
    return found
