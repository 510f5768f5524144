"""What a hand-over package holds: the piece to look at, the piece to copy, and what it is."""

import hashlib
import json
import re
import time
from dataclasses import dataclass
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.adapters.portable import MissingFileError, Portable, make_portable
from content.languages import language_of
from content.models import EducationPage

__all__ = ["Bodies", "MissingFileError", "build_package"]


# Stands where each package's own short link goes; what is around it is the same for many.
_LINK_HERE = "https://tracked-link.invalid/"
TEXTS = ("index.html", "text.txt")


@dataclass(frozen=True)
class Cover:
    """All that the texts of a package say besides the piece itself, but for its short link."""

    piece: UUID
    language: str
    link: str
    campaign: str
    slogan: str

    @classmethod
    def of(cls, delivery: Delivery) -> "Cover":
        edition = delivery.edition
        return cls(
            delivery.page.translation_key,
            delivery.language,
            delivery.link,
            edition.name,
            edition.slogan,
        )


class Bodies:
    """What many packages of one piece have in common, rendered once.

    Forgotten after a minute, and at once when the piece is published anew.
    """

    MOST = 200
    SECONDS = 60

    def __init__(self) -> None:
        self._kept: dict[Cover, tuple[float, object, dict[str, bytes]]] = {}

    def of(self, delivery: Delivery) -> dict[str, bytes]:
        """The files of the package but meta.json.

        Raises MissingFileError when a picture of the piece cannot be read.
        """
        cover = Cover.of(delivery)
        version = delivery.page.live_revision_id, delivery.page.last_published_at
        known = self._kept.get(cover)
        now = time.monotonic()
        if not known or now - known[0] > self.SECONDS or known[1] != version:
            if len(self._kept) >= self.MOST:
                self._kept.clear()
            known = self._kept[cover] = now, version, _render(delivery.page, cover)
        own = delivery.tracked_link.encode()
        return {
            name: content.replace(_LINK_HERE.encode(), own) if name in TEXTS else content
            for name, content in known[2].items()
        }


def build_package(delivery: Delivery, bodies: Bodies | None = None) -> dict[str, bytes]:
    """Every file of the package by its path.

    Raises MissingFileError when a picture of the piece cannot be read.
    """
    files = (bodies or Bodies()).of(delivery)
    return {**files, "meta.json": describe(delivery, files)}


def _render(page: EducationPage, cover: Cover) -> dict[str, bytes]:
    with translation.override(cover.language):
        body = make_portable(
            render_to_string("campaigns/channels/package_body.html", {"page": page, "plain": True})
        )
        return {**texts_of(page, cover, body, tracked_link=_LINK_HERE), **body.pictures}


def texts_of(
    page: EducationPage, cover: Cover, body: Portable, *, tracked_link: str
) -> dict[str, bytes]:
    """The piece to look at and to copy; call it while the cover's language is active."""
    context = {
        "page": page,
        "cover": cover,
        "tracked_link": tracked_link,
        "language": language_of(cover.language),
        "body": body,
    }
    index = render_to_string("campaigns/channels/package.html", context)
    text = render_to_string("campaigns/channels/package.txt", context)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return dict(zip(TEXTS, (index.encode(), text.encode()), strict=True))


def describe(delivery: Delivery, files: dict[str, bytes]) -> bytes:
    """meta.json: where the package belongs, and the SHA-256 of each of its other files."""
    meta = {
        "push_id": delivery.push_id,
        "key": str(delivery.key),
        "campaign": delivery.edition.code,
        "campaign_name": delivery.edition.name,
        "slogan": delivery.edition.slogan,
        "code": delivery.page.code,
        "title": delivery.page.title,
        "summary": delivery.page.summary,
        "language": delivery.language,
        "account": delivery.account.code,
        "scheduled_at": localtime(delivery.scheduled_at).isoformat(),
        "ends_at": localtime(delivery.ends_at).isoformat(),
        "link": delivery.link,
        "tracked_link": delivery.tracked_link,
        "ai_generated": delivery.page.ai_generated,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(meta, ensure_ascii=False) + "\n").encode()
