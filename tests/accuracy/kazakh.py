"""How right script conversion is, on words it was neither built from nor tuned on.

    make kazakh-accuracy CORPUS=kk_ktb-ud-test.conllu
    (python -m tests.accuracy.kazakh [CORPUS] [--errors 40])

Three sets, each with its licence:
names    territories, languages, months and days of CLDR (Unicode licence, by way of Babel): kk_Arab
         beside kk, word by word where both have as many. Two independent spellings, so differences
         of wording count as errors too.
held out every tenth word of the dictionary (hunspell-kk, GPL/LGPL/MPL; by a hash of the word), read
         with a dictionary of the other nine.
corpus   word forms of a CoNLL-U file, such as UD_Kazakh-KTB's test part (CC BY-SA 4.0, not shipped;
         its training part served for tuning): Cyrillic to Arabic and back.

Capitals are not counted: Arabic script has none. "Within the candidates" counts a word as right
when it is among those offered; "sure and wrong" are errors that nobody is pointed to.
"""

import argparse
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from babel import Locale

from content.kazakh import Certainty, Script, arabic_to_cyrillic, convert, dictionary, to_arabic
from content.kazakh.lexicon import NAMES, WORDS

CYRILLIC_WORD = re.compile("[а-яёәіңғүұқөһ]{2,}")
TSE = "تس"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--errors", type=int, default=40)
    options = parser.parse_args()
    rows, errors = [], {}
    pairs = list(cldr_pairs())
    there = Counter({(to_arabic(cyr), arab): 1 for cyr, arab in pairs})
    right = sum(got == wanted for got, wanted in there)
    folded = sum(got.lstrip("ء") == wanted.lstrip("ء") for got, wanted in there)
    title = "| names, Cyrillic to Arabic |"
    rows.append(f"{title} {len(there):,} | {share(right, there)} | – | – | – |")
    title = "| the same without hamza |"
    rows.append(f"{title} {len(there):,} | {share(folded, there)} | – | – | – |")
    errors["names, Cyrillic to Arabic"] = Counter(
        f"{wanted} {got}" for got, wanted in there if got != wanted
    )
    measure("names, Arabic to Cyrillic", Counter(dict.fromkeys(pairs, 1)), rows, errors)
    if options.corpus:
        forms = Counter((form, to_arabic(form)) for form in corpus_forms(options.corpus))
        measure("corpus, running words", forms, rows, errors)
        distinct = Counter(dict.fromkeys(forms, 1))
        measure("corpus, distinct forms", distinct, rows, errors)
        back = sum(to_arabic(read(arab).text) == arab for _cyr, arab in distinct)
        print(f"Arabic, Cyrillic, Arabic stable: {share(back, distinct)}")  # noqa: T201
    held_out = hold_out()
    measure("held out words", Counter(dict.fromkeys(held_out, 1)), rows, errors)
    print("| set | n | right | within the candidates | marked ambiguous | sure and wrong |")  # noqa: T201
    print("|---|---:|---:|---:|---:|---:|")  # noqa: T201
    print("\n".join(rows))  # noqa: T201
    for name, wrong in errors.items():
        print(f"\n{name}: {len(wrong)} different errors, the first {options.errors}:")  # noqa: T201
        print("\n".join(f"  {error}" for error, _n in wrong.most_common(options.errors)))  # noqa: T201


def read(arabic: str):
    """The word in Cyrillic; a digit before it, so that it does not begin a sentence."""
    return convert(f"1 {arabic}", Script.CYRL).words[-1]


