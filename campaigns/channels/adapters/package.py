"""What a hand-over package holds: the piece to look at, the piece to copy, and what it is."""

import hashlib
import json
import re

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import localtime

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.adapters.portable import MissingFileError, Portable, make_portable
from content.languages import language_of

__all__ = ["Bodies", "MissingFileError", "build_package"]


class Bodies:
    """What many packages of one batch have in common: each piece's body is rendered once.

    Kept for one batch only, so that what is changed in the meantime is seen.
    """

    def __init__(self) -> None:
        self._bodies: dict[tuple[int, str], Portable] = {}

    def of(self, delivery: Delivery) -> Portable:
        """The piece's body. Raises MissingFileError when a picture of it cannot be read."""
        key = delivery.page.pk, delivery.language
        if key not in self._bodies:
            html = render_to_string(
                "campaigns/channels/package_body.html", {"page": delivery.page, "plain": True}
            )
            self._bodies[key] = make_portable(html)
        return self._bodies[key]


def build_package(delivery: Delivery, bodies: Bodies | None = None) -> dict[str, bytes]:
    """Every file of the package by its path.

    Raises MissingFileError when a picture of the piece cannot be read.
    """
    with translation.override(delivery.language):
        body = (bodies or Bodies()).of(delivery)
        context = {
            "page": delivery.page,
            "delivery": delivery,
            "language": language_of(delivery.language),
            "body": body,
        }
        index = render_to_string("campaigns/channels/package.html", context)
        text = render_to_string("campaigns/channels/package.txt", context)
        text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    files = {
        "index.html": index.encode(),
        "text.txt": text.encode(),
        **body.pictures,
    }
    return {**files, "meta.json": describe(delivery, files)}


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
        "ai_generated": delivery.page.ai_generated,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(meta, ensure_ascii=False, indent=2) + "\n").encode()
