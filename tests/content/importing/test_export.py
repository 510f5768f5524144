"""An export is a folder that an import recognises: nothing changes, and nothing is lost."""

import shutil

import pytest
from django.core.files.images import ImageFile
from wagtail.models import Page

from content.importing.exporter import export_folder
from content.importing.importer import import_folder
from content.importing.rich_text import rich_text_to_markdown
from content.models import EducationImage, EducationPage
from tests.content.importing.files import CASE_BODY
from tests.content.importing.test_import import DEMO
from tests.factories import make_article, make_case

TRICKY = [
    (
        "paragraph",
        "<h3>小标题</h3><p>甲<b>乙</b><br/>1. 丙 *丁* &lt;b&gt;</p><ul><li>戊</li></ul><hr/>",
    ),
    ("paragraph", "<p># 不是标题</p><p>风险提示</p>"),
    ("markdown", "## 案例分析\n\n**己**\n\n::: quote\n\n![x](nowhere.png)\n\n\\## 案情简介"),
    ("markdown", "01\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n文字稿\n"),
    ("quote", {"text": "交两千元\n:::\n一分不少", "who": "“专员” 来电"}),
    ("callout", {"title": "请记住", "text": "案情简介\n\n不转账"}),
    ("quote", {"text": "", "who": ""}),
]


@pytest.fixture
def picture(db, png, tmp_path):
    (tmp_path / "p.png").write_bytes(png(7))
    with (tmp_path / "p.png").open("rb") as stream:
        image = EducationImage(title="图", file=ImageFile(stream, name="图 1.png"))
        image.save()
    return image


@pytest.fixture
def tricky(picture):
    again = EducationImage.objects.get()  # Wagtail keeps a block's alternative text on the image
    figures = [
        ("figure", {"image": {"image": picture, "alt_text": 'a "b" [c] \\d', "decorative": False},
                    "caption": '说明 "一"'}),
        ("figure", {"image": {"image": again, "alt_text": "", "decorative": True},
                    "caption": ""}),
    ]  # fmt: skip
    return [*TRICKY, *figures]


def export(path) -> list[str]:
    export_folder(path)
    return sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())


def assert_export_changes_nothing(path) -> None:
    export_folder(path)
    before = {page.pk: page.revisions.count() for page in EducationPage.objects.all()}
    report = import_folder(path)
    assert report.problems == []
    assert report.summary == f"created=0 updated=0 unchanged={len(before)} errors=0"
    assert {p.pk: p.revisions.count() for p in EducationPage.objects.all()} == before


def test_import_of_an_export_changes_nothing_for_the_demo_content(db, tmp_path):
    import_folder(DEMO, publish=True)
    assert_export_changes_nothing(tmp_path / "out")


def test_import_of_an_export_changes_nothing_whatever_blocks_an_editor_used(tricky, tmp_path):
    make_article("article", body=tricky)
    make_case("case", body=[
        ("analysis", {"heading": "", "text": tricky}),
        ("case", {"heading": "我们的案例 {x} #", "text": tricky}),
        ("case", {"heading": "案例二", "text": []}),
        ("risk_tips", {"heading": "案情简介", "text": tricky}),
    ])  # fmt: skip
    make_case("kk", language="kk", body=[("get_help", {"heading": "Көмек", "text": tricky})])
    make_case("empty", body=[])
    assert_export_changes_nothing(tmp_path / "out")


def test_an_empty_site_gets_the_same_content_from_an_export(tricky, tmp_path):
    make_case("case", body=[
        ("case", {"heading": "经过", "text": tricky}),
        ("risk_tips", {"heading": "", "text": tricky}),
    ], legal_basis=[("citation", "《保险法》")])  # fmt: skip
    make_article("article", body=tricky, image=EducationImage.objects.get())
    first = export(tmp_path / "first")
    for page in EducationPage.objects.all():
        Page.objects.get(pk=page.pk).delete()
    EducationImage.objects.all().delete()
    assert import_folder(tmp_path / "first").created == 2
    files = export(tmp_path / "second")
    assert files == first
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    page = EducationPage.objects.get(code="case").specific
    assert [(b.block_type, b.value["heading"]) for b in page.body] == [
        ("case", "经过"), ("risk_tips", ""),
    ]  # fmt: skip
    kinds = [block.block_type for block in page.body[0].value["text"]]
    assert kinds == ["markdown", "quote", "callout", "quote", "figure", "figure"]
    figure = page.body[0].value["text"][4].value
    assert figure["image"].contextual_alt_text == 'a "b" [c] \\d'
    assert figure["caption"] == '说明 "一"'


