"""The hand-over package: whole or not there, readable by itself, recognised when it is there."""

import hashlib
import io
import json
import os
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.images import ImageFile
from PIL import Image

from campaigns.channels.adapters import Outcome, Trace, durable
from campaigns.channels.adapters.file import FileAdapter, package_folder
from campaigns.channels.adapters.portable import make_portable
from content.kazakh import to_arabic
from content.models import EducationImage, VideoPage
from tests.factories import make_case, section

ADAPTER = FileAdapter()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def picture(title: str = "picture") -> EducationImage:
    drawn = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(drawn, "PNG")
    return EducationImage.objects.create(
        title=title, description="一位老人接电话", file=ImageFile(drawn, name=f"{title}.png")
    )


def test_a_package_has_all_its_parts_where_they_belong(delivery):
    asked = delivery()
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    folder = settings.OUTBOX_DIR / "wechat:000000" / "7"
    assert names(folder) == ["images", "index.html", "meta.json", "text.txt"]
    assert names(folder.parent) == ["7"]


def test_meta_says_what_the_package_is(delivery):
    asked = delivery()
    ADAPTER.send(asked)
    folder = package_folder(asked)
    meta = json.loads(read(folder, "meta.json"))
    expected = {
        "push_id": 7,
        "key": str(asked.key),
        "campaign": "315-2026",
        "code": "case-1",
        "title": "退保骗局",
        "summary": "摘要",
        "language": "zh-hans",
        "account": "wechat:000000",
        "link": "http://testserver/zh-hans/cases/case-1/",
    }
    assert {name: meta[name] for name in expected} == expected
    assert meta["scheduled_at"].endswith("+08:00")
    for name, digest in meta["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert set(meta["sha256"]) == {"index.html", "text.txt"}


def test_the_page_stands_by_itself(delivery):
    page = make_case("case-1", image=picture(), body=[
        ("case", {"heading": "", "text": [
            ("markdown", "李某<script>alert(1)</script>接到[电话](/zh-hans/)。"),
            ("figure", {"image": picture("second"), "caption": "说明"}),
            ("callout", {"title": "请记住", "text": "不转账"}),
        ]}),
    ])  # fmt: skip
    asked = delivery(page)
    ADAPTER.send(asked)
    folder = package_folder(asked)
    html = BeautifulSoup(read(folder, "index.html"), "html.parser")
    assert (html.html["lang"], html.html["dir"]) == ("zh-Hans", "ltr")
    assert html.h1.text == "退保骗局"
    assert len(html.find_all("h2")) == 1
    assert not html.find_all(["script", "svg", "iframe"])
    sources = [image["src"] for image in html.find_all("img")]
    assert len(sources) == 2
    for source in sources:
        assert source.startswith("images/")
        assert Image.open(folder / source).width > 900
    assert html.find("img")["alt"] == "一位老人接电话"
    assert html.find("a", string="电话")["href"] == "http://testserver/zh-hans/"
    assert "请记住" in html.text
    assert set(names(folder / "images")) == {Path(source).name for source in sources}


def test_kazakh_in_arabic_script_runs_from_right_to_left(delivery):
    title = to_arabic("Сақтандыру алаяқтығы")
    asked = delivery(make_case("kk-1", title=title, language="kk-arab"))
    ADAPTER.send(asked)
    html = BeautifulSoup(read(package_folder(asked), "index.html"), "html.parser")
    assert (html.html["lang"], html.html["dir"]) == ("kk-Arab", "rtl")
    assert title in read(package_folder(asked), "text.txt")


def test_the_text_holds_every_word_of_the_piece(delivery):
    page = make_case("case-1", source="法院公报", legal_basis=[("citation", "《保险法》第十六条")])
    asked = delivery(page)
    ADAPTER.send(asked)
    lines = read(package_folder(asked), "text.txt").splitlines()
    assert lines[0] == "退保骗局"
    for words in ("摘要", "李某接到电话。", "- 不转账", "- 《保险法》第十六条"):
        assert words in lines
    assert any(line.endswith("法院公报") for line in lines)
    assert lines[-1] == asked.link


def test_a_video_goes_out_as_link_and_transcript(delivery):
    from wagtail.models import Locale

    page = section("videos").add_child(instance=VideoPage(
        title="视频", slug="video", code="video-1", transcript="大家好。",
        locale=Locale.objects.get(language_code="zh-hans"),
        video_url="https://video.example/a.mp4",
    ))  # fmt: skip
    asked = delivery(page)
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert "https://video.example/a.mp4" in read(package_folder(asked), "index.html")
    assert "大家好。" in read(package_folder(asked), "text.txt")


def test_the_same_delivery_again_changes_nothing(delivery):
    asked = delivery()
    ADAPTER.send(asked)
    before = (package_folder(asked) / "meta.json").stat()
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert os.path.samestat((package_folder(asked) / "meta.json").stat(), before)


def test_a_folder_that_holds_something_else_is_not_touched(delivery):
    asked = delivery()
    ADAPTER.send(asked)
    before = read(package_folder(asked), "meta.json")
    assert ADAPTER.send(replace(asked, key=uuid.uuid4())).outcome == Outcome.FAILED
    assert read(package_folder(asked), "meta.json") == before


def test_two_at_once_leave_one_package(delivery, monkeypatch):
    """Another try puts the package there while this one writes its own."""
    asked = delivery()
    real = durable.write_draft

    def overtaken(draft, files, folders):
        real(package_folder(asked), files, folders)
        real(draft, files, folders)

    monkeypatch.setattr("campaigns.channels.adapters.file.write_draft", overtaken)
    assert ADAPTER.send(asked).outcome == Outcome.SENT
    assert names(package_folder(asked).parent) == ["7"]


def test_what_a_dead_try_left_is_cleared_away(delivery):
    asked = delivery()
    place = package_folder(asked)
    for leftover in (".7.aaaaaaaa.part", ".7.bbbbbbbb.part"):
        (place.parent / leftover / "images").mkdir(parents=True)
    neighbour = place.parent / ".77.cccccccc.part"
    neighbour.mkdir()
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    assert names(place.parent) == [neighbour.name]


def test_reconcile_finds_a_package_and_only_this_one(delivery):
    asked = delivery()
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    ADAPTER.send(asked)
    assert ADAPTER.reconcile(asked).trace == Trace.FOUND
    assert ADAPTER.reconcile(replace(asked, key=uuid.uuid4())).trace == Trace.NOT_FOUND


def test_a_full_disk_is_a_reason_to_try_again_and_leaves_nothing(delivery, monkeypatch):
    asked = delivery()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    package_folder(asked).parent.mkdir(parents=True)
    receipt = ADAPTER.send(asked)
    assert receipt.outcome == Outcome.TEMPORARY
    assert "No space left" in receipt.detail
    assert names(package_folder(asked).parent) == []


def test_a_picture_that_is_gone_is_named(delivery):
    image = picture()
    page = make_case("case-1", image=image)
    rendition = image.get_rendition("max-1600x1600")
    Path(rendition.file.path).unlink()
    receipt = ADAPTER.send(delivery(page))
    assert receipt.outcome == Outcome.FAILED
    assert Path(rendition.file.name).name in receipt.detail


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("<ol start='3'><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n- b"),
        ("<table><tr><th>a</th><td>b</td></tr></table>", "a | b"),
        ("<h2>a</h2>  <p>b   <strong>c</strong></p>", "a\n\nb c"),
        ("<p>a <img src='https://elsewhere/x.png' alt='b'></p>", "a b"),
    ],
)
def test_plain_text(html, text):
    assert make_portable(html).text == text


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick='x()'>y</p>",
        "<a href='javascript:x()'>y</a>",
        "<img src='x' onerror='y()'>",
        "<style>p{}</style>",
        "<iframe src='//x'></iframe>",
    ],
)
def test_nothing_that_runs_gets_into_a_package(html):
    made = make_portable(html).html
    assert not any(bad in made for bad in ("script", "onclick", "onerror", "<style", "<iframe"))
