"""Numbers as a reader of each language writes them."""

import pytest

from content.templatetags.reading import person_times, reader_number

# Babel's no-break space.
NB = "\u00a0"


@pytest.mark.parametrize(
    ("number", "language", "told"),
    [
        (714_580_000, "zh-hans", "71,458万人次"),
        (3_645_123, "zh-hans", "364.51万人次"),
        (9449, "zh-hans", "9,449人次"),
        (714_580_000, "kk", "714,58 млн рет"),
        (9449, "kk", "9,45 мың рет"),
        (12, "kk", "12 рет"),
        (714_580_000, "kk-arab", "714,58 ملن رەت"),
        (0, "zh-hans", "0人次"),
    ],
)
def test_person_times(number, language, told):
    assert person_times(number, language).replace(NB, " ") == told


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "1,234,567"), ("kk", f"1{NB}234{NB}567"), ("kk-arab", f"1{NB}234{NB}567")],
)
def test_whole_numbers(language, told):
    assert reader_number(1_234_567, language) == told


def test_nothing_is_nothing():
    assert (reader_number(None), person_times(None)) == ("", "")
