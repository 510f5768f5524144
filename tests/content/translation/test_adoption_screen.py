"""From the queue, a version written by hand is taken over into the desk."""

import pytest
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from campaigns.regions.roles import Role
from content.models import CaseWarningPage, VersionRecord
from content.translation import adapting
from tests.content.translation.test_adoption import CHINESE, KAZAKH, versions
from tests.content.translation.test_staleness import publish
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(client, person):
    client.force_login(person(Role.TRANSLATOR))
    return client


def adopt_url(original) -> str:
    return reverse("translation:adopt", args=[original.translation_key, "kk-arab"])


def piece_url(original) -> str:
    return reverse("translation:piece", args=[original.translation_key, "kk-arab"])


def told(response) -> str:
    return response.content.decode()


def test_the_queue_offers_it_for_a_version_written_by_hand(here):
    original, _version = versions()
    assert adopt_url(original) in told(here.get(piece_url(original)))


def test_confirmed_it_opens_at_the_desk_and_changes_nothing_public(here):
    original, version = versions()
    before = CaseWarningPage.objects.filter(pk=version.pk).values().get()
    page = told(here.post(adopt_url(original), follow=True))
    assert "data-desk" in page
    assert "اۋدارماڭىز" in page
    assert CaseWarningPage.objects.filter(pk=version.pk).values().get() == before
    assert Translation.objects.get(enabled=True).target_locale == version.locale


def test_it_is_logged_and_the_queue_tells_it(here):
    original, _version = versions()
    here.post(adopt_url(original))
    page = told(here.get(piece_url(original)))
    assert "6 / 6" in page or "6 of 6" in page
    assert adopt_url(original) not in page


def test_what_does_not_match_is_shown_side_by_side_before(here):
    shorter = [KAZAKH[0], ("risk_tips", {"heading": "", "text": [("markdown", "- اۋدارماڭىز")]})]
    original, _version = versions(kazakh=shorter)
    page = told(here.get(adopt_url(original)))
    for text in ("不转账", "先核实", "اۋدارماڭىز"):
        assert text in page
    assert not Translation.objects.exists()


def test_where_nothing_matches_it_says_so_and_takes_nothing(here):
    original, version = versions()
    # Neither has a text at a place of the other.
    CaseWarningPage.objects.filter(pk=original.pk).update(title="", summary="")
    original.refresh_from_db()
    original.body = [CHINESE[0]]
    original.save(clean=False)
    version.body = [KAZAKH[1]]
    version.save(clean=False)
    page = told(here.get(adopt_url(original)))
    assert "<button" not in page.split('class="tq"')[1].split("</form>")[0]
    here.post(adopt_url(original))
    assert not StringTranslation.objects.exists()


def test_a_stale_version_is_not_passed_off_as_a_translation_of_the_new_chinese(here):
    original, version = versions()
    for page, changes in ((original, {}), (version, {}), (original, {"summary": "新的摘要"})):
        publish(page, **changes)
    assert VersionRecord.objects.stale().filter(pk=version.pk).exists()
    page = told(here.get(adopt_url(original)))
    assert reverse("wagtailadmin_pages:edit", args=[version.pk]) in page
    assert reverse("versions:changes", args=[version.pk]) in page
    here.post(adopt_url(original))
    assert not Translation.objects.exists()


def test_adapted_begun_and_missing_versions_are_not_taken_over(here, person):
    original, version = versions()
    adapting.adapt(original.translation_key, version.locale, "牧民", person(Role.EDITOR))
    assert here.get(adopt_url(original)).status_code == 404
    alone = make_case("alone")
    assert here.get(adopt_url(alone)).status_code == 404
