"""Adapted versions: a page of its own that stays a version of its piece."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from campaigns.pushes.preflight.addresses import Addresses
from campaigns.pushes.preflight.case import Facts
from campaigns.regions.roles import Role
from content.models import EducationPage, TranslationWork
from content.translation import adapting
from content.translation.queue import Filters, find, queue
from content.translation.staleness.asking import freshness
from tests.content.translation.making import (
    begin,
    change,
    locale,
    publish,
    segments,
    translate,
)
from tests.factories import make_case, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def piece(db):
    return make_case("one", title="退保骗局")


def adapt(piece, user, reason="牧民熟悉的例子"):
    return adapting.adapt(piece.translation_key, locale(), reason, user)


def row(piece):
    return find(piece.translation_key, "kk-arab")


def test_from_the_queue_it_is_made_and_opens_in_the_usual_editor(here, piece):
    address = reverse("translation:adapt", args=[piece.translation_key, "kk-arab"])
    response = here.post(address, {"reason": "牧民熟悉的例子"}, follow=True)
    page = response.content.decode()
    assert response.resolver_match.view_name == "wagtailadmin_pages:edit"
    assert "改编版本：牧民熟悉的例子" in page
    assert reverse("wagtailadmin_pages:edit", args=[piece.pk]) in page
    assert 'name="summary"' in page


def test_it_stays_a_version_of_the_piece(piece, translator):
    page = adapt(piece, translator)
    assert page.translation_key == piece.translation_key
    assert not Translation.objects.get().enabled
    work = TranslationWork.objects.get()
    assert (work.adapted_reason, work.adapted_by) == ("牧民熟悉的例子", translator)


def test_without_a_reason_nothing_happens(here, piece):
    address = reverse("translation:adapt", args=[piece.translation_key, "kk-arab"])
    assert "reason" in here.post(address, {"reason": "  "}).context["form"].errors
    assert not Translation.objects.exists()


def test_what_is_translated_so_far_is_its_first_draft(piece, translator):
    [translation] = begin(piece)
    translate(translation)
    page = adapt(piece, translator)
    first = StringTranslation.objects.get(translation_of=segments(translation)[0].string)
    assert page.get_latest_revision_as_object().title == first.data


def test_a_page_written_by_hand_is_flagged_and_left_as_it_is(piece, translator):
    version = make_case("one-kk", title="قولمەن", language="kk-arab", translation_of=piece)
    adapt(piece, translator)
    assert EducationPage.objects.get(pk=version.pk).title == "قولمەن"
    assert row(piece).is_adapted
    assert not Translation.objects.exists()


def test_in_the_queue_it_is_work_until_published_then_adapted(piece, translator):
    page = adapt(piece, translator)
    assert (row(piece).state, row(piece).is_adapted) == ("in_progress", True)
    publish(page)
    assert row(piece).state == "adapted"
    shown = queue(Filters(state="adapted"), translator)
    assert [one.code for one in shown.rows] == ["one"]


def test_a_later_chinese_marks_it(piece, translator):
    change(piece)
    page = adapt(piece, translator)
    publish(page)
    change(piece, summary="新的摘要")
    assert row(piece).state == "stale"
    version = EducationPage.objects.get(pk=page.pk)
    assert freshness(version, EducationPage.objects.get(pk=piece.pk)) != "fresh"
    assert queue(Filters(state="adapted"), translator).counts["adapted"] == 1


def test_adapted_twice_says_so(piece, translator):
    adapt(piece, translator)
    with pytest.raises(adapting.CannotAdapt):
        adapt(piece, translator)


def test_back_to_literal_keeps_both_texts(here, piece, translator):
    [translation] = begin(piece)
    translate(translation)
    before = set(StringTranslation.objects.values_list("data", flat=True))
    page = adapt(piece, translator)
    page.title = "باسقا مىسال"
    page.save_revision().publish()
    address = reverse("translation:literal", args=[piece.translation_key, "kk-arab"])
    assert "逐段翻译" in here.get(address).content.decode()
    assert not Translation.objects.get().enabled
    here.post(address)
    assert Translation.objects.get().enabled
    assert set(StringTranslation.objects.values_list("data", flat=True)) == before
    page = EducationPage.objects.get(pk=page.pk)
    assert page.title == "باسقا مىسال"
    assert "باسقا مىسال" in {one.content["title"] for one in page.revisions.all()}
    assert not row(piece).is_adapted


def test_what_is_not_adapted_cannot_be_made_literal(here, piece):
    begin(piece)
    address = reverse("translation:literal", args=[piece.translation_key, "kk-arab"])
    assert "不是改编版本" in here.post(address, follow=True).content.decode()


def test_listings_say_it_without_a_query_for_each(client, django_user_model, piece, translator):
    client.force_login(django_user_model.objects.create_superuser("super"))
    address = reverse("wagtailadmin_explore", args=[section("cases", "kk-arab").pk])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        assert "（改编）" in page
        return len([one for one in queries if "adapted_at" in one["sql"]])

    adapt(piece, translator)
    assert asked() <= 2
    few = asked()
    for n in range(4):
        adapt(make_case(f"more-{n}"), translator)
    assert asked() == few


def test_preflight_knows_it_for_what_it_is(piece, translator):
    page = adapt(piece, translator)
    facts = Facts(Addresses())
    assert facts.adapted(page) == "牧民熟悉的例子"
    assert facts.adapted(piece) is None


def test_a_reviewer_adapts_nothing(client, person, piece):
    client.force_login(person(Role.REVIEWER))
    address = reverse("translation:adapt", args=[piece.translation_key, "kk-arab"])
    client.post(address, {"reason": "x"})
    assert not TranslationWork.objects.exists()
