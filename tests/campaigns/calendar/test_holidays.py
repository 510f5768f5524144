"""Days off and make-up workdays, and years of which nobody knows them."""

from datetime import date

import pytest

from campaigns.calendar.holidays import Holiday, holiday_of, is_known, unknown_years


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 2, 14), Holiday("春节", is_workday=True)),
        (date(2026, 2, 17), Holiday("春节", is_workday=False)),
        (date(2026, 10, 1), Holiday("国庆节", is_workday=False)),
        (date(2026, 3, 14), None),
        (date(2026, 3, 16), None),
        (date(2027, 10, 1), None),
    ],
)
def test_each_kind_of_day(day, holiday):
    assert holiday_of(day) == holiday


def test_a_year_before_its_notice_is_unknown():
    assert is_known(2026)
    assert not is_known(2027)
    assert unknown_years(date(2026, 12, 28), date(2028, 1, 3)) == [2027, 2028]
