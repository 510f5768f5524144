"""The words of public titles and summaries, counted by the pieces that have them.

For "did you mean": a Han word is two neighbours, with their sound; any other is a whole word in its
comparable spelling, kept as readers of its language write it. A word may outlive the piece that
brought it until the next rebuild: whoever suggests one looks first whether it finds anything.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db import transaction

from content.models import EducationPage, SearchWord
from content.search.sounds import sound_of
from content.search.words import bigrams, pieces

# Shorter words have too many neighbours.
_SHORTEST: Final = 3
_BATCH: Final = 1000


def words_of(heads: Iterable[str]) -> dict[str, str]:
    """Word -> how it is shown, of titles and summaries."""
    found: dict[str, str] = {}
    for text in heads:
        for piece in pieces(text):
            if piece.is_han:
                for two in bigrams(piece.plain):
                    if len(two) == 2:
                        found.setdefault(two, two)
            elif len(piece.word) >= _SHORTEST and not piece.word.isdigit():
                shown = text[piece.start : piece.end]
                found.setdefault(piece.word, shown.lower()[:64])
    return found


def learn(heads: Iterable[tuple[str, list[str]]]) -> None:
    """Add the words that are new in their language, given as language and texts."""
    for language, head in heads:
        words = words_of(head)
        known = SearchWord.objects.filter(language=language, word__in=words)
        known = set(known.values_list("word", flat=True))
        new = {word: shown for word, shown in words.items() if word not in known}
        SearchWord.objects.bulk_create(
            (_row(language, word, shown, 1) for word, shown in new.items()), ignore_conflicts=True
        )


@transaction.atomic
def rebuild() -> None:
    """Count all words anew."""
    counts: Counter = Counter()
    shown_as: dict[tuple[str, str], str] = {}
    live = EducationPage.objects.live().order_by()
    heads = live.values_list("locale__language_code", "title", "summary")
    for language, *head in heads.iterator(_BATCH):
        for word, shown in words_of(head).items():
            counts[language, word] += 1
            shown_as.setdefault((language, word), shown)
    SearchWord.objects.all().delete()
    rows = (_row(*key, shown_as[key], count) for key, count in counts.items())
    SearchWord.objects.bulk_create(rows, batch_size=_BATCH)


def _row(language: str, word: str, shown: str, count: int) -> SearchWord:
    sound = sound_of(word)[:24] if len(word) == 2 else ""
    return SearchWord(language=language, word=word, shown=shown, sound=sound, pieces=count)
