"""Pieces to search for: the demo's own, in every language."""

import pytest

from campaigns.demo.figures import load_materials


@pytest.fixture
def demo_pieces(db) -> None:
    load_materials()
