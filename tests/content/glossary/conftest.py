import pytest

from content.glossary import matching
from content.models import GlossaryTerm


@pytest.fixture
def no_terms(db) -> None:
    """None of the shipped terms: a test brings its own."""
    terms = GlossaryTerm.objects.all()
    terms._raw_delete(terms.db)
    matching.forget()


@pytest.fixture
def term(no_terms):
    """Make a term in use: term("退保", "сақтандырудан шығу")."""

    def make(zh: str, kk: str = "", **fields) -> GlossaryTerm:
        fields.setdefault("status", GlossaryTerm.Status.IN_USE)
        return GlossaryTerm.objects.create(zh=zh, kk=kk, **fields)

    return make
