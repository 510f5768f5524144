"""Each push to a channel other than the website has a short link, so that its visits are told."""

from django.db import transaction

from campaigns.channels.models import ChannelAccount
from campaigns.pushes.models import Push
from campaigns.reach.models import TrackedLink


def ensure_link(push: Push) -> TrackedLink | None:
    """The push's short link, made if there is none yet; None for the website's own places.

    A link that people have deleted is made anew, with another code.
    """
    if push.account.adapter == ChannelAccount.Adapter.WEBSITE or push.link_id:
        return push.link
    with transaction.atomic():
        link = TrackedLink.objects.create(
            label=f"{push.account.name} · {push.page.title}"[:120],
            page_id=push.page_id,
            edition_id=push.edition_id,
            channel_id=push.account.channel_id,
            account_id=push.account_id,
            region_id=push.account.region_id,
        )
        # Of two who make one at the same time, the second lets its own go.
        if not Push.objects.filter(pk=push.pk, link=None).update(link=link):
            link.delete()
            push.refresh_from_db(fields=["link"])
            return push.link
    push.link = link
    return link
