"""A channel that only a person serves: hand over the package, and wait for that person's word."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters.contract import Adapter, Delivery, Finding, Outcome, Receipt, Trace
from campaigns.channels.adapters.takeaway import MissingFileError, build_takeaway
from campaigns.channels.adapters.wording import in_words
from campaigns.channels.adapters.zipped import keep_package
from campaigns.channels.handover import handing
from campaigns.channels.handover.models import Handover
from campaigns.regions.naming import person_name

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = Handover.State


class HandoverAdapter(Adapter):
    """The Handover's unique key makes it one; its state is the channel's answer."""

    can_withdraw = True
    waits_for_people = True

    def send(self, delivery: Delivery) -> Receipt:
        held = _held(delivery)
        if held and held.state in (State.OPEN, State.DONE):
            return _receipt(held)
        try:
            steps = handing.steps_for(delivery)
            content = build_takeaway(delivery, {"checklist.txt": "\n".join(steps).encode()})
            package = keep_package(delivery.key, content)
        except MissingFileError as error:
            return Receipt(Outcome.FAILED, str(error))
        except OSError as error:
            return Receipt(Outcome.TEMPORARY, in_words(error))
        try:
            return _receipt(handing.hand_over(delivery, package, content))
        except DatabaseError as error:
            return Receipt(Outcome.TEMPORARY, in_words(error))

    def reconcile(self, delivery: Delivery) -> Finding:
        held = _held(delivery)
        if held is None or held.state == State.WITHDRAWN:
            # A package without a row is written over by the next try.
            return Finding(Trace.NOT_FOUND)
        trace = {
            State.OPEN: Trace.PENDING,
            State.DONE: Trace.FOUND,
            State.REFUSED: Trace.REFUSED,
        }[held.state]
        return Finding(trace, _words(held), held.url)

    def withdraw(self, delivery: Delivery) -> Receipt:
        held = _held(delivery)
        if held is None or held.state == State.WITHDRAWN or handing.take_back(held):
            return Receipt(Outcome.SENT, _("Nobody needs to do it any more."))
        return Receipt(
            Outcome.FAILED,
            _("It was done by hand: take it back on the channel itself, by hand."),
            url=held.url,
        )

    def call_off(self, delivery: Delivery, by: "AbstractBaseUser | None", reason: str) -> None:
        held = _held(delivery)
        if held is None:
            raise ValidationError(_("It has not been handed over yet; look at it again."))
        handing.call_off(held, by, reason)


def _held(delivery: Delivery) -> Handover | None:
    return Handover.objects.filter(key=delivery.key).first()


def _receipt(held: Handover) -> Receipt:
    outcome = Outcome.SENT if held.state == State.DONE else Outcome.PENDING
    request = _("the package; checksum %(sum)s…") % {"sum": held.sha256[:12]}
    return Receipt(outcome, _words(held), request, held.url)


def _words(held: Handover) -> str:
    """What the push's timeline says about it."""
    if held.state != State.OPEN:
        by = person_name(held.settled_by) or _("somebody")
        words = {"by": by, "state": held.get_state_display(), "note": held.note}
        return _("%(state)s, says %(by)s. %(note)s") % words
    due = timezone.localtime(held.due_at)
    return _("Handed over to a person, to be done by %(due)s.") % {"due": f"{due:%F %H:%M}"}