def test_a_changed_title_leaves_an_editors_rich_text_as_it_is(tricky, tmp_path):
    page = make_article("article", body=tricky)
    export(tmp_path / "out")
    file = tmp_path / "out" / "article.md"
    file.write_text(file.read_text().replace("看懂保险合同", "看懂合同"))
    assert import_folder(tmp_path / "out", publish=True).updated == 1
    changed = EducationPage.objects.get(code="article").specific
    assert changed.title == "看懂合同"
    assert changed.body.get_prep_value() == page.body.get_prep_value()


def test_drafts_are_exported_with_their_newest_content(bring, folder, tmp_path):
    folder.piece("piece")
    bring(publish=True)
    folder.piece("piece", title="新标题")
    bring()
    folder.piece("draft")
    bring()
    assert export(tmp_path / "all") == ["draft.md", "piece.md"]
    assert "title: 新标题" in (tmp_path / "all" / "piece.md").read_text()


def test_live_leaves_drafts_out(bring, folder, tmp_path, command):
    folder.piece("piece")
    bring(publish=True)
    folder.piece("piece", title="新标题")
    folder.piece("draft")
    bring()
    _status, lines = command("export_materials", str(tmp_path / "live"), live=True)
    assert lines == ["exported=1 files=0"]
    assert "title: 退保骗局" in (tmp_path / "live" / "piece.md").read_text()


def test_an_export_reads_like_a_file_that_a_person_wrote(bring, folder, png, tmp_path):
    folder.write("agent.png", png())
    folder.piece(
        "piece-kk", "## Іс мазмұны\n\nА.\n", lang="kk", translation_of="piece", date="2026-01-01"
    )
    folder.piece("piece", image="agent.png", audience="[herders, elderly]",
                 date="2026-03-09", category="代理退保",
                 legal_basis="《保险法》第四十七条", summary="摘要")  # fmt: skip
    bring()
    files = export(tmp_path / "out")
    assert files[1:] == ["piece-kk.md", "piece.md"]
    assert (tmp_path / "out" / "piece.md").read_text() == (
        "---\ntype: case\ncode: piece\ntitle: 退保骗局\nlang: zh-hans\ncategory: surrender-agent\n"
        f"audience:\n- elderly\n- herders\nimage: {files[0]}\n"
        "legal_basis:\n- 《保险法》第四十七条\n"
        f"summary: 摘要\ndate: 2026-03-09\nai_generated: false\n---\n\n{CASE_BODY}"
    )
    assert "translation_of: piece\n" in (tmp_path / "out" / "piece-kk.md").read_text()
    assert (tmp_path / "out" / files[0]).read_bytes() == png()


def test_a_picture_that_is_missing_on_the_site_is_named_and_left_out(picture, tmp_path, settings):
    make_article("article", image=picture)
    shutil.rmtree(settings.MEDIA_ROOT)
    done = export_folder(tmp_path / "out")
    assert [notice.file for notice in done.notices] == ["article.md"]
    assert done.written == 1


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n\n乙"),
        ("<h3>甲</h3><p><b>乙</b> <i>丙</i></p>", "### 甲\n\n**乙** *丙*"),
        ("<ul><li>甲</li><li>乙</li></ul>", "- 甲\n- 乙"),
        ("<ol><li>甲</li><li>乙</li></ol>", "1. 甲\n2. 乙"),
        ('<p><a href="https://a.cn/?b=1&amp;c=2">甲</a></p>', "[甲](https://a.cn/?b=1&c=2)"),
        ("<p># 甲</p><p>1. 乙</p><p>&lt;b&gt; *</p>", "\\# 甲\n\n1\\. 乙\n\n&lt;b> \\*"),
    ],
)
def test_rich_text_becomes_markdown_that_says_the_same(html, expected):
    assert rich_text_to_markdown(html) == expected
