"""What a change does to a term, and whose word makes it agreed."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.regions.roles import Role
from content.glossary import wording
from content.kazakh import Conversion, Script, to_arabic
from content.models import GlossaryTerm

NAMESPACE = "wagtailsnippets_content_glossaryterm"


@pytest.fixture
def form(client, person):
    """Send the form of a term in a role: form(Role.TRANSLATOR, term, kk="…")."""

    def send(role: Role, one: GlossaryTerm | None, **changes):
        client.force_login(person(role, "000000"))
        names = ("zh", "synonyms", "not_within", "kk_arab", "kk", "variants", "notes", "source")
        values = {name: getattr(one, name) if one else "" for name in names}
        values |= {"subject": "insurance", "status": one.status if one else "proposed"}
        if one and one.kk_unread:
            values["kk_unread"] = "on"
        values |= changes
        url = reverse(f"{NAMESPACE}:edit", args=[one.pk]) if one else reverse(f"{NAMESPACE}:add")
        return client.post(url, {k: v for k, v in values.items() if v is not None}, follow=True)

    return send


def test_an_empty_arabic_script_is_made_from_the_cyrillic(term):
    one = term("退保", "сақтандырудан шығу")
    assert one.kk_arab == to_arabic("сақтандырудан шығу")
    assert not one.kk_unread


def test_an_empty_cyrillic_is_made_from_the_arabic_script_and_marked(term, monkeypatch):
    def convert(text, to, profile):
        return Conversion("салым" if to == Script.CYRL else to_arabic(text, profile))

    monkeypatch.setattr(wording, "convert", convert)
    one = term("存款", kk_arab="سالىم")
    assert (one.kk, one.kk_unread) == ("салым", True)


def test_a_converter_that_knows_no_answer_leaves_the_cyrillic_empty(term, monkeypatch):
    monkeypatch.setattr(wording, "convert", lambda text, *_how: Conversion(text))
    one = term("存款", kk_arab="سالىم")
    assert (one.kk, one.kk_unread) == ("", False)


def test_name_in_falls_back_to_chinese(term):
    one = term("退保", "сақтандырудан шығу")
    assert one.name_in("kk") == "сақтандырудан шығу"
    assert one.name_in("kk-arab") == one.kk_arab
    assert term("存款").name_in("kk") == "存款"


def test_a_new_term_of_a_translator_is_a_proposal_whatever_they_send(form, no_terms):
    form(Role.TRANSLATOR, None, zh="退保", kk="шығу", status="approved")
    one = GlossaryTerm.objects.get()
    assert (one.status, one.approved_by) == ("proposed", None)


def test_a_translators_change_of_the_words_makes_an_approved_term_a_proposal(form, term):
    one = term("退保", "шығу", status="approved")
    told = form(Role.TRANSLATOR, one, kk="сақтандырудан шығу").content.decode()
    one.refresh_from_db()
    assert (one.status, one.kk, one.approved_at) == ("proposed", "сақтандырудан шығу", None)
    assert "批准后才会要求译文使用" in told


def test_a_translators_change_of_the_notes_leaves_it_approved(form, term):
    one = term("退保", "шығу", status="approved")
    form(Role.TRANSLATOR, one, notes="解除合同")
    one.refresh_from_db()
    assert (one.status, one.notes) == ("approved", "解除合同")


def test_a_reviewer_approves_in_their_name(form, term, django_user_model):
    one = term("退保", "шығу")
    form(Role.REVIEWER, one, status="approved")
    one.refresh_from_db()
    assert one.status == "approved"
    assert one.approved_by.username == "reviewer-000000"
    assert one.approved_at is not None


def test_a_reviewers_own_change_stays_approved_in_their_name(form, term, admin_user):
    one = term("退保", "шығу", status="approved", approved_by=admin_user)
    form(Role.REVIEWER, one, kk="сақтандырудан шығу")
    one.refresh_from_db()
    assert (one.status, one.approved_by.username) == ("approved", "reviewer-000000")


def test_arabic_script_that_the_converter_made_follows_the_cyrillic(form, term):
    one = term("退保", "шығу")
    form(Role.TRANSLATOR, one, kk="сақтандыру")
    one.refresh_from_db()
    assert one.kk_arab == to_arabic("сақтандыру")


def test_arabic_script_that_somebody_spelt_stays_and_they_are_told(form, term):
    one = term("退保", "шығу", kk_arab="سالىم")
    told = form(Role.TRANSLATOR, one, kk="сақтандыру").content.decode()
    one.refresh_from_db()
    assert one.kk_arab == "سالىم"
    assert "两种哈萨克文字的写法不一致" in told


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zh": "存款"}, "已"),
        ({"zh": "abc"}, "没有汉字"),
        ({"synonyms": "储蓄存款"}, "“储蓄存款”已在术语“存款”中"),
        ({"not_within": "别的"}, "不含本术语"),
        ({"kk": "سالىم"}, "这不是西里尔文"),
        ({"kk_arab": "салым"}, "这不是阿拉伯字母文"),
        ({"variants": "latin"}, "不是哈萨克文"),
        ({"synonyms": "\n".join(f"词{n}" for n in range(30))}, "最多 20 行"),
        ({"zh": "字" * 65}, "64"),
        ({"subject": "nothing"}, ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(form, term, changes, message):
    term("存款", "салым", synonyms="储蓄存款")
    one = term("退保", "шығу")
    answer = form(Role.TRANSLATOR, one, **changes)
    assert answer.context["form"].errors.keys() == changes.keys()
    assert message in answer.content.decode()
    assert GlossaryTerm.objects.get(pk=one.pk).zh == "退保"


def test_wordings_differing_in_capitals_or_width_are_the_same(term):
    term("AI换脸", "бет ауыстыру")
    with pytest.raises(ValidationError):
        GlossaryTerm(zh="ａi换脸", kk="бет").full_clean()
