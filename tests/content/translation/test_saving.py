"""Nothing typed is lost, nothing is overwritten unseen, and the other script follows."""

import pytest
from wagtail_localize.models import StringTranslation, Translation

from content.translation import saving
from content.translation.saving import Kind, Typed
from content.translation.segments import State
from tests.content.translation.making import (
    make_translated,
    put_at,
    text_at,
    translation_into,
)

pytestmark = pytest.mark.django_db


def save(translation, chinese, text, user, token=None):
    segment = text_at(translation, chinese)
    token = saving.token(segment.box) if token is None else token
    outcomes = saving.save(translation, {segment.pk: Typed(text, token)}, user)
    return outcomes[segment.pk]


def convert(translation, chinese, data):
    return put_at(translation, chinese, data, translation_type="machine", tool_name="kazakh-script")


def test_a_text_is_stored_as_the_persons_who_typed_it(arab, admin_user):
    assert save(arab, "摘要", " قىسقاشا \r\n", admin_user).kind == Kind.SAVED
    row = text_at(arab, "摘要").translation
    assert (row.data, row.translation_type, row.last_translated_by) == (
        "قىسقاشا", "manual", admin_user,
    )  # fmt: skip


def test_a_text_that_nobody_touched_is_not_written(arab, admin_user):
    before = put_at(arab, "摘要", "قىسقاشا")
    assert save(arab, "摘要", "قىسقاشا", admin_user).kind == Kind.UNTOUCHED
    assert text_at(arab, "摘要").translation.updated_at == before.updated_at


def test_an_emptied_text_is_to_be_translated_again(arab, admin_user):
    put_at(arab, "摘要", "قىسقاشا")
    assert save(arab, "摘要", "", admin_user).kind == Kind.SAVED
    assert text_at(arab, "摘要").state == State.NEW


def test_a_text_with_lost_marks_is_refused_and_the_one_before_stays(arab, admin_user):
    put_at(arab, "接到", '<b>x</b> <a id="a1">y</a>')
    outcome = save(arab, "接到", "<b>x</b> y", admin_user)
    assert outcome.kind == Kind.REFUSED
    assert '<a id="a1">' in outcome.reasons[0]
    assert text_at(arab, "接到").box == '<b>x</b> <a id="a1">y</a>'


@pytest.mark.parametrize("text", ["x" * 301, "х" * 30_000, "a\x00b"])
def test_what_cannot_be_stored_is_refused(arab, admin_user, text):
    assert save(arab, "摘要", text, admin_user).kind == Kind.REFUSED
    assert text_at(arab, "摘要").state == State.NEW


def test_a_text_that_another_changed_meanwhile_is_not_overwritten(arab, admin_user):
    token = saving.token(text_at(arab, "摘要").box)
    put_at(arab, "摘要", "باسقا")
    assert save(arab, "摘要", "مەنىكى", admin_user, token).kind == Kind.CONFLICT
    assert text_at(arab, "摘要").box == "باسقا"


def test_the_same_text_of_two_people_is_no_conflict(arab, admin_user):
    put_at(arab, "摘要", "باسقا")
    assert save(arab, "摘要", "باسقا", admin_user, saving.token("")).kind == Kind.UNTOUCHED


def test_a_key_of_another_page_is_left_alone(arab, admin_user):
    other = translation_into(make_translated("other"), "kk-arab")
    foreign = text_at(other, "摘要").pk
    assert saving.save(arab, {foreign: Typed("x", "")}, admin_user) == {}
    assert not StringTranslation.objects.exists()


def test_saving_says_when_on_the_translation(arab, admin_user):
    save(arab, "摘要", "قىسقاشا", admin_user)
    assert Translation.objects.get(pk=arab.pk).translations_last_updated_at


# --- The other script -----------------------------------------------------------------------------


def test_an_empty_text_in_the_other_script_is_made_at_once(arab, cyrillic, admin_user):
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    made = text_at(cyrillic, "摘要")
    assert made.state == State.CONVERTED
    assert made.box.lower() == "сақтандыру"
    assert made.translation.tool_name == "kazakh-script"
    assert made.translation.last_translated_by is None


def test_the_other_direction_too(arab, cyrillic, admin_user):
    save(cyrillic, "摘要", "сақтандыру", admin_user)
    assert text_at(arab, "摘要").box == "ساقتاندىرۋ"


def test_marks_and_entities_pass_through(arab, cyrillic, admin_user):
    save(cyrillic, "接到", '<b>ақша</b> &amp; <a id="a1">шарт</a>', admin_user)
    assert text_at(arab, "接到").box == '<b>اقشا</b> &amp; <a id="a1">شارت</a>'


def test_an_unread_text_is_made_anew(arab, cyrillic, admin_user):
    save(arab, "摘要", "اقشا", admin_user)
    save(arab, "摘要", "شارت", admin_user)
    assert text_at(cyrillic, "摘要").box.lower() == "шарт"


def test_a_persons_text_in_the_other_script_is_never_overwritten(arab, cyrillic, admin_user):
    put_at(cyrillic, "摘要", "менікі")
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    segment = text_at(cyrillic, "摘要")
    assert segment.box == "менікі"
    assert segment.other_changed


