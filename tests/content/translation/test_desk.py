"""The desk's screens: who may do what, what is answered to good and to bad input."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail_localize.models import StringTranslation, Translation

from campaigns.regions.roles import Role
from content.models import GlossaryTerm
from content.translation import drafts, saving
from content.translation.segments import State, segments_of
from tests.content.translation.making import (
    change,
    make_translated,
    put_at,
    text_at,
    translate,
    translation_into,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def translator(client, person):
    user = person(Role.TRANSLATOR)
    client.force_login(user)
    return user


def desk(translation: Translation) -> str:
    return reverse("translation_desk:desk", args=[translation.pk])


def edit(translation: Translation) -> str:
    return reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])


def text_url(translation: Translation, key: int) -> str:
    return reverse("translation_desk:text", args=[translation.pk, key])


def messages_of(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def review_url(translation: Translation) -> str:
    return reverse("translation_desk:review", args=[translation.pk])


def form(translation: Translation, act: str = "save", **texts: str) -> dict[str, str]:
    """The whole form as a browser sends it; texts by the beginning of their Chinese."""
    data = {"act": act, "show": "all"}
    for segment in segments_of(translation):
        changed = [text for zh, text in texts.items() if segment.source_box.startswith(zh)]
        data[f"text-{segment.pk}"] = changed[0] if changed else segment.box
        data[f"token-{segment.pk}"] = saving.token(segment.box)
    return data


def told(response) -> str:
    return response.content.decode()


def approval(client, translation: Translation, **more: str) -> dict[str, str]:
    """What a reviewer's form sends whose page was opened now."""
    seen = re.search(r'name="seen" value="(\w+)"', told(client.get(desk(translation))))
    return {"action": "approve", "seen": seen[1] if seen else "", **more}


# --- Opening it -----------------------------------------------------------------------------------


def test_it_opens_where_a_translated_page_is_edited(client, translator, arab):
    page = told(client.get(edit(arab)))
    assert "data-desk" in page
    assert 'lang="kk-Arab" dir="rtl"' in page
    assert "退保骗局" in page


def test_wagtail_localizes_own_editor_stays_within_reach(client, translator, arab):
    page = told(client.get(edit(arab), {"fields": 1}))
    assert "data-desk" not in page
    assert "js-translation-editor" in page


def test_a_page_that_is_no_translation_is_edited_as_before(client, person, original):
    client.force_login(person(Role.EDITOR))
    response = client.get(reverse("wagtailadmin_pages:edit", args=[original.pk]))
    assert "data-desk" not in told(response)


def test_a_stopped_translation_is_edited_as_a_page(client, translator, arab):
    Translation.objects.filter(pk=arab.pk).update(enabled=False)
    assert "data-desk" not in told(client.get(edit(arab)))
    assert client.get(desk(arab)).status_code == 404


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.TRANSLATOR, "write"),
        (Role.EDITOR, "write"),
        (Role.ADMINISTRATOR, "write"),
        (Role.REVIEWER, "look"),
        (Role.MANAGER, "nothing"),
        (Role.REGIONAL_COORDINATOR, "nothing"),
    ],
)
def test_who_may_look_and_who_may_write_is_the_pages_to_say(client, person, arab, role, may):
    client.force_login(person(role))
    response = client.get(desk(arab))
    assert response.status_code == (302 if may == "nothing" else 200)
    assert ("<textarea" in told(response)) is (may == "write")
    client.post(desk(arab), form(arab, 摘要="قىسقاشا"))
    written = StringTranslation.objects.filter(locale=arab.target_locale)
    assert written.exists() is (may == "write")


def test_a_translator_may_not_open_a_page_above_their_homes(client, translator, original):
    backwards = Translation.objects.first()
    assert client.get(desk(backwards)).status_code == 200
    assert client.get("/admin/translation/999999/").status_code == 404
    assert client.get("/admin/translation/99999999999999999999/").status_code == 404


def test_a_long_page_is_shown_in_as_many_queries_as_a_short_one(client, admin_user):
    client.force_login(admin_user)
    asked = []
    for count in (5, 50):
        text = "\n\n".join(f"第{n}段" for n in range(count))
        body = [("case", {"heading": "", "text": [("markdown", text)]})]
        long = translation_into(make_translated(f"long-{count}", body=body), "kk-arab")
        translate(long, last_translated_by=admin_user)
        client.get(desk(long))
        with CaptureQueriesContext(connection) as queries:
            assert told(client.get(desk(long))).count("data-box") == count + 2
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 40


# --- Terms ----------------------------------------------------------------------------------------


