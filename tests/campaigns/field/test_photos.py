"""Photos of sessions: without the camera's words, for whom, until when, and in the evidence."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns.field import photos, sessions
from campaigns.field.models import SessionPhoto
from campaigns.field.sessions import MoveRefusedError
from campaigns.regions.roles import Role
from campaigns.reports.evidence.collecting import collect
from campaigns.reports.evidence.items import Asked
from tests.factories import picture

EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def url(name: str, session, *more: int) -> str:
    return reverse(f"fieldsession:{name}", args=[session.pk, *more])


def files() -> list[Path]:
    folder = Path(settings.PRIVATE_DIR) / "sessionphoto"
    return list(folder.iterdir()) if folder.exists() else []


def from_a_telephone() -> SimpleUploadedFile:
    """Lying on its side, with time, place and the telephone's name."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Telephone of Aigul"
    exif.get_ifd(EXIF_IFD)[0x9003] = "2026:03:15 12:30:59"
    exif.get_ifd(GPS_IFD)[2] = (47.7, 0.0, 0.0)
    return picture(size=(3000, 1500), exif=exif)


def test_a_photo_is_kept_upright_and_without_what_the_camera_wrote(reported, coordinator):
    assert photos.keep(reported, [from_a_telephone()], coordinator) == 1
    photo = reported.photos.get()
    assert (photo.width, photo.height) == (1000, 2000)
    assert photo.taken_at == "2026-03-15 12:30"
    data = photo.file.open().read()
    assert hashlib.sha256(data).hexdigest() == photo.sha256
    assert b"Aigul" not in data
    with Image.open(photo.file) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (1000, 2000), {})
        assert not {"exif", "icc_profile", "comment"} & kept.info.keys()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_what_telephones_send_is_taken(reported, coordinator, kind):
    photos.keep(reported, [picture(kind=kind, mode="RGBA")], coordinator)
    with Image.open(reported.photos.get().file) as kept:
        assert kept.format == "JPEG"


def test_the_same_photo_twice_is_one(reported, coordinator):
    assert photos.keep(reported, [picture(), picture()], coordinator) == 1
    assert photos.keep(reported, [picture(), picture(colour="blue")], coordinator) == 1
    assert reported.photos.count() == len(files()) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no photo", "不能作为照片读取"),
        (b"", "不能作为照片读取"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不能作为照片读取"),
    ],
)
def test_bad_files_are_named_and_nothing_is_kept(reported, coordinator, data, words):
    bad = SimpleUploadedFile("损坏.jpg", data)
    with pytest.raises(ValidationError, match=words) as refusal:
        photos.keep(reported, [picture(), bad], coordinator)
    assert "损坏.jpg" in refusal.value.messages[0]
    assert (reported.photos.count(), files()) == (0, [])


