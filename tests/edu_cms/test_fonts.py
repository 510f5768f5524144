"""The site's own Kazakh typeface draws every letter that the site can show, and comes from us."""

import re
from pathlib import Path

import polib
import pytest
from django.apps import apps
from fontTools.ttLib import TTFont

from content.kazakh import tables

SITE = Path(apps.get_app_config("edu_cms").path)
STYLES = (SITE / "static/css/zone.css").read_text(encoding="utf-8")
FACES = re.findall(r"@font-face \{(.*?)\}", STYLES, re.DOTALL)
ARABIC = re.compile("[\u0600-\u06ff]")


def drawn(weight: str) -> set[str]:
    font = TTFont(SITE / f"static/fonts/noto-naskh-kazakh-{weight}.woff2")
    return {chr(code) for code in font.getBestCmap()}


@pytest.mark.parametrize("weight", ["regular", "bold"])
class TestEachWeight:
    def test_draws_every_letter_of_the_tables_and_both_hamzas(self, weight):
        letters = set("".join([*tables.LETTERS.values(), *tables.TSE_SPELLINGS]))
        assert letters | {tables.HAMZA, tables.HIGH_HAMZA} <= drawn(weight)

    def test_draws_every_arabic_sign_of_the_interface(self, weight):
        catalogue = polib.pofile(str(SITE / "locale/kk_Arab/LC_MESSAGES/django.po"))
        texts = "".join(entry.msgstr + "".join(entry.msgstr_plural.values()) for entry in catalogue)
        assert set(ARABIC.findall(texts)) - drawn(weight) == set()

    def test_is_small(self, weight):
        file = SITE / f"static/fonts/noto-naskh-kazakh-{weight}.woff2"
        assert file.stat().st_size < 20_000


def test_text_is_shown_before_the_typeface_is_there_and_none_comes_from_elsewhere():
    assert len(FACES) == 2
    for face in FACES:
        assert "font-display: swap" in face
        assert re.findall(r"url\((.*?)\)", face)[0].startswith('"../fonts/')


def test_the_range_that_it_is_used_for_holds_every_letter():
    first, last = re.search(r"unicode-range: U\+([0-9A-F]+)-([0-9A-F]+)", FACES[0]).groups()
    letters = "".join([*tables.LETTERS.values(), tables.HAMZA, tables.HIGH_HAMZA])
    assert all(int(first, 16) <= ord(letter) <= int(last, 16) for letter in letters)
