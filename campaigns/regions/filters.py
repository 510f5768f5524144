"""Filters that every floor's lists share."""

from datetime import date

import django_filters
from django_filters.fields import DateRangeField
from wagtail.admin.filters import DateRangePickerWidget

# All that any list of ours can hold. Moments of the first and the last day that Python knows lie
# outside what it knows in other time zones.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


class _WithinReason(DateRangeField):
    def compress(self, data_list: list[date | None]) -> slice | None:
        return super().compress([day and min(max(day, FIRST_DAY), LAST_DAY) for day in data_list])


class DayRangeFilter(django_filters.DateFromToRangeFilter):
    """From one day to another, both included. What is no day is said at the field."""

    field_class = _WithinReason

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, widget=DateRangePickerWidget, **kwargs)
