"""Files that only people with the right to them may open: notices, attachments of plans.

They lie outside the public media folder and have no address of their own; a view that has asked for
rights hands them out, as a download and never as a page of ours.
"""

import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, Storage
from django.db.models import Model
from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.translation import gettext as _

MOST_BYTES = 20 * 1024 * 1024
KINDS = (
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".ofd", ".wps", ".et", ".txt",
    ".csv", ".jpg", ".jpeg", ".png", ".zip",
)  # fmt: skip


def private_files() -> Storage:
    """Where private files lie."""
    return FileSystemStorage(location=settings.PRIVATE_DIR, base_url=None)


def unguessable(row: Model, name: str) -> str:
    """A file's place: its kind of row, a random name, the ending of the sent name."""
    kind = type(row).__name__.lower()
    return f"{kind}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()[:8]}"


def check_private_file(upload) -> None:
    """Raises ValidationError for what is too large or of a kind that nobody sends as a paper."""
    if PurePath(upload.name).suffix.lower() not in KINDS:
        raise ValidationError(
            _("This kind of file is not taken; possible are: %(kinds)s.")
            % {"kinds": " ".join(kind.removeprefix(".") for kind in KINDS)}
        )
    if upload.size > MOST_BYTES:
        raise ValidationError(
            _("Larger than %(most)s MB: send it in parts.") % {"most": MOST_BYTES // 1024**2}
        )


def handed_out(stored, name: str) -> HttpResponseBase:
    """The file, a field's or a path's, as a download of that name. Raises Http404 without one."""
    try:
        stream = stored.open("rb")
    except (OSError, ValueError) as error:
        raise Http404 from error
    return kept_private(FileResponse(stream, as_attachment=True, filename=name))


def kept_private(answer: HttpResponseBase) -> HttpResponseBase:
    """The answer, marked as nobody's to keep, to index, to guess at or to tell the address of."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
