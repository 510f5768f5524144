"""What a translator sees of each text, and in how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.translation.segments import State, segments_of
from tests.content.translation.making import (
    RICH,
    change,
    make_translated,
    put_at,
    text_at,
    translation_into,
)

pytestmark = pytest.mark.django_db


def with_tips(original, html: str):
    """The case's body with another text in the same block, as an editor changes it."""
    body = original.body.stream_block.get_prep_value(original.body)
    body[1]["value"]["text"][0]["value"] = html
    return original.body.stream_block.to_python(body)


def test_texts_come_in_the_order_of_the_form_with_where_they_stand(arab):
    found = [(one.source_box, one.place.section, one.place.label) for one in segments_of(arab)]
    assert found == [
        ("退保骗局", "页面本身", "标题"),
        ("摘要", "页面本身", "摘要"),
        ("怎么回事", "正文 › 案情", "标题"),
        ("李某接到电话。", "正文 › 案情", "Markdown"),
        ("不转账 & 不怕", "正文 › 案情", "Markdown"),
        ('接到<b>陌生</b>来电,请<a id="a1">核实</a>。', "正文 › 风险提示", "正文"),
        ("拨打96110。", "正文 › 风险提示", "正文"),
    ]


def test_addresses_and_codes_are_not_for_translators(arab):
    paths = {one.source_box for one in segments_of(arab)}
    assert "fee" not in paths


def test_a_text_without_translation_is_new(arab):
    assert {one.state for one in segments_of(arab)} == {State.NEW}


def test_a_persons_text_is_done_and_says_whose_it_is(arab, admin_user):
    put_at(arab, "摘要", "قىسقاشا", last_translated_by=admin_user)
    segment = text_at(arab, "摘要")
    assert (segment.state, segment.box) == (State.DONE, "قىسقاشا")
    assert segment.translation.last_translated_by == admin_user


def test_a_machines_text_is_converted_until_somebody_reads_it(arab):
    put_at(arab, "摘要", "قىسقاشا", translation_type="machine", tool_name="kazakh-script")
    assert text_at(arab, "摘要").state == State.CONVERTED


def test_a_text_that_the_page_refuses_is_an_error(arab):
    put_at(arab, "摘要", "<script>x</script>")
    assert text_at(arab, "摘要").state == State.ERROR


def test_a_changed_source_lies_beside_the_earlier_text_and_its_translation(original, arab):
    put_at(arab, "摘要", "قىسقاشا")
    change(original, summary="新的摘要")
    segment = text_at(arab, "新的摘要")
    assert segment.state == State.CHANGED
    assert (segment.earlier_source_box, segment.earlier_box) == ("摘要", "قىسقاشا")
    assert text_at(arab, "退保骗局").state == State.NEW


def test_of_several_paragraphs_the_nearest_earlier_one_is_shown(original, arab):
    put_at(arab, "拨打96110", "96110 غا")
    put_at(arab, "接到", '<b>x</b> <a id="a1">y</a>')
    change(original, body=with_tips(original, "<p>接到电话。</p><p>请马上拨打96110。</p>"))
    assert text_at(arab, "请马上拨打96110").earlier_source_box == "拨打96110。"


def test_a_new_paragraph_beside_translated_ones_is_new_and_not_changed(original, arab):
    put_at(arab, "拨打96110", "96110 غا")
    change(original, body=with_tips(original, f"{RICH}<p>第三段</p>"))
    assert text_at(arab, "第三段").state == State.NEW
    assert text_at(arab, "拨打96110").state == State.DONE


def test_the_other_script_is_known_by_its_whole_code(original, arab):
    cyrillic = translation_into(original, "kk")
    put_at(cyrillic, "摘要", "қысқаша")
    assert text_at(arab, "摘要").sibling_box == "қысқаша"
    assert text_at(cyrillic, "摘要").sibling is None


def test_a_text_that_stands_twice_at_one_place_is_one_segment():
    body = [("risk_tips", {"heading": "", "text": [("paragraph", "<p>别信</p><p>别信</p>")]})]
    page = make_translated("twice", body=body)
    arab = translation_into(page, "kk-arab")
    assert [one.source_box for one in segments_of(arab)].count("别信") == 1


@pytest.mark.parametrize("count", [5, 50])
def test_a_long_page_takes_as_many_queries_as_a_short_one(count):
    text = "\n\n".join(f"第{n}段,拨打{n}。" for n in range(count))
    page = make_translated("long", body=[("case", {"heading": "", "text": [("markdown", text)]})])
    arab = translation_into(page, "kk-arab")
    put_at(arab, "第0段", "0", translation_type="machine", tool_name="kazakh-script")
    # The glossary is read once a process.
    assert segments_of(arab)[0].terms is not None
    with CaptureQueriesContext(connection) as asked:
        segments = segments_of(arab)
        assert all(one.remarks is not None and one.terms is not None for one in segments)
        assert not any(one.other_changed or one.uncertain_words for one in segments)
    assert len(segments) == count + 2
    assert len(asked) == 3
