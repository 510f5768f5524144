"""Kazakh from Arabic script to Cyrillic: a draft that a person confirms.

A word is looked up in the editors' exceptions, then in the dictionary; of an inflected form the
longest known stem that leaves nothing but endings; what is still unknown is read by rule
(``harmony``). Whatever is chosen gives the same Arabic letters again.

Arabic has no capitals: the first word of a text, of a sentence, a heading, a list entry or a
paragraph gets one, names that the dictionary knows get one, all else none.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from . import dictionary, harmony, tokens
from .cyrillic_to_arabic import letters_of, wants_hamza
from .endings import are_endings
from .lexicon import ACRONYMS, EXCEPTIONS
from .profiles import DEFAULT, Profile
from .spelling import Certainty, Found, Spelling, ambiguous
from .tables import HAMZA, HAMZA_LETTERS, HIGH_HAMZA, PUNCTUATION

_CACHED_WORDS: Final = 1 << 17
_CACHED_WORD_LENGTH: Final = 48
_CACHED_PROFILES: Final = 16

_HAS_ARABIC: Final = re.compile(f"[{tokens.ARABIC}]")

# Typed on Arabic, Persian and Uyghur keyboards; and what is no letter at all.
_CLEAN: Final = str.maketrans(
    {letter: HAMZA + plain for letter, plain in HAMZA_LETTERS.items()}
    | {HIGH_HAMZA: HAMZA, "ک": "ك", "ی": "ى", "ه": "ە", "ہ": "ە"}
    | dict.fromkeys("\u0640\u200c\u200d\u00ad" + "".join(map(chr, range(0x64B, 0x653))), "")
)
_QUESTION_MARK: Final = PUNCTUATION["?"]
_ASCII_MARKS: Final = {arabic: ascii_mark for ascii_mark, arabic in PUNCTUATION.items()}

# The shortest stem that endings may follow, and how many letters a form may have after it.
_SHORTEST_STEM: Final = 2
_LONGEST_ENDINGS: Final = 18
_MOST_CANDIDATES: Final = 5
# More letters apart from each other than this are no acronym.
_LONGEST_ACRONYM: Final = 8

# Before a vowel п, қ, к become voiced; ы and і fall out of the last syllable, and before у and и.
_VOICED: Final = {"ب": "پ", "ع": "ق", "گ": "ك"}
_VOICED_CYRILLIC: Final = {"п": "б", "қ": "ғ", "к": "г"}
_VOWEL_LETTERS: Final = frozenset("اوۇىەيۋ")

_BLANKS: Final = (" ", "\u00a0")
_NEW_BLOCK: Final = re.compile(r"\n\s*\n|\n[ \t]*(?:[-*+#>•|]|\d+[.)])+[ \t]")
# After ?» and !) and before a dash the sentence around may go on («Не болды?» деді; Кел! – деді):
# a small letter there is the lesser fault.
_NEW_SENTENCE: Final = re.compile(
    r"(?:[.。][»”\"')*_]{0,4}|[!?؟…！？][*_]{0,4})(?:\n|[^\S\n](?![^\S\n]?[-–—])|\Z)"
    rf"|{_NEW_BLOCK.pattern}"
)
# Sight into the blanks and marks before a piece.
_LONGEST_GAP: Final = 64
_BLOCK: Final = re.compile(
    r"</?(?:p|h[1-6]|li|ul|ol|div|td|th|tr|table|blockquote|br|hr|section|pre)\b|[`~]",
    re.IGNORECASE,
)


def to_cyrillic(text: str, profile: Profile = DEFAULT) -> str:
    """Return the text with its Kazakh words of Arabic script in Cyrillic.

    Never raises for a str. Kept: what ``to_arabic`` keeps, and words with an Arabic letter that
    Kazakh does not have. The marks ، ؛ ؟ turn where ``to_arabic`` turns theirs.
    The first call reads the dictionary, which takes about half a second.
    """
    if not _HAS_ARABIC.search(text):
        return text
    return converter(profile)(text)


def converter(profile: Profile, found: Found | None = None) -> Callable[[str], str]:
    """Return a ``to_cyrillic`` for the pieces of one text, in order, cut between lines.

    ``found`` receives each word that is converted: its place in the piece, and its spelling.
    """
    replace, end_piece = _replacer(_speller(profile), found)

    def convert(piece: str) -> str:
        converted = tokens.ARABIC_TOKEN.sub(replace, piece)
        end_piece(piece)
        return converted

    return convert


def _replacer(
    speller: "_Speller", found: Found | None
) -> tuple[Callable[[re.Match[str]], str], Callable[[str], None]]:
    """Return a function for ``re.sub`` that remembers what stood before a token.

    And one to be told when a piece of the text is done.
    """
    after_kazakh = seen_kazakh = after_foreign = after_initial = False
    starts = True
    end = 0
    carried = ""
    spell = speller.word

    def replace(match: re.Match[str]) -> str:
        nonlocal after_kazakh, seen_kazakh, after_foreign, after_initial, starts, end, carried
        token = match[0]
        kind = match.lastindex
        start = match.start()
        # Nearly always a single blank lies between.
        if start - end > 1 or carried:
            gap = carried + match.string[end:start]
            starts = starts or bool((_NEW_BLOCK if after_initial else _NEW_SENTENCE).search(gap))
            carried = ""
        end = match.end()
        if kind == tokens.WORD:
            after_kazakh = seen_kazakh = True
            after_foreign = False
            after_initial = end - start == 1
            spelling = speller.spaced(token) if token[1:2] in _BLANKS else spell(token)
            if starts:
                starts = False
                spelling = _capitalised(spelling)
            if found is not None and spelling[0] != token:
                found.append(((start, end), spelling))
            return spelling[0]
        after_initial = False
        if kind == tokens.TAG:
            starts = starts or bool(_BLOCK.match(token))
            return token
        if kind is None or kind == tokens.FOREIGN:
            starts = False
            after_kazakh = after_kazakh and kind is None
            after_foreign = kind is not None
            return token
        if token == _QUESTION_MARK:
            carried = token
        before_kazakh = kind == tokens.MARK_BEFORE_WORD and (seen_kazakh or not after_foreign)
        return _ASCII_MARKS[token] if after_kazakh or before_kazakh else token

    def end_piece(piece: str) -> None:
        nonlocal end, carried
        carried = (carried + piece[end:])[-_LONGEST_GAP:]
        end = 0

    return replace, end_piece


def _capitalised(spelling: Spelling) -> Spelling:
    """The spelling with capitals at its beginning."""
    text, certainty, candidates = spelling
    return Spelling(
        text[:1].upper() + text[1:],
        certainty,
        tuple(candidate[:1].upper() + candidate[1:] for candidate in candidates),
    )


class _Speller:
    """Spells single words under one profile. A word that is not Kazakh comes back itself."""

    def __init__(self, profile: Profile) -> None:
        self._tse = profile.tse
        pairs = [*EXCEPTIONS.items(), *profile.exceptions]
        self._exceptions = {arabic.translate(_CLEAN): cyrillic for cyrillic, arabic in pairs}
        # An exception is also the stem of its inflected forms.
        self._stems = {
            arabic.removeprefix(HAMZA): cyrillic for arabic, cyrillic in self._exceptions.items()
        }
        self._dictionary = dictionary.by_letters(profile.tse)
        self._cached = lru_cache(_CACHED_WORDS)(self._spell)

    def word(self, word: str) -> Spelling:
        """Return the word in Cyrillic, or as it is when it is not Kazakh."""
        return self._cached(word) if len(word) <= _CACHED_WORD_LENGTH else self._spell(word)

    def spaced(self, token: str) -> Spelling:
        """Return letters apart from each other as an acronym: ج ش س → ЖШС. Never sure."""
        letters = "".join(token.split()).translate(_CLEAN)
        if not harmony.KAZAKH_ARABIC.issuperset(letters) or len(letters) > _LONGEST_ACRONYM:
            apart = "".join(self._cached(one)[0] if one.strip() else one for one in token)
            return Spelling(apart, Certainty.RULE)
        back, front = (harmony.read_letters(letters, front).upper() for front in (False, True))
        known = [ACRONYMS[letters]] if letters in ACRONYMS else []
        return ambiguous([*known, back, front])

    def _spell(self, word: str) -> Spelling:
        clean = word.translate(_CLEAN)
        hamza = HAMZA in clean
        letters = clean.replace(HAMZA, "")
        if not letters or not harmony.KAZAKH_ARABIC.issuperset(letters):
            return Spelling(word, Certainty.RULE)
        exception = self._exceptions.get(HAMZA + letters if hamza else letters)
        if exception:
            return Spelling(exception, Certainty.LEXICON)
        if len(letters) == 1:
            return Spelling(harmony.read(letters, hamza).text, Certainty.RULE)
        return (
            self._known(letters, hamza)
            or self._inflected(letters, hamza)
            or self._read(letters, hamza)
        )

    def _known(self, letters: str, hamza: bool) -> Spelling | None:
        """The dictionary's words of these letters whose hamza is as written."""
        found = self._dictionary.get(letters)
        if found is None:
            return None
        known = [word for word in found.split() if _fits(word, hamza)]
        if not known:
            return None
        if len(known) == 1:
            return Spelling(known[0], Certainty.LEXICON)
        return ambiguous(sorted(known, key=_strangeness))

    def _inflected(self, letters: str, hamza: bool) -> Spelling | None:
        """The longest stem with endings; ambiguous where several words are that stem."""
        shortest = max(_SHORTEST_STEM, len(letters) - _LONGEST_ENDINGS)
        for cut in range(len(letters) - 1, shortest - 1, -1):
            endings = letters[cut:]
            if not are_endings(endings):
                continue
            stems = self._stems_before(letters[:cut], endings)
            if not stems:
                continue
            forms = [
                form
                for stem in _in_harmony(stems, endings)
                if self._is_spelt(form := _with_endings(stem, endings), letters, hamza)
            ]
            if forms:
                return ambiguous(forms[:_MOST_CANDIDATES])
        return None

    def _stems_before(self, letters: str, endings: str) -> list[str]:
        """Cyrillic stems of these letters, changed as before these endings."""
        stems = self._words(letters)
        if endings[0] not in _VOWEL_LETTERS:
            return stems
        voiceless = _VOICED.get(letters[-1])
        if voiceless:
            stems += [
                stem[:-1] + _VOICED_CYRILLIC[stem[-1]]
                for stem in self._words(letters[:-1] + voiceless)
                if stem[-1] in _VOICED_CYRILLIC
            ]
        if endings[0] in "ۋي":
            stems += [stem[:-1] for stem in self._words(letters + "ى") if stem[-1] in "ыі"]
        elif _VOWEL_LETTERS.isdisjoint(letters[-2:]):
            stems += [
                stem[:-2] + stem[-1]
                for stem in self._words(f"{letters[:-1]}ى{letters[-1]}")
                if stem[-2] in "ыі"
            ]
        return stems

    def _words(self, letters: str) -> list[str]:
        exception = self._stems.get(letters)
        if exception:
            return [exception]
        known = self._dictionary.get(letters)
        return known.split() if known else []

    def _read(self, letters: str, hamza: bool) -> Spelling:
        """By rule; what the rules leave open is ambiguous."""
        reading = harmony.read(letters, hamza)
        others = [harmony.read(letters, hamza, front).text for front in (False, True)]
        unfit = [
            word for word in self._dictionary.get(letters, "").split() if not _fits(word, hamza)
        ]
        fitting = [
            text for text in (reading.text, *others) if self._is_spelt(text, letters, hamza)
        ] or [harmony.read_letters(letters, hamza)]
        if reading.sure and not unfit and fitting[0] == reading.text:
            return Spelling(reading.text, Certainty.RULE)
        candidates = tuple(dict.fromkeys([*fitting, *unfit]))[:_MOST_CANDIDATES]
        return Spelling(candidates[0], Certainty.AMBIGUOUS, candidates)

    def _is_spelt(self, cyrillic: str, letters: str, hamza: bool) -> bool:
        """Whether the Cyrillic word is written with these letters, and with hamza if it is."""
        plain = cyrillic.lower()
        return letters_of(plain, self._tse) == letters and _fits(plain, hamza)


def _fits(word: str, hamza: bool) -> bool:
    """Whether hamza is right; with қ or ғ it is disputed, and either is right."""
    plain = word.lower()
    return hamza == wants_hamza(plain, True) or hamza == wants_hamza(plain, False)


def _with_endings(stem: str, endings: str) -> str:
    return harmony.join(stem + harmony.read_endings(endings, stem))


def _in_harmony(stems: list[str], endings: str) -> list[str]:
    """The stems that these endings suit, the likeliest first; all if they suit none."""
    if len(stems) == 1:
        return stems
    front = harmony.are_front(endings)
    suited = [stem for stem in stems if front is None or harmony.is_front(stem) in (front, None)]
    return sorted(suited or stems, key=_strangeness)


def _strangeness(word: str) -> tuple[bool, int, str]:
    """Sorts words of Kazakh harmony before others, and common words before names."""
    plain = set(word.lower())
    mixed = not plain.isdisjoint("аоұы") and not plain.isdisjoint("әөүіе")
    return word[0].isupper(), mixed + 2 * (not plain.isdisjoint("ьъфцщэ")), word


@lru_cache(_CACHED_PROFILES)
def _speller(profile: Profile) -> _Speller:
    return _Speller(profile)
