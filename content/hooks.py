"""What other floors may hang onto content, which itself never imports them.

A provider is a plain function; campaigns registers its own when the apps are ready.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

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


# language code -> a link in that language
FooterLinkProvider = Callable[[str], FooterLink]

# language code -> the pieces featured now, first first
FeaturedProvider = Callable[[str], Iterable[FeaturedPiece]]

# language code -> when what the featured provider names changes next; None if nothing is known
NextChangeProvider = Callable[[str], datetime | None]

_featured_providers: list[FeaturedProvider] = []
_next_change_providers: list[NextChangeProvider] = []
_footer_link_providers: list[FooterLinkProvider] = []


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
