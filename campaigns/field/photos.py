"""Photos of a session: what shows that it was held, for the yearly evaluation.

A photo is kept as a JPEG of at most 2,000 pixels, upright, with nothing of what the camera wrote
into it: where it was taken and by whose telephone is nobody's business (PIPL art. 6: no more than
the purpose needs). Only the camera's own time is read first and written beside it.
"""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from campaigns.field.models import FieldSession, SessionPhoto
from campaigns.field.sessions import MoveRefusedError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.core.files.uploadedfile import UploadedFile

# What telephones make; theirs (HEIC) as well as what everybody can read.
register_heif_opener()
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")

MOST = 12
MOST_BYTES = 20 * 1024 * 1024
# Decoded it takes three bytes each in memory.
MOST_PIXELS = 60_000_000
LONGEST_SIDE, QUALITY = 2000, 82
SMALL_SIDE, SMALL_QUALITY = 320, 70
_EXIF_IFD, _TAKEN = 0x8769, 0x9003


def may_change(session: FieldSession) -> bool:
    """Whether photos may be added: what did not take place has none."""
    return session.state != FieldSession.State.CANCELLED and session.starts_at <= timezone.now()


def may_remove(session: FieldSession) -> bool:
    """Whether they may be taken away: what was approved with them keeps them."""
    return may_change(session) and session.state != FieldSession.State.APPROVED


def keep(session: FieldSession, uploads: "Iterable[UploadedFile]", by: "AbstractBaseUser") -> int:
    """Keep these photos with the session, all or none; how many of them are new.

    One that is there already, sent twice over a bad line, is not kept again. Raises ValidationError
    that names the files that cannot be taken, MoveRefusedError for a session that takes none.
    """
    made, problems, uploads = [], [], list(uploads)
    # Before any of them is decoded, which costs time and memory.
    if len(uploads) > MOST:
        raise ValidationError(_too_many(session.photos.count()))
    for upload in uploads:
        try:
            made.append(_made(upload))
        except ValidationError as refusal:
            problems.append(f"{upload.name[-80:]}: {' '.join(refusal.messages)}")
    if problems:
        raise ValidationError(problems)
    stored: list[SessionPhoto] = []
    try:
        with transaction.atomic():
            _store(session, made, by, stored)
    except BaseException:
        for photo in stored:
            photo.file.storage.delete(photo.file.name)
        raise
    return len(stored)


def remove(photo: SessionPhoto) -> None:
    """Take a photo away, for good. Raises MoveRefusedError once the session is approved."""
    with transaction.atomic():
        session = FieldSession.objects.select_for_update().get(pk=photo.session_id)
        if not may_remove(session):
            raise MoveRefusedError(_("What was approved keeps its photos."))
        storage, place = photo.file.storage, photo.file.name
        photo.delete()
        transaction.on_commit(lambda: storage.delete(place))


def small(photo: SessionPhoto) -> bytes:
    """The photo as a JPEG for lists, at most 320 pixels. Raises OSError where its file is gone."""
    with photo.file.open("rb") as file, Image.open(file) as picture:
        # Decodes at a fraction of the size.
        picture.draft("RGB", (SMALL_SIDE * 2, SMALL_SIDE * 2))
        picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return _as_jpeg(picture, SMALL_QUALITY)


class _Made:
    """A photo as it will be kept."""

    def __init__(self, original: str, picture: Image.Image, taken: str) -> None:
        self.original, self.taken = original, taken
        self.width, self.height = picture.size
        self.data = _as_jpeg(picture, QUALITY)


def _made(upload: "UploadedFile") -> _Made:
    if upload.size > MOST_BYTES:
        raise ValidationError(
            _("Larger than %(most)s MB: send a smaller one.") % {"most": MOST_BYTES // 1024**2}
        )
    original = hashlib.file_digest(upload.file, "sha256").hexdigest()
    upload.seek(0)
    try:
        with Image.open(upload.file, formats=KINDS) as picture:
            _check_pixels(picture)
            taken = str(picture.getexif().get_ifd(_EXIF_IFD).get(_TAKEN, ""))
            # Smaller first: turned at full size it would take twice the memory.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except ValidationError:
        raise
    # Pillow and what it calls tell damage in any way there is, down to struct.error.
    except Exception:  # noqa: BLE001
        raise ValidationError(
            _("This cannot be read as a photo; JPEG, PNG, WebP and HEIC are taken.")
        ) from None
    return _Made(original, upright, taken)


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise ValidationError(_("Too many pixels: send a smaller one."))


def _store(session: FieldSession, made: list[_Made], by, stored: list[SessionPhoto]) -> None:
    locked = FieldSession.objects.select_for_update().get(pk=session.pk)
    if not may_change(locked):
        raise MoveRefusedError(_("This session takes no photos."))
    known = set(locked.photos.values_list("original_sha256", flat=True))
    new = {one.original: one for one in made if one.original not in known}
    if len(known) + len(new) > MOST:
        raise ValidationError(_too_many(len(known)))
    for one in new.values():
        photo = SessionPhoto(
            session=locked,
            original_sha256=one.original,
            sha256=hashlib.sha256(one.data).hexdigest(),
            width=one.width,
            height=one.height,
            taken_at=_camera_time(one.taken),
            uploaded_by=by,
        )
        # The file first: a row that names a file always finds it.
        photo.file.save("photo.jpg", ContentFile(one.data), save=False)
        stored.append(photo)
        photo.save()


def _too_many(there: int) -> str:
    return _("A session has at most %(most)s photos, and %(there)s are here: choose the best.") % {
        "most": MOST,
        "there": there,
    }


def _camera_time(told: str) -> str:
    """The camera's own clock, as it stood; empty for what is no time."""
    try:
        return f"{datetime.strptime(told.strip(chr(0)), '%Y:%m:%d %H:%M:%S'):%Y-%m-%d %H:%M}"  # noqa: DTZ007 a camera knows no zone
    except ValueError:
        return ""


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    # Pixels alone: a new picture has neither the camera's words nor its profile.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()
