"""A draft says what the segments say, and the public sees nothing of it."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.regions.roles import Role
from content.models import CaseWarningPage
from content.translation import drafts, review
from content.translation.segments import State
from tests.content.translation.making import (
    change,
    put_at,
    text_at,
    translate,
    translation_into,
)

pytestmark = pytest.mark.django_db


def test_a_draft_holds_the_translations_and_chinese_where_there_is_none(arab):
    put_at(arab, "退保骗局", "الداۋ")
    page = drafts.write_draft(arab).as_object()
    assert (page.title, page.summary) == ("الداۋ", "摘要")
    assert page.code == "fee-kk-arab"
    assert page.locale == arab.target_locale


def test_formatted_texts_get_their_links_back(arab):
    put_at(arab, "接到", '<b>x</b> <a id="a1">y</a>')
    page = drafts.write_draft(arab).as_object()
    assert (
        '<b>x</b> <a href="https://a.example/">y</a>' in page.body[1].value["text"][0].value.source
    )


def test_a_live_page_stays_as_it_is_until_it_is_published(arab):
    put_at(arab, "退保骗局", "الداۋ")
    drafts.write_draft(arab).publish()
    put_at(arab, "退保骗局", "قاتە")
    drafts.write_draft(arab)
    page = arab.get_target_instance()
    assert (page.live, page.title, page.has_unpublished_changes) == (True, "الداۋ", True)
    assert page.get_latest_revision_as_object().title == "قاتە"


def test_what_the_version_has_for_itself_stays(arab):
    page = arab.get_target_instance()
    page.slug, page.code = "own-address", "own-code"
    page.save_revision().publish()
    drafts.write_draft(arab).publish()
    page = arab.get_target_instance()
    assert (page.slug, page.code) == ("own-address", "own-code")


def test_whether_the_draft_is_current_is_known(original, arab):
    assert not drafts.is_current(arab, arab.get_target_instance())
    drafts.write_draft(arab)
    assert drafts.is_current(arab, arab.get_target_instance())
    put_at(arab, "摘要", "قىسقاشا")
    assert not drafts.is_current(arab, arab.get_target_instance())
    drafts.write_draft(arab)
    change(original, summary="新的摘要")
    assert not drafts.is_current(translation_into(original, "kk-arab"), arab.get_target_instance())


def test_a_revision_by_another_hand_is_noticed(arab):
    drafts.write_draft(arab)
    arab.get_target_instance().save_revision()
    assert not drafts.is_current(arab, arab.get_target_instance())


def test_what_the_page_refuses_is_put_to_its_text(arab, monkeypatch):
    put_at(arab, "摘要", "قىسقاشا")

    def refuse(self, *args, **kwargs):
        raise ValidationError({"summary": "太长"})

    monkeypatch.setattr(CaseWarningPage, "full_clean", refuse)
    with pytest.raises(ValidationError):
        drafts.write_draft(arab)
    segment = text_at(arab, "摘要")
    assert segment.state == State.ERROR
    assert segment.translation.field_error == "太长"
    assert arab.get_target_instance().get_latest_revision_as_object().summary == "摘要"


def test_under_review_the_reviewed_revision_is_the_newest(arab, person):
    translate(arab)
    drafts.write_draft(arab)
    page = arab.get_target_instance()
    review.submit(page, person(Role.TRANSLATOR))
    put_at(arab, "摘要", "جاڭا")
    revision = drafts.write_draft(arab, person(Role.REVIEWER))
    assert page.current_workflow_task_state.revision == revision