@pytest.fixture
def term():
    GlossaryTerm.objects.all().delete()
    return GlossaryTerm.objects.create(
        zh="骗局", kk_arab="الداۋ", kk="алдау", status=GlossaryTerm.Status.APPROVED
    )


def test_an_agreed_term_is_marked_in_the_source_and_offered_below(client, translator, term, arab):
    page = told(client.get(desk(arab)))
    assert '退保<mark class="desk-term" tabindex="0" data-agreed="الداۋ">骗局</mark>' in page
    assert 'data-insert="الداۋ"' in page


def test_a_translation_without_the_agreed_term_is_told_and_saved(client, translator, term, arab):
    client.post(desk(arab), form(arab, 退保骗局="باسقا"))
    assert text_at(arab, "退保骗局").state == State.DONE
    assert "没有使用约定术语" in told(client.get(desk(arab)))
    client.post(desk(arab), form(arab, 退保骗局="ءبىر الداۋ"))
    assert "没有使用约定术语" not in told(client.get(desk(arab)))


def test_a_proposed_term_is_shown_as_such_and_not_asked_for(client, translator, term, arab):
    term.status = GlossaryTerm.Status.PROPOSED
    term.save()
    client.post(desk(arab), form(arab, 退保骗局="باسقا"))
    page = told(client.get(desk(arab)))
    assert "建议" in page
    assert 'class="desk-term"' not in page
    assert "没有使用约定术语" not in page


# --- The whole form -------------------------------------------------------------------------------


def test_the_form_saves_what_was_changed_and_comes_back(client, translator, arab):
    response = client.post(desk(arab), form(arab, 摘要="قىسقاشا"))
    assert response.status_code == 302
    assert text_at(arab, "摘要").translation.last_translated_by == translator
    assert StringTranslation.objects.filter(locale=arab.target_locale).count() == 1


def test_lost_marks_are_refused_by_name_while_the_rest_is_saved(client, translator, arab):
    typed = {"摘要": "قىسقاشا", "接到": "<b>تەلەفون</b>"}
    response = client.post(desk(arab), form(arab, **typed))
    assert response.status_code == 422
    page = told(response)
    assert "&lt;a id=&quot;a1&quot;&gt;" in page
    assert "&lt;b&gt;تەلەفون&lt;/b&gt;</textarea>" in page
    assert text_at(arab, "摘要").box == "قىسقاشا"
    assert text_at(arab, "接到").state == State.NEW


def test_a_script_is_refused_in_formatted_text_and_harmless_in_plain(client, translator, arab):
    evil = "<script>alert(1)</script>"
    response = client.post(desk(arab), form(arab, 接到=evil, 摘要=evil))
    assert response.status_code == 422
    assert evil not in told(response)
    assert evil not in told(client.get(desk(arab)))
    assert text_at(arab, "摘要").box == evil
    assert text_at(arab, "接到").state == State.NEW


def test_a_text_that_was_changed_meanwhile_is_shown_beside_ones_own(client, translator, arab):
    data = form(arab, 摘要="مەنىكى")
    put_at(arab, "摘要", "باسقا")
    response = client.post(desk(arab), data)
    assert response.status_code == 422
    assert "مەنىكى</textarea>" in told(response)
    assert "باسقا" in told(response)
    key = text_at(arab, "摘要").pk
    data[f"token-{key}"] = saving.token("باسقا")
    assert client.post(desk(arab), data).status_code == 302
    assert text_at(arab, "摘要").box == "مەنىكى"


def test_a_text_whose_source_went_is_given_back(client, translator, original, arab):
    data = form(arab, 摘要="قىسقاشا")
    change(original, summary="新的摘要")
    response = client.post(desk(arab), data)
    assert response.status_code == 422
    assert "قىسقاشا" in told(response)
    assert text_at(arab, "新的摘要").state == State.NEW


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "x"},
        {"act": "confirm"},
        {"act": "confirm:x"},
        {"act": "undo:99999999999999999999"},
        {"act": "convert:0"},
        {"text-x": "a", "text-": "b", "text-²": "c"},
        {"show": "x"},
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(client, translator, arab, data):
    assert client.post(desk(arab), data).status_code == 302
    assert not StringTranslation.objects.exists()


def test_words_picked_without_a_script_are_written(client, translator, arab, cyrillic):
    client.post(desk(arab), form(arab, 摘要="ول جۇر"))
    segment = text_at(cyrillic, "摘要")
    (word,) = segment.uncertain_words
    other = next(one for one in word.candidates if one != word.text)
    data = form(cyrillic, f"confirm:{segment.pk}") | {f"pick-{segment.pk}-0": other}
    assert client.post(desk(cyrillic), data).status_code == 302
    segment = text_at(cyrillic, "摘要")
    assert segment.state == State.DONE
    assert other in segment.box


