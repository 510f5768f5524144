"""Which agreed terms a Chinese text holds, and whether a translation uses them.

The terms are read once and kept in the process. A mark in the cache that all processes share
changes with every change of the table; whoever meets another mark reads anew. So neither function
asks the database, however many texts a list shows.
"""

import uuid
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from content.glossary import inflection, wording
from content.glossary.occurrences import Finder, Wording

_MARK_KEY = "glossary-mark"
# A process that dies between a change and its mark leaves the others in the dark for so long.
_MARK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term in a Chinese text, by its place there, and the agreed translations.

    `found` is the wording that stands in the text, `zh` the term it belongs to. Only what is
    `agreed` is asked for in a translation; the rest are proposals, to be shown as such.
    `variants` are other Kazakh wordings that are no mistake, in either script.
    """

    start: int
    end: int
    zh: str
    kk_arab: str
    kk: str
    notes: str = ""
    found: str = ""
    agreed: bool = True
    approved: bool = False
    variants: tuple[str, ...] = ()
    pk: int | None = None

    def translation(self, language: str) -> str:
        """The agreed translation in that language (kk-arab or kk); empty where there is none."""
        return {"kk-arab": self.kk_arab, "kk": self.kk}[language]


def terms_in(text: str) -> list[TermMatch]:
    """The terms in a Chinese text or HTML, the longest at each place, none overlapping.

    Proposed terms are among them, marked as not agreed. Places count characters of the text as
    given. Nothing is found in tags, addresses and placeholders.
    """
    return [
        replace(term, start=start, end=end, found=text[start:end])
        for start, end, term in _finder().find(text)
    ]


def unused_terms(source: str, translation: str, language: str) -> list[TermMatch]:
    """The agreed terms of the source, each once, whose translation the translated text lacks.

    `language` is kk-arab or kk. A word of the translation may bear suffixes, and either script
    counts. A term that has no translation yet cannot be missed.
    """
    wanted: dict[str, TermMatch] = {}
    for term in terms_in(source):
        if term.agreed and term.translation(language):
            wanted.setdefault(term.zh, term)
    if not wanted:
        return []
    words = inflection.words_of(translation)
    return [term for term in wanted.values() if not _is_used(term, words, language)]


def _is_used(term: TermMatch, words: list[str], language: str) -> bool:
    wordings = (term.translation(language), *term.variants)
    return any(inflection.uses(words, inflection.words_of(one)) for one in wordings)


# The mark under which this process has built its finder, and the finder; replaced as one.
_kept: tuple[str, Finder[TermMatch] | None] = ("", None)


def _finder() -> Finder[TermMatch]:
    global _kept  # noqa: PLW0603 one a process, as a cache is
    mark = cache.get(_MARK_KEY) or cache.get_or_set(_MARK_KEY, _new_mark, timeout=_MARK_SECONDS)
    known, finder = _kept
    if known != mark or finder is None:
        finder = _build()
        _kept = (mark, finder)
    return finder


def _new_mark() -> str:
    return uuid.uuid4().hex


def _build() -> Finder[TermMatch]:
    from content.models import GlossaryTerm

    # The older keeps a wording that two claim, which only two changes in one instant can bring.
    terms = GlossaryTerm.objects.matched().order_by("pk")
    return Finder((_match(term), _wordings(term)) for term in terms)


def _wordings(term) -> list[Wording]:
    not_within = wording.lines(term.not_within)
    return [Wording(word, not_within) for word in term.chinese]


def _match(term) -> TermMatch:
    return TermMatch(
        start=0,
        end=0,
        zh=term.zh,
        kk_arab=term.kk_arab,
        kk=term.kk,
        notes=term.notes,
        agreed=term.is_agreed,
        approved=term.status == term.Status.APPROVED,
        variants=tuple(term.kazakh_variants),
        pk=term.pk,
    )


def forget(*args, **kwargs) -> None:
    """Let every process read the terms anew. Called by itself unless rows are written in bulk."""
    _renew()
    if transaction.get_connection().in_atomic_block:
        # Whoever looked meanwhile has read what stood before.
        transaction.on_commit(_renew)


def _renew() -> None:
    cache.set(_MARK_KEY, _new_mark(), timeout=_MARK_SECONDS)


def connect() -> None:
    """Listen to changes of the terms. Called once, when the apps are ready."""
    from content.models import GlossaryTerm

    for signal in (post_save, post_delete):
        signal.connect(forget, sender=GlossaryTerm, dispatch_uid="glossary_matching")
