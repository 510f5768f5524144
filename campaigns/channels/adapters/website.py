"""The website: the piece takes a place on the zone's home for a span of time."""

from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters.contract import (
    Adapter,
    Delivery,
    Finding,
    Outcome,
    Receipt,
    Remark,
    Trace,
)
from campaigns.channels.models import Placement


class WebsiteAdapter(Adapter):
    """Writes a Placement; its unique key makes a second one impossible."""

    def preflight(self, delivery: Delivery) -> list[Remark]:
        if delivery.ends_at <= delivery.starts_at:
            return [Remark("website.span", _("The place would end before it begins."))]
        if delivery.ends_at <= timezone.now():
            return [Remark("website.over", _("The time of the place is already over."))]
        return []

    def send(self, delivery: Delivery) -> Receipt:
        _place, created = Placement.objects.get_or_create(
            key=delivery.key,
            defaults={
                "account": delivery.account,
                "edition": delivery.edition,
                "page_id": delivery.page.pk,
                "language": delivery.language,
                "starts_at": delivery.starts_at,
                "ends_at": delivery.ends_at,
            },
        )
        return Receipt(Outcome.SENT, "" if created else _("The place was taken already."))

    def reconcile(self, delivery: Delivery) -> Finding:
        if Placement.objects.filter(key=delivery.key).exists():
            return Finding(Trace.FOUND)
        return Finding(Trace.NOT_FOUND)
