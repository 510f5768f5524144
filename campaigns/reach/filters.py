"""Narrowing the ledger down to the entries behind a figure."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from campaigns.calendar.models import Edition
from campaigns.channels.models import Channel
from campaigns.reach import languages, metrics
from campaigns.reach.metrics import Basis
from campaigns.reach.models import EVERYDAY, ReachEntry
from campaigns.reach.pieces import NONE, Places, wants
from campaigns.regions.filters import DayRangeFilter
from campaigns.regions.models import Region
from content.models import Audience, Category


def campaign_choices() -> list[tuple[str, str]]:
    """Every edition by code, and everyday education."""
    return [*Edition.objects.values_list("code", "name"), (EVERYDAY, _("Everyday education"))]


def channel_choices() -> list[tuple[str, str]]:
    return list(Channel.objects.values_list("code", "name"))


def language_choices() -> list[tuple[str, str]]:
    return [*languages.choices(), (NONE, _("No language given"))]


def risk_choices() -> list[tuple[str, str]]:
    return [*Category.objects.values_list("slug", "name"), (NONE, _("No risk category"))]


def audience_choices() -> list[tuple[str, str]]:
    return [*Audience.objects.values_list("slug", "name"), (NONE, _("No audience group"))]


class ReachEntryFilterSet(WagtailFilterSet):
    """Codes in the address, as in files, so that any screen or report can point here."""

    campaign = django_filters.MultipleChoiceFilter(
        label=_("Campaign"), choices=campaign_choices, method="of_campaigns"
    )
    channel = django_filters.MultipleChoiceFilter(
        label=_("Channel"), choices=channel_choices, method="through_channels"
    )
    # Columns of the entry itself: none comes twice.
    metric = django_filters.MultipleChoiceFilter(
        label=_("Metric"), choices=metrics.choices, distinct=False
    )
    basis = django_filters.MultipleChoiceFilter(
        label=_("Basis"), choices=Basis.choices, distinct=False
    )
    language = django_filters.MultipleChoiceFilter(
        label=_("Language"), choices=language_choices, method="in_languages"
    )
    day = DayRangeFilter(label=_("Days"))
    region = django_filters.CharFilter(
        label=_("Region (code), with all below it"), method="at_or_below"
    )
    only_region = django_filters.CharFilter(
        label=_("Region (code) itself"), field_name="region__code"
    )
    content = django_filters.CharFilter(label=_("Piece (code; “-”: of none)"), method="of_piece")
    risk = django_filters.MultipleChoiceFilter(
        label=_("Risk category of the piece"), choices=risk_choices, method="of_risks"
    )
    audience = django_filters.MultipleChoiceFilter(
        label=_("Audience group of the piece"), choices=audience_choices, method="for_audiences"
    )
    origin = django_filters.ChoiceFilter(label=_("Origin"), choices=ReachEntry.Origin.choices)

    class Meta:
        model = ReachEntry
        fields: list[str] = []

    # By key: joined, the database chooses worse ways through ten million entries.
    def of_campaigns(self, entries: QuerySet, name: str, codes: list[str]) -> QuerySet:
        editions = Edition.objects.filter(code__in=codes).order_by()
        wanted = Q(edition__in=list(editions.values_list("pk", flat=True)))
        if EVERYDAY in codes:
            wanted |= Q(edition__isnull=True)
        return entries.filter(wanted)

    def through_channels(self, entries: QuerySet, name: str, codes: list[str]) -> QuerySet:
        channels = Channel.objects.filter(code__in=codes).order_by()
        return entries.filter(channel__in=list(channels.values_list("pk", flat=True)))

    def at_or_below(self, entries: QuerySet, name: str, code: str) -> QuerySet:
        region = Region.objects.filter(code=code.strip()).first()
        return (
            entries.filter(region__in=Region.objects.at_or_below(region).order_by().values("pk"))
            if region
            else entries.none()
        )

    def in_languages(self, entries: QuerySet, name: str, codes: list[str]) -> QuerySet:
        wanted = ["" if code == NONE else code for code in codes]
        return entries.filter(language__in=wanted) if wanted else entries

    def of_piece(self, entries: QuerySet, name: str, code: str) -> QuerySet:
        return entries.filter(content="" if code.strip() == NONE else code.strip())

    def of_risks(self, entries: QuerySet, name: str, slugs: list[str]) -> QuerySet:
        return entries.filter(Places().where(wants(slugs, ()))) if slugs else entries

    def for_audiences(self, entries: QuerySet, name: str, slugs: list[str]) -> QuerySet:
        return entries.filter(Places().where(wants((), slugs))) if slugs else entries
