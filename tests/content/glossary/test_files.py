"""Terms as CSV and TBX: out, back in, and from elsewhere."""

from contextlib import suppress

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from content.glossary import csv_files, importing, tbx_reading, tbx_writing
from content.glossary.rows import FIELDS, UnreadableFileError, columns_of, values_of
from content.kazakh import to_arabic
from content.models import GlossaryTerm

# Files are compared with terms as the site spells them: its lexicon is a table.
pytestmark = pytest.mark.django_db

V2 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en"><martifHeader><fileDesc><sourceDesc><p>x</p></sourceDesc>
</fileDesc></martifHeader><text><body>
<termEntry id="1"><descripGrp><descrip type="definition">解除合同</descrip></descripGrp>
<langSet xml:lang="zh-CN"><tig><term>解约</term></tig>
<ntig><termGrp><term>退保</term><termNote type="administrativeStatus">preferredTerm-admn-sts
</termNote></termGrp></ntig>
<tig><term>退险</term><termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
</langSet>
<langSet xml:lang="kk-CN"><tig><term>{arab}</term></tig></langSet>
<langSet xml:lang="kk"><tig><term>шығу</term></tig><tig><term>бұзу</term></tig></langSet>
<langSet xml:lang="en"><tig><term>surrender</term></tig></langSet>
</termEntry></body></text></martif>""".format(arab=to_arabic("шығу"))

V3_DCT = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><min:subjectField>Insurance</min:subjectField>
<langSec xml:lang="zh-Hans"><termSec><term>退保</term>
<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus>
<basic:source>某公司</basic:source></termSec></langSec>
<langSec xml:lang="kk-Cyrl"><termSec><term>шығу</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""


def made(**fields) -> GlossaryTerm:
    one = GlossaryTerm(**{"pk": 7, "zh": "退保", "kk": "шығу", **fields})
    one.prepare()
    return one


FULL = {
    "synonyms": "解约\n退险",
    "not_within": "退保证金",
    "variants": "бұзу\n" + to_arabic("бас тарту"),
    "notes": '第一行\n=第二行, "引号"',
    "source": "-某公司",
    "subject": "insurance",
    "status": "in_use",
}


# --- CSV


def test_what_is_written_as_csv_is_read_back_the_same():
    one = made(**FULL)
    (row,) = csv_files.read(csv_files.write([one]).encode()).rows
    assert row.problems == []
    assert row.values == values_of(one)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "heading", ["zh,kk,status", "中文,哈萨克文(西里尔),状态", " Chinese , KK-Cyrl,STATUS"]
)
def test_columns_in_either_language_and_texts_in_either_encoding(heading, encoding):
    data = f"{heading}\r\n退保,шығу,建议\r\n".encode(encoding)
    (row,) = csv_files.read(data).rows
    assert (row.number, row.values) == (2, {"zh": "退保", "kk": "шығу", "status": "proposed"})


def test_a_formula_is_no_formula_in_a_spreadsheet():
    text = csv_files.write([made(notes="=HYPERLINK()", source="@x")])
    assert "'=HYPERLINK()" in text
    assert "'@x" in text


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_understood(delimiter):
    data = delimiter.join(["zh", "kk"]) + "\n" + delimiter.join(["退保", "шығу"])
    assert csv_files.read(data.encode()).rows[0].values["kk"] == "шығу"


def test_unknown_columns_are_left_out_and_counted():
    file = csv_files.read("zh,kk,english\n退保,шығу,surrender\n存款,салым,\n".encode())
    assert file.skipped == {"english": 1}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("哈萨克文（西里尔字母）", "kk"),
        ("哈萨克文（ 西里尔 ）", "kk"),
        ("哈萨克文 (西里尔)", "kk"),
        ("西里尔字母", "kk"),
        ("哈萨克语【西里尔文】", "kk"),
        ("Kazakh (Cyrillic script)", "kk"),
        ("哈萨克文（阿拉伯字母）", "kk_arab"),
        ("哈萨克文 ( 阿拉伯字母 )", "kk_arab"),
        ("哈萨克文（阿拉伯文）", "kk_arab"),
        ("阿拉伯字母哈萨克文", "kk_arab"),
        ("哈萨克文", "kk_arab"),
        ("状态（必填）", "status"),
        ("定义 与备注", "notes"),
        ("ＳＴＡＴＵＳ", "status"),
        ("哈萨克文（新）", None),
        ("哈萨克文（阿拉伯或西里尔）", None),
        ("阿拉伯文译者", None),
        ("english", None),
    ],
)
def test_a_heading_is_known_with_or_without_words_in_brackets(heading, field):
    assert columns_of([heading]) == [field]


def test_a_file_whose_kazakh_is_not_understood_is_refused_with_its_headings():
    data = "中文,哈文译名,备注\n退保,шығу,\n".encode()
    with pytest.raises(UnreadableFileError, match=r"哈文译名.*哈萨克文.*西里尔") as refused:
        csv_files.read(data)
    assert "没有任何一列" in str(refused.value)


def test_a_file_that_means_to_bring_no_kazakh_is_read():
    (row,) = csv_files.read("中文,状态\n退保,建议\n".encode()).rows
    assert row.values == {"zh": "退保", "status": "proposed"}


def test_a_wrong_choice_names_row_and_field():
    (row,) = csv_files.read("zh,领域\n退保,天文\n".encode()).rows
    assert row.problems[0][0] == "subject"
    assert "天文" in row.problems[0][1]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "中文"),
        (b"kk,notes\nx,y", "中文"),
        ("zh,中文\n退保,退保".encode(), "重复"),
        (b"\xff\xfe\x00\x80\x81", "GB18030"),
        (b"zh\n\0", "GB18030"),
        ('zh,kk\n退保,"шы"ғу\n'.encode(), "第 2 行"),
        (("zh\n" + "退保\n" * 5001).encode(), "5000"),
    ],
)
def test_what_is_no_file_of_terms_is_refused_with_the_reason(data, told):
    with pytest.raises(UnreadableFileError, match=told):
        csv_files.read(data)


# --- TBX


def test_what_is_written_as_tbx_is_read_back_but_for_what_tbx_has_no_place_for():
    one = made(**{**FULL, "notes": "一行"})
    (row,) = tbx_reading.read(tbx_writing.write([one], "术语表").encode()).rows
    there = set(FIELDS) - {"not_within", "status"}
    assert row.values == {name: values_of(one)[name] for name in there}


def test_tbx_has_the_structure_of_iso_30042_2019():
    root = ElementTree.fromstring(tbx_writing.write([made(**FULL)], "术语表"))
    ns = "{urn:iso:std:iso:30042:ed-2}"
    assert (root.tag, root.get("type"), root.get("style")) == (f"{ns}tbx", "TBX-Basic", "dca")
    assert [child.tag for child in root] == [f"{ns}tbxHeader", f"{ns}text"]
    assert root.find(f"{ns}tbxHeader/{ns}fileDesc/{ns}sourceDesc/{ns}p") is not None
    (entry,) = root.find(f"{ns}text/{ns}body")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert [part.tag.removeprefix(ns) for part in entry] == [
        *("descrip", "admin", "note", "langSec", "langSec", "langSec")
    ]
    assert [part.get(lang) for part in entry.findall(f"{ns}langSec")] == [
        *("zh-Hans", "kk-Arab", "kk-Cyrl")
    ]
    for group in entry.iter(f"{ns}termSec"):
        assert [part.tag.removeprefix(ns) for part in group] == ["term", "termNote"]


def test_of_a_term_no_longer_used_every_word_is_deprecated():
    text = tbx_writing.write([made(status="deprecated", synonyms="解约")], "x")
    assert "preferredTerm" not in text
    assert text.count("deprecatedTerm-admn-sts") == 4
    assert tbx_reading.read(text.encode()).rows[0].values.get("zh") is None


def test_tbx_2_from_elsewhere_is_read():
    file = tbx_reading.read(V2.encode())
    (row,) = file.rows
    assert row.values == {
        "zh": "退保",
        "synonyms": "解约",
        "kk_arab": to_arabic("шығу"),
        "kk": "шығу",
        "variants": "бұзу",
        "notes": "解除合同",
    }
    assert file.skipped == {"en": 1, "deprecatedTerm-admn-sts": 1}


def test_tbx_3_in_the_other_style_is_read():
    (row,) = tbx_reading.read(V3_DCT.encode()).rows
    assert row.values == {"zh": "退保", "kk": "шығу", "subject": "insurance", "source": "某公司"}


@pytest.mark.parametrize(
    ("tag", "is_ours"),
    [("zh", 1), ("zh-Hans-CN", 1), ("zh_CN", 1), ("zh-TW", 0), ("zh-Hant", 0), ("ja", 0)],
)
def test_chinese_is_known_by_its_tags(tag, is_ours):
    text = V3_DCT.replace('xml:lang="zh-Hans"', f'xml:lang="{tag}"')
    (row,) = tbx_reading.read(text.encode()).rows
    assert ("zh" in row.values) == bool(is_ours)


def test_a_scripts_tag_counts_less_than_the_script():
    text = V3_DCT.replace("шығу", to_arabic("шығу"))
    assert tbx_reading.read(text.encode()).rows[0].values["kk_arab"] == to_arabic("шығу")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><tbx>&b;</tbx>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><tbx>&a;</tbx>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "实体"),
        (OUTSIDE, "实体"),
        (V2[:700], "第 "),
        ("<html><body/></html>", "html"),
        ("<tbx/>", "没有术语条目"),
        ("<tbx>" + "<a>" * 50, "不是正常的术语表"),
        ("<tbx><conceptEntry>" + "<a/>" * 3000, "不是正常的术语表"),
        ("<tbx>" + "<a/>" * 200_001, "不是正常的术语表"),
        ("<tbx>" + "<conceptEntry/>" * 5001 + "</tbx>", "5000"),
        ('<?xml version="1.0" encoding="klingon"?><tbx/>', "XML"),
        ('<?xml version="1.0" encoding="utf-7"?><tbx/>', "XML"),
    ],
)
def test_xml_that_is_no_glossary_is_refused_with_the_reason(text, told):
    with pytest.raises(UnreadableFileError, match=told):
        tbx_reading.read(text.encode())


def test_wrong_xml_is_named_with_its_line():
    with pytest.raises(UnreadableFileError, match="第 3 行"):
        tbx_reading.read(b"<tbx>\n<text>\n</body></tbx>")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_rows_or_refused(data):
    for read in (csv_files.read, tbx_reading.read):
        with suppress(UnreadableFileError):
            assert all(row.number for row in read(data).rows)


def test_a_file_too_large_is_refused_unread(admin_user, monkeypatch):
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    with pytest.raises(UnreadableFileError):
        importing.stage(b"zh\n" + b"x" * 20, "x.csv", admin_user)
