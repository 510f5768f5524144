"""A piece on paper: its public languages one after another, as a region hands it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from wagtail.permissions import page_permission_policy

from campaigns.reach import qr
from campaigns.reach.models import TrackedLink
from campaigns.regions.models import Region
from campaigns.regions.scripts import by_script_order
from content.languages import ReaderLanguage, language_of
from content.models import EducationPage, VersionRecord
from content.models.base import open_to_all
from content.portable import whole_address

FIELD, WEBSITE = "field", "website"


@dataclass(frozen=True)
class Part:
    """One language of a handout."""

    page: EducationPage
    # The region's short link to this version; without one the code leads straight to the page.
    link: TrackedLink | None
    # When the original was changed, where this version does not say the same yet.
    original_changed_at: datetime | None

    @property
    def language(self) -> ReaderLanguage:
        return language_of(self.page.language)

    @property
    def address(self) -> str:
        """Where readers find this version on the website, as its code and its foot say."""
        return self.link.address if self.link else whole_address(self.page.get_url())

    @property
    def code(self) -> SafeString:
        """The address as a QR code, of whatever size the style sheet says."""
        # segno writes the SVG, and escapes the address in it.
        return mark_safe(qr.inline_svg(self.address, omitsize=True))  # noqa: S308


def may_print(user) -> bool:
    """Whoever sees field sessions, and whoever writes pieces. Only what is public gets on paper."""
    return user.has_perm("campaigns.view_fieldsession") or (
        page_permission_policy.user_has_any_permission(user, {"add", "change"})
    )


def public_versions(page: EducationPage, region: Region | None) -> list[EducationPage]:
    """The piece in every language that anybody may read, in the region's order."""
    versions = EducationPage.objects.filter(translation_key=page.translation_key)
    order = by_script_order(region, "locale__language_code")
    return list(open_to_all(versions).order_by(order, "pk").specific())


def parts_of(versions: Sequence[EducationPage], region: Region | None) -> list[Part]:
    """What a handout of these versions shows; costs the same few queries for any number."""
    keys = [version.pk for version in versions]
    stale = VersionRecord.objects.stale().filter(pk__in=keys)
    changes = dict(stale.values_list("pk", "changed_at"))
    links = _links_to(keys, region)
    return [Part(version, links.get(version.pk), changes.get(version.pk)) for version in versions]


def _links_to(keys: Sequence[int], region: Region | None) -> dict[int, TrackedLink]:
    """The region's own short links for paper, by page: for field work before the website's, the
    newest first. Paper outlives a campaign: the links of one that is over are passed over.
    """
    found = (
        TrackedLink.objects.filter(page__in=keys, region=region, channel__code__in=[FIELD, WEBSITE])
        .select_related("edition", "channel")
        .order_by("created_at", "pk")
    )
    now = timezone.now()
    # Of a page's links the last one stays.
    return {
        link.page_id: link
        for link in sorted(found, key=lambda link: link.channel.code == FIELD)
        if link.edition is None or link.edition.closes_at(region) > now
    }
