"""The ZIP that partners and people take away: whole, checkable, the same each time."""

import hashlib
import io
import zipfile

import pytest
import python_calamine
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from campaigns.channels.adapters import video
from campaigns.channels.adapters.return_form import NAME, return_form
from campaigns.channels.adapters.takeaway import MissingFileError, build_takeaway
from campaigns.channels.adapters.video import where_video_is
from campaigns.channels.handover import handing
from content.kazakh import to_arabic
from content.models import EducationImage, EducationMedia, VideoPage
from tests.factories import make_case, section

MARKDOWN = """李某**接到**[电话](https://example.org/a)。

1. 一
2. 二

| 甲 | 乙 |
|---|---|
| 1 | 2 |
"""


def picture(title: str = "picture", kind: str = "PNG", size=(2400, 1200)) -> EducationImage:
    drawn = io.BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind)
    return EducationImage.objects.create(
        title=title,
        description="一位老人接电话",
        file=ImageFile(drawn, name=f"{title}.{kind.lower()}"),
    )


@pytest.fixture
def rich(db):
    return make_case(
        "case-1", image=picture(), ai_generated=True, source="法院公报",
        legal_basis=[("citation", "《保险法》第十六条")],
        body=[("case", {"heading": "", "text": [
            ("markdown", MARKDOWN),
            ("figure", {"image": picture("second", "WEBP"), "caption": "说明"}),
        ]})],
    )  # fmt: skip


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def words(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_every_file_has_its_checksum(delivery, rich):
    with opened(build_takeaway(delivery(rich), {"extra.txt": b"x"})) as archive:
        names = set(archive.namelist())
        lines = archive.read("SHA256SUMS").decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
        assert sums.keys() == names - {"SHA256SUMS"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert {"index.html", "text.txt", "piece.docx", "captions.txt", "meta.json"} <= names
    assert "extra.txt" in names


def test_the_same_piece_gives_the_same_bytes(delivery, rich):
    asked = delivery(rich)
    extra = {NAME: return_form(asked)}
    again = {NAME: return_form(asked)}
    assert build_takeaway(asked, extra) == build_takeaway(asked, again)


def test_pictures_come_in_full_size_with_their_captions(delivery, rich):
    with opened(build_takeaway(delivery(rich))) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("images/")]
        sizes = [Image.open(io.BytesIO(archive.read(name))).size for name in pictures]
        assert sizes == [(2400, 1200)] * 2
        lines = archive.read("captions.txt").decode().splitlines()
    assert [line.split("\t")[0] for line in lines] == pictures
    assert [line.split("\t")[1:] for line in lines] == [["一位老人接电话", ""], ["", "说明"]]


def test_word_opens_the_document(delivery, rich):
    with opened(build_takeaway(delivery(rich))) as archive:
        document = Document(io.BytesIO(archive.read("piece.docx")))
    lines = words(document)
    assert lines[0] == "退保骗局"
    assert "李某接到电话 (https://example.org/a)。" in lines
    assert "1. 一" in lines
    assert "2. 二" in lines
    assert [cell.text for row in document.tables[0].rows for cell in row.cells] == list("甲乙12")
    assert len(document.inline_shapes) == 2  # the WebP picture is turned into PNG
    assert any("AI" in line or "人工智能" in line for line in lines)
    assert lines[-1] == "http://testserver/zh-hans/cases/case-1/"
    fonts = {run._r.rPr.rFonts.get(qn("w:eastAsia")) for p in document.paragraphs for run in p.runs
             if run.text}  # fmt: skip
    assert fonts == {"SimSun"}
    assert not document.element.findall(f".//{qn('w:bidi')}")


def test_kazakh_in_arabic_script_runs_from_right_to_left(delivery):
    title = to_arabic("Сақтандыру алаяқтығы")
    body = [
        ("case", {"heading": "", "text": [("markdown", title + " 《保险法》 **" + title + "**")]})
    ]
    page = make_case("kk-1", title=title, language="kk-arab", body=body)
    with opened(build_takeaway(delivery(page))) as archive:
        document = Document(io.BytesIO(archive.read("piece.docx")))
    assert document.paragraphs[0].text == title
    for paragraph in document.paragraphs:
        assert paragraph._p.pPr.find(qn("w:bidi")) is not None
    line = next(p for p in document.paragraphs if "《保险法》" in p.text)
    directions = {run.text.strip(): run.font.rtl for run in line.runs if run.text.strip()}
    assert directions == {title: True, "《保险法》": None}
    assert [run.font.cs_bold for run in line.runs if run.font.bold] == [True]


def test_a_video_brings_its_subtitles(delivery):
    page = VideoPage(code="video", slug="video", title="视频", locale=section("videos").locale)
    page.captions.save("a.vtt", ContentFile(b"WEBVTT\n"), save=False)
    section("videos").add_child(instance=page)
    with opened(build_takeaway(delivery(page))) as archive:
        assert archive.read("captions.vtt") == b"WEBVTT\n"


@pytest.fixture
def film(db) -> VideoPage:
    media = EducationMedia(title="film", type="video", duration=1)
    media.file.save("片.MP4", ContentFile(b"\0film"), save=True)
    page = VideoPage(
        code="film", slug="film", title="视频", locale=section("videos").locale, video=media
    )
    section("videos").add_child(instance=page)
    return page


def test_a_video_comes_with_its_film_and_without_empty_files(delivery, film):
    with opened(build_takeaway(delivery(film))) as archive:
        assert archive.read("video.mp4") == b"\0film"
        assert "captions.txt" not in archive.namelist()
    assert where_video_is(film) == ""


def test_a_film_that_is_no_file_or_too_large_is_named_by_its_address(delivery, film, monkeypatch):
    monkeypatch.setattr(video, "MOST_PACKED", 3)
    with opened(build_takeaway(delivery(film))) as archive:
        assert "video.mp4" not in archive.namelist()
    assert "http://testserver/media/" in where_video_is(film)
    film.video, film.video_url = None, "https://example.com/film.mp4"
    first, *_others = handing.steps_for(delivery(film))
    assert "https://example.com/film.mp4" in first


def test_a_picture_that_is_gone_is_named(delivery, rich):
    asked = delivery(rich)
    build_takeaway(asked)  # the smaller versions exist now
    rich.image.file.storage.delete(rich.image.file.name)
    with pytest.raises(MissingFileError, match="picture"):
        build_takeaway(asked)


def test_the_return_form_names_the_push_and_holds_no_formula(delivery):
    asked = delivery(make_case("case-1", title='=HYPERLINK("http://evil","x")'))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(return_form(asked)))
    header, row = book.get_sheet_by_index(0).to_python()
    assert header == ["编号", "标题", "发布链接", "日期", "阅读量", "口径"]
    assert row[:2] == [str(asked.key), '\'=HYPERLINK("http://evil","x")']
