"""The demo's pushes that are still to come, and its short links."""

from datetime import datetime, time, timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from campaigns.calendar.windows import BEIJING
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.demo.given import rows
from campaigns.demo.running import edition_of
from campaigns.pushes.approval import approve, check, preflight
from campaigns.pushes.models import Push
from campaigns.pushes.planning import plan_push
from campaigns.pushes.preflight import Addresses, Facts
from campaigns.reach.models import TrackedLink
from campaigns.regions.models import Region
from content.models import EducationPage

User = get_user_model()


def load_pushes() -> int:
    """A few pushes that are still to come; what people re-timed stays where it is."""
    planner = User.objects.get(username="campaign_administrator")
    created = 0
    for row in rows("pushes"):
        edition = edition_of(row["campaign"])
        account = ChannelAccount.objects.get(code=row["account"])
        day = edition.starts_on + timedelta(days=int(row["day"]) - 1)
        at = datetime.combine(day, time.fromisoformat(row["time"]), BEIJING)
        page = EducationPage.objects.filter(code=row["content"]).first()
        if at <= timezone.now() or not edition.holds(day) or page is None:
            continue
        there = Push.objects.filter(
            edition=edition,
            account=account,
            language=row["language"],
            page__translation_key=page.translation_key,
        )
        if not there.exists():
            push = plan_push(edition, page, row["language"], account, at, by=planner)
            _bring_to(push, row["state"], planner)
            created += 1
    return created


def _bring_to(push: Push, state: str, planner) -> None:
    """Check or approve it, as far as preflight lets it: people see to the rest."""
    # The site need not run while its content is loaded.
    facts = Facts(Addresses(asks=False))
    try:
        if state == "approved":
            open_warnings = preflight(push, facts).open_warnings
            approve(push, planner, consent=[r.code for r in open_warnings], facts=facts)
        elif state == "ready":
            check(push, planner, facts)
    except ValidationError:
        return


@transaction.atomic
def load_links() -> int:
    created = 0
    for row in rows("links"):
        page = EducationPage.objects.filter(code=row["content"]).first()
        if page is None:
            continue
        _link, is_new = TrackedLink.objects.get_or_create(
            code=row["code"],
            defaults={
                "label": row["label"],
                "page": page,
                "edition": edition_of(row["campaign"]) if row["campaign"] else None,
                "channel": Channel.objects.get(code=row["channel"]),
                "account": ChannelAccount.objects.filter(code=row["account"]).first(),
                "region": Region.objects.get(code=row["region"]),
            },
        )
        created += is_new
    return created
