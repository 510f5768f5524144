"""What stands around every public page, and which drawing goes with what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from content.hooks import FeaturedPiece, FooterLink, footer_links
from content.languages import LANGUAGES, ReaderLanguage, language_of
from content.models import (
    ArticlePage,
    EducationPage,
    HomePage,
    SectionPage,
    VersionRecord,
    VideoPage,
)
from content.models.base import open_to_all
from content.search.asking import LONGEST_QUERY

register = template.Library()

# Every drawing in static/img/icons.svg that a risk category may have, with its soft ground.
CATEGORY_LOOKS = {
    "surrender-agent": 1,
    "illegal-fundraising": 3,
    "telecom-fraud": 2,
    "elder-scam": 4,
    "rights-agent": 0,
    "mis-selling": 3,
    "motor-claims": 2,
    "health-disclosure": 0,
    "ai-impersonation": 4,
    "credit-repair": 1,
    "debt-carrier": 3,
    "stock-tips": 2,
    "campus-loan": 4,
    "livestock-insurance": 0,
}
MEDIA_ENDINGS = (".mp4", ".webm", ".m4v", ".ogv", ".mov")


@dataclass(frozen=True)
class Version:
    """This page in one of the site's languages."""

    language: ReaderLanguage
    url: str | None  # None where there is no such version yet
    home_url: str | None
    is_current: bool
    none_yet: str  # "not yet", in that language
    to_home: str  # "to the home page", in that language


