"""Which entries a search of the public may bring, and how many there are of each kind."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from wagtail.models import Page, PageViewRestriction

from content.models import SearchEntry


@dataclass(frozen=True)
class Narrowing:
    """What a reader chose beside the words; None is everything."""

    category: int | None = None
    form: str | None = None
    audience: int | None = None

    def apply(self, entries: QuerySet) -> QuerySet:
        """Those of the entries that fit."""
        if self.category is not None:
            entries = entries.filter(category=self.category)
        if self.form is not None:
            entries = entries.filter(form=self.form)
        if self.audience is not None:
            entries = entries.filter(audiences__contains=f",{self.audience},")
        return entries

    def fits(self, group: "Group", without: str = "") -> bool:
        """Whether a group of entries fits; `without`: one of the choices left aside."""
        return (
            (without == "category" or self.category in {None, group.category})
            and (without == "form" or self.form in {None, group.form})
            and (without == "audience" or self.audience in {None, *group.audiences})
        )


@dataclass(frozen=True)
class Group:
    """Entries that are alike in all that a search counts."""

    language: str
    form: str
    category: int | None
    audiences: frozenset[int]
    count: int


@dataclass
class Counts:
    """How many matches there are, of each kind under the other choices."""

    total: int = 0
    languages: Counter = field(default_factory=Counter)
    categories: Counter = field(default_factory=Counter)
    forms: Counter = field(default_factory=Counter)
    audiences: Counter = field(default_factory=Counter)


def public_entries() -> QuerySet:
    """Entries of live pieces that no view restriction closes. One query where none is closed."""
    entries = SearchEntry.objects.filter(is_live=True)
    for path in PageViewRestriction.objects.values_list("page__path", flat=True):
        closed = Page.objects.filter(path__startswith=path).values("pk")
        entries = entries.exclude(object_id__in=closed)
    return entries


def groups_of(entries: QuerySet) -> list[Group]:
    """The entries counted, in one query."""
    rows = entries.order_by().values_list("language", "form", "category", "audiences")
    return [
        Group(
            language, form, category,
            frozenset(int(key) for key in audiences.split(",") if key), count,
        )
        for language, form, category, audiences, count in rows.annotate(count=Count("pk"))
    ]  # fmt: skip


def count(groups: list[Group], language: str, narrowing: Narrowing) -> Counts:
    """The groups summed up for a reader of that language who chose that."""
    counts = Counts()
    for group in groups:
        if narrowing.fits(group):
            counts.languages[group.language] += group.count
        if group.language != language:
            continue
        if narrowing.fits(group):
            counts.total += group.count
        if narrowing.fits(group, without="category"):
            counts.categories[group.category] += group.count
        if narrowing.fits(group, without="form"):
            counts.forms[group.form] += group.count
        if narrowing.fits(group, without="audience"):
            counts.audiences.update(dict.fromkeys(group.audiences, group.count))
    return counts
