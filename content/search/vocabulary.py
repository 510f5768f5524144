"""The words that pieces, risk categories and the glossary have, counted by the pieces.

For "did you mean": a Han word is two neighbours, with their sound; any other is a whole word in its
comparable spelling, kept as readers of its language write it, and what is left of it when its
endings come off. Titles and summaries bring all their words. Bodies bring whole words that stand in
them more than once, a bounded number of them; no pairs of Han characters, most of which are parts
of two words. Names and terms bring all of theirs, counted 0 until a piece has them.

A word may outlive the piece that brought it until the next rebuild: whoever suggests one looks
first whether it finds anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Page

from content.languages import LANGUAGES
from content.models import Category, EducationPage, GlossaryTerm, SearchWord
from content.models.search import entry_key
from content.search import texts
from content.search.folding import fold
from content.search.sounds import sound_of
from content.search.stems import shorter_forms
from content.search.words import bigrams, comparable, pieces

# Shorter words have too many neighbours.
_SHORTEST: Final = 3
_BATCH: Final = 1000
# So many of a body's words are learned when it is published, and of a language's at a rebuild.
MOST_OF_A_BODY: Final = 200
MOST_OF_BODIES: Final = 20_000
_OFTEN: Final = 2
# Bodies are read in smaller batches: each is up to 60,000 characters.
_BODIES: Final = 100


def words_of(heads: Iterable[str]) -> dict[str, str]:
    """Word -> how it is shown, of titles and summaries, names and terms."""
    found: dict[str, str] = {}
    for text in heads:
        for piece in pieces(text):
            if piece.is_han:
                for two in bigrams(piece.plain):
                    if len(two) == 2:
                        found.setdefault(two, two)
        for word, shown in _whole_words(text):
            found.setdefault(word, shown)
    return found


def often_in(body: str) -> dict[str, str]:
    """Word -> how it is shown, of the words that stand more than once in a text, in any form."""
    counts, shown_as = _counted(body)
    often = (word for word, count in counts.most_common(MOST_OF_A_BODY) if count >= _OFTEN)
    return {word: shown_as[word] for word in often}


def learn(public: Iterable[tuple[str, list[str], str]]) -> None:
    """Add the words that are new in their language: language, head texts and body of pieces."""
    for language, head, body in public:
        _add(language, often_in(body) | words_of(head), 1)


def learn_terms(terms: Iterable[Category | GlossaryTerm]) -> None:
    """Add the words of these names and terms that are new."""
    found: dict[str, dict[str, str]] = {}
    for language, names in _names_of(terms):
        found.setdefault(language, {}).update(words_of(names))
    for language, words in found.items():
        _add(language, words, 0)


@transaction.atomic
def rebuild() -> None:
    """Count all words anew. One pass through the heads and one through the bodies."""
    counts: Counter = Counter()
    shown_as: dict[tuple[str, str], str] = {}
    for language, names in _names_of([*Category.objects.all(), *GlossaryTerm.objects.matched()]):
        for word, shown in words_of(names).items():
            shown_as.setdefault((language, word), shown)
    in_heads: dict[int, set[str]] = {}
    live = EducationPage.objects.live().order_by()
    heads = live.values_list("pk", "locale__language_code", "title", "summary")
    languages: dict[int, str] = {}
    for pk, language, *head in heads.iterator(_BATCH):
        words = words_of(head)
        languages[pk], in_heads[pk] = language, set(words)
        for word, shown in words.items():
            counts[language, word] += 1
            shown_as.setdefault((language, word), shown)
    _count_bodies(languages, in_heads, counts, shown_as)
    SearchWord.objects.all().delete()
    rows = (_row(*key, shown, counts[key]) for key, shown in shown_as.items())
    SearchWord.objects.bulk_create(rows, batch_size=_BATCH)


def _count_bodies(
    languages: dict[int, str],
    in_heads: dict[int, set[str]],
    counts: Counter,
    shown_as: dict[tuple[str, str], str],
) -> None:
    """Count the pieces whose bodies have a word, and take in the commonest of the new words."""
    often: Counter = Counter()
    new: Counter = Counter()
    shown_in_bodies: dict[tuple[str, str], str] = {}
    for pk, body in _bodies(list(languages)):
        language = languages[pk]
        in_body, shown = _counted(body)
        for word, times in in_body.items():
            key = language, word
            if key in shown_as:
                counts[key] += word not in in_heads[pk]
            else:
                new[key] += 1
                often[key] += times
                shown_in_bodies.setdefault(key, shown[word])
    taken: Counter = Counter()
    for key, count in new.most_common():
        if often[key] >= _OFTEN and taken[key[0]] < MOST_OF_BODIES:
            taken[key[0]] += 1
            counts[key] = count
            shown_as[key] = shown_in_bodies[key]


def _bodies(pages: list[int]) -> Iterator[tuple[int, str]]:
    """The bodies of pages, as the index holds them."""
    root = ContentType.objects.get_for_model(Page).pk
    for first in range(0, len(pages), _BODIES):
        keys = {entry_key(root, pk): pk for pk in pages[first : first + _BODIES]}
        for key, plain in texts.plain_texts(list(keys)).items():
            yield keys[key], plain


def _counted(body: str) -> tuple[Counter, dict[str, str]]:
    counts: Counter = Counter()
    shown_as: dict[str, str] = {}
    for word, shown in _whole_words(body):
        counts[word] += 1
        shown_as.setdefault(word, shown)
    return counts, shown_as


def _whole_words(text: str) -> Iterator[tuple[str, str]]:
    """Each word that is no Han, and each of its shorter forms, with how it is shown."""
    for piece in pieces(text):
        if not piece.is_han and len(piece.word) >= _SHORTEST and not piece.word.isdigit():
            yield from _forms(piece.word, text[piece.start : piece.end].lower()[:64])


@lru_cache(1 << 14)
def _forms(word: str, shown: str) -> tuple[tuple[str, str], ...]:
    return (
        (word, shown),
        *(
            (shorter, beginning)
            for shorter in shorter_forms(word)
            if (beginning := _beginning(shown, shorter))
        ),
    )


def _beginning(shown: str, word: str) -> str | None:
    """How a shorter form is shown: the beginning that is compared as it is."""
    beginnings = (shown[:end] for end in range(_SHORTEST, len(shown)))
    return next((text for text in beginnings if comparable(fold(text)) == word), None)


def _names_of(terms: Iterable[Category | GlossaryTerm]) -> Iterator[tuple[str, list[str]]]:
    """Language and words of names and terms."""
    for term in terms:
        if isinstance(term, Category):
            yield from ((language, [term.name_in(language)]) for language in LANGUAGES)
        else:
            yield "zh-hans", [term.zh, *term.synonyms.splitlines()]
            yield "kk", [term.kk]
            yield "kk-arab", [term.kk_arab]


def _add(language: str, words: dict[str, str], count: int) -> None:
    known = SearchWord.objects.filter(language=language, word__in=words)
    known = set(known.values_list("word", flat=True))
    SearchWord.objects.bulk_create(
        (_row(language, word, shown, count) for word, shown in words.items() if word not in known),
        ignore_conflicts=True,
        batch_size=_BATCH,
    )


def _row(language: str, word: str, shown: str, count: int) -> SearchWord:
    sound = sound_of(word)[:24] if len(word) == 2 else ""
    return SearchWord(language=language, word=word, shown=shown, sound=sound, pieces=count)
