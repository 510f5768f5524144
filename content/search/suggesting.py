""" "Did you mean": one letter wrong in pinyin or a Kazakh word, or the wrong character of a sound.

Candidates are all spellings one edit away, looked up at once among the words of content.search.
vocabulary. What is suggested has been searched for by the caller: it finds something.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

from django.db.models import QuerySet

from content.kazakh.tables import LETTERS
from content.languages import LANGUAGES
from content.models import SearchWord
from content.search.asking import Asked, Term
from content.search.sounds import syllables
from content.search.stems import stem

_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ARABIC: Final = "".join(sorted({letter for spelling in LETTERS.values() for letter in spelling}))
_SHORTEST, _LONGEST = 4, 30
MOST_SUGGESTIONS: Final = 3
# Longer runs are sentences, not slips of the pen.
_LONGEST_RUN: Final = 8


def suggestions(asked: Asked, language: str) -> list[str]:
    """Whole queries that may have been meant, the likeliest first."""
    found: list[list[str]] = [[]]
    is_changed = False
    for term in asked.terms:
        meant = _meant(term, language)
        is_changed = is_changed or bool(meant)
        found = [[*words, other] for words in found for other in meant or [term.plain]]
        found = found[:MOST_SUGGESTIONS]
    return [" ".join(words) for words in found] if is_changed else []


def _meant(term: Term, language: str) -> list[str]:
    """What may have been meant by a term; nothing where it is a word of ours or too short."""
    if term.is_han:
        if not 2 <= len(term.plain) <= _LONGEST_RUN:
            return []
        sounds = [sound for _place, sound in syllables(term.plain)]
        return [text for text in _spelt([tuple(sounds)]) if text != term.plain]
    if not _SHORTEST <= len(term.word) <= _LONGEST:
        return []
    if term.sound:
        # Typed right, it finds titles only: the word may stand in a text.
        return (
            _spelt(_syllable_rows([term.sound]))
            or _latin_words(term, language)
            or _spelt(_syllable_rows(edits(term.sound, _LATIN)))
        )
    return _kazakh_words(term, language)


def _latin_words(term: Term, language: str) -> list[str]:
    return _known(edits(term.word, _LATIN), language)


def _kazakh_words(term: Term, language: str) -> list[str]:
    known = _rows({term.word, term.stem})
    if any(row.word == term.word or row.pieces for row in known):
        return []
    by_word = _known(edits(term.word, _ARABIC), language)
    return by_word or _known(edits(stem(term.word), _ARABIC), language)


def _known(spellings: Iterable[str], language: str) -> list[str]:
    """The words of ours among them, as the language's readers write them; the commonest first."""
    rows = _rows(spellings).order_by("-pieces", "word")
    rows = sorted(rows[: 4 * MOST_SUGGESTIONS], key=lambda row: row.language != language)
    shown = {row.word: row.shown for row in reversed(rows)}
    order = dict.fromkeys(row.word for row in rows)
    return [shown[word] for word in order][:MOST_SUGGESTIONS]


def _rows(spellings: Iterable[str]) -> QuerySet:
    """Our words among them; the index over language and word wants both."""
    return SearchWord.objects.filter(language__in=list(LANGUAGES), word__in=list(spellings))


def edits(word: str, alphabet: str) -> set[str]:
    """Every text one edit away: a letter left out, put in, exchanged, or two swapped."""
    splits = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    without = {left + right[1:] for left, right in splits if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    changed = {left + new + right[1:] for left, right in splits if right for new in alphabet}
    longer = {left + new + right for left, right in splits for new in alphabet}
    return (without | swapped | changed | longer) - {word}


def _syllable_rows(spellings: Iterable[str]) -> list[tuple[str, ...]]:
    """The spellings that are rows of two syllables or more, cut up; each way to cut is one."""
    rows = (row for spelling in sorted(spellings) for row in _cuts(spelling))
    return [row for row in rows if 2 <= len(row) <= _LONGEST_RUN]


def _cuts(spelling: str) -> list[tuple[str, ...]]:
    """At most a few ways to cut a spelling into syllables."""
    known = _all_syllables()
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(spelling) + 1):
        here = [
            (*way, spelling[start:end])
            for start in range(max(0, end - 6), end)
            if spelling[start:end] in known
            for way in ways[start]
        ]
        ways.append(here[:4])
    return ways[-1]


def _spelt(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows of syllables that titles and summaries have, in characters; the commonest first."""
    sounds = {a + b for row in rows for a, b in pairwise(row)}
    pairs: dict[str, list[SearchWord]] = {}
    known = SearchWord.objects.filter(sound__in=sounds).order_by("-pieces", "word")
    for pair in known[: 100 * MOST_SUGGESTIONS]:
        pairs.setdefault(pair.sound, []).append(pair)
    texts: dict[str, int] = {}
    for row in rows:
        chains = [("", 0)]
        for a, b in pairwise(row):
            chains = [
                (
                    text + pair.word[-1] if text else pair.word,
                    min(count or pair.pieces, pair.pieces),
                )
                for text, count in chains
                for pair in pairs.get(a + b, [])
                if not text or pair.word[0] == text[-1]
            ][:MOST_SUGGESTIONS]
        texts.update(chains if chains and chains[0][0] else [])
    return sorted(texts, key=lambda text: (-len(text), -texts[text]))[:MOST_SUGGESTIONS]


@lru_cache(1)
def _all_syllables() -> frozenset[str]:
    """Every syllable that pypinyin knows, without tones."""
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    toned = {sound for sounds in PINYIN_DICT.values() for sound in sounds.split(",")}
    plain = {to_normal(sound) for sound in toned}
    return frozenset(sound for sound in plain if sound.isascii() and sound.isalpha())
