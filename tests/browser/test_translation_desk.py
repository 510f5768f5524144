"""The translation desk in a browser: typed in Arabic script, read in Cyrillic, submitted."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from campaigns.regions.roles import Role
from content.translation.segments import State
from tests.browser.conftest import DESK, PHONE
from tests.browser.signing_in import enter
from tests.content.translation.making import (
    change,
    make_translated,
    put_at,
    text_at,
    translate,
    translation_into,
)

BODY = [
    ("case", {"heading": "", "text": [("markdown", "他在走路。")]}),
    ("get_help", {"heading": "", "text": [("paragraph", "<p>请<b>马上</b>拨打96110。</p>")]}),
]
WIDER = """() => [...document.querySelectorAll('.desk *')].filter((node) => {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    return box.width && style.clipPath === 'none' && box.right > innerWidth + 1;
}).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture
def original(tree):
    return make_translated("walk", title="走路", summary="摘要", body=BODY)


@pytest.fixture
def open_desk(window, translator):
    """A window on a translation's desk, opened where its page is edited."""

    def open_window(translation, viewport=DESK, user=None, **options) -> Page:
        page = enter(window(viewport, strict=False, **options), user or translator)
        page.goto(f"/admin/pages/{translation.get_target_instance().pk}/edit/")
        return page

    return open_window


def text(page: Page, translation, chinese: str):
    return page.locator(f"#text-{text_at(translation, chinese).pk}")


def box(page: Page, translation, chinese: str):
    return text(page, translation, chinese).locator("textarea")


def write(page: Page, translation, chinese: str, kazakh: str) -> None:
    # Looked up first: SQLite in memory lets nobody read a table that is being written.
    here = text(page, translation, chinese)
    here.locator("textarea").click()
    page.keyboard.insert_text(kazakh)
    page.keyboard.press("Control+Enter")
    expect(here).to_have_attribute("data-state", "done")


def test_a_case_is_translated_read_in_the_other_script_and_submitted(open_desk, arab, cyrillic):
    page = open_desk(arab)
    words = {
        "走路": "جول",
        "摘要": "اقشا",
        "他在": "ول جۇر",
        "请": "<b>96110</b> غا تەلەفون",
    }
    for chinese, kazakh in words.items():
        write(page, arab, chinese, kazakh)
    expect(page.locator("[data-desk-progress]")).to_contain_text("4 / 4 段")

    page.goto(f"/admin/pages/{cyrillic.get_target_instance().pk}/edit/")
    unsure = text(page, cyrillic, "他在")
    expect(unsure).to_have_attribute("data-state", "converted")
    expect(unsure.locator("mark.desk-word")).to_have_count(1)
    picked = unsure.locator("select option").nth(1).get_attribute("value")
    unsure.locator("select").select_option(picked)
    expect(unsure.locator("textarea")).to_have_value(f"Ол {picked}")
    expect(unsure.locator("[data-told]")).to_contain_text("确认")
    unsure.get_by_role("button", name="通读无误").click()
    expect(unsure).to_have_attribute("data-state", "done")
    page.get_by_role("button", name="确认没有存疑词的各段").click()
    expect(page.locator("[data-desk-progress]")).to_contain_text("4 / 4 段")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator(".desk-review")).to_contain_text("等待")
    expect(page.locator("textarea")).to_have_count(0)
    draft = cyrillic.get_target_instance()
    assert draft.workflow_in_progress
    assert not draft.live
    assert draft.get_latest_revision_as_object().body[0].value["text"][0].value == f"Ол {picked}"


def test_a_text_saves_itself_and_says_so(open_desk, arab):
    page = open_desk(arab)
    told = text(page, arab, "摘要").locator("[data-told]")
    box(page, arab, "摘要").fill("قىسقاشا")
    expect(told).to_contain_text("尚未保存")
    expect(told).to_contain_text("已保存")
    assert text_at(arab, "摘要").box == "قىسقاشا"


def test_typing_on_while_a_text_is_saved_loses_nothing(open_desk, arab):
    page = open_desk(arab)
    typing = text(page, arab, "摘要")
    typing.locator("textarea").click()
    for letter in "قىسقاشا ءبىر ەكى ءۇش":
        page.keyboard.insert_text(letter)
        page.wait_for_timeout(150)
    expect(typing.locator("[data-told]")).to_contain_text("已保存")
    assert text_at(arab, "摘要").box == "قىسقاشا ءبىر ەكى ءۇش"


def test_lost_marks_are_named_and_the_text_stays(open_desk, arab):
    page = open_desk(arab)
    wrong, elsewhere = text(page, arab, "请"), box(page, arab, "摘要")
    wrong.locator("textarea").fill("تەلەفون")
    elsewhere.click()
    expect(wrong.locator(".desk-problem")).to_contain_text("<b>")
    expect(wrong.locator("textarea")).to_have_value("تەلەفون")
    assert text_at(arab, "请").state == State.NEW