def test_a_pick_that_nobody_offered_is_not_written(client, translator, arab, cyrillic):
    client.post(desk(arab), form(arab, 摘要="ول جۇر"))
    segment = text_at(cyrillic, "摘要")
    data = form(cyrillic) | {f"pick-{segment.pk}-0": "<b>x"}
    client.post(desk(cyrillic), data)
    assert text_at(cyrillic, "摘要").state == State.CONVERTED


def test_buttons_confirm_convert_and_bring_back(client, translator, arab, cyrillic):
    client.post(desk(arab), form(arab, 摘要="ساقتاندىرۋ"))
    key = text_at(cyrillic, "摘要").pk
    client.post(desk(cyrillic), form(cyrillic, f"confirm:{key}"))
    assert text_at(cyrillic, "摘要").state == State.DONE
    client.post(desk(cyrillic), form(cyrillic, 摘要="Менікі"))
    client.post(desk(cyrillic), form(cyrillic, f"convert:{key}"))
    assert text_at(cyrillic, "摘要").state == State.CONVERTED
    client.post(desk(cyrillic), form(cyrillic, f"undo:{key}"))
    assert text_at(cyrillic, "摘要").box == "Менікі"
    client.post(desk(arab), form(arab, 退保骗局="اقشا"))
    client.post(desk(cyrillic), form(cyrillic, "certain"))
    assert text_at(cyrillic, "退保骗局").state == State.DONE


@pytest.mark.parametrize("show", ["todo", "uncertain", "changed", "nonsense"])
def test_filters_show_what_they_say(client, translator, original, arab, show):
    put_at(arab, "摘要", "قىسقاشا")
    put_at(arab, "退保骗局", "الداۋ", translation_type="machine", tool_name="kazakh-script")
    change(original, summary="新的摘要")
    count = told(client.get(desk(arab), {"show": show})).count("data-box")
    assert count == {"todo": 7, "uncertain": 1, "changed": 1, "nonsense": 7}[show]


def test_an_empty_filter_leads_on(client, translator, arab):
    assert "desk-empty" in told(client.get(desk(arab), {"show": "changed"}))


# --- One text -------------------------------------------------------------------------------------


def test_one_text_is_saved_and_shown_anew(client, translator, arab):
    segment = text_at(arab, "摘要")
    sent = {"text": "قىسقاشا", "token": saving.token("")}
    answer = client.post(text_url(arab, segment.pk), sent).json()
    assert answer["kind"] == "saved"
    assert 'data-state="done"' in answer["html"]
    assert text_at(arab, "摘要").box == "قىسقاشا"


def test_one_text_is_refused_with_what_is_missing(client, translator, arab):
    segment = text_at(arab, "接到")
    sent = {"text": "<b>x", "token": saving.token("")}
    answer = client.post(text_url(arab, segment.pk), sent).json()
    assert answer["kind"] == "refused"
    assert "&lt;b&gt;x</textarea>" in answer["html"]


def test_one_text_with_a_stale_mark_is_a_conflict(client, translator, arab):
    segment = text_at(arab, "摘要")
    put_at(arab, "摘要", "باسقا")
    sent = {"text": "مەنىكى", "token": saving.token("")}
    answer = client.post(text_url(arab, segment.pk), sent).json()
    assert answer["kind"] == "conflict"
    assert "باسقا" in answer["html"]
    assert text_at(arab, "摘要").box == "باسقا"


@pytest.mark.parametrize("text", ["a\x00b", "x" * 100_000])
def test_one_text_that_cannot_be_stored_is_refused(client, translator, arab, text):
    segment = text_at(arab, "摘要")
    answer = client.post(text_url(arab, segment.pk), {"text": text, "token": saving.token("")})
    assert answer.status_code == 200
    assert answer.json()["kind"] == "refused"


def test_one_text_of_another_page_is_not_there(client, translator, arab):
    other = translation_into(make_translated("other"), "kk-arab")
    foreign = text_at(other, "摘要").pk
    for key in (foreign, 0, 99999999999999999999):
        assert client.post(text_url(arab, key), {"text": "x"}).status_code == 404
    assert client.get(text_url(arab, foreign)).status_code == 405


