"""Counts what is searched for, so that editors see what people want and do not find.

Nothing about who: a day, a language, the words and how often. Words that may be somebody's own
(numbers of a person, a card, a car; an address) are not kept at all, nor are long texts.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import crawleruseragents
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from content.models import SearchCount
from content.search.asking import Asked
from content.search.folding import fold

logger = logging.getLogger(__name__)

# Thirteen months: the same month of last year stays in sight.
KEEP_DAYS: Final = 400
LONGEST_KEPT: Final = 60
# A search does not wait longer than this for its count: milliseconds.
PATIENCE: Final = 100
_SIGNS_IN_NUMBERS: Final = re.compile(r"(?<=\w)[\s.,·/()+_-]+(?=\w)")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九幺两", "0012345678912")
_OWN: Final = re.compile(
    r"\d{7}"  # telephone, identity card, passport, bank card; hotlines have five digits
    r"|[\w.+%-]@[\w-]"
    r"|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][a-z][a-z0-9]{5,6}(?!\w)"
    r"|https?://"
)


def note(asked: Asked, language: str, results: int) -> bool:
    """Count a search once more. Never raises; whether it was counted."""
    if not asked.terms or looks_personal(asked.text) or len(asked.text) > LONGEST_KEPT:
        return False
    values = [timezone.localdate(), language, asked.folded[:100], asked.text, results]
    table = SearchCount._meta.db_table  # noqa: SLF001 the name is wanted in SQL
    statement = (
        f"INSERT INTO {table} (day, language, folded, shown, times, results) "  # noqa: S608
        "VALUES (%s, %s, %s, %s, 1, %s) ON CONFLICT (language, folded, day) DO UPDATE "
        f"SET times = {table}.times + 1, results = excluded.results"
    )
    try:
        with _impatiently(), transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}ms'")
            cursor.execute(statement, values)
    except DatabaseError as error:
        logger.info("a search was not counted: %s", error)
        return False
    return True


def looks_personal(text: str) -> bool:
    """Whether the words may be somebody's own: then nobody keeps them."""
    plain = fold(text)
    joined = _SIGNS_IN_NUMBERS.sub("", plain)
    return any(_OWN.search(form) for form in (plain, joined, joined.translate(_CHINESE_DIGITS)))


def is_person(request: HttpRequest) -> bool:
    """Whether a person seems to ask: no robot by its own word, no page fetched in advance."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" not in purpose and not _is_bot(request.headers.get("User-Agent", "")[:1000])


@lru_cache(1024)
def _is_bot(user_agent: str) -> bool:
    return not user_agent.strip() or crawleruseragents.is_crawler(user_agent)


def prune(today: date | None = None) -> dict[str, int]:
    """Delete counts older than KEEP_DAYS; how many rows went. Cheap where there are none."""
    old = SearchCount.objects.filter(
        day__lt=(today or timezone.localdate()) - timedelta(days=KEEP_DAYS)
    )
    return {"pruned": old.delete()[0] if old.exists() else 0}


@contextmanager
def _impatiently() -> Iterator[None]:
    """SQLite waits for other writers as long as it is told; here not for long."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
