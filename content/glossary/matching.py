"""Which agreed terms a Chinese text holds, and whether a translation uses them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermMatch:
    """An agreed term in a Chinese text, by its place there, and the agreed translations."""

    start: int
    end: int
    zh: str
    kk_arab: str
    kk: str
    notes: str = ""

    def translation(self, language: str) -> str:
        """The agreed translation in that language (kk-arab or kk)."""
        return {"kk-arab": self.kk_arab, "kk": self.kk}[language]


def terms_in(text: str) -> list[TermMatch]:
    """The agreed terms in a Chinese text, the longest at each place, none overlapping."""
    return []


def unused_terms(source: str, translation: str, language: str) -> list[TermMatch]:
    """The agreed terms of the source, each once, whose translation the translated text lacks."""
    return []
