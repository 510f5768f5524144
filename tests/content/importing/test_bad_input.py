"""A bad file is named with its line and field; the others go in; nothing goes in by half."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from content.importing.front_matter import Vocabulary
from content.importing.planning import refuse_same_codes
from content.importing.reader import MaterialReader
from content.models import EducationImage, EducationPage, VideoPage
from tests.content.importing.files import piece
from tests.factories import make_article, make_case


@pytest.fixture
def problem(bring, folder):
    """Import a good file beside whatever the test wrote; hand back the problems as text."""

    def run(**options) -> list[str]:
        folder.piece("good")
        report = bring(**options)
        assert EducationPage.objects.filter(code="good").exists()
        assert report.errors == len({problem.file for problem in report.problems})
        return [str(problem) for problem in report.problems]

    return run


def test_a_file_over_1_mb_is_refused(folder, problem):
    folder.write("big.md", piece("字" * 400_000))
    assert problem() == ["big.md:1: file: has 1.1 MB; at most 1 MB of text is possible"]


def test_a_20_mb_file_is_refused_by_its_size(folder, problem):
    with folder.write("huge.md", "---\n").open("r+b") as stream:
        stream.truncate(20 * 1024 * 1024)
    assert problem() == ["huge.md:1: file: has 20.0 MB; at most 1 MB of text is possible"]


def test_binary_junk_is_refused(folder, problem):
    folder.write("junk.md", bytes(range(256)))
    folder.write("nul.md", "---\ntype: case\ncode: a\x00b\n---\n")
    assert problem() == [
        "junk.md:2: file: is not UTF-8 text; save it as UTF-8",
        "nul.md:3: file: holds the control character U+0000; is it a text?",
    ]


def test_a_file_without_front_matter(folder, problem):
    folder.write("none.md", "# 案情简介\n")
    folder.write("empty.md", "")
    folder.write("open.md", "---\ntype: case\n")
    assert problem() == [
        "empty.md:1: front matter: the file must begin with a line '---', then the fields",
        "none.md:1: front matter: the file must begin with a line '---', then the fields",
        "open.md:1: front matter: a second line '---' is missing below the fields",
    ]


def test_broken_yaml_names_its_line(folder, problem):
    folder.write("a.md", "---\ntype: case\ncode: a\ntitle: 骗局: 退保: 两例\n---\n")
    folder.write("b.md", "---\ntype: case\naudience: [elderly\ncode: b\n---\n")
    folder.write("c.md", "---\n- type\n- case\n---\n")
    first, second, third = problem()
    assert first == (
        "a.md:4: front matter: broken YAML: mapping values are not allowed in this context"
        "; put the value into double quotes"
    )
    assert second.startswith("b.md:4: front matter: broken YAML: ")
    assert third.startswith("c.md:2: front matter: must be lines of the form 'name: value'")


def test_every_mistake_of_a_file_is_reported_at_once(folder, problem):
    folder.write(
        "many.md",
        "---\ntype: story\nkode: x\ntitle: \nlang: en\ncategory: nonsense\naudience:\n  - elderly\n"
        "  - robots\ndate: 2026-02-30\nai_generated: perhaps\ndate: 2026-01-01\n---\n",
    )
    found = [line.split(": ")[:2] for line in problem()]
    assert found == [
        ["many.md:1", "code"], ["many.md:2", "type"], ["many.md:3", "kode"],
        ["many.md:4", "title"], ["many.md:5", "lang"], ["many.md:6", "category"],
        ["many.md:9", "audience"], ["many.md:10", "date"], ["many.md:11", "ai_generated"],
        ["many.md:12", "date"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"category": "诈骗"}, "category: unknown category '诈骗'; there are: "),
        ({"audience": "机器人"}, "audience: unknown audience '机器人'; there are: "),
        ({"category": "[elder-scam, stock-tips]"}, "category: only one category is possible"),
        ({"titel": "x"}, "titel: there is no such field; there are: type, code, title"),
        ({"title": "长" * 256}, "title: has 256 characters; at most 255 are possible"),
        ({"summary": "长" * 301}, "summary: has 301 characters; at most 300 are possible"),
        ({"legal_basis": "法" * 301}, "legal_basis: a citation has 301 characters"),
        ({"title": "[a, b]"}, "title: must be one text, not a list"),
        ({"source": "{a: b}"}, "source: must be a text or a list of texts"),
        ({"audience": "[[elderly]]"}, "audience: each item must be plain text"),
        ({"code": "案例"}, "code: '案例' may hold ASCII letters, digits"),
        ({"code": "../x"}, "code: '../x' may hold ASCII letters, digits"),
        ({"date": "2026-13-01"}, "date: '2026-13-01' is not a day; write it as 2026-03-15"),
        ({"section": "attic"}, "section: 'attic' is not one of: cases, knowledge"),
        ({"duration": "60"}, "duration: a piece of type case has no duration"),
        ({"type": "video", "duration": "two"}, "duration: 'two' is not a whole number of seconds"),
        ({"type": "video", "video": "ftp://a.cn/b.mp4"}, "video: 'ftp://a.cn/b.mp4' is no http"),
        ({"type": "video", "video": "https://[oops/b.mp4"}, "video: 'https://[oops/b.mp4' is no "),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(folder, problem, fields, expected):
    folder.write("wrong.md", piece(**{"code": "wrong", **fields}))
    (found,) = problem()
    place, words = found.split(": ", 1)
    assert words.startswith(expected)
    text = (folder.path / "wrong.md").read_text().split("\n")
    assert text[int(place.split(":")[1]) - 1].startswith(expected.split(":")[0])


def test_a_code_that_two_files_claim_is_refused_in_both(folder, problem):
    folder.write("one.md", piece(code="same"))
    folder.write("two/three.md", piece(code="same"))
    assert problem() == [
        "one.md:3: code: 'same' is also in two/three.md",
        "two/three.md:3: code: 'same' is also in one.md",
    ]
    assert not EducationPage.objects.filter(code="same").exists()


def test_a_code_that_another_page_has(folder, problem, db):
    make_case("taken-kk", language="kk")
    make_article("taken-article")
    folder.piece("taken-kk")
    folder.piece("taken-article")
    assert problem() == [
        "taken-article.md:3: code: 'taken-article' is already used by a page of type article",
        "taken-kk.md:3: code: 'taken-kk' is already used by a page in kk",
    ]


class TestTranslations:
    def test_of_nothing(self, folder, problem):
        folder.piece("kk-one", lang="kk", translation_of="ghost")
        assert problem() == [
            (
                "kk-one.md:6: translation_of: no piece has the code 'ghost', "
                "neither in the folder nor on the site"
            )
        ]

    def test_of_itself(self, folder, problem):
        folder.piece("self", lang="kk", translation_of="self")
        assert problem() == [
            "self.md:6: translation_of: is the piece's own code: name the code of the original"
        ]

    def test_in_a_circle(self, folder, problem):
        folder.piece("a", translation_of="b")
        folder.piece("b", lang="kk", translation_of="a")
        words = "translation_of: leads in a circle: one must be the original"
        assert problem() == [f"a.md:6: {words}", f"b.md:6: {words}"]

    def test_a_second_version_in_the_same_language(self, folder, problem):
        folder.piece("zh")
        folder.piece("kk-1", lang="kk", translation_of="zh")
        folder.piece("kk-2", lang="kk", translation_of="zh")
        folder.piece("zh-2", translation_of="zh")
        assert problem() == [
            "kk-2.md:6: translation_of: there is a version in kk already: 'kk-1'",
            "zh-2.md:6: translation_of: there is a version in zh-hans already: 'zh'",
        ]

    def test_a_version_that_the_site_has_already(self, folder, problem, db):
        make_case("kk-old", language="kk", translation_of=make_case("zh"))
        folder.piece("kk-new", lang="kk", translation_of="zh")
        assert problem() == [
            "kk-new.md:6: translation_of: there is a version in kk already: 'kk-old'"
        ]

    def test_of_another_type(self, folder, problem):
        folder.piece("zh")
        folder.piece("kk", "", type="article", lang="kk", translation_of="zh")
        assert problem() == [
            "kk.md:6: translation_of: the original 'zh' is of type case, this of type article"
        ]

    def test_whose_original_has_errors(self, folder, problem):
        folder.piece("zh", category="nonsense")
        folder.piece("kk", lang="kk", translation_of="zh")
        folder.piece("arab", lang="kk-arab", translation_of="kk")
        found = problem()
        assert found[0] == (
            "arab.md:6: translation_of: the original 'kk' has errors: mend it first"
        )
        assert found[1] == "kk.md:6: translation_of: the original 'zh' has errors: mend it first"
        assert found[2].startswith("zh.md:6: category: unknown")

    def test_whose_original_has_errors_but_is_on_the_site(self, folder, problem, db):
        original = make_case("zh")
        folder.piece("zh", category="nonsense")
        folder.piece("kk", lang="kk", translation_of="zh")
        assert len(problem()) == 1
        assert EducationPage.objects.get(code="kk").translation_key == original.translation_key

    def test_whose_original_cannot_be_stored(self, folder, problem, monkeypatch):
        from content.importing import importer

        make = importer._created

        def failing(step, store):
            if step.material.code == "zh":
                raise OSError("disk full")
            return make(step, store)

        monkeypatch.setattr(importer, "_created", failing)
        folder.piece("zh")
        folder.piece("kk", lang="kk", translation_of="zh")
        assert problem() == [
            "kk.md:6: translation_of: the original 'zh' could not go in: mend it first",
            "zh.md:1: file: could not be stored: disk full",
        ]


class TestNamedFiles:
    @pytest.mark.parametrize("name", ["/etc/passwd", "C:/a.png", "~/a.png", "media\\a.png"])
    def test_only_relative_paths(self, folder, problem, name):
        folder.piece("p", image=f"'{name}'")
        assert problem() == [
            f"p.md:6: image: {name!r} must be a path inside the folder, such as media/a.png"
        ]

    def test_no_way_up(self, folder, problem, png, tmp_path):
        (tmp_path / "secret.png").write_bytes(png())
        folder.piece("p", image="../secret.png")
        assert problem() == [
            "p.md:6: image: '../secret.png' leads out of the folder: '..' is not possible"
        ]

    def test_no_way_out_through_a_link(self, folder, problem, png, tmp_path):
        (tmp_path / "secret.png").write_bytes(png())
        (folder.path / "link.png").symlink_to(tmp_path / "secret.png")
        folder.piece("p", image="link.png")
        assert problem() == ["p.md:6: image: 'link.png' leads out of the folder through a link"]

    def test_a_material_that_is_a_link_out(self, folder, problem, tmp_path):
        (tmp_path / "outside.md").write_text(piece(code="outside"))
        (folder.path / "inside.md").symlink_to(tmp_path / "outside.md")
        assert problem() == ["inside.md:1: file: is a link that leads out of the folder"]

    def test_a_material_that_is_a_pipe_does_not_hang_the_import(self, folder, problem):
        os.mkfifo(folder.path / "pipe.md")
        assert problem() == ["pipe.md:1: file: is not an ordinary file"]

    def test_a_file_that_is_not_there(self, folder, problem):
        folder.piece("p", "甲\n\n![图](media/b.png)\n", type="article", image="media/a.png")
        assert problem() == [
            "p.md:6: image: 'media/a.png' is not a file in the folder",
            "p.md:11: body: 'media/b.png' is not a file in the folder",
        ]

    def test_an_image_that_is_none(self, folder, problem, png):
        folder.write("a.png", "not a picture")
        folder.write("b.png", png()[:40])
        folder.piece("p", image="a.png")
        folder.piece("q", image="b.png")
        words = "is no GIF, JPEG, PNG or WebP image"
        assert problem() == [f"p.md:6: image: 'a.png' {words}", f"q.md:6: image: 'b.png' {words}"]
        assert not EducationImage.objects.exists()

    def test_an_image_with_too_many_pixels(self, folder, problem):
        Image.new("1", (10000, 6000)).save(folder.path / "a.png")
        folder.piece("p", image="a.png")
        assert problem() == ["p.md:6: image: 'a.png' has more than 50 million pixels"]

    def test_captions_that_are_none(self, folder, problem):
        folder.write("a.vtt", "00:01 你好")
        folder.piece("p", "", type="video", captions="a.vtt")
        assert problem() == ["p.md:6: captions: 'a.vtt' does not begin with WEBVTT"]
        assert not VideoPage.objects.exists()


def test_what_fails_on_storing_leaves_no_row_and_no_file(folder, problem, png, settings,
                                                         monkeypatch):  # fmt: skip
    from content.importing import importer

    def failing(*args, **kwargs):
        raise OSError("disk full")

    folder.write("a.png", png())
    folder.piece("p", image="a.png")
    monkeypatch.setattr(importer.SectionPage, "add_child", _but("p", failing))
    assert problem() == ["p.md:1: file: could not be stored: disk full"]
    assert not EducationImage.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def _but(code, failing):
    from content.models import SectionPage

    add_child = SectionPage.add_child

    def add(self, instance):
        return failing() if instance.code == code else add_child(self, instance=instance)

    return add


FRAGMENTS = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([
        "---\n", "type: case\n", "code: a\n", "title: 甲\n", "lang: kk\n", "lang: zh-hans\n", "- ",
        "[", "{", "? ", "&a ", "*a ", "<<: ", "!!python/object:x ", "!!int ", "%YAML 9\n", "...\n",
        "date: 2026-02-30\n", "category: [", "audience:\n  - ",
        "## 案情简介\n", "::: quote\n", ":::\n",
        "![a](b.png)\n", "video: http://[\n", "image: a\n", "\ufeff", "\u2028", "\x85", "'", '"',
    ]).map(str.encode),
)  # fmt: skip
ANYTHING = st.one_of(
    st.binary(max_size=200), st.lists(FRAGMENTS, max_size=15).map(b"".join),
    st.lists(FRAGMENTS, max_size=12).map(lambda parts: b"---\n" + b"".join(parts) + b"\n---\n"),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(ANYTHING)
def test_any_bytes_give_a_material_or_a_problem_and_no_exception(folder, data):
    path = folder.write("any.md", data)
    words = Vocabulary({"elder-scam": "elder-scam"}, {"elderly": "elderly"})
    reading = MaterialReader(folder.path, words).read(path)
    refuse_same_codes([reading])
    assert (reading.material is None) == bool(reading.problems)
    assert all(problem.line >= 1 and problem.message for problem in reading.problems)


def test_hostile_yaml_is_read_in_no_time(folder, problem):
    folder.write("deep.md", "---\ntitle: " + "[" * 30_000 + "\n---\n")
    folder.write("wide.md", "---\n" + "- " * 30_000 + "\n---\n")
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join(f'*{a}' for _ in range(9))}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    folder.write("bomb.md", f"---\n{bomb}---\n")
    assert {line.split(":")[0] for line in problem()} == {"deep.md", "wide.md", "bomb.md"}


def test_a_file_name_that_is_no_utf8_can_be_printed(folder, problem):
    path = os.fsencode(folder.path) + b"/\xff\n.md"
    Path(os.fsdecode(path)).write_bytes(b"junk")
    (found,) = problem()
    assert found.startswith("\\udcff\\n.md:1: front matter:")
    found.encode("utf-8")
