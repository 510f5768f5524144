"""What the search page shows: results with what was found marked, choices with their numbers."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from content.languages import LANGUAGES, ReaderLanguage
from content.models import Audience, Category, EducationPage, PopularQuestion, SectionPage
from content.models.base import open_to_all
from content.search import highlighting, texts
from content.search.asking import LONGEST_QUERY, Asked
from content.search.facts import Narrowing
from content.search.finding import OTHERS_SHOWN, Found, How, pieces_of
from content.search.index import page_entries

# What forms are called in addresses and to readers.
FORMS: Final = {
    "case": ("casewarningpage", _("Case warning")),
    "article": ("articlepage", _("Knowledge piece")),
    "video": ("videopage", _("Video lesson")),
}
POPULAR_SHOWN: Final = 8
# Signs of Markdown say nothing in a line of text.
_MARKDOWN: Final = re.compile(r"[*_#>|`]+|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Choices:
    """What the address asks for; what makes no sense in it is as if it were not there."""

    text: str = ""
    category: Category | None = None
    form: str | None = None
    audience: Audience | None = None
    number: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "Choices":
        """Of any query string. Two queries at most, and none without such choices."""
        form = query.get("form")
        number = query.get("p", "")
        return cls(
            text=query.get("q", ""),
            category=_term(Category, query.get("category")),
            form=form if form in FORMS else None,
            audience=_term(Audience, query.get("audience")),
            number=int(number) if re.fullmatch("[1-9][0-9]{0,3}", number) else 1,
        )

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing(
            category=self.category.pk if self.category else None,
            form=FORMS[self.form][0] if self.form else None,
            audience=self.audience.pk if self.audience else None,
        )

    @property
    def is_first_look(self) -> bool:
        """Whether this is the search itself, and no walk through its results."""
        return self.number == 1 and self.narrowing == Narrowing()

    def address(self, text: str | None = None, **changes: str | None) -> str:
        """The query string with these changes, and from its first page on unless they say so."""
        parts = {
            "q": self.text[:LONGEST_QUERY] if text is None else text,
            "category": self.category.slug if self.category else None,
            "form": self.form,
            "audience": self.audience.slug if self.audience else None,
        } | changes
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True)
class Result:
    """A piece that was found, with the places marked."""

    piece: EducationPage
    title: SafeString
    text: SafeString


@dataclass(frozen=True)
class Choice:
    """One way to narrow the results, or the one that was taken; then the address takes it back."""

    name: str
    count: int
    address: str
    is_chosen: bool


class ResultPage:
    """Everything that the template shows."""

    def __init__(self, found: Found, language: str, choices: Choices) -> None:
        self.found, self.language, self.choices = found, language, choices

    def context(self) -> dict:
        found = self.found
        is_empty = not found.keys
        return {
            "is_search": True,
            "query": found.asked.text,
            "was_cut": found.asked.was_cut,
            "longest": LONGEST_QUERY,
            "total": found.total,
            "how": found.how.name,
            "used": found.used.text if found.used else "",
            "results": self._results,
            "suggestions": [(text, f"?{urlencode({'q': text})}") for text in found.suggestions],
            "facets": self._facets,
            "elsewhere": self._elsewhere,
            "number": found.number,
            "pages": found.pages,
            "previous": self._page(found.number - 1),
            "next": self._page(found.number + 1),
            "popular": self._popular if is_empty else [],
            "cases": self._cases if is_empty else None,
            "categories": self._categories if is_empty else [],
            "is_narrowed": self.choices.narrowing != Narrowing(),
            "everything": f"?{urlencode({'q': found.asked.text})}",
            "version_urls": {code: self._url(code) for code in LANGUAGES},
        }

    @cached_property
    def _pieces(self) -> dict[int, EducationPage]:
        others = (key for best in self.found.elsewhere.values() for key in best[:OTHERS_SHOWN])
        keys = [*self.found.keys, *others]
        return {piece.pk: piece for piece in pieces_of(keys)} if keys else {}

    @cached_property
    def _results(self) -> list[Result]:
        shown = [self._pieces[key] for key in self.found.keys if key in self._pieces]
        entries = page_entries(piece.pk for piece in shown)
        bodies = texts.plain_texts(entries)
        used = self.found.used
        return [
            Result(
                piece,
                marked(piece.title, used),
                self._text(piece, bodies.get(entry, ""), used),
            )
            for piece, entry in zip(shown, entries, strict=True)
        ]

    @staticmethod
    def _text(piece: EducationPage, body: str, used: Asked) -> SafeString:
        """The summary where it tells why the piece was found, or the title does; else the body."""
        if highlighting.spans(piece.summary, used) or highlighting.spans(piece.title, used):
            return marked(piece.summary, used)
        found = highlighting.snippet(_MARKDOWN.sub(r"\1", body), used)
        return joined(found) if found else marked(piece.summary, used)

    @cached_property
    def _facets(self) -> list[tuple[str, list[Choice]]]:
        counts, choices = self.found.counts, self.choices
        if self.found.how not in {How.AS_ASKED, How.CORRECTED} or not self.found.asked.terms:
            return []
        categories = Category.objects.all() if counts.categories else []
        audiences = Audience.objects.all() if counts.audiences else []
        facets = [
            (_("Risk"), self._terms("category", categories, counts.categories)),
            (
                _("Form"),
                [
                    self._choice("form", name, str(label), counts.forms[model], choices.form)
                    for name, (model, label) in FORMS.items()
                    if counts.forms[model] or choices.form == name
                ],
            ),
            (_("For whom"), self._terms("audience", audiences, counts.audiences)),
        ]
        return [(name, ways) for name, ways in facets if ways]

    def _terms(self, kind: str, terms, counts) -> list[Choice]:
        chosen = getattr(self.choices, kind)
        return [
            self._choice(
                kind, term.slug, term.name_in(self.language), counts[term.pk],
                chosen.slug if chosen else None,
            )
            for term in terms
            if counts[term.pk] or term == chosen
        ]  # fmt: skip

    def _choice(self, kind: str, value: str, name: str, count: int, chosen: str | None) -> Choice:
        text = self.found.used.text if self.found.used else None
        address = self.choices.address(text, **{kind: None if chosen == value else value})
        return Choice(name, count, address, chosen == value)

    @cached_property
    def _elsewhere(self) -> list[tuple[ReaderLanguage, int, str, list[EducationPage]]]:
        """Other languages: how many they have, where, and the best of them."""
        counts = self.found.counts.languages
        found = []
        for code, keys in self.found.elsewhere.items():
            best = [self._pieces[key] for key in keys[:OTHERS_SHOWN] if key in self._pieces]
            if best and code in LANGUAGES:
                found.append((LANGUAGES[code], counts[code], self._url(code), best))
        return found

    def _page(self, number: int) -> str | None:
        if not 1 <= number <= self.found.pages:
            return None
        return self.choices.address(p=str(number) if number > 1 else None)

    def _url(self, code: str) -> str:
        used = self.found.used or self.found.asked
        return f"/{code}/search/" + (f"?{urlencode({'q': used.text})}" if used.text else "")

    @cached_property
    def _popular(self) -> list[tuple[str, str]]:
        questions = PopularQuestion.objects.filter(language=self.language)
        return [(q.text, f"?{urlencode({'q': q.text})}") for q in questions[:POPULAR_SHOWN]]

    @cached_property
    def _cases(self) -> SectionPage | None:
        cases = SectionPage.objects.filter(
            kind=SectionPage.Kind.CASES, locale__language_code=self.language
        )
        return open_to_all(cases).first()

    @cached_property
    def _categories(self) -> list[Category]:
        return list(Category.objects.all())


def marked(text: str, asked: Asked) -> SafeString:
    """The text as HTML, with what was asked for in <mark>."""
    return joined(highlighting.parts(text, asked))


def joined(parts: list[highlighting.Part]) -> SafeString:
    pieces = (
        (format_html("<mark>{}</mark>", part.text) if part.is_match else part.text,)
        for part in parts
    )
    return format_html_join("", "{}", pieces)


def _term(model, slug: str | None):
    """The term with that slug; compared here, as what stands in an address may be anything."""
    if not slug:
        return None
    return next((term for term in model.objects.all() if term.slug == slug), None)
