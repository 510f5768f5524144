"""How text is cut for the index and for a query: every Han character is a word of its own.

Both databases' tokenisers take a run of Han characters for one word, so that 退保 would not find
代理退保骗局. Cut into single characters, any part of a title finds it, without a dictionary.
"""

import re

# CJK ideographs with extension A, the compatibility block and the supplementary planes.
HAN = re.compile(r"([㐀-䶿一-鿿豈-﫿\U00020000-\U000323af])")
# Signs say nothing to a searcher; an engine could take them for its own language, and PostgreSQL
# would read "agent-1" as a word and a negative number.
_SIGNS = re.compile(r"[^\w\s]|_")


def spaced(text: str) -> str:
    """Words without signs, one blank between them, each Han character a word."""
    return " ".join(HAN.sub(r" \1 ", _SIGNS.sub(" ", text)).split())


def searchable(value):
    """A field's value made ready for the index; what is not text stays as it is."""
    if isinstance(value, str):
        return spaced(value)
    if isinstance(value, list | tuple):
        return [searchable(item) for item in value]
    return value
