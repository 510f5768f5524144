"""The agreed terms of a source, and those that its translation does not use."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.glossary import matching
from content.glossary.matching import terms_in, unused_terms
from content.kazakh import to_arabic
from content.models import GlossaryTerm

SOURCE = "李某与保险公司签订保险合同，两年后退保。"


@pytest.fixture
def terms(term):
    term("保险公司", "сақтандыру компаниясы", notes="经批准设立")
    term("保险合同", "сақтандыру шарты", synonyms="保险契约")
    term("退保", "сақтандырудан шығу", variants="шартты бұзу")
    term("诈骗", "алаяқтық", status="proposed")
    term("保单贷款", "", status="in_use")
    term("旧词", "ескі", status="deprecated")


def test_a_match_bears_place_translations_and_notes(terms):
    one = terms_in(SOURCE)[0]
    assert (one.start, one.end, one.zh, one.kk) == (3, 7, "保险公司", "сақтандыру компаниясы")
    assert one.kk_arab == to_arabic("сақтандыру компаниясы")
    assert one.notes == "经批准设立"
    assert one.translation("kk-arab") == one.kk_arab
    assert one.pk == GlossaryTerm.objects.get(zh="保险公司").pk


def test_a_synonym_leads_to_its_term(terms):
    (one,) = terms_in("一份保险契约")
    assert (one.zh, one.found) == ("保险合同", "保险契约")


def test_proposed_terms_are_shown_as_such_and_never_missed(terms):
    (one,) = terms_in("电话诈骗")
    assert not one.agreed
    assert unused_terms("电话诈骗", "бірдеңе", "kk") == []


def test_terms_no_longer_used_are_not_found(terms):
    assert terms_in("这个旧词") == []


@pytest.mark.parametrize(("language", "script"), [("kk", str), ("kk-arab", to_arabic)])
def test_a_translation_that_uses_the_agreed_words_misses_none(terms, language, script):
    text = "Ли сақтандыру компаниясымен сақтандыру шартын жасап, екі жылдан соң шартты бұзды."
    assert unused_terms(SOURCE, script(text), language) == []


@pytest.mark.parametrize(("language", "script"), [("kk", str), ("kk-arab", to_arabic)])
def test_what_a_translation_lacks_is_named_once(terms, language, script):
    text = script("Ли сақтандыру компаниясымен келісім жасады.")
    missed = unused_terms(SOURCE + "又退保。", text, language)
    assert [one.zh for one in missed] == ["保险合同", "退保"]
    assert [one.start for one in missed] == [9, 17]


def test_either_script_counts(terms):
    assert unused_terms("保险合同", "сақтандыру шартының", "kk-arab") == []


def test_a_term_without_a_translation_cannot_be_missed(terms):
    assert unused_terms("保单贷款", "", "kk") == []


def test_changes_are_seen_at_once(terms):
    assert [one.zh for one in terms_in("现金价值")] == []
    made = GlossaryTerm.objects.create(zh="现金价值", kk="сатып алу құны", status="in_use")
    assert [one.zh for one in terms_in("现金价值")] == ["现金价值"]
    made.kk = "қолма-қол құны"
    made.save()
    assert terms_in("现金价值")[0].kk == "қолма-қол құны"
    made.delete()
    assert terms_in("现金价值") == []


def test_a_change_in_another_process_is_seen(terms):
    assert terms_in("现金价值") == []
    # Another process writes, and leaves nothing here but the mark in the shared cache.
    GlossaryTerm.objects.bulk_create([GlossaryTerm(zh="现金价值", kk="құны", status="in_use")])
    assert terms_in("现金价值") == []
    cache.set("glossary-mark", "another's")
    assert [one.zh for one in terms_in("现金价值")] == ["现金价值"]


def test_who_looks_before_a_change_is_committed_looks_again_afterwards(
    terms, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        GlossaryTerm.objects.create(zh="现金价值", kk="құны", status="in_use")
        meanwhile = cache.get("glossary-mark")
    assert cache.get("glossary-mark") != meanwhile


def test_many_texts_cost_one_query(terms):
    matching.forget()
    with CaptureQueriesContext(connection) as asked:
        for _number in range(50):
            terms_in(SOURCE)
            unused_terms(SOURCE, "Ли сақтандыру компаниясымен", "kk")
    assert len(asked) == 1
