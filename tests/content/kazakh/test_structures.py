"""Structured content keeps its structure; only its texts are converted."""

import pytest

from content.kazakh import convert_values, to_arabic

pytestmark = pytest.mark.once


def test_a_streams_texts_are_converted_and_nothing_else():
    stream = [
        {"type": "сөз", "id": "сөз-1", "value": "<p>сөз</p>"},
        {
            "type": "figure",
            "id": "2",
            "value": {"image": 7, "caption": "сөз", "decorative": False, "url": "/сөз"},
        },
        {"type": "case", "value": {"heading": "", "text": [{"type": "markdown", "value": "сөз"}]}},
        {"type": "file", "value": None},
    ]
    assert convert_values(stream, to_arabic) == [
        {"type": "сөз", "id": "сөз-1", "value": "<p>ءسوز</p>"},
        {
            "type": "figure",
            "id": "2",
            "value": {"image": 7, "caption": "ءسوز", "decorative": False, "url": "/сөз"},
        },
        {"type": "case", "value": {"heading": "", "text": [{"type": "markdown", "value": "ءسوز"}]}},
        {"type": "file", "value": None},
    ]


def test_a_field_named_type_or_id_of_a_struct_is_text_like_any_other():
    assert convert_values({"type": "сөз", "id": 3}, to_arabic) == {"type": "ءسوز", "id": 3}


def test_addresses_are_kept_by_their_look_too():
    data = {"next": "/сөз/ой", "here": "#сөз", "said": "/ сөз"}
    assert convert_values(data, to_arabic) == {"next": "/сөз/ой", "here": "#сөз", "said": "/ ءسوز"}


def test_the_data_given_stays_as_it_was():
    data = ["сөз", {"a": ["сөз"]}]
    convert_values(data, to_arabic)
    assert data == ["сөз", {"a": ["сөз"]}]
