"""What a rule looks at, and facts that are the same for many pushes."""

from dataclasses import dataclass, field
from datetime import datetime

from campaigns.channels.adapters import Delivery
from campaigns.pushes.deliveries import Desk
from campaigns.pushes.models import Push
from campaigns.pushes.preflight.addresses import Addresses
from content.dates import approved_go_live
from content.models import EducationPage
from content.translation.adapting import adapted_among
from content.translation.staleness.asking import Freshness, freshness, records_of

ORIGINAL = "zh-hans"


@dataclass
class Facts:
    """Facts about pieces for a handful of pushes; asked once each, then forgotten with them."""

    addresses: Addresses
    desk: Desk = field(default_factory=Desk)
    _versions: dict = field(default_factory=dict)
    _freshness: dict = field(default_factory=dict)
    _records: dict | None = None
    _adapted: dict = field(default_factory=dict)

    def lay_out(self, pages: list[EducationPage]) -> None:
        """Read what the rules ask about many pieces at once."""
        self.desk.lay_out(pages)
        self._adapted = dict.fromkeys((page.pk for page in pages), None) | adapted_among(pages)
        keys = {page.translation_key for page in pages}
        self._versions = {key: {} for key in keys}
        rows = EducationPage.objects.filter(translation_key__in=keys).select_related("locale")
        for row in rows:
            self._versions[row.translation_key][row.language] = row
        self._records = records_of(pages)

    def versions(self, page: EducationPage) -> dict[str, EducationPage]:
        """All versions of the piece by language."""
        if page.translation_key not in self._versions:
            rows = EducationPage.objects.filter(
                translation_key=page.translation_key
            ).select_related("locale")
            self._versions[page.translation_key] = {row.language: row for row in rows}
        return self._versions[page.translation_key]

    def adapted(self, page: EducationPage) -> str | None:
        """Why this version is adapted; None for one that is not."""
        if page.pk not in self._adapted:
            self._adapted[page.pk] = adapted_among([page]).get(page.pk)
        return self._adapted[page.pk]

    def freshness(self, page: EducationPage) -> Freshness:
        """How this version stands to the Chinese one."""
        if page.pk not in self._freshness:
            original = self.versions(page).get(ORIGINAL)
            self._freshness[page.pk] = freshness(page, original, self._records)
        return self._freshness[page.pk]


@dataclass(frozen=True)
class Case:
    """One push before its judges. `sending`: it is to go out now, not at the planned time."""

    push: Push
    delivery: Delivery
    facts: Facts
    now: datetime
    sending: bool

    @property
    def page(self) -> EducationPage:
        return self.delivery.page

    @property
    def at(self) -> datetime:
        """When it goes out: now, or at the planned time."""
        return self.now if self.sending else max(self.push.scheduled_at, self.now)

    def will_be_live(self, page: EducationPage) -> bool:
        """Whether readers find the piece when the push goes out, as far as can be known now.

        What was approved for a time that comes before is published just before pushes are sent.
        """
        if page.live or self.sending:
            return page.live
        approved = approved_go_live(page)
        return approved is not None and approved <= self.at

    @property
    def is_ahead(self) -> bool:
        """Whether there is time left for what is not done yet."""
        return not self.sending and self.push.scheduled_at > self.now
