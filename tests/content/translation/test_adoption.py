"""A version written by hand becomes a translation, and nothing of it is lost."""

import pytest
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

from content.models import Audience
from content.translation.adoption import adopt, compare
from content.translation.standing import standings
from tests.factories import make_case

pytestmark = pytest.mark.django_db

CHINESE = [
    ("case", {"heading": "", "text": [("markdown", "李某接到电话。\n\n他转账了。")]}),
    ("risk_tips", {"heading": "", "text": [("markdown", "- 不转账\n- 先核实")]}),
]
KAZAKH = [
    ("case", {"heading": "", "text": [("markdown", "لي تەلەفون الدى.\n\nاقشا اۋداردى.")]}),
    ("risk_tips", {"heading": "", "text": [("markdown", "- اۋدارماڭىز\n- تەكسەرىڭىز")]}),
]


def versions(kazakh=KAZAKH, **fields):
    original = make_case("fee", title="退保骗局", summary="摘要", body=CHINESE)
    version = make_case(
        "fee-kk-arab",
        title="الداۋ",
        summary="قىسقاشا",
        language="kk-arab",
        translation_of=original,
        body=kazakh,
        **fields,
    )
    return original, version


def texts(adoption):
    return [(pair.source.render_text(), pair.translated) for pair in adoption.pairs]


def test_every_text_lies_beside_its_own():
    adoption = compare(*versions())
    assert texts(adoption) == [
        ("退保骗局", "الداۋ"),
        ("摘要", "قىسقاشا"),
        ("李某接到电话。", "لي تەلەفون الدى."),
        ("他转账了。", "اقشا اۋداردى."),
        ("不转账", "اۋدارماڭىز"),
        ("先核实", "تەكسەرىڭىز"),
    ]
    assert adoption.is_whole


def test_blocks_are_told_by_their_kind_and_not_by_their_place():
    adoption = compare(*versions(kazakh=KAZAKH[::-1]))
    assert adoption.is_whole
    assert texts(adoption)[2] == ("李某接到电话。", "لي تەلەفون الدى.")


def test_a_block_with_another_number_of_texts_is_not_guessed_at():
    shorter = [KAZAKH[0], ("risk_tips", {"heading": "", "text": [("markdown", "- اۋدارماڭىز")]})]
    adoption = compare(*versions(kazakh=shorter))
    assert texts(adoption)[4:] == [("不转账", None), ("先核实", None)]
    assert adoption.left_over == ("اۋدارماڭىز",)
    assert not adoption.is_whole
    assert adoption.matched == 4


def test_the_newest_draft_is_what_counts():
    original, version = versions()
    version.title = "جاڭا تاقىرىپ"
    version.save_revision()
    assert texts(compare(original, version))[0][1] == "جاڭا تاقىرىپ"


def test_saved_at_the_desk_the_version_says_what_it_said():
    original, version = versions()
    adopt(original, version)
    translation = Translation.objects.get(target_locale=version.locale, enabled=True)
    translation.save_target(publish=False)
    saved = version.get_latest_revision_as_object()
    assert saved.title == "الداۋ"
    assert saved.summary == "قىسقاشا"
    assert saved.body[0].value["text"][0].value == "لي تەلەفون الدى.\n\nاقشا اۋداردى."
    assert saved.body[1].value["text"][0].value == "- اۋدارماڭىز\n- تەكسەرىڭىز"


def test_adopting_names_who_and_changes_no_page(admin_user):
    original, version = versions()
    before = version.revisions.count()
    adopt(original, version, admin_user)
    assert version.revisions.count() == before
    assert {t.last_translated_by for t in StringTranslation.objects.all()} == {admin_user}
    assert {t.translation_type for t in StringTranslation.objects.all()} == {"manual"}


def test_a_second_time_keeps_what_translators_wrote():
    original, version = versions()
    adopt(original, version)
    title = StringTranslation.objects.get(context__path="title")
    title.data = "اۋدارماشىنىڭ ءسوزى"
    title.save()
    adopt(original, version)
    title.refresh_from_db()
    assert title.data == "اۋدارماشىنىڭ ءسوزى"
    assert Translation.objects.count() == 1


def test_each_script_is_taken_over_by_itself():
    original, version = versions()
    other = make_case("fee-kk", title="Алдау", language="kk", translation_of=original, body=KAZAKH)
    adopt(original, version)
    adopt(original, other)
    in_kk = StringTranslation.objects.filter(locale=Locale.objects.get(language_code="kk"))
    assert in_kk.get(context__path="title").data == "Алдау"
    assert Translation.objects.filter(enabled=True).count() == 2


def test_the_version_keeps_its_address_and_its_code():
    original, version = versions()
    adopt(original, version)
    Translation.objects.get(target_locale=version.locale).save_target(publish=False)
    saved = version.get_latest_revision_as_object()
    assert (saved.slug, saved.code) == ("fee-kk-arab", "fee-kk-arab")


def test_the_readers_it_is_meant_for_are_those_of_the_original():
    original, version = versions()
    original.audiences = Audience.objects.filter(slug__in=["herders", "elderly"])
    original.save()
    adopt(original, version)
    Translation.objects.get(target_locale=version.locale).save_target(publish=False)
    saved = version.get_latest_revision_as_object()
    assert {audience.slug for audience in saved.audiences.all()} == {"herders", "elderly"}


def test_a_published_version_taken_over_has_nothing_to_send_to_review():
    original, version = versions()
    for page in (original, version):
        page.save_revision().publish()
    version = type(version).objects.get(pk=version.pk)
    adopt(original, version)
    [row] = [one for one in standings() if one.language == "kk-arab"]
    assert row.state == "published"
