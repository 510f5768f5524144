"""Two people have one term, or one spelling, open: who saves second is told, and loses nothing."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from campaigns.regions.roles import Role
from content.models import GlossaryTerm, SpellingException

TERM = "wagtailsnippets_content_glossaryterm:edit"
SPELLING = "wagtailsnippets_content_spellingexception:edit"


@pytest.fixture
def term(db) -> GlossaryTerm:
    return GlossaryTerm.objects.create(
        zh="试验词", kk="салым", notes="一\n二", status=GlossaryTerm.Status.IN_USE
    )


@pytest.fixture
def spelling(db) -> SpellingException:
    return SpellingException.objects.create(cyrillic="ми", arabic="ءمي")


@pytest.fixture
def signed_in(person):
    """A client of their own for a new person."""

    def make(name: str, role: Role = Role.TRANSLATOR) -> Client:
        client = Client()
        client.force_login(person(role, username=name))
        return client

    return make


@pytest.fixture
def first(signed_in) -> Client:
    return signed_in("first")


@pytest.fixture
def second(signed_in) -> Client:
    return signed_in("second")


def filled_in(answer) -> dict[str, str]:
    """What a browser would send of the editor's form, its lines ended as browsers end them."""
    form = BeautifulSoup(answer.content, "html.parser").select_one("#w-editor-form")
    sent = {}
    for box in form.select("input[name]"):
        if box.get("type") != "checkbox" or box.has_attr("checked"):
            sent[box["name"]] = box.get("value", "on" if box.get("type") == "checkbox" else "")
    for box in form.select("textarea[name]"):
        sent[box["name"]] = box.get_text().removeprefix("\n").replace("\n", "\r\n")
    for box in form.select("select[name]:not([disabled])"):
        sent[box["name"]] = box.select_one("option[selected]")["value"]
    return sent


def open_at(client: Client, thing, address: str) -> dict[str, str]:
    return filled_in(client.get(reverse(address, args=[thing.pk])))


def save(client: Client, thing, sent: dict, address: str, **changes):
    answer = client.post(reverse(address, args=[thing.pk]), sent | changes)
    thing.refresh_from_db()
    return answer


def told(answer) -> str:
    page = BeautifulSoup(answer.content, "html.parser")
    said = page.select(".error-message, .messages")
    return " ".join(one.get_text(" ", strip=True) for one in said)


def test_the_second_is_told_who_changed_what_and_keeps_what_they_typed(first, second, term):
    theirs, mine = open_at(first, term, TERM), open_at(second, term, TERM)
    assert save(first, term, theirs, TERM, kk="аманат").status_code == 302
    answer = save(second, term, mine, TERM, kk="жинақ")
    assert answer.status_code == 200
    assert term.kk == "аманат"
    assert "first" in told(answer)
    assert "аманат" in told(answer)
    again = filled_in(answer)
    assert again["kk"] == "жинақ"
    assert save(second, term, again, TERM).status_code == 302
    assert term.kk == "жинақ"


def test_what_the_second_left_alone_follows_the_first(first, second, term):
    theirs, mine = open_at(first, term, TERM), open_at(second, term, TERM)
    save(first, term, theirs, TERM, subject="banking", notes="三", kk_unread="on")
    answer = save(second, term, mine, TERM, source="第一条")
    assert (term.subject, term.notes, term.kk_unread, term.source) == ("banking", "三", True, "")
    again = filled_in(answer)
    assert again["source"] == "第一条"
    save(second, term, again, TERM)
    assert (term.subject, term.notes, term.kk_unread) == ("banking", "三", True)
    assert term.source == "第一条"


def test_a_third_is_told_as_well(first, second, term):
    theirs, mine = open_at(first, term, TERM), open_at(second, term, TERM)
    save(first, term, theirs, TERM, notes="三")
    again = filled_in(save(second, term, mine, TERM, notes="四"))
    save(first, term, open_at(first, term, TERM), TERM, notes="五")
    assert "五" in told(save(second, term, again, TERM))
    assert term.notes == "五"


def test_nobody_is_told_where_nothing_would_be_lost(first, second, term):
    theirs, mine = open_at(first, term, TERM), open_at(second, term, TERM)
    save(first, term, theirs, TERM, notes="三")
    assert save(second, term, mine, TERM, notes="三").status_code == 302
    mine = open_at(second, term, TERM)
    assert save(second, term, mine, TERM, source="第一条").status_code == 302


def test_a_change_without_a_name_is_somebodys(second, term):
    mine = open_at(second, term, TERM)
    GlossaryTerm.objects.filter(pk=term.pk).update(notes="三")
    assert "有人" in told(save(second, term, mine, TERM, notes="四"))


@pytest.mark.parametrize("opened", ["", "x", "a:b:c", "\x00", "\u0663" * 100, None])
def test_what_was_not_signed_here_tells_nothing(second, term, opened):
    mine = open_at(second, term, TERM)
    del mine["opened"]
    GlossaryTerm.objects.filter(pk=term.pk).update(notes="三")
    sent = mine if opened is None else mine | {"opened": opened}
    assert save(second, term, sent, TERM, notes="四").status_code == 302
    assert term.notes == "四"


def test_who_may_not_approve_is_not_asked_about_the_status(signed_in, second, term):
    reviewer = signed_in("reviewer", Role.REVIEWER)
    theirs, mine = open_at(reviewer, term, TERM), open_at(second, term, TERM)
    save(reviewer, term, theirs, TERM, status="approved")
    assert save(second, term, mine, TERM, notes="三").status_code == 302
    assert term.status == "approved"


def test_a_spelling_is_kept_the_same_way(first, second, spelling):
    theirs, mine = open_at(first, spelling, SPELLING), open_at(second, spelling, SPELLING)
    save(first, spelling, theirs, SPELLING, arabic="مىي")
    answer = save(second, spelling, mine, SPELLING, arabic="مي", note="见词典")
    assert spelling.arabic == "مىي"
    assert "مىي" in told(answer)
    again = filled_in(answer)
    assert (again["arabic"], again["note"]) == ("مي", "见词典")
    save(second, spelling, again, SPELLING)
    assert (spelling.arabic, spelling.note) == ("مي", "见词典")


def test_a_spelling_switched_off_meanwhile_stays_so(first, second, spelling):
    theirs, mine = open_at(first, spelling, SPELLING), open_at(second, spelling, SPELLING)
    del theirs["is_active"]
    save(first, spelling, theirs, SPELLING)
    again = filled_in(save(second, spelling, mine, SPELLING, note="见词典"))
    assert "is_active" not in again
    save(second, spelling, again, SPELLING)
    assert (spelling.is_active, spelling.note) == (False, "见词典")
