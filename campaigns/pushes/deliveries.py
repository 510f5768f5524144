"""A push as a channel's adapter sees it, and what stands against sending it now."""

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters import Delivery, adapter_of
from campaigns.pushes.models import Push
from content.models import EducationPage

# A campaign that goes out in both languages needs one of each row; either Kazakh script will do.
LANGUAGE_GROUPS = (frozenset({"zh-hans"}), frozenset({"kk-arab", "kk"}))


def delivery_of(push: Push) -> Delivery:
    """What is handed to the adapter; also for a push that is not saved yet."""
    page = push.page.specific
    return Delivery(
        key=push.key,
        push_id=push.pk,
        account=push.account,
        edition=push.edition,
        page=page,
        language=push.language,
        link=public_address(page),
        tracked_link=public_address(page),
        scheduled_at=push.scheduled_at,
        starts_at=push.scheduled_at,
        ends_at=push.ends_at or push.edition.closes_at(push.account.region),
    )


def public_address(page: EducationPage) -> str:
    """Where readers find the page: an absolute address on SITE_URL."""
    parts = page.get_url_parts()
    return settings.SITE_URL + (parts[2] if parts else "/")


def languages_missing(page: EducationPage, *, live_only: bool) -> list[str]:
    """Names of the languages, Chinese or Kazakh, in which the page has no (live) version."""
    versions = EducationPage.objects.filter(translation_key=page.translation_key)
    if live_only:
        versions = versions.live()
    present = set(versions.values_list("locale__language_code", flat=True))
    names = dict(settings.LANGUAGES)
    return [
        " / ".join(names[code] for code in sorted(group))
        for group in LANGUAGE_GROUPS
        if not group & present
    ]


def objections(push: Push, delivery: Delivery) -> list[str]:
    """Why the push must not go out now, in words for people; empty if it may."""
    problems = []
    if not delivery.page.live:
        problems.append(_("The piece is not published."))
    if push.edition.needs_both_languages and (
        missing := languages_missing(delivery.page, live_only=True)
    ):
        problems.append(
            _("The campaign goes out in both languages only; not published: %(languages)s.")
            % {"languages": ", ".join(missing)}
        )
    if not push.edition.holds(beijing_day(push.scheduled_at), push.account.region):
        problems.append(_("The campaign's dates have changed: the time lies outside them."))
    if not push.account.is_active:
        problems.append(_("The channel account is no longer active."))
    return problems + refusals(delivery)


def refusals(delivery: Delivery) -> list[str]:
    """What stops the delivery by the channel's own rules, in words for people."""
    remarks = adapter_of(delivery.account).preflight(delivery)
    return [remark.text for remark in remarks if remark.is_error]
