"""From a reader's finger to a line in the spool: all that a page tells goes through POST /hit."""

import io
import wave

import pytest
from django.core.files.base import ContentFile
from wagtail.models import Locale

from campaigns.reach import spool
from content.models import EducationMedia, VideoPage
from tests.browser.conftest import DESK
from tests.factories import make_case, section

READER = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


def sound() -> bytes:
    """A tenth of a second of silence, which any browser plays to its end."""
    file = io.BytesIO()
    with wave.open(file, "wb") as told:
        told.setnchannels(1)
        told.setsampwidth(2)
        told.setframerate(8000)
        told.writeframes(b"\0\0" * 800)
    return file.getvalue()


@pytest.fixture
def recording(transactional_db) -> VideoPage:
    media = EducationMedia.objects.create(
        title="录音", type="audio", file=ContentFile(sound(), name="a.wav")
    )
    page = VideoPage(
        code="recording",
        slug="recording",
        title="三分钟学会",
        video=media,
        locale=Locale.objects.get(language_code="zh-hans"),
    )
    return section("videos").add_child(instance=page)


@pytest.fixture(autouse=True)
def _own_spool():
    spool.writer.close()
    yield
    spool.writer.close()


@pytest.fixture
def page(window):
    return window(DESK, user_agent=READER, accept_downloads=True)


def lines(page, count: int) -> list[tuple[str, str, str]]:
    """Event, page and link of all hits so far, once there are so many."""
    for _attempt in range(300):
        told = [line for path in spool.spools() for line in path.read_text().splitlines()]
        if len(told) >= count:
            break
        page.wait_for_timeout(50)
    return [tuple(line.split("\t")[1:4]) for line in told]


def test_a_recording_that_is_heard_to_its_end_and_taken_along(page, recording):
    page.goto(f"{recording.url}?q=A7Kx")
    page.locator("audio").focus()
    page.keyboard.press("Space")
    assert lines(page, 3) == [
        ("view", "recording", "A7Kx"),
        ("play", "recording", "A7Kx"),
        ("finish", "recording", "A7Kx"),
    ]
    with page.expect_download() as taken:
        page.get_by_role("link", name="保存音频").click()
    assert taken.value.suggested_filename.endswith(".wav")
    assert lines(page, 4)[3:] == [("download", "recording", "A7Kx")]


def test_a_piece_that_is_shared_by_the_phones_own_sheet(page):
    address = make_case("case").url
    page.add_init_script(
        "navigator.share = told => { window.shared = told.url; return Promise.resolve(); }"
    )
    page.goto(f"{address}?q=A7Kx&utm_source=wechat")
    page.get_by_role("button", name="分享给他人").click()
    assert lines(page, 2)[1:] == [("share", "case", "A7Kx")]
    # Without the link by which this reader came.
    assert page.evaluate("window.shared") == f"http://testserver{address}"


def test_a_piece_whose_address_is_copied(page):
    address = make_case("case").url
    page.add_init_script(
        """delete Navigator.prototype.share;
           Object.defineProperty(navigator, 'clipboard', {value: {
               writeText: text => { window.copied = text; return Promise.resolve(); }}})"""
    )
    page.goto(address)
    page.get_by_role("button", name="分享给他人").click()
    page.get_by_text("链接已复制。").wait_for()
    assert lines(page, 2)[1:] == [("share", "case", "")]
    assert page.evaluate("window.copied") == f"http://testserver{address}"


def test_who_closes_the_sheet_has_shared_nothing(page):
    page.add_init_script("navigator.share = () => Promise.reject(new DOMException('AbortError'))")
    page.goto(make_case("case").url)
    page.get_by_role("button", name="分享给他人").click()
    page.evaluate("document.dispatchEvent(new Event('piece:completed'))")
    assert sorted(lines(page, 2)) == [("completion", "case", ""), ("view", "case", "")]


def test_an_address_that_cannot_be_copied_is_no_share(page):
    page.add_init_script(
        """delete Navigator.prototype.share;
           Object.defineProperty(navigator, 'clipboard', {value: undefined});
           document.execCommand = () => false"""
    )
    page.goto(make_case("case").url)
    page.get_by_role("button", name="分享给他人").click()
    page.get_by_text("链接未能复制，请从地址栏复制。").wait_for()
    page.evaluate("document.dispatchEvent(new Event('piece:completed'))")
    assert sorted(lines(page, 2)) == [("completion", "case", ""), ("view", "case", "")]


def test_a_simulation_is_completed_once_a_visit_however_it_says_so(page):
    page.goto(make_case("case").url)
    page.evaluate(
        """() => {
            const game = document.querySelector("article");
            const last = document.createElement("button");
            last.setAttribute("data-hit", "completion");
            game.append(last);
            last.click();
            game.dispatchEvent(new Event("piece:completed", {bubbles: true}));
            const player = document.createElement("video");
            game.append(player);
            player.dispatchEvent(new Event("play"));
        }"""
    )
    assert sorted(event for event, _page, _link in lines(page, 3)) == ["completion", "play", "view"]


def test_without_javascript_no_button_is_there_that_does_nothing(window):
    page = window(DESK, java_script_enabled=False)
    page.goto(make_case("case").url)
    assert page.get_by_role("button", name="分享给他人").count() == 0
