"""Pieces behind figures: what they are called, which risk they warn of, and whom they are for.

A piece has one risk category and any number of audience groups, those of its page today. A code
whose page is gone, and a page without, stand under NONE.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from campaigns.reach import languages
from content.models import EducationPage

# In addresses: of no piece, of no category, of no audience group.
NONE = "-"
# Between a title and its language.
BEHIND = " · "


@dataclass(frozen=True)
class Place:
    """The slug of its risk category and those of its audience groups; NONE where it has none."""

    risk: str = NONE
    audiences: frozenset[str] = frozenset({NONE})


_NOWHERE = Place()


class Places:
    """Where pieces stand, by their codes."""

    def __init__(self, codes: Iterable[str] | None = None) -> None:
        """Of these codes, or of every piece there is."""
        pages = EducationPage.objects.order_by("-locale__language_code", "pk")
        if codes is not None:
            pages = pages.filter(code__in=list(codes))
        risks = dict(pages.values_list("code", "category__slug"))
        audiences: dict[str, set[str]] = defaultdict(set)
        for code, slug in pages.values_list("code", "audiences__slug"):
            if slug:
                audiences[code].add(slug)
        self._known = {
            code: Place(risk or NONE, frozenset(audiences[code] or {NONE}))
            for code, risk in risks.items()
        }

    def of(self, code: str) -> Place:
        return self._known.get(code, _NOWHERE)

    def where(self, wanted: Callable[[Place], bool]) -> Q:
        """A condition on the ledger: pieces, and no figure without one, whose place is wanted."""
        codes = [code for code, place in self._known.items() if wanted(place)]
        found = Q(content__in=codes)
        if wanted(_NOWHERE):
            found |= ~Q(content__in=list(self._known)) & ~Q(content="")
        return found


def wants(risks: Collection[str], audiences: Collection[str]) -> Callable[[Place], bool]:
    """Whether a place is among these risks and these audience groups; empty means all."""

    def wanted(place: Place) -> bool:
        return (not risks or place.risk in risks) and (
            not audiences or not place.audiences.isdisjoint(audiences)
        )

    return wanted


def titles_of(codes: Collection[str]) -> dict[str, str]:
    """What pieces are called, by code.

    A translation is called what its original is, with its language behind it: whoever reads figures
    need not read Kazakh.
    """
    pages = EducationPage.objects.filter(code__in=codes)
    told = list(pages.values_list("code", "title", "locale__language_code", "translation_key"))
    originals = dict(
        EducationPage.objects.filter(
            translation_key__in={key for *_rest, key in told},
            locale__language_code=settings.LANGUAGE_CODE,
        ).values_list("translation_key", "title")
    )
    return {
        code: title
        if language == settings.LANGUAGE_CODE or key not in originals
        else f"{originals[key]}{BEHIND}{languages.name_of(language)}"
        for code, title, language, key in told
    }
