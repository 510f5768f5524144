"""What other floors may hang onto content, which itself never imports them.

A provider is a plain function; campaigns registers its own when the apps are ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from content.models import EducationPage


@dataclass(frozen=True)
class FeaturedPiece:
    """A page that has a place of honour on the zone's home now."""

    page: EducationPage
    campaign_code: str
    campaign_name: str
    slogan: str
    ends_at: datetime


@dataclass(frozen=True)
class FooterLink:
    """Something at the foot of every public page."""

    url: str
    text: str


@dataclass(frozen=True)
class PublishedFigure:
    """How often campaigns reached somebody, for readers of one language; all counts in words."""

    campaigns: tuple[str, ...]
    # Empty: the whole group.
    region: str
    first: date
    last: date
    closed_on: date
    person_times: str
    # What it is the sum of: how each part came about, and how much it is.
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Demand:
    """A campaign needs a piece in a language by an instant."""

    translation_key: UUID
    language: str
    campaign_code: str
    campaign_name: str
    due_at: datetime


# -> everything that is still to come, for whatever piece
DemandProvider = Callable[[], Iterable[Demand]]

# language code -> a link in that language
FooterLinkProvider = Callable[[str], FooterLink]

# language code -> the pieces featured now, first first
FeaturedProvider = Callable[[str], Iterable[FeaturedPiece]]

# language code -> when what the featured provider names changes next; None if nothing is known
NextChangeProvider = Callable[[str], datetime | None]

# language code -> the figures on the zone's home, the newest first
PublishedFigureProvider = Callable[[str], Iterable[PublishedFigure]]

_featured_providers: list[FeaturedProvider] = []
_next_change_providers: list[NextChangeProvider] = []
_footer_link_providers: list[FooterLinkProvider] = []
_demand_providers: list[DemandProvider] = []
_published_figure_providers: list[PublishedFigureProvider] = []


def register_featured_provider(provider: FeaturedProvider) -> None:
    """Let a floor above name pages for the zone's home. Registering twice does nothing."""
    if provider not in _featured_providers:
        _featured_providers.append(provider)


def featured_pieces(language: str) -> list[FeaturedPiece]:
    """Every piece featured now in that language."""
    return [piece for provider in _featured_providers for piece in provider(language)]


def register_next_change_provider(provider: NextChangeProvider) -> None:
    """Let a floor above say when its featured pieces change. Registering twice does nothing."""
    if provider not in _next_change_providers:
        _next_change_providers.append(provider)


def next_change(language: str) -> datetime | None:
    """The next instant at which a featured piece in that language begins or ends."""
    instants = [provider(language) for provider in _next_change_providers]
    return min((instant for instant in instants if instant), default=None)


def register_footer_link_provider(provider: FooterLinkProvider) -> None:
    """Let a floor above put a link at the foot of public pages. Registering twice does nothing."""
    if provider not in _footer_link_providers:
        _footer_link_providers.append(provider)


def footer_links(language: str) -> list[FooterLink]:
    """Every such link, in that language."""
    return [provider(language) for provider in _footer_link_providers]


def register_published_figure_provider(provider: PublishedFigureProvider) -> None:
    """Let a floor above put figures on the zone's home. Registering twice does nothing."""
    if provider not in _published_figure_providers:
        _published_figure_providers.append(provider)


def published_figures(language: str) -> list[PublishedFigure]:
    """Every such figure, told in that language."""
    return [figure for provider in _published_figure_providers for figure in provider(language)]


def register_demand_provider(provider: DemandProvider) -> None:
    """Let a floor above say which pieces it needs when. Registering twice does nothing."""
    if provider not in _demand_providers:
        _demand_providers.append(provider)


def demands() -> dict[tuple[UUID, str], list[Demand]]:
    """What is needed and when, by piece (translation key) and language, the soonest first."""
    found: dict[tuple[UUID, str], list[Demand]] = {}
    every = [demand for provider in _demand_providers for demand in provider()]
    for demand in sorted(every, key=lambda one: one.due_at):
        found.setdefault((demand.translation_key, demand.language), []).append(demand)
    return found
