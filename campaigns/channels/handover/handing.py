"""Handing over, and what people say came of it. Each answer is given once."""

import hashlib
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.adapters.video import where_video_is
from campaigns.channels.handover.models import Handover, HandoverSetup, due_after
from campaigns.channels.models import ChannelAccount
from campaigns.channels.news import tell

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = Handover.State


def setup_of(account: ChannelAccount) -> HandoverSetup:
    """The account's setup; what stands there by itself when nobody has made one."""
    return HandoverSetup.objects.filter(account=account).first() or HandoverSetup(account=account)


def steps_for(delivery: Delivery) -> list[str]:
    """What is to be done; first where the film is, if the package has no room for it."""
    return [*filter(None, [where_video_is(delivery.page)]), *setup_of(delivery.account).steps()]


def hand_over(delivery: Delivery, package: str, content: bytes) -> Handover:
    """The hand-over of that delivery, opened once, or anew after it was not possible."""
    setup = setup_of(delivery.account)
    told = {
        "scheduled_at": delivery.scheduled_at,
        "due_at": due_after(delivery.scheduled_at, setup.hours, delivery.ends_at),
        "package": package,
        "sha256": hashlib.sha256(content).hexdigest(),
        "checklist": [{"text": step, "done": False} for step in steps_for(delivery)],
    }
    held, is_new = Handover.objects.get_or_create(
        key=delivery.key,
        defaults={
            "push_number": delivery.push_id,
            "account": delivery.account,
            "edition": delivery.edition,
            "page_id": delivery.page.pk,
            "language": delivery.language,
            **told,
        },
    )
    if not is_new:
        again = {"state": State.OPEN, "note": "", "settled_at": None, "settled_by": None}
        Handover.objects.filter(pk=held.pk, state__in=[State.REFUSED, State.WITHDRAWN]).update(
            **told, **again
        )
        held.refresh_from_db()
    return held


def confirm(
    handover: Handover,
    by: "AbstractBaseUser",
    *,
    url: str = "",
    evidence: UploadedFile | None = None,
    note: str = "",
    ticked: set[int] = frozenset(),
) -> None:
    """Say that it is done, with where it can be seen. `ticked` are places in the checklist.

    Raises ValidationError, keyed by field, without a link or evidence, while a step is not ticked,
    and when somebody has answered already.
    """
    steps = [{**step, "done": number in ticked} for number, step in enumerate(handover.checklist)]
    if not all(step["done"] for step in steps):
        raise ValidationError(
            {
                "steps": _(
                    "Tick every step that was done. Was one not possible? Then say so instead."
                )
            }
        )
    if not url and not evidence:
        raise ValidationError({"url": _("Give the link, or a picture or file that shows it.")})
    handover.checklist, handover.url, handover.note = steps, url, note
    if evidence:
        handover.evidence_name = evidence.name[-150:]
        # The file first: a row that names a file always finds it.
        handover.evidence.save(evidence.name, evidence, save=False)
    _settle(handover, State.DONE, by, ("checklist", "url", "note", "evidence", "evidence_name"))


def refuse(handover: Handover, by: "AbstractBaseUser", reason: str) -> None:
    """Say that it is not possible, and why. Raises ValidationError as `confirm` does."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, for those who planned it.")})
    handover.note = reason.strip()
    _settle(handover, State.REFUSED, by, ("note",))


def call_off(handover: Handover, by: "AbstractBaseUser | None", reason: str) -> None:
    """Nobody is to do it any more, and why. Raises ValidationError as `confirm` does."""
    handover.note = reason
    _settle(handover, State.WITHDRAWN, by, ("note",))


def take_back(handover: Handover) -> bool:
    """Nobody needs to do it any more. False when it was done already."""
    return bool(
        Handover.objects.filter(pk=handover.pk)
        .exclude(state=State.DONE)
        .update(state=State.WITHDRAWN, settled_at=timezone.now())
    )


def _settle(handover: Handover, state: str, by, fields: tuple[str, ...]) -> None:
    """Only the first answer counts: two people may be at it in the same moment."""
    changes = {name: getattr(handover, name) for name in fields}
    changes |= {"state": state, "settled_by": by, "settled_at": timezone.now()}
    rows = Handover.objects.filter(pk=handover.pk, state=State.OPEN)
    if not rows.update(**changes):
        raise ValidationError(_("Somebody has answered already; look at it again."))
    for name, value in changes.items():
        setattr(handover, name, value)
    tell(handover.key)
