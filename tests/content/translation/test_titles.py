"""A title stands in its own direction in the Chinese lines of our admin screens."""

from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from tests.content.translation.making import make_translated

TITLE = "قايدا (96110)?"


def set_apart(client, where: str, name: str, **kwargs) -> list[str]:
    page = BeautifulSoup(client.get(reverse(name, kwargs=kwargs)).content, "html.parser")
    return [one.get_text() for one in page.select(f"{where} bdi")]


def heads(client, name: str, **kwargs) -> list[str]:
    return set_apart(client, "header", name, **kwargs)


def test_a_kazakh_title_in_the_header_is_set_apart(here, arab):
    version = arab.get_target_instance()
    Page.objects.filter(pk=version.pk).update(title=TITLE, draft_title=TITLE)
    assert TITLE in heads(here, "translation_desk:desk", translation_id=arab.pk)
    assert TITLE in heads(here, "translation_desk:convert", translation_id=arab.pk)
    assert TITLE in heads(here, "versions:changes", pk=version.pk)
    assert TITLE in heads(here, "versions:together", pk=version.pk)


def test_so_is_the_title_of_an_original_that_holds_kazakh(here, db):
    original = make_translated("mixed", title=TITLE)
    row = {"key": original.translation_key, "language": "kk-arab"}
    assert TITLE in heads(here, "translation:piece", **row)
    assert TITLE in heads(here, "translation:adapt", **row)
    assert TITLE in set_apart(here, "tbody th", "translation:queue")
