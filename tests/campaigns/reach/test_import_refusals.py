"""What a file of figures may not say: each mistake is named with its row and column."""

import io
import random
import zipfile

import pytest
import xlsxwriter
from django.utils import translation

from campaigns.reach.importing import import_file, reading, workbooks
from tests.campaigns.reach.conftest import census
from tests.campaigns.reach.figure_files import GOOD, HEADER, as_csv, as_xlsx, good


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("date", "", "is empty"),
            ("date", "2026-02-30", "is not a date"),
            ("date", "09/03/2026", "is not a date"),
            ("date", "46090", "is not a date"),
            ("date", "2026-03-11", "in the future"),
            ("date", "0026-03-09", "too far back"),
            ("channel", "", "is empty"),
            ("channel", "weibo", "“weibo”"),
            ("channel", "wechat:430000", "no account"),
            ("region", "", "is empty"),
            ("region", "999999", "“999999”"),
            ("region", "新疆", "“新疆”"),
            ("campaign", "315-2030", "“315-2030”"),
            ("content", "nobody", "“nobody”"),
            ("language", "en", "“en”"),
            ("metric", "people", "“people”"),
            ("metric", "", "is empty"),
            ("count", "", "is empty"),
            ("count", "1,234", "write 1234"),
            ("count", "１２", "is not a whole number"),
            ("count", "-5", "negative"),
            ("count", "1.5", "is not a whole number"),
            ("count", "3.6万", "in digits"),
            ("count", "1e5", "is not a whole number"),
            ("count", "9" * 17, "beyond anything"),
            ("count", "nan", "is not a whole number"),
            ("basis", "guessed", "“guessed”"),
            ("basis", "", "is empty"),
            ("source_key", "", "is empty"),
            ("source_key", "x" * 151, "longer than"),
            ("source_key", "a\tb", "cannot be shown"),
        ],
    )
    def test_each_mistake_is_named_with_its_row_and_column(self, run, column, value, words):
        lines = run([good(source_key="fine"), good(**{column: value})])
        assert lines[0].startswith(f"reach.csv:row 3: {column}: ")
        assert words in lines[0]
        assert lines[-2:] == ["new=0 changed=0 unchanged=0 warnings=0 errors=1", 1]
        assert census() == (0, 0, 0)

    @pytest.mark.parametrize("count", [True, 1.5, -3.0, float(10**13)])
    def test_counts_in_excel_that_are_none(self, run, count):
        row = ["2026-03-09", "website", "650000", "", "", "", "views", count, "measured", "k"]
        assert "row 2: count:" in run(as_xlsx([row]), name="r.xlsx")[0]

    def test_a_language_that_is_not_the_pieces_own(self, run):
        lines = run([good(content="case-kk", language="zh-hans")])
        assert lines[0].startswith("reach.csv:row 2: language: ")

    def test_a_key_given_twice_names_the_first_row(self, run):
        assert "stands in row 2 already" in run([good(), good(count="9")])[0]

    def test_all_problems_of_all_rows_are_reported_at_once(self, run):
        lines = run([good(date="x", count="y"), good(region="z", source_key="k-2")])
        assert [line.split(": ")[0:2] for line in lines[:3]] == [
            ["reach.csv:row 2", "date"],
            ["reach.csv:row 2", "count"],
            ["reach.csv:row 3", "region"],
        ]
        assert lines[-2].endswith("errors=3")

    def test_a_row_with_too_many_cells(self, run):
        assert "row 2: row: 11 cells" in run(as_csv([good()]).rstrip() + b",more\r\n")[0]

    @pytest.mark.parametrize(
        ("header", "words"),
        [
            ([*HEADER[:-1]], "missing columns: 编号 (source_key)"),
            ([*HEADER, "colour"], "unknown columns: colour"),
            ([*HEADER, "日期"], "given twice: 日期"),
            (["date;channel;region"], "separated by commas"),
        ],
    )
    def test_columns_that_are_wrong_are_named(self, run, header, words):
        lines = run(",".join(header).encode() + b"\n" + b"x," * len(header))
        assert words in lines[0]
        assert lines[-1] == 1

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b" \r\n\r\n", "is empty"),
            (b"\x00\x01\x02" * 100, "neither a spreadsheet"),
            (b"\xff\xd8\xff\xe0JFIF", "neither UTF-8"),
            ("日期".encode("utf-16"), "UTF-16"),
            (b"PK\x03\x04 not a workbook", "damaged XLSX"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or password-protected"),
            (as_csv([]), "no rows below the header"),
            (as_csv([good()]) + b'"unclosed', "not CSV at line"),
            (b"a" * 20_000_000, "not CSV"),
            (b"a,b\n" * 5_000_000, "missing columns"),
            (random.Random(1).randbytes(20_000_000), "neither a spreadsheet"),
        ],
        ids=[
            "empty",
            "blank",
            "nul",
            "jpeg",
            "utf-16",
            "zip",
            "xls",
            "header only",
            "quote",
            "20 MB line",
            "20 MB rows",
            "20 MB noise",
        ],
    )
    def test_what_is_no_table_is_said_to_be_none(self, run, content, words):
        lines = run(content)
        assert lines[0].startswith("reach.csv: ")
        assert words in lines[0]
        assert len(lines[0]) < 500
        assert lines[-1] == 1
        assert census() == (0, 0, 0)

    @pytest.mark.parametrize("content", [b"abc,def\n1,2\n", b"%PDF-1.7 noise", b"\x07\x08\x02" * 9])
    def test_what_is_only_called_a_workbook_is_no_spreadsheet(self, run, content):
        lines = run(content, name="reach.xlsx")
        assert "not a spreadsheet" in lines[0]
        assert lines[-1] == 1

    def test_what_is_wrong_is_said_in_the_language_of_the_interface(self, world, tmp_path):
        path = tmp_path / "数字.csv"
        path.write_bytes(as_csv([good(count="-1", region="999999", date="")]))
        with translation.override("zh-hans"):
            told = [problem.message for problem in import_file(path).problems]
            path.write_bytes(b"PK\x03\x04")
            told += [problem.message for problem in import_file(path).problems]
        assert told == [
            "未填写",
            "没有代码为“999999”的机构",
            "“-1”是负数",
            "XLSX 文件已损坏，或根本不是电子表格：请用 Excel 打开后重新保存",
        ]

    def test_a_cell_at_the_end_of_the_sheet_does_not_eat_the_memory(self, run):
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "far")
        book.close()
        assert "beyond column Z" in run(out.getvalue(), name="far.xlsx")[0]

    @pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
    def test_what_unpacks_to_more_than_it_says_is_not_unpacked(self, run, part):
        """Python stops at the size that a file claims; the parser of workbooks does not."""
        honest = as_xlsx([[*GOOD.values()]])
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(honest)) as old,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for one in old.infolist():
                padding = b" " * 30_000_000 if one.filename == part else b""
                new.writestr(one.filename, old.read(one) + padding)
            size = new.getinfo(part).file_size
        bomb = out.getvalue().replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))
        assert bomb != out.getvalue()
        assert "damaged" in run(bomb, name="bomb.xlsx")[0]
        assert reading.rows_about(bomb) < 1_000

    def test_what_says_that_it_unpacks_to_too_much(self, run, monkeypatch):
        monkeypatch.setattr(workbooks, "MOST_UNPACKED_BYTES", 5_000)
        assert "absurd" in run(as_xlsx([[*GOOD.values()]]), name="bomb.xlsx")[0]

    def test_a_file_larger_than_any_real_one(self, run, monkeypatch):
        monkeypatch.setattr(reading, "MOST_BYTES", 10)
        assert "larger than" in run([good()])[0]

    @pytest.mark.parametrize("name", ["missing.csv", ".", "x" * 5000])
    def test_no_file_at_all(self, world, tmp_path, name):
        report = import_file(tmp_path / name)
        assert report.errors == 1
        assert str(report.problems[0])
