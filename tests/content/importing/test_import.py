"""What an import makes of good files."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from wagtail.models import PageLogEntry

from content.importing.importer import UNREVIEWED
from content.models import (
    CaseWarningPage,
    EducationImage,
    EducationMedia,
    EducationPage,
    SectionPage,
    VideoPage,
)
from tests.content.importing.files import CASE_BODY
from tests.factories import make_article, make_case

DEMO = Path(django_settings.BASE_DIR) / "content" / "demo" / "materials"


def latest(code: str):
    return EducationPage.objects.get(code=code).specific.get_latest_revision_as_object()


def unreviewed(code: str) -> int:
    return PageLogEntry.objects.filter(action=UNREVIEWED, page__educationpage__code=code).count()


class TestNewPiece:
    def test_becomes_a_draft_with_a_revision_in_its_section(self, bring, folder):
        folder.piece("piece", category="代理退保", audience="[老年人, herders]",
                     legal_basis="《保险法》第四十七条", summary="摘要", date="2026-03-09",
                     source="自编", ai_generated="true")  # fmt: skip
        report = bring()
        assert report.summary == "created=1 updated=0 unchanged=0 errors=0"
        page = EducationPage.objects.get(code="piece").specific
        assert isinstance(page, CaseWarningPage)
        assert not page.live
        assert page.latest_revision
        assert page.get_parent().specific.kind == "cases"
        assert (page.slug, page.date, page.source) == ("piece", date(2026, 3, 9), "自编")
        assert page.category.slug == "surrender-agent"
        assert {a.slug for a in page.audiences.all()} == {"elderly", "herders"}
        assert [b.value for b in page.legal_basis] == ["《保险法》第四十七条"]
        assert page.ai_generated
        assert [b.block_type for b in page.body] == ["case", "analysis", "risk_tips", "get_help"]
        assert page.missing_sections() == []

    def test_is_public_with_publish_and_the_log_says_that_nobody_reviewed_it(self, bring, folder):
        folder.piece("piece")
        bring(publish=True)
        page = EducationPage.objects.get(code="piece")
        assert page.live
        assert not page.has_unpublished_changes
        assert page.live_revision == page.latest_revision
        assert unreviewed("piece") == 1

    def test_without_a_date_gets_today(self, bring, folder):
        folder.piece("piece")
        bring()
        assert EducationPage.objects.get(code="piece").date

    @pytest.mark.parametrize(
        ("type_", "section", "kind"),
        [("case", None, "cases"), ("article", None, "knowledge"), ("video", None, "videos"),
         ("article", "highlights", "highlights")],
    )  # fmt: skip
    @pytest.mark.parametrize("lang", ["zh-hans", "kk-arab", "kk"])
    def test_stands_on_its_shelf_in_its_language(  # noqa: PLR0917
        self, bring, folder, type_, section, kind, lang
    ):
        folder.piece("piece", type=type_, section=section, lang=lang)
        bring()
        shelf = EducationPage.objects.get(code="piece").get_parent().specific
        assert (shelf.kind, shelf.locale.language_code) == (kind, lang)

    def test_in_a_sub_folder_is_found(self, bring, folder):
        folder.piece("a/b/piece").rename(folder.path / "a" / "b" / "c.MD")
        (folder.path / "a" / "b" / "c.MD").write_text(
            (folder.path / "a" / "b" / "c.MD").read_text().replace("a/b/piece", "piece")
        )
        assert bring().created == 1

    def test_takes_another_address_where_its_own_is_taken(self, bring, folder):
        page = make_case("other")
        page.slug = "piece"
        page.save()
        folder.piece("piece")
        bring(publish=True)
        assert EducationPage.objects.get(code="piece").slug == "piece-2"

    def test_that_lacks_sections_goes_in_with_a_warning_for_each(self, bring, folder):
        folder.piece("piece", "## 案情简介\n\n甲\n")
        report = bring()
        assert report.created == 1
        assert [str(notice) for notice in report.notices] == [
            "piece.md: warning: section 'analysis' is missing (案例分析)",
            "piece.md: warning: section 'risk_tips' is missing (风险提示)",
            "piece.md: warning: section 'get_help' is missing (求助渠道)",
        ]

    def test_with_windows_line_ends_and_a_byte_order_mark(self, bring, folder):
        text = folder.piece("piece").read_text().replace("\n", "\r\n")
        folder.write("piece.md", b"\xef\xbb\xbf" + text.encode())
        bring()
        assert latest("piece").body[0].value["text"][0].value == "李某接到电话。"
        folder.piece("piece")
        assert bring().unchanged == 1


class TestSecondImport:
    @pytest.mark.parametrize("publish", [False, True])
    def test_changes_nothing(self, bring, folder, publish):
        folder.piece("piece", audience="[elderly]", category="elder-scam")
        bring(publish=publish)
        page = EducationPage.objects.get(code="piece")
        entries = PageLogEntry.objects.count()
        assert bring(publish=publish).summary == "created=0 updated=0 unchanged=1 errors=0"
        assert EducationPage.objects.get(code="piece").latest_revision_id == page.latest_revision_id
        assert page.revisions.count() == 1
        assert PageLogEntry.objects.count() == entries

    def test_of_a_changed_file_makes_a_revision_of_the_same_page(self, bring, folder):
        folder.piece("piece")
        bring()
        before = EducationPage.objects.get(code="piece")
        folder.piece("piece", title="新标题")
        assert bring().summary == "created=0 updated=1 unchanged=0 errors=0"
        after = EducationPage.objects.get(code="piece")
        assert (after.pk, after.revisions.count(), after.live) == (before.pk, 2, False)
        assert latest("piece").title == "新标题"
        assert bring().unchanged == 1

    def test_of_a_changed_file_leaves_what_is_public_until_somebody_publishes(self, bring, folder):
        folder.piece("piece")
        bring(publish=True)
        folder.piece("piece", title="新标题")
        assert bring().updated == 1
        page = EducationPage.objects.get(code="piece")
        assert (page.live, page.title, page.has_unpublished_changes) == (True, "退保骗局", True)
        assert latest("piece").title == "新标题"
        assert bring().unchanged == 1
        assert bring(publish=True).updated == 1
        page = EducationPage.objects.get(code="piece")
        assert (page.title, page.has_unpublished_changes) == ("新标题", False)
        assert unreviewed("piece") == 2

    def test_publishes_an_unchanged_draft_and_counts_it_as_updated(self, bring, folder):
        folder.piece("piece")
        bring()
        assert bring(publish=True).summary == "created=0 updated=1 unchanged=0 errors=0"
        page = EducationPage.objects.get(code="piece")
        assert page.live
        assert page.revisions.count() == 1

    @pytest.mark.parametrize(
        "change",
        [{"category": "elder-scam"}, {"audience": "[youth]"}, {"summary": "新"}, {"source": "新"},
         {"legal_basis": "[甲, 乙]"}, {"date": "2020-01-02"}, {"ai_generated": "yes"},
         {"body": CASE_BODY.replace("不转账", "不转账!")}],
    )  # fmt: skip
    def test_sees_every_field_that_changes_and_settles(self, bring, folder, change):
        folder.piece("piece", date="2026-01-01")
        bring()
        folder.piece("piece", **{"date": "2026-01-01", **change})
        assert bring().updated == 1
        assert bring().unchanged == 1

    def test_moves_a_piece_to_the_section_that_its_file_names(self, bring, folder):
        folder.piece("piece", type="article")
        bring(publish=True)
        folder.piece("piece", type="article", section="highlights")
        assert bring(publish=True).updated == 1
        page = EducationPage.objects.get(code="piece")
        assert page.get_parent().specific.kind == "highlights"
        folder.piece("piece", type="article")
        assert bring().unchanged == 1

    def test_leaves_a_locked_page_alone_and_says_so(self, bring, folder):
        folder.piece("piece")
        bring()
        EducationPage.objects.filter(code="piece").update(locked=True)
        assert bring().unchanged == 1
        folder.piece("piece", title="新")
        (problem,) = bring().problems
        assert "its page is locked" in problem.message


class TestTranslation:
    def test_may_stand_before_its_original(self, bring, folder):
        folder.piece("a-kk", lang="kk", translation_of="z")
        folder.piece("b-arab", lang="kk-arab", translation_of="a-kk")
        folder.piece("z")
        assert bring().created == 3
        assert EducationPage.objects.values("translation_key").distinct().count() == 1
        assert bring().unchanged == 3

    def test_may_have_its_original_on_the_site(self, bring, folder):
        original = make_case("z")
        folder.piece("z-kk", lang="kk", translation_of="z")
        bring()
        page = EducationPage.objects.get(code="z-kk")
        assert page.translation_key == original.translation_key
        assert bring().unchanged == 1

    def test_is_joined_to_its_original_later(self, bring, folder):
        folder.piece("z")
        folder.piece("z-kk", lang="kk")
        bring(publish=True)
        folder.piece("z-kk", lang="kk", translation_of="z")
        assert bring(publish=True).summary == "created=0 updated=1 unchanged=1 errors=0"
        keys = EducationPage.objects.values_list("translation_key", flat=True)
        assert len(set(keys)) == 1
        assert bring(publish=True).unchanged == 2


class TestFiles:
    def test_the_same_picture_is_stored_once(self, bring, folder, png, settings):
        folder.write("media/a.png", png())
        folder.write("b.png", png())
        folder.piece("one", image="media/a.png")
        folder.piece("two", "甲\n\n![图](b.png)\n", type="article", image="b.png")
        assert bring().created == 2
        assert EducationImage.objects.count() == 1
        assert len([p for p in settings.MEDIA_ROOT.rglob("*.png") if p.is_file()]) == 1
        assert bring().unchanged == 2
        assert EducationImage.objects.count() == 1

    def test_a_new_picture_behind_the_same_name_is_a_change(self, bring, folder, png):
        folder.write("a.png", png(1))
        folder.piece("piece", image="a.png")
        bring()
        folder.write("a.png", png(2))
        assert bring().updated == 1
        assert EducationImage.objects.count() == 2
        assert bring().unchanged == 1

    def test_a_picture_may_lie_beside_its_text(self, bring, folder, png):
        folder.write("sub/a.png", png())
        folder.write("sub/p.md", folder.piece("p", image="a.png").read_bytes())
        (folder.path / "p.md").unlink()
        assert bring().created == 1

    def test_a_picture_under_a_wrong_ending_is_stored_under_its_own(self, bring, folder, png):
        folder.write("a.png", png(kind="JPEG"))
        folder.piece("piece", image="a.png")
        bring()
        assert EducationImage.objects.get().file.name.endswith(".jpg")

    def test_a_video_with_its_captions(self, bring, folder):
        folder.write("v.mp4", b"moving pictures")
        folder.write("v.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\n你好\n")
        fields = {"type": "video", "video": "v.mp4", "captions": "v.vtt", "duration": 95}
        folder.piece("one", "看片。\n\n## 文字稿\n\n小周:你好\n", **fields)
        assert bring(publish=True).created == 1
        page = VideoPage.objects.get(code="one")
        assert page.video.file.read() == b"moving pictures"
        assert "你好" in page.captions.read().decode()
        assert (page.duration, page.transcript) == (95, "小周:你好")
        assert bring(publish=True).unchanged == 1
        folder.piece("two", **fields)
        bring()
        assert EducationMedia.objects.count() == 1

    def test_a_video_from_elsewhere(self, bring, folder):
        folder.piece("one", "## Мәтін\n\nСәлем", type="video", lang="kk",
                     video="https://example.com/v.mp4")  # fmt: skip
        assert bring().notices == []
        assert latest("one").video_url == "https://example.com/v.mp4"
        assert latest("one").transcript == "Сәлем"
        assert bring().unchanged == 1


class TestDryRun:
    def test_says_what_would_happen_and_writes_nothing(self, bring, folder, png, settings):
        make_article("old", live=True)
        folder.write("a.png", png())
        folder.piece("new", image="a.png")
        folder.piece("new-kk", lang="kk", translation_of="new")
        folder.piece("old", "甲", type="article")
        folder.piece("bad", category="nonsense")
        entries = PageLogEntry.objects.count()
        planned = bring(dry_run=True, publish=True)
        assert planned.summary == "created=2 updated=1 unchanged=0 errors=1"
        assert EducationPage.objects.count() == 1
        assert not EducationImage.objects.exists()
        assert PageLogEntry.objects.count() == entries
        assert not settings.MEDIA_ROOT.exists()
        done = bring(publish=True)
        assert (done.summary, done.problems) == (planned.summary, planned.problems)


class TestCommand:
    def test_ends_with_the_figures_and_status_0(self, command, folder):
        folder.piece("piece")
        status, lines = command("import_materials", str(folder.path))
        assert (status, lines) == (0, ["created=1 updated=0 unchanged=0 errors=0"])

    def test_ends_with_status_1_on_any_error_while_the_others_go_in(self, command, folder):
        folder.piece("good")
        folder.piece("bad", category="nonsense")
        status, lines = command("import_materials", str(folder.path))
        assert status == 1
        assert lines[0].startswith("bad.md:6: category: unknown category 'nonsense'; there are:")
        assert lines[-1] == "created=1 updated=0 unchanged=0 errors=1"

    def test_names_a_folder_that_is_none(self, command, tmp_path):
        from django.core.management import CommandError

        with pytest.raises(CommandError, match="is not a folder"):
            command("import_materials", str(tmp_path / "nowhere"))

    def test_shows_its_progress_on_stderr(self, db, folder, capsys):
        from django.core.management import call_command

        for number in range(100):
            folder.piece(f"p{number}")
        call_command("import_materials", str(folder.path), dry_run=True)
        assert "read 100 of 100" in capsys.readouterr().err


def test_the_demo_content_goes_in_whole_and_without_a_missing_section(command, db):
    count = len(list(DEMO.glob("*.md")))
    _status, lines = command("import_materials", str(DEMO), publish=True)
    assert lines[-1] == f"created={count} updated=0 unchanged=0 errors=0"
    assert not [line for line in lines if "section" in line or "heading" in line]
    assert all(page.missing_sections() == [] for page in CaseWarningPage.objects.all())
    _status, lines = command("import_materials", str(DEMO), publish=True)
    assert lines[-1] == f"created=0 updated=0 unchanged={count} errors=0"
    assert SectionPage.objects.count() == 12