def test_two_people_at_one_text_lose_neither(open_desk, arab):
    page = open_desk(arab)
    put_at(arab, "摘要", "باسقا")
    both = text(page, arab, "摘要")
    both.locator("textarea").fill("مەنىكى")
    page.keyboard.press("Control+Enter")
    expect(both.locator(".desk-problem")).to_contain_text("باسقا")
    expect(both.locator("textarea")).to_have_value("مەنىكى")
    # Going elsewhere, or waiting, decides nothing.
    box(page, arab, "走路").click()
    page.wait_for_timeout(2500)
    assert text_at(arab, "摘要").box == "باسقا"
    both.get_by_role("button", name="保存", exact=True).click()
    expect(both.locator("[data-told]")).to_contain_text("已保存")
    assert text_at(arab, "摘要").box == "مەنىكى"
    both.get_by_role("button", name="恢复上一版").click()
    expect(both.locator("textarea")).to_have_value("باسقا")


def test_a_server_that_is_gone_is_said_and_the_text_kept(open_desk, arab):
    page = open_desk(arab)
    page.route("**/texts/**", lambda route: route.abort())
    box(page, arab, "摘要").fill("قىسقاشا")
    page.keyboard.press("Control+Enter")
    expect(text(page, arab, "摘要").locator("[data-told]")).to_contain_text("未保存")
    expect(box(page, arab, "摘要")).to_have_value("قىسقاشا")


def test_a_changed_source_offers_the_earlier_translation(open_desk, original, arab):
    put_at(arab, "摘要", "قىسقاشا")
    change(original, summary="新的摘要")
    page = open_desk(arab)
    changed = text(page, arab, "新的摘要")
    expect(changed.locator("ins")).to_contain_text("新的")
    changed.get_by_role("button", name="以原译文为底稿").click()
    expect(changed.locator("textarea")).to_have_value("قىسقاشا")


def test_without_javascript_the_form_does_it_all(open_desk, arab, cyrillic):
    page = open_desk(arab, java_script_enabled=False)
    box(page, arab, "摘要").fill("ول جۇر")
    page.get_by_role("button", name="保存草稿").click()
    expect(text(page, arab, "摘要")).to_have_attribute("data-state", "done")
    page.goto(f"/admin/pages/{cyrillic.get_target_instance().pk}/edit/")
    unsure = text(page, cyrillic, "摘要")
    picked = unsure.locator("select option").nth(1).get_attribute("value")
    unsure.locator("select").select_option(picked)
    unsure.get_by_role("button", name="通读无误").click()
    expect(unsure.locator("textarea")).to_have_value(f"Ол {picked}")
    expect(unsure).to_have_attribute("data-state", "done")


def test_the_kazakh_stands_right_to_left_in_its_own_letters(open_desk, arab):
    page = open_desk(arab)
    style = box(page, arab, "摘要").evaluate(
        "(node) => { const s = getComputedStyle(node); return [s.direction, s.fontFamily] }"
    )
    assert style[0] == "rtl"
    assert "Noto Naskh Kazakh" in style[1]
    source = text(page, arab, "摘要").locator(".desk-source .desk-body")
    assert source.evaluate("(node) => getComputedStyle(node).direction") == "ltr"


@pytest.mark.once
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nobody_is_kept_out_and_nothing_sticks_out(open_desk, original, person, viewport):
    arab, cyrillic = (translation_into(original, code) for code in ("kk-arab", "kk"))
    put_at(arab, "他在", "ول جۇر")
    put_at(arab, "走路", "جول 5", translation_type="machine", tool_name="kazakh-script")
    put_at(cyrillic, "走路", "Жол")
    put_at(cyrillic, "他在", "Ол жүр", translation_type="machine", tool_name="kazakh-script")
    put_at(arab, "摘要", "قىسقاشا")
    change(original, summary="新的摘要")
    page, axe, wrong = open_desk(arab, viewport), Axe(), []
    page.goto(page.url)
    looks = {
        "arab": page.url,
        "cyrillic": f"/admin/pages/{cyrillic.get_target_instance().pk}/edit/",
        "empty": f"/admin/translation/{arab.pk}/?show=changed",
        "convert": f"/admin/translation/{cyrillic.pk}/convert/",
    }
    for name, address in looks.items():
        page.goto(address)
        found = axe.run(page, context=".desk")
        wrong += [
            f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in found.response["violations"]
        ]
        wrong += [f"{name} too wide: {html}" for html in page.evaluate(WIDER)]
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], name
    translate(arab)
    arab.get_target_instance().get_workflow().start(arab.get_target_instance(), None)
    reviewer = open_desk(arab, viewport, person(Role.REVIEWER))
    expect(reviewer.get_by_role("button", name="批准并发布")).to_be_visible()
    found = axe.run(reviewer, context=".desk")
    assert wrong + [one["id"] for one in found.response["violations"]] == []
