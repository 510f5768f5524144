"""A text of any size is cut into pieces whose conversion is that of the whole."""

import io
import random
import tracemalloc

import pytest

from content.kazakh import Script, convert, to_arabic
from content.kazakh.conversion import converter
from content.kazakh.pieces import BrokenEncodingError, Code, pieces

pytestmark = pytest.mark.once

WORDS = [
    "сөз", "Бала", "ЖШС", "БІЗ", "үйге,", "т.б.", "ой.", "неге?", "<b", 'title="сөз ой">',
    "<!-- сөз", "ой -->", "{{ сөз }}", "https://a.kz/сөз,", "1,000", "-", "2.", "Google,", "«ән»",
    "`сөз", "ой`", "<code>ой", "сөз</code>",
]  # fmt: skip


def long_text(seed: int, size: int = 24_000) -> str:
    chance = random.Random(seed)
    return "".join(
        chance.choice(WORDS) + chance.choice([" "] * 8 + ["\n", "\n\n", "\r\n"])
        for _ in range(size)
    )


def in_pieces(text: str, to: Script) -> str:
    convert_piece = converter(to)
    cut = pieces(io.BytesIO(text.encode()))
    return "".join(one if isinstance(one, Code) else convert_piece(one) for one in cut)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("to", Script)
def test_pieces_are_converted_like_the_whole(seed, to):
    text = long_text(seed)
    assert len(list(pieces(io.BytesIO(text.encode())))) > 1
    assert in_pieces(text, to) == convert(text, to).text
    arabic = to_arabic(text)
    assert in_pieces(arabic, to) == convert(arabic, to).text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<script>", "</script>"),
        ("<STYLE a='b'>", "</style >"),
        ("```js\n", "\n```\n"),
        ("~~~~\n", "\n~~~~~\n"),
        ("<script>", ""),
        ("```\n", ""),
    ],
)
@pytest.mark.parametrize("size", [10, 70_000, 1_300_000])
def test_code_longer_than_a_piece_is_kept(opening, closing, size):
    code = "бала, сөз;\n" * (size // 11)
    text = f"{'ой сөз. ' * 9000}\n\n{opening}{code}{closing} Бала, сөз\n"
    rest = " بالا، ءسوز\n" if closing else " Бала, сөз\n"
    converted = in_pieces(text, Script.ARAB)
    assert converted.endswith(f"\n\n{opening}{code}{closing}{rest}")
    assert converted == to_arabic(text)


def test_a_letter_across_two_reads_is_one_letter():
    text = "a" + "ә" * 70_000
    assert "".join(pieces(io.BytesIO(text.encode()))) == text


def test_a_line_without_end_is_cut_between_words():
    text = "сөз бала " * 100_000
    assert max(map(len, pieces(io.BytesIO(text.encode())))) < 200_000
    assert in_pieces(text, Script.ARAB) == to_arabic(text)


def test_a_broken_byte_is_named_after_what_stands_before_it():
    good = "сөз " * 50_000
    found = []
    with pytest.raises(BrokenEncodingError, match=f"0xff at offset {len(good.encode())}"):
        found.extend(pieces(io.BytesIO(good.encode() + b"\xff" + good.encode())))


def test_half_a_letter_at_the_end_is_named():
    with pytest.raises(BrokenEncodingError, match="offset 6"):
        list(pieces(io.BytesIO("сөз".encode() + "ә".encode()[:1])))


class Endless(io.RawIOBase):
    """Bytes that are made while they are read."""

    def __init__(self, block: bytes, blocks: int) -> None:
        self.block, self.left = block, blocks

    def read(self, size: int = -1) -> bytes:
        self.left -= 1
        return self.block if self.left >= 0 else b""


@pytest.mark.parametrize("block", ["сөз бала\n" * 4000, "с" * 30_000, "<!-- сөз " * 4000])
def test_memory_does_not_grow_with_the_text(block, monkeypatch):
    monkeypatch.setattr("content.kazakh.pieces._LONGEST", 1 << 17)

    def peak(blocks: int) -> int:
        tracemalloc.start()
        try:
            for _piece in pieces(Endless(block.encode(), blocks)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(40) < 1.3 * peak(20)
