"""A version is marked as soon as its original says something else, until somebody deals with it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageLogEntry
from wagtail.signals import page_published
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from campaigns.regions.roles import Role
from content.models import VersionRecord
from content.translation.staleness import keeping
from content.translation.staleness.asking import Freshness, freshness, what_changed
from content.translation.staleness.immaterial import (
    DECLARED,
    TAKEN_BACK,
    declare_immaterial,
    take_back,
)
from content.translation.staleness.keeping import reconcile
from content.translation.staleness.reckoning import original_of, untranslated
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield traveller


def publish(page, **changes):
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


@pytest.fixture
def original(db):
    return publish(make_case("case-1", live=False))


@pytest.fixture
def by_hand(original):
    return publish(make_case("case-1-kk", language="kk", live=False, translation_of=original))


@pytest.fixture
def localized(original):
    """A version that wagtail-localize translates, every segment of it done."""
    page = make_case("case-1-arab", language="kk-arab", live=False, translation_of=original)
    source, _created = TranslationSource.get_or_create_from_instance(original)
    Translation.objects.create(source=source, target_locale=page.locale)
    translate_all(source, page.locale)
    return publish(page)


def translate_all(source: TranslationSource, locale: Locale) -> None:
    for segment in StringSegment.objects.filter(source=source):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=locale,
            defaults={"data": "اۋدارما"},
        )


def state(page) -> Freshness:
    return freshness(type(page).objects.get(pk=page.pk), original_of(page.translation_key))


def stale() -> set[int]:
    return set(VersionRecord.objects.stale().values_list("pk", flat=True))


class TestAPublishedChange:
    def test_marks_versions_at_once_however_they_were_made(self, original, by_hand, localized):
        assert stale() == set()
        publish(original, summary="另一个摘要")
        assert stale() == {by_hand.pk, localized.pk}
        assert (state(by_hand), state(localized)) == (Freshness.STALE, Freshness.STALE)

    def test_of_a_draft_marks_nothing(self, original, by_hand):
        original.summary = "草稿"
        original.save_revision()
        assert stale() == set()

    def test_without_other_words_marks_nothing(self, original, by_hand, localized):
        publish(original, date=original.date - timedelta(days=3))
        assert stale() == set()

    def test_of_the_address_alone_marks_nothing(self, original, by_hand):
        publish(original, slug="another-address")
        assert stale() == set()

    def test_whose_blocks_are_only_numbered_anew_marks_nothing(self, original, by_hand):
        raw = [{"type": b.block_type, "value": b.get_prep_value()["value"]} for b in original.body]
        original.body = type(original).body.field.to_python(raw)
        publish(original)
        assert stale() == set()

    def test_that_is_taken_back_leaves_the_version_in_step(self, original, by_hand):
        before = original.summary
        publish(original, summary="另一个摘要")
        publish(original, summary=before)
        assert stale() == set()

    def test_says_since_when_and_when_last(self, original, by_hand, clock):
        publish(original, summary="第二")
        first = original.last_published_at
        clock.shift(timedelta(days=2))
        publish(original, summary="第三")
        record = VersionRecord.objects.get(pk=by_hand.pk)
        assert (record.stale_since, record.changed_at) == (first, original.last_published_at)

    def test_shows_what_was_and_what_is(self, original, by_hand):
        before = original.summary
        publish(original, summary="第二")
        publish(original, summary="第三")
        (change,) = what_changed(VersionRecord.objects.get(pk=by_hand.pk))
        assert (change.field, change.before, change.after) == ("摘要", [before], ["第三"])

    def test_hands_the_changed_segments_to_translators_and_leaves_the_public_version(
        self, original, localized
    ):
        publish(original, summary="另一个摘要")
        source = TranslationSource.objects.get()
        assert source.stringsegment_set.filter(string__data="另一个摘要").exists()
        translation = Translation.objects.get()
        assert [s.context.path for s in untranslated(translation)] == ["summary"]
        localized.refresh_from_db()
        assert localized.summary == "摘要"


class TestDealtWith:
    def test_by_hand_with_the_next_publication(self, original, by_hand):
        publish(original, summary="另一个摘要")
        publish(by_hand, summary="басқа")
        assert stale() == set()

    def test_not_by_a_revision_that_cannot_know_of_it(self, original, by_hand):
        by_hand.summary = "ескі"
        old = by_hand.save_revision()
        publish(original, summary="另一个摘要")
        old.publish()
        assert stale() == {by_hand.pk}

    def test_by_one_that_was_prepared_beside_the_originals_draft(self, original, by_hand):
        original.summary = "另一个摘要"
        draft = original.save_revision()
        by_hand.summary = "басқа"
        prepared = by_hand.save_revision()
        draft.publish()
        assert stale() == {by_hand.pk}
        prepared.publish()
        assert stale() == set()

    def test_with_localize_once_every_segment_is_translated_and_published(
        self, original, localized
    ):
        publish(original, summary="另一个摘要")
        publish(localized)
        assert stale() == {localized.pk}
        translate_all(TranslationSource.objects.get(), localized.locale)
        publish(localized)
        assert stale() == set()


class TestDeclaredImmaterial:
    @pytest.fixture
    def reviewer(self, person):
        return person(Role.REVIEWER)

    @pytest.fixture
    def changed(self, original, by_hand):
        publish(original, summary="另一个摘要")
        return by_hand

    def test_it_is_fresh_and_says_by_whom_and_why(self, changed, reviewer):
        declare_immaterial(changed, reviewer, "只改了标点")
        record = VersionRecord.objects.get(pk=changed.pk)
        assert (record.declared_by, record.declared_why) == (reviewer, "只改了标点")
        assert state(changed) == Freshness.FRESH
        entry = PageLogEntry.objects.get(action=DECLARED)
        assert (entry.user, entry.data) == (reviewer, {"reason": "只改了标点"})

    def test_can_be_taken_back(self, changed, reviewer):
        declare_immaterial(changed, reviewer, "只改了标点")
        take_back(changed, reviewer)
        assert stale() == {changed.pk}
        assert PageLogEntry.objects.filter(action=TAKEN_BACK).count() == 1

    def test_holds_for_these_words_alone(self, changed, original, reviewer):
        declare_immaterial(changed, reviewer, "只改了标点")
        publish(original)
        assert stale() == set()
        publish(original, summary="又一个")
        assert stale() == {changed.pk}

    def test_needs_a_reason(self, changed, reviewer):
        with pytest.raises(ValidationError):
            declare_immaterial(changed, reviewer, "  ")

    def test_needs_something_to_declare(self, by_hand, reviewer):
        with pytest.raises(ValidationError):
            declare_immaterial(by_hand, reviewer, "x")

    def test_needs_the_right(self, changed, person):
        with pytest.raises(PermissionDenied):
            declare_immaterial(changed, person(Role.EDITOR), "x")


class TestFaults:
    def test_a_receiver_that_breaks_loses_no_publication_and_is_made_up_for(
        self, original, by_hand, monkeypatch
    ):
        def broken(*_args):
            raise RuntimeError("no")

        with monkeypatch.context() as patched:
            patched.setattr(keeping, "reckon", broken)
            publish(original, summary="另一个摘要")
        assert original.live
        assert original.summary == "另一个摘要"
        assert stale() == set()
        # Nobody is told something wrong even before the tick has come by.
        assert state(by_hand) == Freshness.STALE
        assert reconcile() == 1
        assert stale() == {by_hand.pk}

    def test_one_that_breaks_half_way_is_done_again(self, original, localized, monkeypatch):
        def broken(*_args):
            raise RuntimeError("no")

        with monkeypatch.context() as patched:
            patched.setattr(keeping, "take_over", broken)
            publish(original, summary="另一个摘要")
        assert stale() == {localized.pk}
        assert not TranslationSource.objects.get().stringsegment_set.filter(
            string__data="另一个摘要"
        )
        assert reconcile() == 1
        assert TranslationSource.objects.get().stringsegment_set.filter(string__data="另一个摘要")

    def test_a_publication_that_no_receiver_heard_of_is_found(self, original, by_hand):
        page_published.disconnect(dispatch_uid="staleness")
        try:
            publish(original, summary="另一个摘要")
        finally:
            keeping.connect()
        assert reconcile() == 1
        assert stale() == {by_hand.pk}

    def test_what_cannot_be_reckoned_stops_no_other(self, original, by_hand, monkeypatch):
        other = publish(make_case("case-2", live=False))
        publish(make_case("case-2-kk", language="kk", live=False, translation_of=other))
        VersionRecord.objects.all().delete()
        real = keeping.note_published

        def broken(page):
            if page.pk == original.pk:
                raise RuntimeError("no")
            real(page)

        monkeypatch.setattr(keeping, "note_published", broken)
        assert reconcile() == 1

    def test_with_nothing_to_mend_it_is_one_query(self, original, by_hand, localized):
        reconcile()
        with CaptureQueriesContext(connection) as queries:
            assert reconcile() == 0
        assert len(queries) == 1

    def test_by_command(self, original, by_hand, capsys):
        VersionRecord.objects.all().delete()
        call_command("reconcile_translations")
        assert capsys.readouterr().out == "reckoned=1\n"


class TestVersionsFromBefore:
    """Pieces that were published before records were kept."""

    def older(self, page, **span):
        type(page).objects.filter(pk=page.pk).update(
            last_published_at=timezone.now() - timedelta(**span)
        )
        page.revisions.update(created_at=timezone.now() - timedelta(**span))

    def test_in_one_go_are_in_step(self, original, by_hand):
        VersionRecord.objects.all().delete()
        self.older(by_hand, minutes=5)
        reconcile()
        assert stale() == set()

    def test_of_an_original_that_was_published_anew_with_the_same_words_are_in_step(
        self, original, by_hand
    ):
        self.older(original, days=4)
        self.older(by_hand, days=3)
        VersionRecord.objects.all().delete()
        publish(original)
        reconcile()
        assert stale() == set()

    def test_of_an_original_with_other_words_are_stale(self, original, by_hand):
        self.older(original, days=4)
        self.older(by_hand, days=3)
        VersionRecord.objects.all().delete()
        publish(original, summary="另一个摘要")
        VersionRecord.objects.all().delete()
        reconcile()
        assert stale() == {by_hand.pk}
        (change,) = what_changed(VersionRecord.objects.get())
        assert change.before == ["摘要"]
