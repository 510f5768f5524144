"""人次 as institutions print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.reach.display import format_person_times, percent


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (0, "0人次"),
        (1, "1人次"),
        (999, "999人次"),
        (9_449, "9,449人次"),
        (9_999, "9,999人次"),
        (10_000, "1万人次"),
        (10_049, "1万人次"),
        (10_050, "1.01万人次"),
        (11_000, "1.1万人次"),
        (166_600, "16.66万人次"),
        (3_645_100, "364.51万人次"),
        (3_645_149, "364.51万人次"),
        (3_645_150, "364.52万人次"),
        (99_999_999, "10,000万人次"),
        (714_580_000, "71,458万人次"),
        (714_580_049, "71,458万人次"),
        (7_145_800_000, "714,580万人次"),
        (-9_449, "-9,449人次"),
        (-3_645_150, "-364.52万人次"),
    ],
)
def test_how_a_figure_is_printed(count, printed):
    assert format_person_times(count) == printed


@given(st.integers(10_000, 10**15))
def test_what_is_printed_is_never_off_by_more_than_fifty(count):
    number = format_person_times(count).removesuffix("万人次").replace(",", "")
    assert abs(float(number) * 10_000 - count) <= 50 + count * 1e-12
    assert not (("." in number) and number.endswith("0"))


def test_shares():
    assert percent(1, 3) == "33.3 %"
    assert percent(2, 1) == "200.0 %"
    assert percent(1, 0) == "–"