@dataclass(frozen=True)
class Frame:
    """What the base template needs to know beyond the page itself."""

    language: ReaderLanguage
    home: Page | None
    home_url: str
    sections: list[Page]
    versions: list[Version]
    # When the original was changed, where this version does not say the same yet.
    original_changed_at: datetime | None = None

    @property
    def search_url(self) -> str:
        """Where the search box leads."""
        return f"/{self.language.code}/search/"

    @property
    def longest_query(self) -> int:
        """How many characters the search looks at, and its box takes."""
        return LONGEST_QUERY

    @property
    def alternates(self) -> list[Version]:
        """Versions that exist, for hreflang."""
        return [version for version in self.versions if version.url]

    @property
    def for_any_reader(self) -> str | None:
        """Where a search engine sends readers of other languages: the original, else what is."""
        return self.original.url or next((v.url for v in self.alternates), None)

    @property
    def original(self) -> Version:
        """The page in the site's own language, which the others are translated from."""
        return next(v for v in self.versions if v.language.code == settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def zone_frame(context: dict) -> Frame:
    """The frame of the page in this context; of the address's language where there is none.

    Costs one query: homes, sections and the page's versions together.
    """
    request = context.get("request")
    page = context.get("page")
    page = page if isinstance(page, Page) else None
    around = _around(page)
    language = language_of(_code_of(page, around) or getattr(request, "LANGUAGE_CODE", None))
    homes = {p.locale.language_code: p for p in around if p.specific_class is HomePage}
    home = homes.get(language.code)
    home_urls = {code: home.get_url(request) for code, home in homes.items()}
    # A page that is none of Wagtail's may say where its versions are.
    urls = context.get("version_urls") or home_urls
    if page:
        urls = {
            version.locale.language_code: version.get_url(request)
            for version in [*around, page]
            if version.translation_key == page.translation_key
        }
    return Frame(
        language=language,
        home=home,
        home_url=home_urls.get(language.code) or f"/{language.code}/",
        sections=context.get("sections") or _sections_below(home, around),
        versions=[
            Version(
                language=other,
                url=urls.get(code),
                home_url=home_urls.get(code),
                is_current=code == language.code,
                none_yet=_in(code, "not yet in this language"),
                to_home=_in(code, "to the home page"),
            )
            for code, other in LANGUAGES.items()
        ],
        original_changed_at=next(
            (other.original_changed_at for other in around if page and other.pk == page.pk), None
        ),
    )


def _around(page: Page | None) -> list[Page]:
    """Open homes, sections and versions of the page, in the order of the tree."""
    home, section = (ContentType.objects.get_for_model(model) for model in (HomePage, SectionPage))
    wanted = Q(content_type=home) | Q(content_type=section, show_in_menus=True)
    if page:
        wanted |= Q(translation_key=page.translation_key)
    stale = VersionRecord.objects.stale().filter(pk=OuterRef("pk")).values("changed_at")
    pages = open_to_all(Page.objects.filter(wanted)).annotate(original_changed_at=Subquery(stale))
    return list(pages.select_related("locale").order_by("path"))


def _code_of(page: Page | None, around: list[Page]) -> str | None:
    """The language code of the page's locale, which is usually at hand already."""
    if page is None:
        return None
    own = (other.locale for other in around if other.locale_id == page.locale_id)
    page.locale = next(own, None) or page.locale
    return page.locale.language_code


def _sections_below(home: Page | None, around: list[Page]) -> list[Page]:
    if home is None:
        return []
    return [
        other
        for other in around
        if other.specific_class is SectionPage and other.show_in_menus and other.is_child_of(home)
    ]


def _in(language: str, message: str) -> str:
    with override(language):
        # Translators: "not yet in this language" stands below a language's name in the switcher.
        words = {
            "not yet in this language": _("not yet in this language"),
            "to the home page": _("to the home page"),
        }
        return words[message]


@register.simple_tag
def foot_links(language: str) -> list[FooterLink]:
    """What other floors put at the foot of public pages."""
    return footer_links(language)


@register.filter
def on_this_site(url: str | None) -> str:
    """A whole address for search engines, whatever name the request came by."""
    url = url or "/"
    return url if urlsplit(url).netloc else settings.SITE_URL + url


@register.filter
def in_section(page: Page | None, section: SectionPage) -> bool:
    """Whether the page is that section or stands in it."""
    return isinstance(page, Page) and bool(page.path) and page.path.startswith(section.path)


@register.filter
def category_icon(category) -> str:
    """The drawing of a risk category; a shield where an editor's own category has none."""
    return category.slug if category and category.slug in CATEGORY_LOOKS else "shield"


@register.filter
def piece_icon(piece: EducationPage) -> str:
    """The drawing for a piece: its category's, else one for its form."""
    if piece.category:
        return category_icon(piece.category)
    return {VideoPage: "videos", ArticlePage: "knowledge"}.get(form_of(piece), "cases")


@register.filter
def tint(category) -> int:
    """Which soft ground a category's drawings stand on: 0 to 4; 0 where it has none of its own."""
    return CATEGORY_LOOKS.get(category.slug, 0) if category else 0


@register.filter
def form_of(piece: EducationPage) -> type:
    """The piece's form, without fetching its own row."""
    return piece.specific_class or EducationPage


@register.filter
def is_video(piece: EducationPage) -> bool:
    return form_of(piece) is VideoPage


@register.filter
def is_media_file(url: str) -> bool:
    """Whether a browser can play what the link leads to; only over https, as the CSP demands."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.path.lower().endswith(MEDIA_ENDINGS)


@register.filter
def host(url: str) -> str:
    """The name of the site that a link leads to."""
    return urlsplit(url).hostname or ""


@register.filter
def by_campaign(featured: Iterable[FeaturedPiece]) -> list[tuple[FeaturedPiece, list]]:
    """Featured pieces under the campaign that each belongs to, campaigns in order of appearance."""
    featured = list(featured)
    first_seen: dict[str, int] = {}
    for place in featured:
        first_seen.setdefault(place.campaign_code, len(first_seen))
    ordered = sorted(featured, key=lambda place: first_seen[place.campaign_code])
    groups = groupby(ordered, key=attrgetter("campaign_code"))
    return [(places[0], places) for _code, group in groups if (places := list(group))]


# What a part of a case is called where its author gave it no heading of its own.
@register.simple_tag
def section_heading(section) -> str:
    """The heading of a part of a case, in the active language."""
    usual = {
        "case": _("What happened"),
        "analysis": _("How the trick works"),
        "legal_note": _("What the law says about it"),
        "risk_tips": _("How to protect yourself"),
        "get_help": _("Where to get help"),
    }
    return section.get("heading") or usual.get(section.block.name, "")


@register.filter
def part_icon(section) -> str:
    """The drawing beside the heading of a part of a case."""
    drawings = {
        "case": "story",
        "analysis": "search",
        "legal_note": "law",
        "risk_tips": "shield",
        "get_help": "phone",
    }
    return drawings.get(section.block.name, "story")