def test_who_may_only_look_saves_nothing(client, person, arab):
    client.force_login(person(Role.REVIEWER))
    segment = text_at(arab, "摘要")
    answer = client.post(text_url(arab, segment.pk), {"text": "x", "token": saving.token("")})
    assert answer.status_code == 302
    assert text_at(arab, "摘要").state == State.NEW


def test_a_text_of_a_page_under_review_is_not_saved_and_says_why(client, translator, arab):
    translate(arab)
    client.post(desk(arab), form(arab, "submit"))
    segment = text_at(arab, "摘要")
    sent = {"text": "x", "token": saving.token(segment.box)}
    answer = client.post(text_url(arab, segment.pk), sent)
    assert answer.status_code == 409
    assert "审核" in answer.json()["message"]


def test_a_page_in_a_tree_that_is_not_ones_own_is_not_there(client, person, original, arab):
    user = person(Role.TRANSLATOR)
    GroupPagePermission.objects.filter(page__locale=arab.target_locale).delete()
    client.force_login(user)
    assert client.get(desk(arab)).status_code == 404
    assert client.post(desk(arab), form(arab, 摘要="x")).status_code == 404
    assert client.post(text_url(arab, text_at(arab, "摘要").pk), {"text": "x"}).status_code == 404
    assert client.post(review_url(arab), approval(client, arab)).status_code == 404


# --- Converting the page --------------------------------------------------------------------------


def test_converting_the_page_says_first_how_much_and_then_does_it(
    client, translator, arab, cyrillic
):
    put_at(arab, "摘要", "اقشا")
    address = reverse("translation_desk:convert", args=[cyrillic.pk])
    assert "<form" in told(client.get(address)).split('class="desk desk--narrow"')[1]
    assert text_at(cyrillic, "摘要").state == State.NEW
    assert client.post(address).status_code == 302
    assert text_at(cyrillic, "摘要").state == State.CONVERTED
    assert "<form" not in told(client.get(address)).split('class="desk desk--narrow"')[1]


# --- Draft and review -----------------------------------------------------------------------------


def test_saving_the_draft_publishes_nothing(client, translator, arab):
    client.post(desk(arab), form(arab, "draft", 退保骗局="الداۋ"))
    page = arab.get_target_instance()
    assert not page.live
    assert page.get_latest_revision_as_object().title == "الداۋ"


def test_what_is_not_all_translated_and_read_is_not_submitted(client, translator, arab):
    client.post(desk(arab), form(arab, "submit", 退保骗局="الداۋ"))
    assert not arab.get_target_instance().workflow_in_progress
    assert text_at(arab, "退保骗局").state == State.DONE


def test_a_finished_translation_goes_to_review_and_out_by_the_reviewer(
    client, translator, person, arab
):
    translate(arab)
    client.post(desk(arab), form(arab, "submit", 退保骗局="الداۋ"))
    page = arab.get_target_instance()
    assert page.workflow_in_progress
    assert not page.live
    # The translator may read on, and no more.
    assert "<textarea" not in told(client.get(desk(arab)))
    client.post(desk(arab), form(arab, 摘要="كەش"))
    assert text_at(arab, "摘要").box != "كەش"
    client.post(review_url(arab), approval(client, arab))
    assert arab.get_target_instance().workflow_in_progress
    # The reviewer may change a word, and what they then approve is what stands on the desk.
    client.force_login(person(Role.REVIEWER))
    client.post(desk(arab), form(arab, 摘要="تۇزەتىلگەن"))
    client.post(review_url(arab), approval(client, arab, comment=""))
    page = arab.get_target_instance()
    assert (page.live, page.title, page.summary) == (True, "الداۋ", "تۇزەتىلگەن")
    assert not page.workflow_in_progress


def test_an_approval_holds_for_the_texts_that_the_reviewer_saw(client, translator, person, arab):
    translate(arab)
    client.post(desk(arab), form(arab, "submit"))
    reviewer = person(Role.REVIEWER)
    client.force_login(reviewer)
    old_tab = approval(client, arab)
    client.force_login(translator)
    client.post(review_url(arab), {"action": "take_back"})
    client.post(desk(arab), form(arab, "submit", 摘要="باسقا"))
    client.force_login(reviewer)
    answer = client.post(review_url(arab), old_tab, follow=True)
    assert "重新阅读" in messages_of(answer)
    assert not arab.get_target_instance().live
    client.post(review_url(arab), approval(client, arab))
    assert arab.get_target_instance().summary == "باسقا"


