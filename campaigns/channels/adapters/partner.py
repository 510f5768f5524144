"""Partner media: the package is made, mailed where the partner wants mail, and the feed told."""

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
from campaigns.channels.adapters.return_form import NAME, return_form
from campaigns.channels.adapters.takeaway import MissingFileError, build_takeaway
from campaigns.channels.adapters.wording import in_words
from campaigns.channels.adapters.zipped import keep_package
from campaigns.channels.partner import items, mailing
from campaigns.channels.partner.models import PartnerItem, PartnerMail

Ended = PartnerMail.Outcome
OUTCOMES = {
    Ended.ACCEPTED: Outcome.SENT,
    Ended.REFUSED: Outcome.FAILED,
    Ended.NOT_SENT: Outcome.TEMPORARY,
    Ended.UNKNOWN: Outcome.UNKNOWN,
    Ended.STARTED: Outcome.UNKNOWN,
}


class PartnerAdapter(Adapter):
    """The item's unique key makes the package one; a mail of unknown fate is never sent again."""

    can_withdraw = True

    def preflight(self, delivery: Delivery) -> list[Remark]:
        setup = items.setup_of(delivery.account)
        if setup.recipients() or setup.token_sha256:
            return []
        words = _("The partner has neither mail nor a feed: somebody has to hand on a link.")
        return [Remark("partner.no_way", words, is_error=False)]

    def send(self, delivery: Delivery) -> Receipt:
        item = PartnerItem.objects.filter(key=delivery.key).first()
        if item is None or item.withdrawn_at or _is_moved(item, delivery):
            try:
                content = build_takeaway(delivery, {NAME: return_form(delivery)})
                package = keep_package(delivery.key, content)
            except MissingFileError as error:
                return Receipt(Outcome.FAILED, str(error))
            except OSError as error:
                return Receipt(Outcome.TEMPORARY, in_words(error))
            item = items.keep(delivery, package, content)
        recipients = items.setup_of(delivery.account).recipients()
        request = _("the package, to %(n)s recipients; checksum %(sum)s…") % {
            "n": len(recipients),
            "sum": item.sha256[:12],
        }
        mail = item.mails.last()
        if recipients and (mail is None or mail.outcome in (Ended.NOT_SENT, Ended.REFUSED)):
            mail = mailing.send(item, recipients)
        outcome = OUTCOMES[mail.outcome] if mail else Outcome.SENT
        if outcome == Outcome.SENT:
            items.mark_sent(item)
        return Receipt(outcome, mail.detail if mail else _("The package is ready."), request)

    def reconcile(self, delivery: Delivery) -> Finding:
        item = PartnerItem.objects.filter(key=delivery.key, withdrawn_at=None).first()
        if item is None:
            # A package without a row is written over by the next try.
            return Finding(Trace.NOT_FOUND)
        mail = item.mails.last()
        if mail is None:
            if items.setup_of(delivery.account).recipients():
                return Finding(Trace.NOT_FOUND, _("The package is made, not yet mailed."))
            items.mark_sent(item)
            return Finding(Trace.FOUND)
        if mail.is_open:
            words = _(
                "Nobody knows whether the mail server took it: ask the partner, and say so on the"
                " account's page."
            )
            return Finding(Trace.CANNOT_TELL, words)
        if mail.outcome == Ended.ACCEPTED:
            items.mark_sent(item)
            return Finding(Trace.FOUND, mail.detail)
        return Finding(Trace.NOT_FOUND, mail.detail)

    def withdraw(self, delivery: Delivery) -> Receipt:
        item = PartnerItem.objects.filter(key=delivery.key).first()
        if item is None:
            return Receipt(Outcome.SENT)
        items.take_back(item)
        if item.mails.exclude(outcome__in=[Ended.REFUSED, Ended.NOT_SENT]).exists():
            words = _("Taken out of the feed, links closed; ask the partner to drop the mail.")
        else:
            words = _("Taken out of the feed, links closed.")
        return Receipt(Outcome.SENT, words)


def _is_moved(item: PartnerItem, delivery: Delivery) -> bool:
    """Whether the push was given another time since: embargo and package say the old one."""
    return item.sent_at is None and item.scheduled_at != delivery.scheduled_at
