"""wagtail-localize's own addresses: none changes a live page unreviewed, none loses a text."""

import pytest
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail_localize.models import OverridableSegment, StringTranslation, Translation

from campaigns.regions.roles import Role
from content.models import CaseWarningPage, EducationImage
from content.translation import adapting, review
from content.translation.segments import State
from tests.content.translation.making import (
    make_translated,
    put_at,
    text_at,
    translate,
    translation_into,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def original():
    image = EducationImage.objects.create(title="图", file=get_test_image_file())
    return make_translated(image=image)


@pytest.fixture
def arab(original):
    return translation_into(original, "kk-arab")


@pytest.fixture
def live(arab):
    """The version as the public reads it."""
    page = arab.get_target_instance()
    page.title = "كوپشىلىك وقيتىن ات"
    page.save_revision().publish()
    return CaseWarningPage.objects.get(pk=page.pk)


@pytest.fixture
def translator(client, person):
    user = person(Role.TRANSLATOR)
    client.force_login(user)
    return user


def edit(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def localize(name: str, *args) -> str:
    return reverse(f"wagtail_localize:{name}", args=args)


def public(page) -> tuple:
    """What readers are given."""
    row = CaseWarningPage.objects.get(pk=page.pk)
    return row.title, row.summary, row.live, row.live_revision_id, row.alias_of_id


def told(response) -> str:
    return response.content.decode()


# --- The editor of pictures and links -------------------------------------------------------------


def test_saving_in_its_editor_writes_the_draft_and_no_live_row(client, translator, arab, live):
    before = public(live)
    put_at(arab, "退保骗局", "جاڭا ات")
    response = client.post(f"{edit(live)}?fields=1", {"action": "save-draft"})
    assert response.url == f"{edit(live)}?fields=1"
    assert public(live) == before
    live.refresh_from_db()
    assert live.get_latest_revision_as_object().title == "جاڭا ات"


def test_nothing_is_published_from_its_editor(client, person, admin_user, arab, live):
    before = public(live)
    translate(arab)
    client.force_login(admin_user)
    response = client.post(f"{edit(live)}?fields=1", {"action": "publish"}, follow=True)
    assert public(live) == before
    assert "data-desk" in told(response)
    assert "Nothing was published" in told(response) or "没有发布" in told(response)


def test_what_lies_before_review_is_not_written_over(client, translator, arab, live):
    translate(arab)
    review.submit(live, translator)
    before = live.revisions.count()
    client.post(f"{edit(live)}?fields=1", {"action": "save-draft"})
    assert live.revisions.count() == before


def test_a_text_written_there_is_followed_by_the_other_script(client, translator, original, arab):
    segment = text_at(arab, "摘要")
    address = localize("edit_string_translation", arab.pk, segment.pk)
    response = client.put(address, "value=قىسقاشا", "application/x-www-form-urlencoded")
    assert response.status_code == 201
    other = text_at(translation_into(original, "kk"), "摘要")
    assert (other.data, other.state) == ("Қысқаша", State.CONVERTED)
    client.delete(address)
    assert text_at(translation_into(original, "kk"), "摘要").state == State.NEW


@pytest.mark.parametrize("what", ["text", "picture"])
def test_texts_and_pictures_are_kept_while_they_are_reviewed(client, translator, arab, live, what):
    translate(arab)
    kept = text_at(arab, "摘要").data
    review.submit(live, translator)
    address, value = {
        "text": (localize("edit_string_translation", arab.pk, text_at(arab, "摘要").pk), "x"),
        "picture": (
            localize("edit_override", arab.pk, OverridableSegment.objects.first().pk),
            "1",
        ),
    }[what]
    response = client.put(address, f"value={value}", "application/x-www-form-urlencoded")
    assert response.status_code == 409
    assert text_at(arab, "摘要").data == kept


# --- Its other doors ------------------------------------------------------------------------------


def test_bringing_the_chinese_over_never_publishes(client, admin_user, arab, live):
    before = public(live)
    client.force_login(admin_user)
    address = localize("update_translations", arab.source_id)
    page = told(client.get(address))
    assert 'type="hidden" name="publish_translations"' in page
    assert "publish-translations-label" not in page.split("<form")[1].split("</form>")[0]
    client.post(address, {"publish_translations": "on"})
    assert public(live) == before


def test_a_live_version_does_not_become_a_copy_of_the_chinese(client, translator, arab, live):
    before = public(live)
    translate(arab)
    for method in (client.get, client.post):
        assert method(localize("convert_to_alias", live.pk)).url == edit(live)
    client.post(edit(live), {"localize-convert-to-alias": "1"}, follow=True)
    assert public(live) == before
    assert Translation.objects.filter(pk=arab.pk).exists()


def test_a_po_file_is_imported_after_a_preview_only(client, translator, arab):
    response = client.post(localize("upload_pofile", arab.pk))
    assert response.url.startswith(reverse("translation:po_upload"))
    assert client.get(response.url).status_code == 200
    assert not StringTranslation.objects.exists()


def test_stopping_a_translation_asks_why_it_is_adapted(client, translator, arab):
    response = client.post(localize("stop_translation", arab.pk))
    key = arab.source.object_id
    assert response.url == reverse("translation:adapt", args=[key, "kk-arab"])
    arab.refresh_from_db()
    assert arab.enabled


def test_an_adapted_version_is_begun_again_where_the_queue_knows_of_it(client, translator, arab):
    page = adapting.adapt(arab.source.object_id, arab.target_locale, "牧民", translator)
    response = client.post(edit(page), {"localize-restart-translation": "1"})
    assert response.url == reverse("translation:literal", args=[page.translation_key, "kk-arab"])
    arab.refresh_from_db()
    assert not arab.enabled


def test_a_piece_is_begun_in_the_queue(client, translator, original):
    response = client.get(localize("submit_page_translation", original.pk))
    assert response.url == reverse("translation:piece", args=[original.translation_key, "kk-arab"])


def test_no_machine_translates_from_the_chinese(client, translator, arab):
    assert client.post(localize("machine_translate", arab.pk)).status_code == 404


def test_a_text_without_its_value_is_a_bad_request(client, translator, arab):
    picture = OverridableSegment.objects.first()
    for name, pk in (
        ("edit_string_translation", text_at(arab, "摘要").pk),
        ("edit_override", picture.pk),
    ):
        assert client.put(localize(name, arab.pk, pk)).status_code == 400


# --- What is nobody else's business ---------------------------------------------------------------

LISTS = ["translations_report", "translations_report_results"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", [Role.MANAGER, Role.REGIONAL_COORDINATOR])
def test_who_works_on_no_pages_gets_no_list_of_translations(client, person, arab, role, name):
    client.force_login(person(role))
    assert client.get(localize(name)).url == reverse("wagtailadmin_home")


@pytest.mark.parametrize("name", LISTS)
def test_translators_are_led_to_the_queue(client, translator, arab, name):
    assert client.get(localize(name)).url == reverse("translation:queue")


def test_the_list_is_not_in_the_menu_of_reports(client, translator):
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("translation:queue") in menu
    assert localize("translations_report") not in menu


@pytest.mark.parametrize("name", ["snippets_api_listing", "snippets_api_detail"])
def test_no_snippets_are_listed_for_anybody(client, translator, name):
    more = ["1"] if name == "snippets_api_detail" else []
    assert client.get(localize(name, "content", "glossaryterm", *more)).status_code == 404
