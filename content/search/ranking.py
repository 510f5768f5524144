"""The order of results: where the words stand, then how exactly, how new, and about which risk."""

from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from content.models import EducationPage
from content.search import texts
from content.search.asking import Asked
from content.search.texts import Breadth
from content.search.words import pieces

# So many of the best are looked at closely; those behind them stay in the order of the steps.
LOOKED_AT: Final = 60
STEP: Final = 10.0
EXACT, WITHIN, AT_BEGINNING, WHOLE_WORDS = 6.0, 6.0, 2.0, 3.0
NEW, SAME_RISK = 2.0, 2.0
DAYS_TO_HALF: Final = 365


def ranked(asked: Asked, entries: QuerySet, start: int, stop: int) -> list[int]:
    """Keys of the pieces from one place to another, the best first; `entries`: what is let in."""
    close = stepwise(asked, entries, max(stop, LOOKED_AT))
    near, far = close[:LOOKED_AT], close[LOOKED_AT:]
    order = reordered(asked, dict(near)) + [key for key, _step in far]
    return order[start:stop]


def stepwise(asked: Asked, entries: QuerySet, wanted: int) -> list[tuple[int, int]]:
    """Keys and steps of the first matches: in titles, with summaries, anywhere, parts of words.

    A step is only asked for while those before it do not bring enough.
    """
    steps = [(asked.strict, breadth) for breadth in Breadth]
    if asked.wide != asked.strict:
        steps.append((asked.wide, Breadth.WHOLE))
    found: dict[int, int] = {}
    for number, (expression, breadth) in enumerate(steps):
        matches = entries.filter(texts.matching(expression, breadth))
        # What is found already may come again: so many more, never the whole of it.
        newest = matches.order_by("-date", "-object_id").values_list("object_id", flat=True)
        for key in newest[: wanted + len(found)]:
            found.setdefault(key, number)
        if len(found) >= wanted:
            break
    return list(found.items())[:wanted]


def reordered(asked: Asked, steps: dict[int, int]) -> list[int]:
    """The same pieces, looked at closely. One query."""
    today = timezone.localdate()
    rows = EducationPage.objects.filter(pk__in=steps).values_list(
        "pk", "title", "date", "category__name", "category__name_kk", "category__name_kk_arab"
    )
    scores = {
        pk: closeness(asked, title)
        + freshness(day, today)
        + (SAME_RISK if any(map(asked.names, names)) else 0)
        - steps[pk] * STEP
        for pk, title, day, *names in rows
    }
    return sorted(scores, key=lambda pk: (-scores[pk], -pk))


def closeness(asked: Asked, title: str) -> float:
    """How nearly the title is what was typed."""
    found = list(pieces(title))
    whole = "".join(piece.word for piece in found)
    typed = "".join(term.word for term in asked.terms)
    words = {piece.word for piece in found if not piece.is_han}
    asked_words = [term.word for term in asked.terms if not term.is_han]
    score = 0.0
    if typed in whole:
        score += WITHIN + AT_BEGINNING * whole.startswith(typed) + EXACT * (whole == typed)
    if asked_words:
        score += WHOLE_WORDS * sum(word in words for word in asked_words) / len(asked_words)
    return score


def freshness(day: date, today: date) -> float:
    """NEW for a piece of today, half of it for one a year old."""
    return NEW * 0.5 ** (max(0, (today - day).days) / DAYS_TO_HALF)
