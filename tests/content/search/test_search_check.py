"""search_check says how well a list of queries finds its pieces."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.search import suggesting, vocabulary
from content.search.asking import read
from content.search.finding import How, find
from tests.factories import make_case

pytestmark = pytest.mark.django_db
QUERIES = Path(__file__).parent / "queries.tsv"


def check(file: Path, **options) -> str:
    out = StringIO()
    call_command("search_check", file, stdout=out, **options)
    return out.getvalue()


def test_the_teams_own_list_on_the_demo(demo_pieces):
    told = check(QUERIES)
    last = told.splitlines()[-1]
    figures = dict(part.split("=") for part in last.split())
    assert int(figures["n"]) >= 150
    assert float(figures["hit@10"]) >= 0.98, told
    assert float(figures["hit@1"]) >= 0.93, told


class TestTheFile:
    @pytest.fixture
    def file(self, tmp_path):
        make_case("here", title="退保骗局")
        return tmp_path / "list.tsv"

    def test_misses_are_told_and_the_last_line_sums_up(self, file):
        file.write_text("# a remark\n\n退保\there\n车险\there\n", "utf-8")
        told = check(file).splitlines()
        assert told[0].startswith("line 4: 车险 -> here: missed")
        assert told[-1] == "hit@1=0.500 hit@10=0.500 n=2"

    def test_a_floor_can_be_asked_for(self, file):
        file.write_text("退保\there\n车险\there\n", "utf-8")
        check(file, min_hit10=0.5)
        with pytest.raises(CommandError, match="below"):
            check(file, min_hit10=0.6)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("退保\there\n退保\n", "line 2"),
            ("退保\tnowhere\n", "line 1: no piece has the code 'nowhere'"),
            ("退保\there\tde\n", "line 1: 'de'"),
            ("\there\n", "line 1"),
            ("# nothing\n", "no queries"),
        ],
    )
    def test_bad_rows_are_named_by_line(self, file, text, told):
        file.write_text(text, "utf-8")
        with pytest.raises(CommandError, match=told):
            check(file)

    def test_what_is_no_text_or_not_there_is_told(self, file):
        with pytest.raises(CommandError, match="No such file"):
            check(file)
        file.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(CommandError, match="UTF-8"):
            check(file)


class TestOtherWays:
    @pytest.mark.parametrize(
        ("typed", "language", "meant"),
        [
            ("tuibo", "zh-hans", "退保"),
            ("tuibaio", "zh-hans", "退保"),
            ("推保", "zh-hans", "退保"),
            ("tuibaopianj", "zh-hans", ""),
            ("шыгын", "kk", "шығын"),
            ("شعىن", "kk", "шығын"),
        ],
    )
    def test_one_wrong_letter_is_put_right(self, typed, language, meant):
        make_case("zh", title="代理退保骗局")
        make_case("kk", title="Борандағы шығын", language="kk")
        found = find(typed, language)
        assert found.keys
        if meant:
            assert found.how == How.CORRECTED
            assert found.used.text == meant
        else:
            assert found.how == How.AS_ASKED

    def test_what_is_ours_already_is_not_changed(self):
        make_case("kk", title="Борандағы шығын", language="kk")
        assert suggesting.suggestions(read("шығын"), "kk") == []

    def test_a_question_finds_what_has_some_of_its_words(self):
        page = make_case("a", title="轻信全额退保，赔了费用")
        make_case("b", title="看懂车险理赔", summary="")
        found = find("别人说可以帮我全额退保怎么办", "zh-hans")
        assert found.how == How.ALIKE
        assert found.keys == [page.pk]

    def test_what_only_another_language_says_is_shown_by_its_version(self):
        chinese = make_case("a", title="牧民的理赔")
        kazakh = make_case("b", title="Борандағы шығын", language="kk", translation_of=chinese)
        found = find("理赔", "kk")
        assert (found.how, found.keys) == (How.VERSION, [kazakh.pk])
        assert found.elsewhere == {"zh-hans": [chinese.pk]}

    def test_the_words_are_counted_anew(self):
        """A word that the glossary has stays; this one no piece has any longer."""
        make_case("kk", title="Борандағы шығын", language="kk", live=False)
        vocabulary.rebuild()
        assert suggesting.suggestions(read("бораан"), "kk") == []
