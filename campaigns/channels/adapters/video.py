"""The film of a video piece: in the package, or an address where whoever needs it gets it."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.channels.adapters.portable import MissingFileError
from content.models import EducationPage, VideoPage

# Packages are made in memory, several at a time; a larger film is fetched by its address.
MOST_PACKED = 50 * 1024 * 1024


def packed_video(page: EducationPage) -> dict[str, bytes]:
    """The film by its name in the package; none where the piece has no file, or a large one.

    Raises MissingFileError when it cannot be read.
    """
    if not _is_packed(page):
        return {}
    file = page.video.file
    try:
        with file.open("rb") as stream:
            return {f"video{Path(file.name).suffix.lower()}": stream.read()}
    except OSError as error:
        raise MissingFileError(f"{file.name}: {error.strerror or error}") from error


def where_video_is(page: EducationPage) -> str:
    """What a person is told who finds no film in the package; empty where there is nothing to say.

    For pieces that are no video, too.
    """
    address = _address(page)
    if not address or _is_packed(page):
        return ""
    return _("The video is not in the package; get it here: %(address)s") % {"address": address}


def _is_packed(page: EducationPage) -> bool:
    if not isinstance(page, VideoPage) or page.video is None:
        return False
    try:
        return page.video.file.size <= MOST_PACKED
    except OSError as error:
        raise MissingFileError(f"{page.video.file.name}: {error.strerror or error}") from error


def _address(page: EducationPage) -> str:
    if not isinstance(page, VideoPage):
        return ""
    if page.video is None:
        return page.video_url
    return settings.SITE_URL + settings.MEDIA_URL + quote(page.video.file.name)