def test_half_a_file_is_no_photo(reported, coordinator):
    whole = picture(size=(400, 400)).read()
    with pytest.raises(ValidationError):
        photos.keep(reported, [SimpleUploadedFile("a.jpg", whole[: len(whole) // 2])], coordinator)


def test_spoilt_words_of_the_camera_are_no_failure(reported, coordinator):
    """Pillow tells some of it with struct.error."""
    spoilt = picture(kind="PNG", exif=b"Exif\x00\x00II*\x00")
    with pytest.raises(ValidationError, match=spoilt.name):
        photos.keep(reported, [spoilt], coordinator)


def test_too_large_in_bytes_or_pixels(reported, coordinator, monkeypatch):
    monkeypatch.setattr(photos, "MOST_PIXELS", 99)
    with pytest.raises(ValidationError, match="像素"):
        photos.keep(reported, [picture()], coordinator)
    monkeypatch.setattr(photos, "MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="MB"):
        photos.keep(reported, [picture()], coordinator)


def test_more_than_a_session_has(reported, coordinator, monkeypatch):
    monkeypatch.setattr(photos, "MOST", 2)
    photos.keep(reported, [picture()], coordinator)
    more = [picture(colour=colour) for colour in ("blue", "green")]
    with pytest.raises(ValidationError, match="2"):
        photos.keep(reported, more, coordinator)
    assert reported.photos.count() == len(files()) == 1
    monkeypatch.setattr(photos, "_made", None)
    with pytest.raises(ValidationError, match="2"):
        photos.keep(reported, [picture()] * 3, coordinator)


def test_a_store_that_breaks_off_leaves_nothing(reported, coordinator, monkeypatch):
    saved = SessionPhoto.save

    def breaks(photo, *args, **kwargs):
        saved(photo, *args, **kwargs)
        if SessionPhoto.objects.count() == 2:
            raise OSError

    monkeypatch.setattr(SessionPhoto, "save", breaks)
    with pytest.raises(OSError):
        photos.keep(reported, [picture(), picture(colour="blue")], coordinator)
    assert (reported.photos.count(), files()) == (0, [])


def test_what_is_to_come_and_what_was_cancelled_has_none(plan_session, coordinator):
    later = plan_session(starts_at=timezone.now() + timedelta(days=1))
    off = plan_session(place="b")
    sessions.cancel(off, coordinator, "snow")
    for session in (later, off):
        with pytest.raises(MoveRefusedError):
            photos.keep(session, [picture()], coordinator)


def test_what_was_approved_keeps_its_photos(
    reported, coordinator, city_manager, django_capture_on_commit_callbacks
):
    photos.keep(reported, [picture(), picture(colour="blue")], coordinator)
    first, second = reported.photos.all()
    with django_capture_on_commit_callbacks(execute=True):
        photos.remove(first)
    assert len(files()) == 1
    sessions.approve(reported, city_manager)
    with pytest.raises(MoveRefusedError):
        photos.remove(second)
    assert photos.keep(reported, [picture(colour="green")], coordinator) == 1


# --- Screens --------------------------------------------------------------------------------------


def test_photos_on_the_screens(client, reported, coordinator):
    client.force_login(coordinator)
    assert "还没有照片" in client.get(url("inspect", reported)).content.decode()
    sent = {"photos": [picture(), picture(colour="blue")]}
    page = client.post(url("photos", reported), sent, follow=True).content.decode()
    assert "已添加 2 张照片" in page
    photo = reported.photos.first()
    assert url("photo", reported, photo.pk) in page
    answer = client.get(url("photo", reported, photo.pk))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    small = client.get(url("photo", reported, photo.pk) + "?small").content
    assert len(small) <= len(answer.content)
    assert "确定" in client.get(url("photo_remove", reported, photo.pk)).content.decode()
    client.post(url("photo_remove", reported, photo.pk))
    assert reported.photos.count() == 1


def test_bad_files_are_said_at_their_field(client, reported, coordinator):
    client.force_login(coordinator)
    page = client.post(url("photos", reported), {"photos": SimpleUploadedFile("a.jpg", b"x")})
    assert "a.jpg" in page.context["form"].errors["photos"][0]
    assert client.post(url("photos", reported), {}).context["form"].errors["photos"]
    assert not files()


def test_another_region_neither_sees_nor_adds(client, reported, coordinator, person):
    photos.keep(reported, [picture()], coordinator)
    photo = reported.photos.get()
    client.force_login(person(Role.REGIONAL_COORDINATOR, "430102"))
    for address in (
        url("photo", reported, photo.pk),
        url("photos", reported),
        url("photo_remove", reported, photo.pk),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)
    assert reported.photos.count() == 1


def test_a_photo_of_one_session_is_not_found_under_another(
    client, reported, plan_session, coordinator
):
    photos.keep(reported, [picture()], coordinator)
    other, photo = plan_session(place="b"), reported.photos.get()
    client.force_login(coordinator)
    assert client.get(url("photo", other, photo.pk)).status_code == 404
    assert client.post(url("photo_remove", other, photo.pk)).status_code == 404


def test_a_lost_file_is_not_found(client, reported, coordinator):
    photos.keep(reported, [picture()], coordinator)
    photo = reported.photos.get()
    Path(photo.file.path).unlink()
    client.force_login(coordinator)
    for query in ("", "?small"):
        assert client.get(url("photo", reported, photo.pk) + query).status_code == 404


def test_photos_stand_in_the_evidence_with_their_checksum(reported, coordinator):
    photos.keep(reported, [from_a_telephone()], coordinator)
    found = collect(Asked(coordinator, reported.region, (), everyday=True))
    [item] = [item for item in found.items if "/照片/" in item.path]
    assert item.claimed == reported.photos.get().sha256
    assert "2026-03-15 12:30" in item.source
