"""Media files know their own bytes."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from content.models import EducationMedia

pytestmark = pytest.mark.django_db


def test_an_uploaded_video_is_stored_whole_and_knows_its_checksum():
    media = EducationMedia(title="片", file=SimpleUploadedFile("a.mp4", b"frames"), type="video")
    media.save()
    assert media.file_hash == hashlib.sha256(b"frames").hexdigest()
    media.refresh_from_db()
    with media.file.open("rb") as stream:
        assert stream.read() == b"frames"
