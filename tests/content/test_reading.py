"""Numbers as a reader of each language writes them."""

import pytest

from content.templatetags.reading import reader_number

# Babel's no-break space.
NB = "\u00a0"


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh-hans", "1,234,567"), ("kk", f"1{NB}234{NB}567"), ("kk-arab", f"1{NB}234{NB}567")],
)
def test_whole_numbers(language, told):
    assert reader_number(1_234_567, language) == told


def test_nothing_is_nothing():
    assert reader_number(None) == ""
