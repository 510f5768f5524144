"""``manage.py transliterate --to arab|cyrl|latn``: a Kazakh text from one script to another."""

import sys
from argparse import ArgumentParser
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from content.kazakh import PROFILES, Certainty, ConvertedWord, Script
from content.kazakh.conversion import converter
from content.kazakh.pieces import BrokenEncodingError, Code, pieces
from content.translation import spelling

SITE = "site"
# Distinct words that are counted; a hostile text has any number of them.
COUNTED = 100_000


class Command(BaseCommand):
    help = (
        "Reads UTF-8 from standard input and writes it to standard output in the script asked for; "
        "any size, in bounded memory. Kept: addresses, markup, code, placeholders, numbers, other "
        "scripts. Exit status 1 when the input is not UTF-8: what stands before the broken byte "
        "has been written, and its offset is named."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, choices=[script.value for script in Script])
        parser.add_argument(
            "--profile",
            default=SITE,
            choices=[SITE, *PROFILES],
            help="spelling of the disputed points; site (the default): this installation's "
            "settings and its editors' exceptions",
        )
        parser.add_argument(
            "--report",
            action="store_true",
            help="afterwards list the ambiguous words on standard error: count, word, what it "
            "was, what else it may be, with tabs, the most frequent first",
        )

    def handle(self, *args, to: str, profile: str, report: bool, **options) -> None:
        chosen = spelling.profile() if profile == SITE else PROFILES[profile]
        ambiguous: Counter[ConvertedWord] = Counter()
        convert = converter(Script(to), chosen, _counter(ambiguous) if report else None)
        try:
            for piece in pieces(sys.stdin.buffer):
                text = piece if isinstance(piece, Code) else convert(piece)
                sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        except BrokenEncodingError as error:
            sys.stdout.buffer.flush()
            raise CommandError(str(error)) from error
        except BrokenPipeError:
            # Who reads has read enough (| head): nothing more can be written, also not at exit.
            sys.stdout = None
            return
        for word, count in ambiguous.most_common():
            line = [count, word.text, word.source, " ".join(word.candidates)]
            self.stderr.write("\t".join(map(str, line)), lambda text: text)


def _counter(ambiguous: Counter[ConvertedWord]):
    """Count words wherever they stand, so that a word is one entry."""

    def count(word: ConvertedWord) -> None:
        if word.certainty != Certainty.AMBIGUOUS:
            return
        anywhere = word._replace(start=0, end=0)
        if anywhere in ambiguous or len(ambiguous) < COUNTED:
            ambiguous[anywhere] += 1

    return count
