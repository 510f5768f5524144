"""Reports as files: what a spreadsheet or a signed page says is what the figures are."""

import io
from datetime import date

import openpyxl
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from PIL import ImageFile

from campaigns.models import Channel, Metric, ReachEntry
from campaigns.reach.ledger import correct
from campaigns.reach.persons import keep
from campaigns.regions.roles import Role
from campaigns.reports import exports, figures
from campaigns.reports.exports import pdf


@pytest.fixture
def told(recorded, edition, page, tree):
    """71,458万 person-times over two days, leaflets beside them, names that look like formulas."""
    tree["650000"].name = "=HYPERLINK(1)"
    tree["650000"].save()
    recorded(
        714_570_000, edition=edition, channel="wechat", metric="reads", basis="platform-reported",
        region="654321",
    )  # fmt: skip
    recorded(
        10_000, edition=edition, channel="field", metric="attendance", basis="self-reported",
        region="430102", day=date(2026, 3, 11),
    )  # fmt: skip
    recorded(400, edition=edition, channel="field", metric="leaflets", basis="self-reported")


def report(by="region", **asked) -> figures.Report:
    with override("zh-hans"):
        return figures.report(figures.select(["315-2026"], **asked), by)


def rendered(kind: str, by="region", **asked) -> exports.Rendered:
    told = report(by, **asked)
    with override("zh-hans"):
        try:
            return exports.render(told, kind)
        except exports.NoPdfError as error:
            pytest.skip(str(error))


def book_of(*args, **asked):
    return openpyxl.load_workbook(io.BytesIO(rendered("xlsx", *args, **asked).data))


def cells(sheet) -> list[list]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


class TestSpreadsheet:
    def test_the_total_as_a_number_and_as_it_is_printed(self, told):
        rows = {row[0]: row[1:] for row in cells(book_of()["合计"])}
        assert rows["合计"][:2] == [714_580_000, "71,458万人次"]
        assert rows["线上"][0] + rows["线下"][0] == 714_580_000
        assert rows["宣传活动"][0].startswith("2026年3·15")

    @pytest.mark.parametrize("by", list(figures.BY))
    def test_rows_and_bases_add_up_to_the_total(self, told, by):
        sheet = book_of(by).worksheets[1]
        _header, *rows, total = cells(sheet)
        assert sum(row[2] for row in rows) == total[2] == 714_580_000
        assert all(sum(row[4:8]) == row[2] for row in rows)
        assert sheet.freeze_panes == "C2"

    def test_days_are_days(self, told):
        sheet = book_of("day").worksheets[1]
        assert sheet["A2"].value.date() == date(2026, 3, 10)
        assert sheet["A2"].is_date

    def test_no_name_becomes_a_formula(self, told):
        names = [row[1] for row in book_of().worksheets[1].iter_rows()]
        (evil,) = [cell for cell in names if cell.value == "=HYPERLINK(1)"]
        assert evil.data_type in {"s", "inlineStr"}
        raw = rendered("xlsx").data
        assert b"<f>" not in raw

    def test_outputs_stand_apart_in_their_unit(self, told):
        assert ["leaflets", "发放宣传单", 400, "份"] in [
            row[:4] for row in cells(book_of().worksheets[2])
        ]

    def test_it_says_what_the_words_mean(self, told):
        rows = {row[0]: row[1:] for row in cells(book_of().worksheets[3])}
        for metric in Metric.objects.all():
            assert rows[metric.code][3] == metric.definition
        assert "self-reported" in rows

    def test_it_says_how_far_the_ledger_went(self, told):
        newest = ReachEntry.objects.order_by("pk").last().pk
        assert [str(newest)] in [row[1:2] for row in cells(book_of().worksheets[0])]

    def test_it_says_which_days_it_is_of(self, told, recorded, edition):
        def period(**asked) -> str:
            rows = {row[0]: row[1] for row in cells(book_of(**asked)["合计"])}
            return rows["期间（北京日期）"]

        recorded(3, edition=edition, day=date(2026, 4, 2))
        assert period() == "全部日期；实际有数据：2026-03-10 – 2026-04-02"
        first, last = date(2026, 3, 9), date(2026, 3, 15)
        assert period(first=first, last=last) == "2026-03-09 – 2026-03-15"
        assert period(last=last) == "… – 2026-03-15；实际有数据：2026-03-10 – 2026-03-15"

    def test_an_empty_report_is_a_file_as_well(self, edition):
        sheet = book_of().worksheets[1]
        assert cells(sheet)[-1][2] == 0

    def test_more_digits_than_a_spreadsheet_holds_go_as_text(self, recorded, edition):
        recorded(10**15, edition=edition)
        assert cells(book_of().worksheets[1])[-1][2] == str(10**15)


