"""Return forms of partners: link and reads come in once, and every mistake is named."""

import csv
import io
import uuid
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.channels.adapters.return_form import COLUMNS
from campaigns.channels.partner.models import PartnerItem
from campaigns.reach import returns
from campaigns.reach.models import ImportBatch, ReachEntry
from campaigns.reach.returns import import_return
from campaigns.regions.roles import Role
from tests.factories import AccountFactory, EditionFactory, make_case


@pytest.fixture
def item(tree):
    now = timezone.now()
    return PartnerItem.objects.create(
        key=uuid.uuid4(),
        account=AccountFactory(code="partner:650000", adapter="partner"),
        edition=EditionFactory(),
        page=make_case("case-1"),
        language="zh-hans",
        scheduled_at=now,
        embargo_until=now,
        size=1,
    )


@pytest.fixture
def form(item, tmp_path):
    """Write a return form: form(reads=3) changes what a good row says."""

    def write(*rows: dict, **changes):
        good = {
            "编号": str(item.key), "标题": "x", "发布链接": "https://media.example/1",
            "日期": "2026-03-10", "阅读量": "1200", "口径": "平台提供",
        }  # fmt: skip
        path = tmp_path / "回执.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows({**good, **row} for row in rows or [changes])
        return path

    return write


def problems(report) -> list[tuple]:
    return [(problem.row, problem.field) for problem in report.problems]


def test_link_and_reads_come_in(form, item):
    report = import_return(form())
    assert (report.new, report.errors) == (1, 0)
    item.refresh_from_db()
    assert item.published_url == "https://media.example/1"
    entry = ReachEntry.objects.get()
    assert (entry.metric, entry.count, entry.basis, entry.day, entry.content) == (
        "reads", 1200, "platform-reported", date(2026, 3, 10), "case-1",
    )  # fmt: skip
    assert (entry.account, entry.region) == (item.account, item.account.region)


def test_the_same_file_again_changes_nothing(form):
    import_return(form())
    report = import_return(form())
    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
    assert (ReachEntry.objects.count(), ImportBatch.objects.count()) == (1, 1)


def test_another_number_is_a_correction(form):
    import_return(form())
    report = import_return(form(阅读量="1500"))
    assert (report.new, report.changed) == (0, 1)
    assert ReachEntry.objects.aggregate(Sum("count")) == {"count__sum": 1500}
    assert ReachEntry.objects.count() == 2


def test_only_a_link_is_enough(form, item):
    assert import_return(form(阅读量="", 日期="", 口径="")).errors == 0
    item.refresh_from_db()
    assert item.published_url
    assert not ReachEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"编号": "x"}, "key"),
        ({"编号": str(uuid.uuid4())}, "key"),
        ({"发布链接": "javascript:alert(1)"}, "link"),
        ({"发布链接": "https://a.example/" + "a" * 500}, "link"),
        ({"日期": "2999-01-01"}, "date"),
        ({"日期": "3月"}, "date"),
        ({"日期": ""}, "date"),
        ({"阅读量": "-1"}, "reads"),
        ({"阅读量": "1.2万"}, "reads"),
        ({"口径": "实测"}, "basis"),
        ({"口径": ""}, "basis"),
        ({"阅读量": "", "发布链接": ""}, "reads"),
    ],
)
def test_a_mistake_is_named_and_nothing_comes_in(form, item, changes, field):
    report = import_return(form(changes, {}))
    assert (2, field) in problems(report)
    assert not ReachEntry.objects.exists()
    item.refresh_from_db()
    assert item.published_url == ""


def test_a_push_twice_in_a_file_is_named(form):
    assert problems(import_return(form({}, {}))) == [(3, "key")]


def test_another_day_or_basis_later_is_named(form):
    import_return(form())
    assert problems(import_return(form(口径="自报"))) == [(2, "basis")]


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,日期\n1,2\n", encoding="utf-8")
    report = import_return(path)
    assert "阅读量" in report.problems[0].message


@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_file_breaks_it(db, tmp_path, data):
    path = tmp_path / "any"
    path.write_bytes("编号,标题,发布链接,日期,阅读量,口径\n".encode() + data)
    assert import_return(path).errors
    assert not ReachEntry.objects.exists()


def test_what_is_wrong_is_said_in_chinese_by_row_and_column(client, form, item, person):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    upload = SimpleUploadedFile("回执.csv", form(阅读量="1,200", 日期="2999-01-01").read_bytes())
    told = client.post(reverse("campaigns_admin:import_return"), {"file": upload}).content.decode()
    assert "第 2 行，阅读量：" in told
    assert "“1,200”含有分隔符：请写成 1200" in told
    assert "第 2 行，日期：" in told
    noise = SimpleUploadedFile("回执.xlsx", b"\x01\x02 no workbook")
    told = client.post(reverse("campaigns_admin:import_return"), {"file": noise}).content.decode()
    assert "内容不是电子表格" in told


def test_the_command(form, capsys):
    call_command("import_return", str(form()))
    assert "new=1" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("import_return", str(form(阅读量="x")))
    assert "回执.csv:row 2: reads:" in capsys.readouterr().out


def test_the_form_from_the_package_comes_back_by_the_screen(client, form, item, person):
    from campaigns.channels.adapters import Delivery
    from campaigns.channels.adapters.return_form import return_form

    now = timezone.now()
    made = return_form(
        Delivery(
            key=item.key, push_id=1, account=item.account, edition=item.edition, page=item.page,
            language="zh-hans", link="", tracked_link="", scheduled_at=now, starts_at=now,
            ends_at=now,
        )
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(made))
    sheet = book.active
    for column, value in enumerate(
        ["https://media.example/2", date(2026, 3, 11), 77, "自报"], start=3
    ):
        sheet.cell(2, column, value)
    filled = io.BytesIO()
    book.save(filled)
    address = reverse("campaigns_admin:import_return")
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "430000"))
    other = client.post(address, {"file": SimpleUploadedFile("a.xlsx", filled.getvalue())})
    assert "第 2 行，编号：" in other.content.decode()
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    assert address in client.get(reverse("importbatch:index")).content.decode()
    answer = client.post(address, {"file": SimpleUploadedFile("a.xlsx", filled.getvalue())})
    assert answer.url == reverse("importbatch:index")
    item.refresh_from_db()
    assert item.published_url == "https://media.example/2"
    assert ReachEntry.objects.get().basis == "self-reported"


def test_the_forms_columns_are_the_importers():
    assert list(COLUMNS) == list(returns.COLUMNS.values())
