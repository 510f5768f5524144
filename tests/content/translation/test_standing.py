"""Where a piece stands in a language, and how much is to do."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import Translation

from campaigns.regions.roles import Role
from content.models import CaseWarningPage, EducationPage
from content.translation.changes import open_segments
from content.translation.progress import State
from content.translation.readiness import blockers
from content.translation.segments import State as TextState
from content.translation.segments import segments_of
from content.translation.standing import standings
from tests.content.translation.making import (
    begin,
    change,
    publish,
    publish_version,
    put,
    put_at,
    segments,
    translate,
    translation_into,
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


TIPS = "<p>一</p><p>二</p><p>三</p><p>三</p><p>四</p>"


def tips(text: str) -> list:
    return [("risk_tips", {"heading": "", "text": [("paragraph", text)]})]


@pytest.mark.parametrize(
    "now",
    [
        # Two gave way to three: two are changed, one is new.
        "<p>一</p><p>甲</p><p>乙</p><p>丙</p><p>三</p><p>三</p>",
        # Two gave way to one: it is changed, and what stood for the other is left over.
        "<p>一</p><p>甲</p>",
        # What is new stands twice at its place.
        "<p>一</p><p>二</p><p>三</p><p>三</p><p>四</p><p>新</p><p>新</p>",
        "<p>三</p><p>二</p><p>一</p>",
        TIPS,
    ],
)
def test_the_queue_counts_a_piece_as_the_desk_shows_it(now):
    piece = make_case("one", summary="摘要", body=tips(TIPS))
    for translation in begin(piece, "kk-arab", "kk"):
        put_at(translation, "一", "ءبىر")
        put_at(translation, "二", "ەكى", translation_type="machine")
        put_at(translation, "三", "<script>x</script>")
        put_at(translation, "四", "ءتورت")
        put_at(translation, "摘要", "قىسقاشا")
        if translation.target_locale.language_code == "kk":
            put_at(translation, "退保", "атауы", translation_type="machine")
    change(piece, summary="新的摘要", body=tips(now))
    for language in ("kk-arab", "kk"):
        translation = translation_into(piece, language)
        desk = segments_of(translation)
        states = Counter(one.state for one in desk)
        counted = row(piece, language).segments
        assert {name: getattr(counted, name) for name in TextState} == {
            name: states[name] for name in TextState
        }
        assert counted.total == len(desk)
        opened = open_segments(translation)
        assert counted.to_do == len(opened)
        assert counted.characters == sum(one.characters for one in opened)


def test_a_text_that_stands_twice_at_one_place_is_one_segment_wherever_it_is_counted():
    piece = make_case("one", body=tips("<p>别信</p><p>别信</p>"))
    [translation] = begin(piece)
    counted = row(piece).segments
    assert counted.total == len(segments_of(translation)) == 3
    assert counted.characters == len("退保骗局摘要别信")
    [blocker] = [one for one in blockers(piece) if one.code == "untranslated"]
    assert "3" in blocker.message


def test_counts_agree_with_wagtail_localizes_own():
    _some(0, 6)
    by_pk = {one.translation_pk: one for one in standings() if one.translation_pk}
    assert by_pk
    for pk, one in by_pk.items():
        total, translated = Translation.objects.get(pk=pk).get_progress()
        assert (one.segments.total, one.segments.done) == (total, translated)
