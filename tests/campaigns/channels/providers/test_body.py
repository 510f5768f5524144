"""What WeChat keeps of a body, whatever goes in."""

import io

from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from campaigns.channels.adapters.wechat import body
from content.kazakh import to_arabic
from content.models import EducationImage
from tests.factories import make_case

NAMES = {"images/01.png"}
JUNK = st.text() | st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>", "<a href='https://evil.example/x'>站外</a>", "<p>",
            "</p>", "<img src='https://evil.example/x.png' alt='外图'>", "<style>p{}</style>",
            "<img src='images/01.png' onerror='x()'>", "<iframe src=//evil.example></iframe>",
            "<p onclick='x()' style='position:fixed' class=c id=i>", "<svg onload=x()>", "<!--x-->",
            "<table><tr><td colspan=2>", "正文", "<a href='javascript:x()'>y</a>", "<b",
            "&lt;", "\x00",
            "<noscript><p title='</noscript><img src=x onerror=x()>'>", "<math><mi xlink:href=x>",
        ]
    )
).map("".join)  # fmt: skip


@given(JUNK)
def test_junk_becomes_something_that_wechat_keeps(html):
    made = body.convert(html, names=NAMES, rtl=False)
    soup = BeautifulSoup(made, "html.parser")
    allowed = body.KEPT | {"section"}
    for element in soup.find_all(True):
        assert element.name in allowed
        assert set(element.attrs) <= body.KEPT_ATTRIBUTES | {"style"}
        assert not any(name.startswith("on") for name in element.attrs)
        if element.name == "img":
            assert element["src"] in NAMES
    assert "evil.example" not in "".join(
        str(value) for one in soup.find_all(True) for value in one.attrs.values()
    )
    assert len(soup.find_all(True, recursive=False)) == 1


def test_links_out_lose_their_address_and_keep_their_words():
    made = body.convert("<p>见<a href='https://x.example/'>官网</a></p>", names=set(), rtl=False)
    assert "x.example" not in made
    assert "官网" in made


def test_kazakh_in_arabic_script_keeps_direction_and_a_font_that_has_its_letters(to_wechat):
    text = to_arabic("Сақтандыру алаяқтығы")
    article = body.compose(to_wechat(make_case("kk-1", title=text, language="kk-arab")))
    section = BeautifulSoup(article.html, "html.parser").section
    assert section["dir"] == "rtl"
    assert "direction:rtl" in section["style"]
    assert "UKIJ Tuz" in section["style"]


def test_pictures_are_small_enough_and_say_nothing_of_place_or_device(settings):
    settings.WECHAT = {**settings.WECHAT, "body_image_bytes": 20_000}
    drawn, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "a phone"
    Image.effect_noise((900, 900), 80).save(drawn, "JPEG", quality=95, exif=exif)
    made = body.as_picture("a.jpg", drawn.getvalue(), "body_image_bytes")
    assert len(made) <= 20_000
    assert not Image.open(io.BytesIO(made)).getexif()


def test_the_cover_is_the_pieces_own_picture(to_wechat):
    drawn = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(drawn, "PNG")
    image = EducationImage.objects.create(
        title="p", description="一位老人", file=ImageFile(drawn, name="p.png")
    )
    article = body.compose(to_wechat(make_case("case-1", image=image)))
    assert Image.open(io.BytesIO(article.cover)).width == 1200
    assert set(article.pictures) == {"images/01.png", body.QR}
    addresses = {name: f"https://mmbiz.qpic.cn/{n}" for n, name in enumerate(article.pictures)}
    assert "images/" not in body.fill(article.html, addresses)
