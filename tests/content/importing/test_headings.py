"""A heading is known by its name, whatever marks it."""

import pytest

from content.importing.headings import classify


@pytest.mark.parametrize(
    "line",
    [
        "## 案情简介", "#案情简介", "### 案情简介 ###", "【案情简介】", "**【案情简介】**",
        "案情简介", "案情简介：", "**案情简介**", "一、案情简介", "（一）案情简介", "01 案情简介",
        "01. 案情简介", "1、案情简介", "## 一、案情简介", "## 01 案情简介", "PART 01 案情简介",
        "▍案情简介", "【一、案情简介】",
    ],
)  # fmt: skip
def test_every_marker_style_opens_the_case(line):
    assert classify(line).kind == "case"
    assert classify(line).label == "案情简介"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((n, "case") for n in ["案情简介", "案例回顾", "案例介绍", "典型案例", "案例简介"]),
        *((n, "analysis") for n in ["案例分析", "案件分析", "风险分析", "法律聚焦", "为什么拒赔"]),
        *((n, "risk_tips") for n in ["风险提示", "风险警示", "消费提示", "消费者提示", "温馨提示"]),
        *((n, "legal_note") for n in ["法律依据", "法条链接", "相关法规"]),
        *((n, "get_help") for n in ["求助渠道", "维权渠道"]),
        ("Іс мазмұны", "case"), ("Оқиға", "case"), ("Талдау", "analysis"),
        ("Ескерту", "risk_tips"), ("Кеңес", "risk_tips"), ("Көмек алу", "get_help"),
        ("КӨМЕК АЛУ", "get_help"), ("ءىس مازمۇنى", "case"), ("وقيعا", "case"),
        ("تالداۋ", "analysis"), ("ەسكەرتۋ", "risk_tips"), ("كەڭەس", "risk_tips"),
        ("كومەك الۋ", "get_help"), ("ٴىس مازمۇنى", "case"), ("文字稿", "transcript"),
        ("Мәтін", "transcript"),
    ],
)  # fmt: skip
def test_synonyms_of_the_trade_are_known_in_every_script(name, kind):
    assert classify(f"## {name}").kind == kind
    assert classify(name).kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "", "李某接到电话。", "- 风险提示", "    风险提示", "> 风险提示", "| 案例分析 | 说明 |",
        "风险提示您不要转账", "1. 风险提示：先核实，再转账", "案例一：李某接到电话，对方说要退保。",
        "## 别的标题", "案例很多", "01",
    ],
)  # fmt: skip
def test_text_is_no_heading(line):
    assert classify(line) is None


def test_text_behind_a_bracketed_heading_is_kept_apart():
    found = classify("【案情简介】李某接到电话。")
    assert (found.kind, found.rest) == ("case", "李某接到电话。")


def test_an_author_may_name_the_kind_of_a_heading_himself():
    found = classify("## 我们的提醒 {.risk_tips}")
    assert (found.kind, found.label, found.explicit) == ("risk_tips", "我们的提醒", True)