def measure(name: str, pairs: Counter, rows: list[str], errors: dict[str, Counter]) -> None:
    """Read each pair's Arabic side back; one row of the table, and the errors with their kind."""
    right = within = doubtful = sure_wrong = 0
    wrong: Counter[str] = Counter()
    for (cyrillic, arabic), count in pairs.items():
        word = read(arabic)
        is_right = word.text.lower() == cyrillic
        is_ambiguous = word.certainty == Certainty.AMBIGUOUS
        offered = {candidate.lower() for candidate in word.candidates} | {word.text.lower()}
        right += count * is_right
        within += count * (cyrillic in offered)
        doubtful += count * is_ambiguous
        sure_wrong += count * (not is_right and not is_ambiguous)
        if not is_right:
            wrong[f"[{kind(cyrillic, word.text.lower())}] {cyrillic}: {word.text}"] += count
    figures = [share(each, pairs) for each in (right, within, doubtful, sure_wrong)]
    rows.append(f"| {name} | {pairs.total():,} | {' | '.join(figures)} |")
    errors[name] = wrong
    kinds = Counter(line[1 : line.index("]")] for line in wrong)
    errors[f"{name}, by kind"] = Counter(
        {f"{count:5} {each}": count for each, count in kinds.items()}
    )


def kind(wanted: str, got: str) -> str:
    """What was mistaken, in a word."""
    steps = (
        ("ь and ъ", {"ь": "", "ъ": ""}),
        ("е and э", {"э": "е"}),
        ("ц and тс, щ and шш", {"ц": "тс", "щ": "шш"}),
        ("и, й, я, ю, ё", {"ия": "иа", "я": "иа", "ию": "иу", "ю": "иу", "ё": "ио", "й": "и"}),
        ("back and front vowels", {"ә": "а", "ө": "о", "ү": "ұ", "і": "ы"}),
    )
    names = []
    for name, folded in steps:
        before = wanted == got
        for letter, plain in folded.items():
            wanted, got = wanted.replace(letter, plain), got.replace(letter, plain)
        if wanted == got and not before:
            names.append(name)
    return names[0] if names else "other letters"


def share(part: int, pairs: Counter) -> str:
    return f"{100 * part / pairs.total():.1f} %"


def cldr_pairs() -> Iterable[tuple[str, str]]:
    """Lower-case Cyrillic words and the Arabic ones that CLDR has in their place."""
    cyrillic, arabic = Locale("kk"), Locale("kk", script="Arab")
    lists = [
        (cyrillic.territories, arabic.territories),
        (cyrillic.languages, arabic.languages),
        (cyrillic.months["stand-alone"]["wide"], arabic.months["stand-alone"]["wide"]),
        (cyrillic.days["stand-alone"]["wide"], arabic.days["stand-alone"]["wide"]),
    ]
    found = set()
    for ours, theirs in lists:
        for key in ours:
            left = CYRILLIC_WORD.findall(str(ours[key]).lower())
            right = re.findall("[\u0620-\u06d5]+", str(theirs.get(key, "")).replace("\u0674", "ء"))
            if len(left) == len(right) and len(left) == len(str(ours[key]).split()):
                found |= set(zip(left, right, strict=True))
    return sorted(found)


def corpus_forms(path: Path) -> Iterable[str]:
    """Word forms of a CoNLL-U file in lower case, without acronyms."""
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if cells[0].isdecimal() and not (len(cells[1]) > 1 and cells[1].isupper()):
            form = cells[1].lower()
            if CYRILLIC_WORD.fullmatch(form):
                yield form


def hold_out() -> list[tuple[str, str]]:
    """A tenth of the dictionary; from here on the converter knows the rest only."""
    held, kept = [], []
    for word in dictionary.words():
        (kept if zlib.crc32(word.encode()) % 10 else held).append(word)
    rest = dictionary.index_of([*kept, *WORDS, *NAMES], TSE)
    dictionary.by_letters = lambda _tse: rest
    arabic_to_cyrillic._speller.cache_clear()
    known = {*WORDS, *(name.lower() for name in NAMES)}
    words = [word.lower() for word in held if word.lower() not in known]
    return [(word, to_arabic(word)) for word in words]


if __name__ == "__main__":
    main()
