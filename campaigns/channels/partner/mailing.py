"""Mailing a package: at most once, and every try is written down before it is made.

Mail has no question "did you take it?". So a try that broke off after the message had begun to
leave is unknown, and stays so until a person who has asked the partner decides.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from campaigns.channels.adapters.zipped import package_path
from campaigns.channels.mail import hand_over
from campaigns.channels.news import tell
from campaigns.channels.partner import items
from campaigns.channels.partner.models import PartnerItem, PartnerMail

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

Ended = PartnerMail.Outcome
# What mail servers take; a larger package goes as a link.
MOST_ATTACHED = 10 * 1024 * 1024


def send(item: PartnerItem, recipients: list[str]) -> PartnerMail:
    """Mail the package and write down how that ended. Called outside any transaction."""
    message = message_for(item, recipients)
    mail = PartnerMail.objects.create(
        item=item, recipients="\n".join(recipients), started_at=timezone.now()
    )
    mail.outcome, mail.detail = hand_over(message)
    mail.detail = mail.detail[:300]
    mail.finished_at = timezone.now()
    mail.save(update_fields=["outcome", "detail", "finished_at"])
    return mail


def message_for(item: PartnerItem, recipients: list[str]) -> EmailMessage:
    """The mail. Its Message-ID is the push's key, so that a second copy is known for one."""
    is_large = item.size > MOST_ATTACHED
    context = {
        "item": item,
        "link": items.address_of(items.new_link(item, by=None, days=30)) if is_large else "",
    }
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string("campaigns/channels/partner/mail.txt", context)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    message = EmailMessage(
        subject=" ".join(f"【{item.edition.name}】{item.title}".split()),
        body=body,
        to=recipients,
        headers={"Message-ID": f"<{item.key}@{domain}>"},
    )
    if not is_large:
        content = package_path(item.package).read_bytes()
        message.attach(f"{item.page.code}.zip", content, "application/zip")
    return message


def settle(mail: PartnerMail, by: "AbstractBaseUser", *, arrived: bool) -> bool:
    """A person says what became of a mail of unknown fate. False when somebody had said already.

    One that arrived counts as sent; one that did not is sent again when the push is asked about.
    """
    outcome = Ended.ACCEPTED if arrived else Ended.NOT_SENT
    still_open = PartnerMail.objects.filter(pk=mail.pk, outcome__in=[Ended.STARTED, Ended.UNKNOWN])
    settled = still_open.update(outcome=outcome, settled_by=by, finished_at=timezone.now())
    if settled:
        tell(mail.item.key)
    return bool(settled)
