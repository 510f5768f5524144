"""A partner's Atom feed (RFC 4287): what it may publish now, whole, newest first."""

from datetime import datetime

from django.conf import settings
from django.utils import feedgenerator, timezone

from campaigns.channels.models import ChannelAccount
from campaigns.channels.partner.items import setup_of
from campaigns.channels.partner.models import PartnerItem
from content.languages import language_of
from content.portable import xml_text

MOST = 50


class _Feed(feedgenerator.Atom1Feed):
    """Django's Atom, with the whole text, each entry's language, and a time when it is empty."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.feed["changed_at"]

    def item_attributes(self, item: dict) -> dict:
        return {**super().item_attributes(item), "xml:lang": item["tag"]}

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})


def feed_of(account: ChannelAccount, address: str, now: datetime) -> bytes:
    """The feed as it stands at that instant. `address` is where the partner reads it."""
    feed = _Feed(
        title=f"{settings.WAGTAIL_SITE_NAME} · {account.name}",
        link=settings.SITE_URL,
        description="",
        feed_url=address,
        # Not the address: that is secret, and changes.
        feed_guid=f"tag:edu-cms,2026:{account.code}",
        author_name=settings.WAGTAIL_SITE_NAME,
        changed_at=setup_of(account).token_made_at or timezone.now(),
    )
    items = PartnerItem.objects.in_feed(account, now).select_related("edition")[:MOST]
    for item in items:
        marks = [item.edition.code, *(["ai-generated"] if item.ai_generated else [])]
        feed.add_item(
            title=xml_text(item.title),
            link=item.link,
            description=xml_text(item.summary),
            unique_id=f"urn:uuid:{item.key}",
            pubdate=item.embargo_until,
            updateddate=max(item.embargo_until, item.sent_at),
            categories=marks,
            tag=language_of(item.language).tag,
            html=xml_text(item.html),
        )
    return feed.writeString("utf-8").encode()
