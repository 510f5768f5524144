"""One decision publishes every language of a piece at one instant, or none of them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import WorkflowState
from wagtail.signals import page_published
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from campaigns.regions.roles import Role
from content.dates import Dates, set_dates
from content.models import EducationPage, Release, TogetherChoice, VersionRecord
from content.publishing import publish_due
from content.translation.readiness import blockers
from content.translation.together.approving import waits_for_others
from content.translation.together.choosing import choose, goes_together
from content.translation.together.deciding import decide
from content.translation.together.publishing import NotTogetherError
from content.translation.together.releases import call_off
from tests.content.translation.pieces import approved, drafted, edited, fresh, handed_in
from tests.content.translation.test_staleness import translate_all

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(microsecond=0) + timedelta(hours=1)
LATER = SOON + timedelta(hours=1)


@pytest.fixture
def reviewer(person):
    return person(Role.REVIEWER)


@pytest.fixture
def editor(person):
    return person(Role.EDITOR)


@pytest.fixture
def piece(db):
    return drafted()


@pytest.fixture
def refuse():
    """A receiver that raises for one language while it stands."""
    refused = []

    def receiver(sender, instance, **kwargs):
        if instance.locale.language_code in refused:
            raise RuntimeError("no such cache")

    page_published.connect(receiver, weak=False)
    yield refused
    page_published.disconnect(receiver)


def key_of(piece):
    return piece[0].translation_key


def live(piece) -> list[bool]:
    return [fresh(page).live for page in piece]


def codes(piece, user=None) -> set[tuple[str, str]]:
    return {(b.language, b.code) for b in blockers(fresh(piece[0]), user)}


def why_not(piece, by, **options) -> set[tuple[str, str]]:
    with pytest.raises(NotTogetherError) as refused:
        decide(key_of(piece), by, **options)
    return {(b.language, b.code) for b in refused.value.blockers}


def run(at) -> dict[str, str]:
    with time_machine.travel(at, tick=False):
        return publish_due()


class TestNow:
    def test_all_languages_are_public_with_one_instant(self, piece, reviewer):
        release = decide(key_of(piece), reviewer)
        assert live(piece) == [True] * 3
        instants = {(page.first_published_at, page.last_published_at) for page in map(fresh, piece)}
        assert instants == {(release.at, release.at)}
        assert (release.state, release.members.count()) == (Release.State.PUBLISHED, 3)

    def test_they_are_in_step(self, piece, reviewer):
        decide(key_of(piece), reviewer)
        edited(piece[0])
        for page in piece[1:]:
            edited(page)
        decide(key_of(piece), reviewer)
        assert not VersionRecord.objects.stale().exists()
        assert VersionRecord.objects.count() == 2

    def test_open_reviews_are_approved_with_it(self, piece, reviewer, editor):
        for page in piece:
            handed_in(page, editor)
        decide(key_of(piece), reviewer)
        assert live(piece) == [True] * 3
        assert set(WorkflowState.objects.values_list("status", flat=True)) == {"approved"}

    def test_none_is_public_if_one_fails_and_it_is_named(self, piece, reviewer, editor, refuse):
        handed_in(piece[0], editor)
        refuse.append("kk")
        with pytest.raises(NotTogetherError) as refused:
            decide(key_of(piece), reviewer)
        (blocker,) = refused.value.blockers
        assert blocker.language == "kk"
        assert "no such cache" in blocker.message
        assert live(piece) == [False] * 3
        assert WorkflowState.objects.get().status == "in_progress"
        assert not Release.objects.exists()

    def test_a_draft_with_a_date_to_come_goes_now_because_that_was_decided(self, piece, reviewer):
        edited(piece[1], go_live_at=LATER)
        decide(key_of(piece), reviewer)
        assert live(piece) == [True] * 3


class TestBlockers:
    def test_of_a_ready_piece_there_are_none(self, piece, reviewer):
        assert codes(piece, reviewer) == set()

    def test_a_missing_language_has_to_be_left_out_by_name(self, reviewer):
        piece = drafted(languages=("zh-hans", "kk-arab"))
        assert why_not(piece, reviewer) == {("kk", "missing")}
        release = decide(key_of(piece), reviewer, left_out=["kk"])
        assert release.left_out == ["kk"]
        assert live(piece) == [True, True]

    def test_a_version_made_before_the_newest_chinese(self, piece, reviewer):
        edited(piece[0])
        assert why_not(piece, reviewer) == {("kk", "stale"), ("kk-arab", "stale")}

    def test_a_public_version_that_has_nothing_for_what_is_new(self, piece, reviewer):
        decide(key_of(piece), reviewer)
        edited(piece[0])
        edited(piece[2])
        assert why_not(piece, reviewer) == {("kk-arab", "stale")}
        decide(key_of(piece), reviewer, left_out=["kk-arab"])
        assert set(VersionRecord.objects.stale().values_list("pk", flat=True)) == {piece[1].pk}

    def test_locked_sent_back_and_expired(self, piece, reviewer, editor):
        type(piece[0]).objects.filter(pk=piece[0].pk).update(locked=True)
        handed_in(piece[1], editor).current_task_state.specific.reject(user=reviewer)
        edited(piece[2], expire_at=timezone.now() - timedelta(days=1))
        assert why_not(piece, reviewer) == {
            ("zh-hans", "locked"), ("kk-arab", "sent_back"), ("kk", "expires"),
        }  # fmt: skip

    def test_what_is_wrong_in_a_field(self, piece, reviewer):
        revision = fresh(piece[1]).latest_revision
        revision.content["title"] = ""
        revision.save()
        assert why_not(piece, reviewer) == {("kk-arab", "invalid")}

    def test_a_review_that_is_somebody_elses_and_no_right_to_publish(self, piece, editor):
        handed_in(piece[0], editor)
        assert why_not(piece, editor) == {
            ("zh-hans", "review"), ("zh-hans", "right"), ("kk-arab", "right"), ("kk", "right"),
        }  # fmt: skip

    def test_segments_that_nobody_has_translated_or_read(self, piece, reviewer):
        source, _created = TranslationSource.get_or_create_from_instance(piece[0])
        Translation.objects.create(source=source, target_locale=piece[2].locale)
        piece[2] = edited(piece[2])
        assert codes(piece, reviewer) == {("kk", "untranslated")}
        translate_all(source, piece[2].locale)
        assert codes(piece, reviewer) == set()
        StringTranslation.objects.filter(context__path="summary").update(translation_type="machine")
        assert why_not(piece, reviewer) == {("kk", "unread")}

    def test_nothing_new(self, piece, reviewer):
        decide(key_of(piece), reviewer)
        assert why_not(piece, reviewer) == {("", "nothing")}


class TestSetInstant:
    @pytest.fixture
    def release(self, piece, reviewer):
        return decide(key_of(piece), reviewer, at=SOON)

    def test_all_go_live_when_it_strikes_and_none_before(self, piece, release):
        run(SOON - timedelta(seconds=1))
        assert live(piece) == [False] * 3
        assert run(SOON) == {}
        assert live(piece) == [True] * 3
        assert {fresh(page).last_published_at for page in piece} == {SOON}
        release.refresh_from_db()
        assert release.state == Release.State.PUBLISHED

    def test_one_that_fails_holds_all_back_visibly_until_the_next_round(
        self, piece, release, refuse
    ):
        refuse.append("kk-arab")
        assert list(run(SOON)) == [f"release {release.pk}"]
        assert live(piece) == [False] * 3
        release.refresh_from_db()
        assert release.state == Release.State.WAITING
        assert "no such cache" in release.problem
        refuse.clear()
        assert run(SOON + timedelta(minutes=1)) == {}
        assert live(piece) == [True] * 3

    def test_one_that_is_held_holds_all_back(self, piece, release):
        with time_machine.travel(SOON, tick=False):
            publish_due(lambda page, _at, _now: page.pk == piece[2].pk)
            assert live(piece) == [False] * 3
            publish_due(lambda *_: False)
        assert live(piece) == [True] * 3

    @pytest.mark.parametrize(
        "undo",
        [
            edited,
            lambda page: (
                fresh(page)
                .latest_revision.__class__.objects.get(pk=page.latest_revision_id)
                .delete()
            ),
            lambda page: fresh(page).delete(),
            lambda page: set_dates(fresh(page), Dates(), reason="推送取消"),
        ],
        ids=["edited", "draft deleted", "deleted", "date taken back"],
    )
    def test_what_no_longer_stands_calls_all_off_visibly(self, piece, release, undo):
        undo(piece[1])
        if not Release.objects.filter(pk=release.pk, state="called_off").exists():
            # Not seen at once, then: at its hour it is.
            run(SOON)
        release.refresh_from_db()
        rest = EducationPage.objects.filter(translation_key=key_of(piece))
        run(LATER)
        assert release.state == Release.State.CALLED_OFF
        assert "قازاقشا" in release.problem
        assert not any(rest.values_list("live", flat=True))

    def test_taken_down_before_its_hour(self, piece, reviewer):
        decide(key_of(piece), reviewer)
        for page in piece:
            edited(page)
        release = decide(key_of(piece), reviewer, at=SOON)
        fresh(piece[2]).unpublish()
        release.refresh_from_db()
        assert release.state == Release.State.CALLED_OFF
        run(SOON)
        assert [fresh(page).summary for page in piece] == ["摘要"] * 3
        assert live(piece) == [True, True, False]

    def test_a_person_calls_it_off(self, piece, release, reviewer):
        call_off(release, reviewer)
        run(SOON)
        assert live(piece) == [False] * 3
        assert decide(key_of(piece), reviewer).state == Release.State.PUBLISHED

    def test_is_decided_once(self, piece, release, reviewer):
        assert why_not(piece, reviewer, at=LATER) == {("", "waiting")}

    def test_one_languages_new_date_moves_all(self, piece, release):
        set_dates(fresh(piece[2]), Dates(go_live_at=LATER), reason="推送改期")
        run(SOON)
        assert live(piece) == [False] * 3
        run(LATER)
        assert live(piece) == [True] * 3


class TestApprovedAlone:
    def test_waits_for_the_others_and_the_last_takes_all_along(self, piece, reviewer):
        approved(piece[0], reviewer)
        approved(piece[1], reviewer)
        assert live(piece) == [False] * 3
        assert [waits_for_others(fresh(page)) for page in piece] == [True, True, False]
        approved(piece[2], reviewer)
        assert live(piece) == [True] * 3
        assert len({fresh(page).last_published_at for page in piece}) == 1

    def test_goes_at_the_latest_date_that_a_draft_carries(self, piece, reviewer):
        edited(piece[0], go_live_at=SOON)
        for page in piece[1:]:
            edited(page, summary="x")
        for page in piece:
            approved(page, reviewer)
        assert live(piece) == [False] * 3
        run(SOON)
        assert live(piece) == [True] * 3

    def test_a_piece_in_one_language_goes_at_once(self, reviewer):
        (page,) = drafted(languages=("zh-hans",))
        assert approved(page, reviewer).live

    def test_once_a_language_is_public_a_correction_goes_at_once(self, piece, reviewer):
        decide(key_of(piece), reviewer)
        page = edited(piece[0])
        assert approved(page, reviewer).live_revision_id == fresh(page).latest_revision_id

    def test_as_somebody_has_chosen(self, piece, reviewer):
        choose(key_of(piece), False, reviewer)
        assert approved(piece[0], reviewer).live
        choose(key_of(piece), True, reviewer)
        page = edited(piece[0])
        assert approved(page, reviewer).live_revision_id != fresh(page).latest_revision_id

    def test_a_missing_language_is_waited_for_until_somebody_leaves_it_out(self, reviewer):
        piece = drafted(languages=("zh-hans", "kk-arab"))
        for page in piece:
            approved(page, reviewer)
        assert live(piece) == [False, False]
        decide(key_of(piece), reviewer, left_out=["kk"])
        assert live(piece) == [True, True]

    def test_what_fails_leaves_all_approved_and_waiting(self, piece, reviewer, refuse):
        refuse.append("kk-arab")
        for page in piece:
            approved(page, reviewer)
        assert live(piece) == [False] * 3
        assert all(waits_for_others(fresh(page)) for page in piece)


def test_by_itself_a_piece_goes_together_until_a_language_is_public(piece, reviewer):
    assert goes_together(key_of(piece))
    choose(key_of(piece), False, reviewer)
    assert not goes_together(key_of(piece))
    TogetherChoice.objects.all().delete()
    decide(key_of(piece), reviewer)
    assert not goes_together(key_of(piece))
