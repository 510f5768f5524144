"""How person-times are printed."""

from decimal import ROUND_HALF_UP, Decimal

_TEN_THOUSAND = 10_000
_CENT = Decimal("0.01")


def format_person_times(count: int) -> str:
    """人次 as institutions print them: 9,449人次, 364.51万人次, 71,458万人次.

    From ten thousand in 万 with at most two decimals, half up, no zeros at the end.
    """
    return f"{in_ten_thousands(count)}人次"


def in_ten_thousands(count: int) -> str:
    """The same figure without its unit, for charts and cells."""
    if abs(count) < _TEN_THOUSAND:
        return f"{count:,}"
    value = (Decimal(count) / _TEN_THOUSAND).quantize(_CENT, ROUND_HALF_UP)
    whole, _point, decimals = f"{value:,}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}万" if decimals else f"{whole}万"


def percent(part: int, whole: int) -> str:
    """A share with one decimal; nothing where there is no whole."""
    if not whole:
        return "–"
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{share:,} %"
