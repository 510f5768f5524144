"""``manage.py transliterate``: standard input to standard output."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parents[3]


def transliterate(text: bytes, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "transliterate", "--profile", "xinjiang", *arguments],
        input=text,
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "edu_cms.settings.test"},
    )


def test_a_file_is_converted_with_its_line_ends():
    done = transliterate("Сөз, ой?\r\n".encode(), "--to", "arab")
    assert (done.returncode, done.stdout.decode()) == (0, "ءسوز، وي؟\r\n")


def test_profiles_are_chosen_by_name():
    done = transliterate("біз бірақ".encode(), "--to", "arab", "--profile", "standard")
    assert done.stdout.decode() == "\u0674بىز بىراق"


def test_the_report_counts_ambiguous_words_after_the_text():
    done = transliterate("1 كورسەت ا ق كورسەت كۇن".encode(), "--to", "cyrl", "--report")
    assert done.stdout.decode() == "1 көрсет АҚ көрсет күн"
    assert done.stderr.decode().splitlines() == [
        "2\tкөрсет\tكورسەت\tкөрсет корсет",
        "1\tАҚ\tا ق\tАҚ ӘҚ",
    ]


def test_what_is_not_utf_8_is_named_and_nothing_half_written():
    done = transliterate("сөз ".encode() + b"\xff" + "сөз".encode(), "--to", "arab")
    assert done.returncode == 1
    assert done.stdout.decode() == "ءسوز "
    assert "byte 0xff at offset 7" in done.stderr.decode()


def test_an_unknown_script_is_refused_with_those_there_are():
    done = transliterate(b"", "--to", "runes")
    assert done.returncode != 0
    assert "arab" in done.stderr.decode()
