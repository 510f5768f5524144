"""A piece in the words of the API: plain data, nothing of the administration."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from content.languages import language_of
from content.models import (
    ArticlePage,
    CaseWarningPage,
    EducationImage,
    EducationPage,
    VideoPage,
)
from content.models.base import open_to_all
from content.portable import plain_text, render_body, whole_address, with_whole_addresses

KINDS: dict[str, type[EducationPage]] = {
    "case_warning": CaseWarningPage,
    "article": ArticlePage,
    "video": VideoPage,
}
PICTURE = "max-1600x1600"


def cards(pages: list[EducationPage]) -> list[dict]:
    """The pieces without their bodies, in as many queries whether there are five or fifty."""
    kinds = kind_by_type()
    versions = _versions_of(pages)
    audiences = _audiences_of(pages)
    return [_card(page, kinds.get(page.content_type_id, ""), versions, audiences) for page in pages]


def whole(page: EducationPage) -> dict:
    """A piece with its body as clean HTML and as plain text."""
    html = with_whole_addresses(render_body(page))
    told = cards([page])[0] | {"body": {"html": html, "text": plain_text(html)}}
    if isinstance(page, VideoPage):
        told["video"] = _video(page)
    return told


def kind_by_type() -> dict[int, str]:
    """Names of the kinds by the primary key of their content type."""
    types = ContentType.objects.get_for_models(*KINDS.values())
    return {types[model].pk: name for name, model in KINDS.items()}


def _card(page: EducationPage, kind: str, versions: dict, audiences: dict) -> dict:
    language = language_of(page.language)
    return {
        "id": page.pk,
        "code": page.code,
        "kind": kind,
        "language": page.language,
        "lang": language.tag,
        "dir": language.direction,
        "title": page.title,
        "summary": page.summary,
        "date": page.date.isoformat(),
        "source": page.source,
        "category": _term(page.category, page.language) if page.category else None,
        "audiences": [_term(audience, page.language) for audience in audiences[page.pk]],
        "ai_generated": page.ai_generated,
        "image": _picture(page.image) if page.image else None,
        "url": address_of(page),
        "updated_at": page.updated_at.isoformat(),
        "translations": [
            {
                "id": other.pk,
                "code": other.code,
                "language": other.language,
                "title": other.title,
                "url": address_of(other),
            }
            for other in versions[page.translation_key]
            if other.pk != page.pk
        ],
    }


def address_of(page: EducationPage) -> str:
    """Where readers find the page: an absolute address."""
    parts = page.get_url_parts()
    return whole_address(parts[2] if parts else "/")


def _term(term, language: str) -> dict:
    return {"slug": term.slug, "name": term.name_in(language)}


def _picture(image: EducationImage) -> dict | None:
    try:
        version = image.get_rendition(PICTURE)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return None  # the file is gone; the words are still worth reading
    return {
        "url": whole_address(version.url),
        "alt": image.default_alt_text,
        "width": version.width,
        "height": version.height,
        "ai_generated": image.ai_generated,
    }


def _video(page: VideoPage) -> dict:
    own = page.video
    return {
        "url": whole_address(own.file.url) if own else page.video_url,
        "ai_generated": bool(own and own.ai_generated),
        "seconds": page.duration,
        "captions": whole_address(page.captions.url) if page.captions else None,
    }


def _versions_of(pages: list[EducationPage]) -> dict:
    keys = {page.translation_key for page in pages}
    siblings = open_to_all(EducationPage.objects.filter(translation_key__in=keys))
    by_key = defaultdict(list)
    for page in siblings.select_related("locale").order_by("locale__pk"):
        by_key[page.translation_key].append(page)
    return by_key


def _audiences_of(pages: list[EducationPage]) -> dict:
    through = EducationPage.audiences.through
    rows = through.objects.filter(educationpage__in=[page.pk for page in pages])
    by_page = defaultdict(list)
    ordered = rows.select_related("audience").order_by("audience__sort_order", "audience__slug")
    for row in ordered:
        by_page[row.educationpage_id].append(row.audience)
    return by_page