def test_a_reviewer_sends_back_with_words_and_it_is_submitted_again(
    client, translator, person, arab
):
    translate(arab)
    client.post(desk(arab), form(arab, "submit"))
    reviewer = person(Role.REVIEWER)
    client.force_login(reviewer)
    client.post(review_url(arab), {"action": "reject", "comment": " "})
    assert arab.get_target_instance().workflow_in_progress
    client.post(review_url(arab), {"action": "reject", "comment": "改第二段"})
    client.force_login(translator)
    assert "改第二段" in told(client.get(desk(arab)))
    client.post(desk(arab), form(arab, "submit"))
    assert arab.get_target_instance().workflow_in_progress


def test_a_submission_is_taken_back_by_whoever_made_it(client, translator, person, arab):
    translate(arab)
    client.post(desk(arab), form(arab, "submit"))
    client.force_login(person(Role.TRANSLATOR, username="another"))
    client.post(review_url(arab), {"action": "take_back"})
    assert arab.get_target_instance().workflow_in_progress
    client.force_login(translator)
    client.post(review_url(arab), {"action": "take_back"})
    assert not arab.get_target_instance().workflow_in_progress


def test_nothing_is_approved_with_chinese_in_the_place_of_a_translation(
    client, translator, person, original, arab
):
    translate(arab)
    client.post(desk(arab), form(arab, "submit"))
    change(original, summary="新的摘要")
    client.force_login(person(Role.REVIEWER))
    client.post(review_url(arab), approval(client, arab))
    assert not arab.get_target_instance().live


def test_a_locked_page_is_read_only_with_words(client, translator, person, arab):
    page = arab.get_target_instance()
    page.locked, page.locked_by = True, person(Role.EDITOR)
    page.save()
    answer = told(client.get(desk(arab)))
    assert "<textarea" not in answer
    assert page.locked_by.username in answer


def test_a_draft_with_open_texts_is_not_approved_however_it_came_into_review(client, person, arab):
    drafts.write_draft(arab)
    page = arab.get_target_instance()
    page.get_workflow().start(page, person(Role.EDITOR))
    client.force_login(person(Role.REVIEWER))
    answer = client.post(review_url(arab), approval(client, arab), follow=True)
    assert "退回" in messages_of(answer)
    assert arab.get_target_instance().workflow_in_progress


@pytest.fixture
def together(person):
    """A piece of which no language is public, the Kazakh ones translated and handed in."""
    original = make_translated("together", live=False)
    original.save_revision()
    editor = person(Role.EDITOR)
    for language in ("kk-arab", "kk"):
        translation = translation_into(original, language)
        translate(translation)
        drafts.write_draft(translation)
        page = translation.get_target_instance()
        page.get_workflow().start(page, editor)
    original.get_workflow().start(type(original).objects.get(pk=original.pk), editor)
    return original


def test_approving_one_language_of_what_goes_together_says_what_it_waits_for(
    client, person, together
):
    client.force_login(person(Role.REVIEWER))
    arab, cyrillic = (translation_into(together, code) for code in ("kk-arab", "kk"))
    screen = reverse("versions:together", args=[arab.get_target_instance().pk])
    shown = told(client.get(desk(arab)))
    assert screen in shown.split('class="desk-review"')[1].split("</section>")[0]
    assert "批准并发布" not in shown
    answer = client.post(review_url(arab), approval(client, arab), follow=True)
    assert "尚未公开" in messages_of(answer)
    assert "简体中文" in messages_of(answer)
    assert "Қазақша" in messages_of(answer)
    assert not arab.get_target_instance().live
    client.post(review_url(cyrillic), approval(client, cyrillic))
    assert not cyrillic.get_target_instance().live


def test_the_last_language_approved_at_the_desk_takes_the_others_along(client, person, together):
    reviewer = person(Role.REVIEWER)
    client.force_login(reviewer)
    arab, cyrillic = (translation_into(together, code) for code in ("kk-arab", "kk"))
    together.current_workflow_task_state.specific.approve(user=reviewer)
    client.post(review_url(arab), approval(client, arab))
    answer = client.post(review_url(cyrillic), approval(client, cyrillic), follow=True)
    assert "已公开" in messages_of(answer)
    pages = [together.__class__.objects.get(pk=together.pk)]
    pages += [one.get_target_instance() for one in (arab, cyrillic)]
    assert [page.live for page in pages] == [True] * 3
    assert len({page.last_published_at for page in pages}) == 1


@pytest.mark.parametrize("data", [{}, {"action": "x"}, {"action": "approve"}, {"action": "reject"}])
def test_a_decision_that_is_nobodys_changes_nothing(client, translator, arab, data):
    drafts.write_draft(arab)
    assert client.post(review_url(arab), data).status_code == 302
    assert not arab.get_target_instance().live
