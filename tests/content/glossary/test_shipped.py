"""The terms that come with the product."""

import pytest

from content.foundation import lay
from content.glossary import wording
from content.glossary.matching import terms_in, unused_terms
from content.kazakh import to_arabic
from content.models import GlossaryTerm


@pytest.fixture
def shipped(db):
    return list(GlossaryTerm.objects.all())


def test_at_least_220_terms_are_there_after_migrating(shipped):
    assert len(shipped) >= 220


def test_each_is_a_valid_term_in_both_scripts(shipped):
    for term in shipped:
        term.full_clean()
        assert term.kk_arab == to_arabic(term.kk)
        assert not term.kk_unread
        assert term.scripts_agree


def test_none_claims_an_approval_that_nobody_gave(shipped):
    assert {term.status for term in shipped} == {GlossaryTerm.Status.IN_USE}
    assert all("尚未经母语专家审读" in term.source for term in shipped)
    assert not any(term.approved_by or term.approved_at for term in shipped)


def test_no_wording_stands_at_two_terms(shipped):
    words = [wording.alike(word) for term in shipped for word in term.chinese]
    assert len(words) == len(set(words))


def test_each_is_found_where_it_stands_and_used_by_its_own_translation(shipped):
    for term in shipped:
        for word in term.chinese:
            assert [(one.zh, one.found) for one in terms_in(f"，{word}。")] == [(term.zh, word)]
            assert unused_terms(word, f"Бұл {term.kk}.", "kk") == []
            assert unused_terms(word, term.kk_arab, "kk-arab") == []


def test_laying_again_leaves_what_editors_changed_and_deleted(db):
    term = GlossaryTerm.objects.get(zh="退保")
    term.kk = "өзгерген сөз"
    term.save()
    GlossaryTerm.objects.get(zh="保险").delete()
    lay()
    assert GlossaryTerm.objects.get(zh="退保").kk == "өзгерген сөз"
    assert not GlossaryTerm.objects.filter(zh="保险").exists()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("为家庭办理财产保险", ["财产保险"]),
        ("办理财产登记", []),
        ("退保证金", ["保证金"]),
        ("公司联合同行", []),
        ("承担保费", ["保险费"]),
        ("处于发展期", []),
        ("一定金额", []),
        ("继续保持", []),
        ("放进保险柜", []),
        ("打开官网点击链接", []),
        ("推出投资产品", ["投资"]),
        (
            "李某接到诈骗电话，称可全额退保，要先交手续费。",
            ["诈骗电话", "全额退保", "手续费"],
        ),
        (
            "消费者应通过正规渠道投诉，依法维护合法权益。",
            ["消费者", "官方渠道", "投诉", "合法权益"],
        ),
    ],
)
def test_real_sentences_hold_these_and_no_others(db, text, wanted):
    assert [one.zh for one in terms_in(text)] == wanted
