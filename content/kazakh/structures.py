"""Conversion of texts inside structured content: a StreamField's raw data, any JSON.

Shapes as Wagtail stores them: a stream is a list of {"type", "value", "id"}, a struct a dict, a
chooser a number or an identifier in a string.
"""

import re
from collections.abc import Callable
from typing import Final

# What stands beside a block's value names or finds something; so do values under these keys.
_BLOCK_KEYS: Final = frozenset({"type", "id"})
_NO_TEXT_KEYS: Final = frozenset({"url", "href", "src", "link", "slug", "anchor", "code", "file"})
_ADDRESS: Final = re.compile(r"(?:/|\./|#|\?)\S*")


def convert_values(data: object, convert: Callable[[str], str]) -> object:
    """Return the data with ``convert`` applied to its texts, all else as it is, in the same shape.

    Kept: keys, the type and id of a block, numbers, truth values, and strings that are addresses,
    by their key or because they are one word that begins with / # or ?.
    """
    if isinstance(data, str):
        return data if _ADDRESS.fullmatch(data) else convert(data)
    if isinstance(data, list | tuple):
        return type(data)(convert_values(item, convert) for item in data)
    if isinstance(data, dict):
        kept = _NO_TEXT_KEYS | _BLOCK_KEYS if "type" in data and "value" in data else _NO_TEXT_KEYS
        return {
            key: value if key in kept else convert_values(value, convert)
            for key, value in data.items()
        }
    return data
