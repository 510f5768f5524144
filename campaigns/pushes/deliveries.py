"""A push as a channel's adapter sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from campaigns.channels.adapters import Delivery
from campaigns.pushes.models import Push
from content.models import EducationPage


@dataclass
class Desk:
    """The pieces at hand: read once for a handful of pushes, then forgotten.

    Short-lived on purpose: what is published or taken down in the meantime has to be noticed.
    """

    _pieces: dict[int, tuple[EducationPage, str]] = field(default_factory=dict)

    _roots: object = None

    def lay_out(self, pages: Iterable[EducationPage]) -> None:
        """Read many at once."""
        wanted = {page.pk for page in pages} - self._pieces.keys()
        rows = EducationPage.objects.filter(pk__in=wanted).select_related("locale")
        for own in rows.specific():
            self._pieces[own.pk] = own, self._address(own)

    def _address(self, page: EducationPage) -> str:
        # Wagtail keeps the sites' roots on the page; one page's do for all.
        if self._roots is not None:
            page._wagtail_cached_site_root_paths = self._roots  # noqa: SLF001
        address = public_address(page)
        self._roots = getattr(page, "_wagtail_cached_site_root_paths", None)
        return address

    def piece(self, page: EducationPage) -> tuple[EducationPage, str]:
        """The piece in its own form, and its address."""
        if page.pk not in self._pieces:
            own = page.specific
            self._pieces[page.pk] = own, self._address(own)
        return self._pieces[page.pk]


def delivery_of(push: Push, desk: Desk | None = None) -> Delivery:
    """What is handed to the adapter; also for a push that is not saved yet."""
    page, address = (desk or Desk()).piece(push.page)
    return Delivery(
        key=push.key,
        push_id=push.pk,
        account=push.account,
        edition=push.edition,
        page=page,
        language=push.language,
        link=address,
        tracked_link=f"{settings.SITE_URL}/q/{push.link.code}" if push.link else address,
        scheduled_at=push.scheduled_at,
        starts_at=push.scheduled_at,
        ends_at=push.place_ends_at,
        publishes=bool(push.publishing),
    )


def public_address(page: EducationPage) -> str:
    """Where readers find the page: an absolute address on SITE_URL."""
    parts = page.get_url_parts()
    return settings.SITE_URL + (parts[2] if parts else "/")
