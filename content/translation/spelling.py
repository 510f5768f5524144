"""The profile by which this installation spells Kazakh: its settings and the editors' lexicon."""

from content.kazakh import DEFAULT, Profile


def profile() -> Profile:
    """What conversion of content goes by, everywhere on the site."""
    return DEFAULT
