"""Versions of a piece in several languages, and whether they still say the same."""