def test_another_machines_text_is_not_overwritten_either(arab, cyrillic, admin_user):
    put_at(cyrillic, "摘要", "басқа", translation_type="machine", tool_name="other")
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    assert text_at(cyrillic, "摘要").box == "басқа"


def test_what_was_made_from_a_text_goes_with_it(arab, cyrillic, admin_user):
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    save(arab, "摘要", "", admin_user)
    assert text_at(cyrillic, "摘要").state == State.NEW


def test_a_title_that_grows_out_of_its_column_is_not_made(arab, cyrillic, admin_user):
    assert save(cyrillic, "退保骗局", "ц" * 200, admin_user).kind == Kind.SAVED
    assert text_at(arab, "退保骗局").state == State.NEW
    assert saving.convert_page(arab) == 0
    assert save(cyrillic, "退保骗局", "&" * 200, admin_user).kind == Kind.REFUSED


def test_a_page_without_the_other_script_is_written_all_the_same(admin_user):
    alone = translation_into(make_translated("alone", ("kk-arab",)), "kk-arab")
    assert save(alone, "摘要", "اقشا", admin_user).kind == Kind.SAVED
    assert StringTranslation.objects.count() == 1


def test_texts_in_step_are_not_reported_as_changed(arab, cyrillic, admin_user):
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    saving.confirm(cyrillic, [text_at(cyrillic, "摘要").pk], admin_user)
    assert not text_at(arab, "摘要").other_changed
    assert not text_at(cyrillic, "摘要").other_changed


# --- Reading and confirming -----------------------------------------------------------------------


def test_confirming_makes_the_text_the_persons(arab, cyrillic, admin_user):
    convert(cyrillic, "摘要", "сақтандыру")
    assert saving.confirm(cyrillic, [text_at(cyrillic, "摘要").pk], admin_user) == 1
    row = text_at(cyrillic, "摘要").translation
    assert (row.translation_type, row.tool_name, row.last_translated_by) == (
        "manual", "", admin_user,
    )  # fmt: skip


def test_all_without_uncertain_words_are_confirmed_at_once(arab, cyrillic, admin_user):
    save(arab, "摘要", "ساقتاندىرۋ", admin_user)
    save(arab, "拨打", "جۇر 96110", admin_user)
    assert [word.source for word in text_at(cyrillic, "拨打").uncertain_words] == ["جۇر"]
    assert saving.confirm_certain(cyrillic, admin_user) == 1
    assert text_at(cyrillic, "摘要").state == State.DONE
    assert text_at(cyrillic, "拨打").state == State.CONVERTED


def test_a_whole_page_is_converted_without_touching_what_people_wrote(arab, cyrillic, admin_user):
    for chinese, data in (("摘要", "اقشا"), ("退保骗局", "شارت"), ("怎么回事", "كەلىسىم")):
        put_at(arab, chinese, data)
    put_at(cyrillic, "摘要", "менікі")
    assert saving.convert_page(cyrillic) == 2
    assert text_at(cyrillic, "摘要").box == "менікі"
    assert text_at(cyrillic, "退保骗局").state == State.CONVERTED
    assert saving.convert_page(cyrillic) == 0


def test_nothing_is_made_of_what_is_only_made_itself(arab, cyrillic, admin_user):
    convert(arab, "摘要", "اقشا")
    assert saving.convert_page(cyrillic) == 0
    assert saving.convert_anew(cyrillic, [text_at(cyrillic, "摘要").pk], admin_user) == 0


# --- Bringing back --------------------------------------------------------------------------------


def test_the_text_before_can_be_brought_back(arab, admin_user):
    save(arab, "摘要", "ءبىر", admin_user)
    save(arab, "摘要", "ەكى", admin_user)
    segment = text_at(arab, "摘要")
    assert saving.undoable(arab, [segment], admin_user) == {segment.pk: "ءبىر"}
    assert saving.undo(arab, segment.pk, admin_user)
    assert text_at(arab, "摘要").box == "ءبىر"
    assert saving.undo(arab, segment.pk, admin_user)
    assert text_at(arab, "摘要").box == "ەكى"


def test_a_converted_text_comes_back_unread(arab, cyrillic, admin_user):
    save(arab, "摘要", "اقشا", admin_user)
    save(cyrillic, "摘要", "басқа", admin_user)
    saving.undo(cyrillic, text_at(cyrillic, "摘要").pk, admin_user)
    assert text_at(cyrillic, "摘要").state == State.CONVERTED


def test_converting_over_a_persons_text_can_be_taken_back(arab, cyrillic, admin_user):
    put_at(cyrillic, "摘要", "менікі")
    put_at(arab, "摘要", "اقشا")
    key = text_at(cyrillic, "摘要").pk
    assert saving.convert_anew(cyrillic, [key], admin_user) == 1
    assert text_at(cyrillic, "摘要").box.lower() == "ақша"
    saving.undo(cyrillic, key, admin_user)
    assert text_at(cyrillic, "摘要").box == "менікі"


def test_another_persons_changes_are_not_ones_own_to_take_back(arab, admin_user, django_user_model):
    save(arab, "摘要", "ءبىر", admin_user)
    other = django_user_model.objects.create_user("other")
    assert not saving.undo(arab, text_at(arab, "摘要").pk, other)
