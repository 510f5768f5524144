"""Where what was asked stands in a text as the reader sees it, however it was spelt."""

from dataclasses import dataclass
from typing import Final

from content.search.asking import Asked, Term
from content.search.folding import fold
from content.search.sounds import syllables
from content.search.words import bigrams, pieces

AROUND: Final = 70


@dataclass(frozen=True)
class Part:
    """A stretch of a text, and whether it is what was asked for."""

    text: str
    is_match: bool


def parts(text: str, asked: Asked) -> list[Part]:
    """The whole text, cut where matches begin and end."""
    cut, at = [], 0
    for start, end in spans(text, asked):
        cut += [Part(text[at:start], is_match=False), Part(text[start:end], is_match=True)]
        at = end
    cut.append(Part(text[at:], is_match=False))
    return [part for part in cut if part.text]


def snippet(text: str, asked: Asked) -> list[Part]:
    """The text around the first match, cut as `parts` does; nothing where it has none."""
    found = spans(text, asked)
    if not found:
        return []
    start = max(0, found[0][0] - AROUND)
    end = min(len(text), found[0][1] + 2 * AROUND)
    # Not in the middle of a word of letters.
    while start and text[start].isalpha() and text[start - 1].isalpha() and start < found[0][0]:
        if "\u3400" <= text[start] <= "\u9fff":
            break
        start += 1
    cut = parts(" ".join(text[start:end].split()), asked)
    before = [Part("…", is_match=False)] if start else []
    after = [Part("…", is_match=False)] if end < len(text) else []
    return [*before, *cut, *after]


def spans(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Start and end of every match, in order, none touching another."""
    folded = fold(text)
    found: list[tuple[int, int]] = []
    words = [piece for piece in pieces(text) if not piece.is_han]
    for term in asked.terms:
        if term.is_han:
            found += _of_run(folded, term.plain)
            continue
        stem = term.stem
        of_words = [(w.start, w.end) for w in words if w.word.startswith(stem)]
        of_words = of_words or _of_sound(text, term)
        found += of_words or [
            (w.start, w.end) for w in words if len(term.plain) > 1 and term.plain in w.plain
        ]
    return _joined(found)


def _of_run(folded: str, run: str) -> list[tuple[int, int]]:
    """The whole run where it stands; else what of it stands there in pairs."""
    whole = _places(folded, run)
    return whole or [place for two in bigrams(run) for place in _places(folded, two)]


def _places(text: str, part: str) -> list[tuple[int, int]]:
    found, at = [], text.find(part)
    while at >= 0:
        found.append((at, at + len(part)))
        at = text.find(part, at + len(part))
    return found


def _of_sound(text: str, term: Term) -> list[tuple[int, int]]:
    """Characters whose syllables, or first letters, were typed."""
    if not term.sound:
        return []
    sounds = syllables(text)
    return [
        (sounds[n][0], sounds[end][0] + 1)
        for n in range(len(sounds))
        if (end := _reach(sounds, n, term.sound)) is not None
    ]


def _reach(sounds: list[tuple[int, str]], start: int, typed: str) -> int | None:
    """The last syllable of those that what was typed begins, from one on; None: another sound."""
    for of in (lambda sound: sound, lambda sound: sound[0]):
        heard = ""
        for end in range(start, min(start + len(typed), len(sounds))):
            heard += of(sounds[end][1])
            if heard.startswith(typed):
                return end
            if not typed.startswith(heard):
                break
    return None


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
