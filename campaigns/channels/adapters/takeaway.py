"""What a partner or a person takes away: the piece as DOCX, HTML and text, its pictures in full."""

from urllib.parse import quote, unquote

from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import translation

from campaigns.channels.adapters.contract import Delivery
from campaigns.channels.adapters.package import Cover, describe, texts_of
from campaigns.channels.adapters.portable import MissingFileError, Portable, make_portable
from campaigns.channels.adapters.video import packed_video
from campaigns.channels.adapters.word import word_document
from campaigns.channels.adapters.zipped import with_sums, zip_of
from content.models import EducationRendition, VideoPage
from content.portable import largest_first, render_body

__all__ = ["MissingFileError", "build_takeaway"]


def build_takeaway(delivery: Delivery, extra: dict[str, bytes] | None = None) -> bytes:
    """The package as a ZIP; the same bytes for the same piece and push.

    `extra` are files of the channel's own. Raises MissingFileError when a picture cannot be read.
    """
    with translation.override(delivery.language):
        body = make_portable(_in_full_size(render_body(delivery.page)))
        link = delivery.tracked_link
        texts = texts_of(delivery.page, Cover.of(delivery), body, tracked_link=link)
    files = {
        **texts,
        "piece.docx": word_document(delivery, body),
        **_captions(body),
        **body.pictures,
        **_subtitles(delivery.page),
        **packed_video(delivery.page),
        **(extra or {}),
    }
    return zip_of(with_sums({**files, "meta.json": describe(delivery, files)}))


def _in_full_size(html: str) -> str:
    """The HTML with each picture as it was uploaded in the place of its smaller versions."""
    soup = BeautifulSoup(html, "html.parser")
    stored = [(image, _stored(image)) for image in soup.find_all("img")]
    versions = EducationRendition.objects.filter(file__in={name for _image, name in stored})
    originals = {
        version.file.name: version.image.file.name for version in versions.select_related("image")
    }
    for image, name in stored:
        if original := originals.get(name):
            del image["srcset"]
            image["src"] = settings.MEDIA_URL + quote(original)
    return str(soup)


def _stored(image) -> str:
    offers = largest_first(image)
    source = offers[0] if offers else image.get("src", "")
    return unquote(source.removeprefix(settings.MEDIA_URL))


def _captions(body: Portable) -> dict[str, bytes]:
    """A line a picture: its file, what it shows, what stands below it. No pictures, no file."""
    lines = []
    for image in BeautifulSoup(body.html, "html.parser").find_all("img"):
        figure = image.find_parent("figure")
        below = figure.find("figcaption") if figure else None
        words = [image.get("src", ""), image.get("alt", "")]
        words.append(below.get_text(" ", strip=True) if below else "")
        lines.append("\t".join(" ".join(word.split()) for word in words))
    text = "".join(f"{line}\n" for line in lines)
    return {"captions.txt": text.encode()} if text else {}


def _subtitles(page) -> dict[str, bytes]:
    if not isinstance(page, VideoPage) or not page.captions:
        return {}
    try:
        with page.captions.open("rb") as stream:
            return {"captions.vtt": stream.read()}
    except OSError as error:
        raise MissingFileError(f"{page.captions.name}: {error.strerror or error}") from error
