"""Where a piece stands in a language, and how much is to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import Translation

from campaigns.regions.roles import Role
from content.models import CaseWarningPage, EducationPage
from content.translation.progress import State
from content.translation.standing import standings
from tests.content.translation.making import (
    begin,
    change,
    publish,
    publish_version,
    put,
    segments,
    translate,
)
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def row(piece, language="kk-arab"):
    found = standings([piece.translation_key])
    return next((one for one in found if one.language == language), None)


def published(piece):
    """A translation of it that is complete and public."""
    [translation] = begin(piece)
    translate(translation)
    publish_version(translation)
    return translation


def test_what_is_published_in_chinese_waits_in_both_scripts():
    piece = make_case("one")
    found = standings()
    assert {(one.language, one.state) for one in found if one.code == piece.code} == {
        ("kk-arab", State.NOT_STARTED),
        ("kk", State.NOT_STARTED),
    }


def test_a_chinese_draft_is_not_yet_to_be_translated_and_one_in_review_is(person):
    piece = make_case("draft", live=False)
    assert row(piece) is None
    piece.save_revision()
    piece.get_workflow().start(piece, person(Role.EDITOR))
    assert row(piece).state == State.NOT_STARTED
    assert not row(piece).original_live


def test_what_is_not_begun_counts_the_chinese_characters_of_title_summary_and_body():
    piece = make_case("one", title="退保", summary="三个字 ABC 123")
    assert row(piece).characters == 2 + 3 + len("李某接到电话") + len("不转账")


def test_begun_and_untouched_is_new():
    piece = make_case("one")
    begin(piece)
    found = row(piece)
    assert found.state == State.NEW
    assert found.segments.new == found.segments.total > 2
    assert found.characters == row(piece, "kk").characters


def test_with_some_segments_it_is_in_progress():
    piece = make_case("one")
    [translation] = begin(piece)
    translate(translation, upto=1)
    found = row(piece)
    assert (found.state, found.segments.done) == (State.IN_PROGRESS, 1)
    assert found.segments.to_do == found.segments.total - 1


def test_converted_segments_are_to_be_read():
    piece = make_case("one")
    [translation] = begin(piece)
    translate(translation)
    put(translation, segments(translation)[0], "دايىن", kind="machine")
    found = row(piece)
    assert (found.state, found.segments.converted, found.characters) == (State.TO_READ, 1, 0)


def test_a_translation_with_an_error_is_to_do():
    piece = make_case("one")
    [translation] = begin(piece)
    translate(translation)
    put(translation, segments(translation)[0], "<script>x</script>")
    found = row(piece)
    assert (found.state, found.segments.error) == (State.IN_PROGRESS, 1)


def test_complete_it_is_ready_then_in_review_then_published(person):
    piece = make_case("one")
    [translation] = begin(piece)
    translate(translation)
    translation.save_target(publish=False)
    assert row(piece).state == State.READY
    version = EducationPage.objects.get(pk=row(piece).version_pk).specific
    version.get_workflow().start(version, person(Role.TRANSLATOR))
    assert row(piece).state == State.IN_REVIEW
    version.current_workflow_state.cancel()
    publish_version(translation)
    assert row(piece).state == State.PUBLISHED


def test_a_changed_segment_makes_a_published_translation_changed_and_counts_it_alone():
    piece = make_case("one", summary="摘要")
    published(piece)
    change(piece, summary="新的摘要")
    found = row(piece)
    assert (found.state, found.segments.changed, found.segments.new) == (State.CHANGED, 1, 0)
    assert found.characters == 4
    assert found.segments.done == found.segments.total - 1


def test_a_published_change_is_the_translators_at_once():
    piece = make_case("one")
    published(piece)
    change(piece, summary="新的摘要")
    assert row(piece).state == State.CHANGED


def test_publishing_the_same_words_again_leaves_it_published():
    piece = make_case("one")
    published(piece)
    change(piece)
    assert row(piece).state == State.PUBLISHED


def test_taken_over_and_translated_again_it_is_ready_until_published_again():
    piece = make_case("one")
    translation = published(piece)
    change(piece, summary="新的摘要")
    translate(translation)
    assert row(piece).state == State.READY


def test_a_version_written_by_hand_is_judged_by_its_dates():
    piece = make_case("one")
    version = make_case("one-kk", language="kk-arab", translation_of=piece)
    publish(version)
    publish(piece)
    assert row(piece).state == State.PUBLISHED
    change(piece, summary="新的摘要")
    later = timezone.now() + timedelta(days=1)
    CaseWarningPage.objects.filter(pk=piece.pk).update(last_published_at=later)
    found = row(piece)
    assert (found.state, found.is_older) == (State.STALE, True)


def test_an_alias_is_no_version():
    piece = make_case("one")
    alias = make_case("one-kk", language="kk-arab", translation_of=piece)
    CaseWarningPage.objects.filter(pk=alias.pk).update(alias_of=piece)
    assert row(piece).state == State.NOT_STARTED


def test_both_languages_are_counted_apart():
    piece = make_case("one")
    arab, _cyrillic = begin(piece, "kk-arab", "kk")
    translate(arab)
    assert row(piece).segments.to_do == 0
    assert row(piece, "kk").state == State.NEW


def _some(start: int, number: int) -> None:
    for n in range(start, start + number):
        piece = make_case(f"piece-{n}", title=f"第{n}件")
        if n % 2:
            [translation] = begin(piece)
            translate(translation, upto=n % 4)
            change(piece, summary=f"新{n}")


def test_fifty_pieces_take_as_many_queries_as_five():
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            standings()
        return len(queries)

    _some(0, 5)
    standings()
    few = asked()
    _some(5, 45)
    assert asked() == few < 20


def test_counts_agree_with_wagtail_localizes_own():
    _some(0, 6)
    by_pk = {one.translation_pk: one for one in standings() if one.translation_pk}
    assert by_pk
    for pk, one in by_pk.items():
        total, translated = Translation.objects.get(pk=pk).get_progress()
        assert (one.segments.total, one.segments.done) == (total, translated)