class TestPdf:
    def text(self, by="region", **asked) -> str:
        document = pypdfium2.PdfDocument(rendered("pdf", by, **asked).data)
        return "\n".join(page.get_textpage().get_text_range() for page in document)

    @pytest.mark.parametrize("by", ["region", "day", "content"])
    def test_it_says_total_rows_definitions_and_who_signs(self, told, by):
        text = self.text(by)
        for words in (
            "71,458万人次",
            "714,580,000",
            "平台数据",
            "发放宣传单",
            "编制",
            "审核",
            "批准",
        ):
            assert words in text
        definition = Metric.objects.get(code="attendance").definition
        assert definition[:12] in text.replace("\r\n", "").replace("\n", "")

    def test_persons_have_a_section_of_their_own(self, told, edition, head_office):
        assert "置信区间" not in self.text()
        website = Channel.objects.get(code="website").pk
        readers = {b"%016x" % number for number in range(1, 8)}
        keep({(edition.pk, website, head_office.pk, date(2026, 3, 10), b"aaaaaaaa"): readers})
        text = self.text()
        assert "约7人" in text
        assert "95%置信区间：7至" in text
        assert "71,458万人次" in text

    def test_a_correction_shows_the_next_time(self, told):
        correct(ReachEntry.objects.get(count=10_000), 20_000, "counted again")
        assert "71,459万人次" in self.text()

    def test_markup_in_a_name_stays_text(self, told, tree):
        tree["430000"].name = "<b>湖南</b>&"
        tree["430000"].save()
        assert "<b>湖南</b>&" in self.text()

    def test_it_fetches_nothing(self, told, tree):
        with pytest.raises(ValueError, match="fetches nothing"):
            pdf._fetch_nothing("https://example.com/x.png")

    def test_an_empty_report_can_be_signed_as_well(self, edition):
        assert "0人次" in self.text()

    def test_half_a_picture_is_refused_elsewhere_as_before(self, told):
        self.text()
        assert ImageFile.LOAD_TRUNCATED_IMAGES is False

    def test_without_pango_it_says_what_to_install(self, told, monkeypatch, client, person):
        import builtins

        real = builtins.__import__

        def without(name, *args, **kwargs):
            if name == "weasyprint":
                raise OSError("cannot load library 'pango'")
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", without)
        client.force_login(person(Role.MANAGER))
        answer = client.get("/admin/dashboard/reach.pdf?campaign=315-2026")
        assert answer.status_code == 503
        assert "libpango-1.0-0" in answer.text
        with pytest.raises(CommandError, match="libpango"):
            call_command("reach_report", by="day", format="pdf", output="x.pdf")


class TestCommand:
    @pytest.mark.parametrize(("kind", "magic"), [("xlsx", b"PK"), ("json", b"{"), ("csv", b"\xef")])
    def test_it_writes_a_file_whole(self, told, tmp_path, kind, magic):
        path = tmp_path / f"report.{kind}"
        path.write_bytes(b"what was there before")
        call_command("reach_report", by="channel", format=kind, output=str(path))
        assert path.read_bytes().startswith(magic)
        assert list(tmp_path.iterdir()) == [path]

    def test_a_file_that_cannot_be_written_is_named(self, told, tmp_path):
        with pytest.raises(CommandError, match="--output"):
            call_command("reach_report", by="day", output=str(tmp_path / "no" / "report.json"))


class TestScope:
    @pytest.mark.parametrize("kind", list(exports.FORMATS))
    def test_each_file_holds_the_own_tree_only(self, told, client, person, kind):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "430000"))
        answer = client.get(f"/admin/dashboard/reach.{kind}?campaign=315-2026&by=region")
        assert answer.status_code == 200
        if kind == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            assert cells(book.worksheets[1])[-1][2] == 10_000
        elif kind == "json":
            assert answer.json()["total"]["person_times"] == 10_000
        foreign = client.get(f"/admin/dashboard/reach.{kind}?campaign=315-2026&region=650000")
        assert foreign.status_code == 404
