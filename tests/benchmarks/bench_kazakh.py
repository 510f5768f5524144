"""Megabytes a second of processor time that each direction of script conversion takes, by one core.

    make bench-kazakh        (python -m tests.benchmarks.bench_kazakh [--megabytes 2] [--runs 5])

The text is built with a fixed seed: the dictionary's words, half of them with up to two endings,
drawn by Zipf's law (the n-th word every 1/n), in sentences and paragraphs with some numbers, names
in Latin letters and links. Counted are the UTF-8 bytes that go in. "from cold" forgets every word
before each run, so that each distinct word is worked out anew; otherwise a process has seen the
words, as a site's has after its first pages. The dictionary, read once a process, is a row of its
own. `convert` also tells each word's place and how sure it is; it gets the text page by page, as
the site converts it: a million results kept at once would measure the garbage collector.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable

from content.kazakh import (
    DEFAULT,
    Script,
    arabic_to_cyrillic,
    convert,
    cyrillic_to_arabic,
    cyrillic_to_latin,
    dictionary,
    to_arabic,
    to_cyrillic,
    to_latin,
)
from content.kazakh.endings import are_endings
from content.kazakh.harmony import is_front, join

LIMIT = 5.0
# Characters.
PAGE = 3000
BACK = [
    "лар",
    "дар",
    "ның",
    "ға",
    "қа",
    "да",
    "дан",
    "ым",
    "ыңыз",
    "ы",
    "мен",
    "лық",
    "сыз",
    "ды",
    "у",
]
FRONT = [
    "лер",
    "дер",
    "нің",
    "ге",
    "ке",
    "де",
    "ден",
    "ім",
    "іңіз",
    "і",
    "мен",
    "лік",
    "сіз",
    "ді",
    "у",
]
ODDITIES = ["2026", "1,000", "12:30", "QR", "<b>AIA</b>", "https://example.org/қаз?а=1", "{name}"]


def text_of(megabytes: float) -> str:
    """Kazakh-like Cyrillic prose of about that size."""
    chance = random.Random(315)
    words = [word for word in dictionary.words() if len(word) > 2]
    chance.shuffle(words)
    for number in range(0, len(words), 2):
        for _ in range(chance.randint(1, 2)):
            endings = FRONT if is_front(words[number]) else BACK
            words[number] = join(words[number] + chance.choice(endings))
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    count = int(megabytes * 1e6 / 15)
    out = []
    for word in chance.choices(words, weights, k=count):
        opens = not out or out[-1] in (". ", "? ", ".\n\n")
        out.append(word[0].upper() + word[1:] if opens else word)
        if chance.random() < 0.01:
            out += [" ", chance.choice(ODDITIES)]
        out.append(chance.choices([" ", ", ", ". ", "? ", ".\n\n"], [84, 6, 7, 1, 2])[0])
    return "".join(out)


def pages_of(text: str) -> list[str]:
    """The text in pieces of whole paragraphs, each as long as a page of the site."""
    pages, page = [], ""
    for paragraph in text.split("\n\n"):
        page += paragraph + "\n\n"
        if len(page) > PAGE:
            pages.append(page)
            page = ""
    return [*pages, page]


def converting(to: Script) -> Callable[[str], object]:
    def work(text: str) -> None:
        for page in pages_of(text):
            convert(page, to)

    return work


def forget() -> None:
    """Empty what the process remembers of words; the dictionary stays."""
    cyrillic_to_arabic._speller.cache_clear()
    arabic_to_cyrillic._speller.cache_clear()
    cyrillic_to_latin._cached.cache_clear()
    are_endings.cache_clear()


def speed(work: Callable[[str], object], text: str, runs: int, *, cold: bool) -> float:
    """Megabytes a second, the median of the runs."""
    size = len(text.encode()) / 1e6
    seconds = []
    work(text)
    for _ in range(runs):
        if cold:
            forget()
        start = time.process_time()
        work(text)
        seconds.append(time.process_time() - start)
    return size / statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=2)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    start = time.process_time()
    dictionary.by_letters(DEFAULT.tse)
    reading = time.process_time() - start
    cyrillic = text_of(options.megabytes)
    arabic = to_arabic(cyrillic)
    rows = [
        ("Cyrillic to Arabic", to_arabic, cyrillic),
        ("Arabic to Cyrillic", to_cyrillic, arabic),
        ("Cyrillic to Latin", to_latin, cyrillic),
        ("Arabic to Latin", lambda text: to_latin(to_cyrillic(text)), arabic),
        ("convert, Cyrillic to Arabic", converting(Script.ARAB), cyrillic),
        ("convert, Arabic to Cyrillic", converting(Script.CYRL), arabic),
    ]
    distinct = len(set(cyrillic.split()))
    print(  # noqa: T201
        f"| {len(cyrillic.encode()) / 1e6:.1f} MB, {distinct:,} distinct words, "
        f"median of {options.runs} | MB/s | from cold, MB/s | limit, MB/s |"
    )
    print("|---|---:|---:|---:|")  # noqa: T201
    for name, work, text in rows:
        warm, cold = (speed(work, text, options.runs, cold=cold) for cold in (False, True))
        print(f"| {name} | {warm:.1f} | {cold:.1f} | {LIMIT:.0f} |")  # noqa: T201
    print(f"| reading the dictionary, s | {reading:.2f} | | |")  # noqa: T201


if __name__ == "__main__":
    main()
