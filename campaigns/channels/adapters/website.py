"""The website: the piece takes a place on the zone's pages for a span of time.

Publishing itself is Wagtail's: the tick publishes the revision that a reviewer approved, at its
date, before it sends pushes. Planning keeps that date in step with a push that says that the piece
goes live with it; the adapter publishes nothing.
"""

from django.db.models.signals import post_save
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

    is_local = True
    can_withdraw = True

    def preflight(self, delivery: Delivery) -> list[Remark]:
        if delivery.ends_at <= delivery.starts_at:
            return [Remark("website.span", _("The place would end before it begins."))]
        if delivery.ends_at <= timezone.now():
            return [Remark("website.over", _("The time of the place is already over."))]
        return _times_that_disagree(delivery)

    def send(self, delivery: Delivery) -> Receipt:
        return self._send_all([delivery])[0]

    def send_all(self, deliveries: list[Delivery]) -> list[Receipt]:
        return self._send_all(deliveries)

    def _send_all(self, deliveries: list[Delivery]) -> list[Receipt]:
        keys = [delivery.key for delivery in deliveries]
        there = set(Placement.objects.filter(key__in=keys).values_list("key", flat=True))
        places = [_place(delivery) for delivery in deliveries if delivery.key not in there]
        # Whoever is quicker with the same key: theirs stands, ours is let go.
        Placement.objects.bulk_create(places, ignore_conflicts=True)
        for place in places[-1:]:
            # Many at once tell nobody by themselves; once is enough for the cached pages.
            post_save.send(Placement, instance=place, created=True, raw=False, using="default")
        taken = _("The place was taken already.")
        return [Receipt(Outcome.SENT, taken if key in there else "") for key in keys]

    def reconcile(self, delivery: Delivery) -> Finding:
        if Placement.objects.filter(key=delivery.key).exists():
            return Finding(Trace.FOUND)
        return Finding(Trace.NOT_FOUND)

    def withdraw(self, delivery: Delivery) -> Receipt:
        """The place is given up now; that it was taken stays written down."""
        now = timezone.now()
        for place in Placement.objects.filter(key=delivery.key, ends_at__gt=now):
            place.ends_at = now
            place.save(update_fields=["ends_at"])
        return Receipt(Outcome.SENT, _("The place on the home page is free again."))


def _place(delivery: Delivery) -> Placement:
    return Placement(
        key=delivery.key,
        account=delivery.account,
        edition=delivery.edition,
        page_id=delivery.page.pk,
        language=delivery.language,
        starts_at=delivery.starts_at,
        ends_at=delivery.ends_at,
    )


def _times_that_disagree(delivery: Delivery) -> list[Remark]:
    """Where the place and the piece's own dates of going live and coming down do not fit."""
    page, remarks = delivery.page, []
    if not (page.live or delivery.publishes or _goes_live_by(page, delivery.starts_at)):
        words = _("By then nobody has approved that the piece goes live: it would not go out.")
        remarks.append(Remark("website.not_live", words, is_error=False))
    if page.expire_at and page.expire_at < delivery.ends_at:
        words = _("The piece comes down before its place ends: the place is empty from then on.")
        remarks.append(Remark("website.comes_down", words, is_error=False))
    return remarks


def _goes_live_by(page, instant) -> bool:
    """Whether a reviewer has approved a revision that is public by then."""
    return page.revisions.filter(approved_go_live_at__lte=instant).exists()
