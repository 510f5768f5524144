"""A case's text falls into its sections; no line of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.importing import sections
from content.importing.body import split_lines
from content.importing.headings import CASE_KINDS, classify, is_lone_number
from content.importing.material import Callout, Figure, Quote, Section, Text


def told(text: str, language: str = "zh-hans") -> list[tuple[str, str, str]]:
    """(kind, heading, text) of each section."""
    return [
        (s.kind, s.heading, "\n\n".join(part.text for part in s.parts))
        for s in sections.divide(text, "case", language).sections
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## 案情简介\n甲\n## 案例分析\n乙\n## 风险提示\n丙\n## 求助渠道\n丁",
        "【案情简介】\n甲\n【案例分析】\n乙\n【风险提示】\n丙\n【求助渠道】\n丁",
        "案情简介\n\n甲\n\n案例分析\n\n乙\n\n风险提示\n\n丙\n\n求助渠道\n\n丁",
        "一、案情简介\n甲\n二、案例分析\n乙\n三、风险提示\n丙\n四、求助渠道\n丁",
        "01 案情简介\n甲\n02 案例分析\n乙\n03 风险提示\n丙\n04 求助渠道\n丁",
        "01\n案情简介\n甲\n02\n案例分析\n乙\n03\n风险提示\n丙\n04\n求助渠道\n丁",
        "【案情简介】甲\n**案例分析**\n乙\n三、风险提示：\n丙\n### 求助渠道\n丁",
    ],
)
def test_one_case_in_any_marker_style(text):
    assert told(text) == [
        ("case", "", "甲"), ("analysis", "", "乙"), ("risk_tips", "", "丙"), ("get_help", "", "丁"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("## Іс мазмұны\nа\n## Талдау\nб\n## Ескерту\nв\n## Көмек алу\nг", "kk"),
        ("## ءىس مازمۇنى\nа\n## تالداۋ\nб\n## ەسكەرتۋ\nв\n## كومەك الۋ\nг", "kk-arab"),
    ],
)
def test_one_case_in_kazakh(text, language):
    assert [(kind, heading) for kind, heading, _ in told(text, language)] == [
        ("case", ""), ("analysis", ""), ("risk_tips", ""), ("get_help", ""),
    ]  # fmt: skip


def test_a_heading_other_than_the_usual_one_is_kept():
    assert told("## 案例回顾\n甲\n## 温馨提示\n乙") == [
        ("case", "案例回顾", "甲"), ("risk_tips", "温馨提示", "乙"),
    ]  # fmt: skip


class TestTwoCases:
    def test_as_two_case_sections(self):
        text = "## 案例一：会员费\n甲\n## 案例二：取不出\n乙\n## 案例分析\n丙"
        assert told(text) == [
            ("case", "案例一：会员费", "甲"),
            ("case", "案例二：取不出", "乙"),
            ("analysis", "", "丙"),
        ]  # fmt: skip

    def test_as_subheadings_inside_the_case(self):
        text = "## 典型案例\n### 案例一：会员费\n甲\n### 案例二：取不出\n乙\n## 案例分析\n丙"
        assert told(text) == [
            ("case", "典型案例", "### 案例一：会员费\n甲\n### 案例二：取不出\n乙"),
            ("analysis", "", "丙"),
        ]

    def test_each_told_with_all_its_sections(self):
        text = (
            "## 案例一\n### 案情简介\n甲\n### 案例分析\n乙\n"
            "## 案例二\n### 案情简介\n丙\n### 案例分析\n丁\n## 风险提示\n戊"
        )
        assert told(text) == [
            ("case", "案例一", "### 案情简介\n甲"), ("analysis", "", "乙"),
            ("case", "案例二", "### 案情简介\n丙"), ("analysis", "", "丁"),
            ("risk_tips", "", "戊"),
        ]  # fmt: skip

    def test_with_plain_lines(self):
        assert told("案例一\n甲\n案例二\n乙\n风险提示\n丙") == [
            ("case", "案例一", "甲"), ("case", "案例二", "乙"), ("risk_tips", "", "丙"),
        ]  # fmt: skip

    def test_an_analysis_that_comes_back_to_each_case_stays_one(self):
        text = "【案例一】\n甲\n【案例二】\n乙\n【案例分析】\n【案例一】\n丙\n【案例二】\n丁"
        assert told(text)[2] == ("analysis", "", "【案例一】\n丙\n【案例二】\n丁")

    def test_in_kazakh(self):
        text = "## 1-оқиға\nа\n## Екінші оқиға: Б.\nб\n## Талдау\nв"
        assert [kind for kind, *_ in told(text, "kk")] == ["case", "case", "analysis"]


def test_text_before_the_first_heading_goes_with_the_case():
    assert told("引子\n\n## 案情简介\n甲") == [("case", "", "引子\n\n甲")]


def test_text_without_a_case_heading_is_taken_for_the_case_and_said_so():
    body = sections.divide("引子\n\n## 案例分析\n乙", "case", "zh-hans")
    assert [s.kind for s in body.sections] == ["case", "analysis"]
    assert body.notices == (sections.NO_HEADING,)


def test_an_unknown_heading_stays_where_it_stands():
    assert told("## 案情简介\n甲\n## 尾声\n乙") == [("case", "", "甲\n## 尾声\n乙")]


def test_missing_and_empty_sections_are_named():
    body = sections.divide("## 案情简介\n甲\n## 风险提示\n", "case", "zh-hans")
    assert sections.missing(body.sections) == ["analysis", "risk_tips", "get_help"]


def test_a_video_gives_its_transcript():
    body = sections.divide("看片。\n\n## 文字稿\n\n小周：坏了！\n\n## 尾声", "video", "zh-hans")
    assert body.sections == (Section("text", "", (Text("看片。"),)),)
    assert body.transcript == "小周：坏了！\n\n## 尾声"


def test_an_article_is_not_divided():
    text = "## 风险提示\n\n甲\n\n## 文字稿"
    body = sections.divide(text, "article", "zh-hans")
    assert body.sections == (Section("text", "", (Text(text),)),)


def test_pictures_quotations_and_callouts_have_a_form_of_their_own():
    text = (
        '甲\n\n![骗子](media/a.png "图一")\n\n::: quote 来电者\n一分不少退给您。\n:::\n'
        "::: callout 请记住\n不转账\n\n不给验证码\n:::\n乙"
    )
    parts = sections.divide(text, "article", "zh-hans").sections[0].parts
    assert parts == (
        Text("甲"), Figure("media/a.png", "骗子", "图一"), Quote("一分不少退给您。", "来电者"),
        Callout("请记住", "不转账\n\n不给验证码"), Text("乙"),
    )  # fmt: skip


def test_an_unclosed_callout_is_a_fault_with_its_line_and_stays_text():
    body = sections.divide("甲\n::: callout 请记住\n乙", "article", "zh-hans", first_line=8)
    assert [(fault.line, fault.message) for fault in body.faults] == [
        (9, "no line ':::' ends this callout")
    ]
    assert body.sections[0].parts == (Text("甲\n::: callout 请记住\n乙"),)


LINES = st.one_of(
    st.text(max_size=20),
    st.sampled_from([
        "案例分析", "## 案情简介", "【风险提示】", "【案情简介】甲", "01", "一、案例分析",
        "案例一", "### 案例二",
        "## 典型案例", "Талдау", "كومەك الۋ", "::: quote 甲", "::: callout", ":::", "\\## 案情简介",
        "![甲](a.png)", "## 提醒 {.risk_tips}", "", "甲乙丙", "02 风险提示", "# 文字稿", "\\:::",
    ]),
)  # fmt: skip
TYPES = st.sampled_from(["case", "article", "video"])
LANGUAGES = st.sampled_from(["zh-hans", "kk-arab", "kk"])


@given(st.lists(LINES, max_size=12), LANGUAGES)
def test_no_line_of_text_is_lost(lines, language):
    text = "\n".join(line for line in lines if not line.lstrip("\\").startswith((":::", "![")))
    body = sections.divide(text, "case", language)
    kept = [line for s in body.sections for p in s.parts for line in p.text.split("\n")]
    said = [line for line in split_lines(text) if line.strip() and not _may_be_a_mark(line)]
    assert [line for line in kept if line in said] == said
    for heading in filter(None, map(classify, split_lines(text))):
        opened = heading.kind in {s.kind for s in body.sections}
        assert opened or any(heading.label in line for line in kept)
        assert not heading.rest or any(heading.rest in line for line in kept)


def _may_be_a_mark(line: str) -> bool:
    return classify(line.lstrip("\\")) is not None or is_lone_number(line)


@given(st.lists(LINES, max_size=12), TYPES, LANGUAGES)
def test_what_was_divided_reads_back_the_same(lines, type_, language):
    first = sections.divide("\n".join(lines), type_, language)
    text = sections.render(first.sections, first.transcript, type_, language, careful=True)
    again = sections.divide(text, type_, language)
    assert (again.sections, again.transcript) == (first.sections, first.transcript)
    assert not again.faults
    assert not again.notices


TEXT = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines).strip())
PARTS = st.lists(
    st.one_of(
        st.builds(Text, TEXT),
        st.builds(Quote, TEXT, st.text(max_size=10)),
        st.builds(Callout, st.text(max_size=10), TEXT),
        st.builds(
            Figure,
            st.sampled_from(["media/a.png", "media/b (1).png"]),
            st.text(max_size=9),
            st.text(max_size=9),
        ),
    ),
    max_size=4,
).map(tuple)
SECTIONS = st.lists(
    st.builds(Section, st.sampled_from(CASE_KINDS),
              st.one_of(st.just(""), st.text("案例分析一风险提示 #{}", max_size=8)), PARTS),
    max_size=4,
)  # fmt: skip


@given(SECTIONS, LANGUAGES)
def test_whatever_an_editor_builds_settles_after_one_writing(built, language):
    """Its written form reads back as the same sections, in number, kind and order, and stays so."""
    text = sections.render(built, "", "case", language, careful=True)
    first = sections.divide(text, "case", language)
    assert [s.kind for s in first.sections] == [s.kind for s in built]
    again = sections.divide(
        sections.render(first.sections, "", "case", language, careful=True), "case", language
    )
    assert again.sections == first.sections
