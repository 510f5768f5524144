"""What the public finds: the one verb behind the search page and search_check."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from django.db.models import QuerySet

from content.models import EducationPage
from content.models.base import open_to_all
from content.search import facts, likeness, ranking, suggesting, texts
from content.search.asking import Asked, read
from content.search.facts import Counts, Narrowing

PER_PAGE: Final = 10
# Nobody turns so many pages; an address that asks for more gets the last of these.
MOST_PAGES: Final = 1000
OTHERS_SHOWN: Final = 3


class How(StrEnum):
    """In which way the results were found."""

    AS_ASKED = "as asked"
    CORRECTED = "corrected"  # nothing as asked; these are for what was probably meant
    VERSION = "version"  # another language has it, and these are its versions in this one
    ALIKE = "alike"  # none has all of it; these have some


@dataclass
class Found:
    """What one page of results shows."""

    asked: Asked
    how: How = How.AS_ASKED
    # What the results are for: the same as asked, unless it was corrected.
    used: Asked | None = None
    keys: list[int] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    number: int = 1
    # Other suggestions, as queries.
    suggestions: list[str] = field(default_factory=list)
    # Language code -> keys of the best there.
    elsewhere: dict[str, list[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.counts.total

    @property
    def pages(self) -> int:
        return min(MOST_PAGES, max(1, -(-self.total // PER_PAGE)))


def find(text: str, language: str, narrowing: Narrowing | None = None, number: int = 1) -> Found:
    """Search the public pieces. Any text is allowed; a bounded number of queries whatever it is."""
    asked = read(text)
    narrowing = narrowing or Narrowing()
    found = Found(asked, used=asked)
    if not asked.terms:
        return found
    public = facts.public_entries()
    _search(found, public, language, narrowing, number)
    if not found.total and narrowing == Narrowing():
        _search_otherwise(found, public, language, number)
    return found


def pieces_of(keys: list[int]) -> list[EducationPage]:
    """The pieces with these keys in that order, ready for cards; without what was taken down."""
    found = EducationPage.objects.with_cards().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _search(
    found: Found, public: QuerySet, language: str, narrowing: Narrowing, number: int
) -> None:
    """Fill in what matches the query that is used."""
    used = found.used
    matches = texts.matching(used.wide, texts.Breadth.WHOLE, all_at_once=True)
    matching = public.filter(matches)
    groups = facts.groups_of(matching)
    found.counts = facts.count(groups, language, narrowing)
    found.number = min(max(1, number), found.pages)
    allowed = narrowing.apply(public)
    if found.total:
        start = (found.number - 1) * PER_PAGE
        of_language = allowed.filter(language=language)
        found.keys = ranking.ranked(used, of_language, start, start + PER_PAGE)
    others = sorted(code for code in found.counts.languages if code != language)
    for code in others if found.number == 1 else []:
        entries = allowed.filter(language=code)
        # Looked at closely only where these are all that there is.
        found.elsewhere[code] = (
            [key for key, _step in ranking.stepwise(used, entries, OTHERS_SHOWN)]
            if found.total
            else ranking.ranked(used, entries, 0, PER_PAGE)
        )


def _search_otherwise(found: Found, public: QuerySet, language: str, number: int) -> None:
    """Nothing in this language: versions of what others have, a correction, or what is alike."""
    if found.elsewhere:
        found.how, keys = How.VERSION, _versions(found.elsewhere, language)
    else:
        if _correct(found, public, language, number):
            return
        found.how, keys = How.ALIKE, likeness.alike(found.asked, public, language)
    found.counts = replace(found.counts, total=len(keys))
    found.number = min(max(1, number), found.pages)
    start = (found.number - 1) * PER_PAGE
    found.keys = keys[start : start + PER_PAGE]
    if not keys:
        found.how = How.AS_ASKED


def _correct(found: Found, public: QuerySet, language: str, number: int) -> bool:
    """Take what was probably meant, if that finds something in any language."""
    likely = suggesting.suggestions(found.asked, language)
    for place, text in enumerate(likely):
        tried = Found(found.asked, How.CORRECTED, used=read(text))
        if not tried.used.terms:
            continue
        _search(tried, public, language, Narrowing(), number)
        if tried.total or tried.elsewhere:
            if not tried.total:
                versions = _versions(tried.elsewhere, language)
                tried.keys = versions[:PER_PAGE]
                tried.counts = replace(tried.counts, total=len(tried.keys))
            tried.suggestions = [
                other for other in likely[place + 1 :] if _finds_any(read(other), public)
            ]
            vars(found).update(vars(tried))
            return True
    return False


def _finds_any(asked: Asked, public: QuerySet) -> bool:
    """Whether anything in any language matches."""
    if asked.wide is None:
        return False
    return public.filter(texts.matching(asked.wide, texts.Breadth.WHOLE)).exists()


def _versions(elsewhere: dict[str, list[int]], language: str) -> list[int]:
    """The pieces of a language that are versions of these of other languages."""
    keys = [key for best in elsewhere.values() for key in best]
    of_these = EducationPage.objects.filter(pk__in=keys).values("translation_key")
    own = open_to_all(EducationPage.objects.filter(translation_key__in=of_these))
    return list(
        own.filter(locale__language_code=language)
        .order_by("-date", "-pk")
        .values_list("pk", flat=True)
    )
