"""Recognising the headings of a case warning, however an author marks them.

The names are those that published 以案说险 pieces use; Kazakh ones are compared through the
skeleton, so that one entry serves both scripts.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from content.kazakh import skeleton, to_arabic

CASE, ANALYSIS, LEGAL_NOTE = "case", "analysis", "legal_note"
RISK_TIPS, GET_HELP, TRANSCRIPT = "risk_tips", "get_help", "transcript"
CASE_KINDS = (CASE, ANALYSIS, LEGAL_NOTE, RISK_TIPS, GET_HELP)
HEADING_MAX = 60  # what SectionBlock.heading holds

# Per kind: Chinese names, then Kazakh names. The first of each is the usual one.
_NAMES = {
    CASE: (
        "案情简介 案例回顾 案例介绍 典型案例 案例简介 案件回顾 案情回顾 案情介绍 基本案情 案例详情",
        "Іс мазмұны/Оқиға/Оқиға мазмұны/Іс жайы",
    ),
    ANALYSIS: (
        (
            "案例分析 案件分析 风险分析 法律聚焦 案情分析 拒赔原因 拒赔理由 为何拒赔 为什么拒赔 "
            "为什么被拒赔 为何被拒赔 套路分析 手法分析 案例解析 案件解析 案例评析"
        ),
        "Талдау/Істі талдау/Оқиғаны талдау/Айласын талдау",
    ),
    LEGAL_NOTE: (
        "法律依据 法条链接 相关法规 法律链接 相关法律 法规链接 相关法条 法律法规 法律规定",
        "Заң негізі/Заңдық негіз/Заң тармақтары",
    ),
    RISK_TIPS: (
        "风险提示 风险警示 消费提示 消费者提示 温馨提示 案例启示 消保提示 防范建议",
        "Ескерту/Кеңес/Кеңестер/Есте сақтаңыз",
    ),
    GET_HELP: (
        "求助渠道 维权渠道 求助方式 咨询渠道 投诉渠道 维权途径 求助途径 咨询与投诉",
        "Көмек алу/Көмек/Көмек сұрау",
    ),
    TRANSCRIPT: ("文字稿 字幕文字 视频文字稿", "Мәтін/Мәтіні"),
}

_CHINESE = {name: kind for kind, (zh, _kk) in _NAMES.items() for name in zh.split()}
_KAZAKH = {
    skeleton(name.lower()): kind for kind, (_zh, kk) in _NAMES.items() for name in kk.split("/")
}

USUAL = {
    "zh-hans": {kind: zh.split()[0] for kind, (zh, _kk) in _NAMES.items()},
    "kk": {kind: kk.split("/")[0] for kind, (_zh, kk) in _NAMES.items()},
}
USUAL["kk-arab"] = {kind: to_arabic(name) for kind, name in USUAL["kk"].items()}


@dataclass(frozen=True)
class Heading:
    """A line that opens a section.

    level is Markdown's (other marks count as 2); number is set for "案例一" and its like, which
    may also be a mere sub-heading; explicit is set where the author named the kind himself, as in
    "## 我们的提醒 {.risk_tips}"; rest is text that follows on the same line.
    """

    kind: str
    label: str
    level: int = 2
    markdown: bool = False
    number: str = ""
    explicit: bool = False
    rest: str = ""


_NUMERAL = "一二三四五六七八九十"
_MARKDOWN = re.compile(r"(#{1,6})\s*([^#\s].*?)\s*#*")
_EXPLICIT = re.compile(r"(#{1,6})\s+(.*?)\s*\{\.(" + "|".join(_NAMES) + r")\}")
_BRACKETED = re.compile(r"(?:\*\*|__)?【([^】]{1,40})】(?:\*\*|__)?\s*[:\uff1a]?(.*)")
_BOLD = re.compile(r"(\*\*|__)(.+)\1")
_NUMBERING = re.compile(
    rf"(?:[(\uff08][{_NUMERAL}\d]{{1,3}}[)\uff09]、?|[{_NUMERAL}]{{1,3}}[、.\uff0e]|"
    r"0\d\s*[、.\uff0e:\uff1a]?|\d{1,2}\s*[、.\uff0e]|\d{1,2}\s|"
    r"(?:PART|Part)\s*\d{1,2}[\s:\uff1a.])\s*"
)
_CHINESE_NUMBERING = re.compile(rf"(?:\*\*)?[{_NUMERAL}]{{1,3}}、")
_ORNAMENT = re.compile(r"[▍▌■□◆◇●○★☆▶►▎\uff5c丨\s]+")
_LONE_NUMBER = re.compile(
    rf"(?:0?\d{{1,2}}|[{_NUMERAL}]{{1,2}}、?|(?:PART|Part)\s*\d{{1,2}})[.\uff0e]?"
)
_TRAILING_NUMBER = re.compile(rf"(.+?)\s*[(\uff08]?[{_NUMERAL}\d]{{1,3}}[)\uff09]?")
_TITLED = re.compile(r"(.{2,24}?)\s*[:\uff1a|\uff5c—]+\s*(.{1,40})")
_NUMBERED_CASE = re.compile(
    rf"(?:典型|真实)?(?:案例|案件|案情)之?([{_NUMERAL}\d]{{1,3}})(?:[:\uff1a、.\uff0e|\uff5c—\-\s].*)?"
)
_ORDINALS = {
    skeleton(f"{word} оқиға"): str(n)
    for n, word in enumerate(("бірінші", "екінші", "үшінші", "төртінші"), start=1)
}
_STORY = re.escape(skeleton("оқиға"))
_NUMBERED_STORY = re.compile(rf"(\d{{1,2}})\s*-?\s*{_STORY}|{_STORY}\s*(\d{{1,2}})")
_KAZAKH_LETTER = re.compile(r"[\u0400-\u04ff\u0600-\u06ff]")
# What a sentence has and a heading has not.
_SENTENCE = re.compile(r"[。\uff1b;\uff01\uff1f!?،,\uff0c]")


def is_lone_number(line: str) -> bool:
    """Whether the line is nothing but "01" or "一", as above a plain heading."""
    return bool(_LONE_NUMBER.fullmatch(line.strip()))


def classify(line: str) -> Heading | None:
    """The heading that this line is, or could be; None for a line of text."""
    if len(line) > 4000 or line.startswith(("    ", "\t")):
        return None
    text = line.strip()
    if match := _EXPLICIT.fullmatch(text):
        if len(match[2]) > HEADING_MAX:
            return None
        return Heading(match[3], match[2], len(match[1]), markdown=True, explicit=True)
    if match := _MARKDOWN.fullmatch(text):
        level, label = len(match[1]), match[2]
        return _named(_bare(label), level, marked=True, markdown=True)
    bare = _bare(text, brackets=False)
    if match := _BRACKETED.fullmatch(bare):
        return _named(_bare(match[1]), 2, marked=True, rest=match[2].strip())
    return _named(bare, 2, marked=bool(_CHINESE_NUMBERING.match(text)))


def _bare(label: str, *, brackets: bool = True) -> str:
    """The label without ornaments, numbering, bold marks and a colon at its end."""
    before = None
    while label != before:
        before = label
        if match := _ORNAMENT.match(label):
            label = label[match.end() :]
        if match := _BOLD.fullmatch(label):
            label = match[2].strip()
        if (match := _NUMBERING.match(label)) and match.end() < len(label):
            label = label[match.end() :]
        if brackets and (match := _BRACKETED.fullmatch(label)):
            label = f"{match[1]} {match[2]}".strip()
        label = label.rstrip(":\uff1a \u3000").strip()
    return label


def _named(
    label: str, level: int, *, marked: bool, markdown: bool = False, rest: str = ""
) -> Heading | None:
    if not label or len(label) > HEADING_MAX:
        return None

    def heading(kind: str, number: str = "") -> Heading:
        return Heading(kind, label, level, markdown=markdown, number=number, rest=rest)

    if kind := kind_of(label):
        return heading(kind)
    if number := _case_number(label):
        sentence = not markdown and (len(label) > 40 or _SENTENCE.search(label))
        return None if sentence else heading(CASE, number)
    if (match := _TRAILING_NUMBER.fullmatch(label)) and (kind := kind_of(match[1])):
        return heading(kind)
    if marked and (match := _TITLED.fullmatch(label)) and (kind := kind_of(match[1])):
        return None if _SENTENCE.search(match[2]) and not markdown else heading(kind)
    return None


@lru_cache(maxsize=4096)
def kind_of(label: str) -> str | None:
    """The kind of section that has this name, in Chinese or in either script of Kazakh."""
    squeezed = "".join(label.split())
    if kind := _CHINESE.get(squeezed):
        return kind
    if _KAZAKH_LETTER.search(label):
        return _KAZAKH.get(skeleton(" ".join(label.lower().split())))
    return None


def is_usual(label: str, kind: str, language: str) -> bool:
    """Whether a heading is the one that the language's pages show anyway."""
    usual = USUAL[language][kind]
    if label == usual:
        return True
    return language != "zh-hans" and skeleton(label.lower()) == skeleton(usual.lower())


def _case_number(label: str) -> str:
    """ "2" or "二" of a sub-case's label, else an empty string."""
    if match := _NUMBERED_CASE.fullmatch(label):
        return match[1]
    if not _KAZAKH_LETTER.search(label):
        return ""
    folded = skeleton(" ".join(re.split(r"[:\uff1a.]", label)[0].lower().split()))
    if match := _NUMBERED_STORY.fullmatch(folded):
        return match[1] or match[2]
    return _ORDINALS.get(folded, "")
