"""Any rows at all, through the whole life of a file, on its screens: checked, committed, undone.

Never an exception, never a partial write, always a message that names row and field.
"""

import csv
import io

import time_machine
import xlsxwriter
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import HeldEntry, ImportBatch, ImportRow, ReachEntry
from campaigns.reach import rollups
from campaigns.reach.importing import words
from tests.campaigns.reach.conftest import NOON
from tests.factories import AccountFactory

HEADER = list(words.COLUMNS)
GOOD = {
    "date": ["2026-03-09", "2026/3/10", "2026-03-01", 46090],
    "channel": ["website", "wechat:650000", "field"],
    "region": ["650000", "654300", 0],
    "campaign": ["315-2026", "", "日常"],
    "content": ["", "case-1"],
    "language": ["", "中文", "zh-hans"],
    "metric": ["views", "阅读量", "到场", "leaflets"],
    "count": ["0", "120", 7.0, "5000"],
    "basis": ["实测", "self-reported"],
    "source_key": ["k-1", "k-2", "k-3", 1001, "甲"],
}
JUNK = [
    *(
        "",
        " ",
        "=1+1",
        "-1",
        "1,234",
        "3.6万",
        "１２",
        "nan",
        "1e5",
        "9" * 17,
        "9" * 400,
        "x" * 200,
    ),
    *("\x00", "\ud800", "\u202e", "a\tb", "'; DROP TABLE x; --", "2026-02-30", "2999-01-01", "🐎"),
    *(True, 1.5, -3.0, 1e300, 99999999999999999999),
]
cells = st.tuples(
    *(
        st.one_of(*[st.sampled_from(good)] * 6, st.sampled_from(JUNK), st.text(max_size=8))
        for good in GOOD.values()
    )
).map(list)
# Now and then cells are missing, or there are too many.
rows = st.lists(
    st.one_of(cells, cells, cells, st.lists(st.sampled_from(JUNK), max_size=13)),
    min_size=1,
    max_size=6,
)
told = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def as_csv(table: list[list]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *table])
    return out.getvalue().encode("utf-8", "replace")


def as_xlsx(table: list[list]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADER, *table]):
        for column, cell in enumerate(row):
            plain = cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell
            if isinstance(plain, str):
                sheet.write_string(number, column, plain)
            elif isinstance(plain, int) and abs(plain) > 10**15:
                sheet.write_string(number, column, str(plain))
            else:
                sheet.write(number, column, plain)
    book.close()
    return out.getvalue()


def standing() -> dict[str, int]:
    """What the ledger comes to under each metric."""
    sums = ReachEntry.objects.order_by().values_list("metric").annotate(Sum("count"))
    return {metric: count for metric, count in sums if count}


@told
@given(table=rows, is_workbook=st.booleans())
@example(table=[[good[0] for good in GOOD.values()]], is_workbook=False)
@example(table=[[good[0] for good in GOOD.values()]] * 2, is_workbook=True)
def test_rows_are_refused_by_name_or_go_in_and_out_whole(  # noqa: PLR0917
    client, edition, page, person, tree, table, is_workbook
):
    AccountFactory(code="wechat:650000")
    client.force_login(superuser())
    before, entries = standing(), ReachEntry.objects.count()
    with time_machine.travel(NOON, tick=False), translation.override("zh-hans"):
        data = as_xlsx(table) if is_workbook else as_csv(table)
        batch = sent(client, data, "任何.xlsx" if is_workbook else "任何.csv")
        assert ReachEntry.objects.count() == entries
        if batch.state == ImportBatch.State.FAILED:
            assert_said_why(client, batch)
        else:
            assert_in_and_out(client, batch, before)
    assert standing() == before
    assert list(rollups.differences()) == []


def superuser():
    people = get_user_model().objects
    return people.filter(username="anybody").first() or people.create_superuser("anybody")


def sent(client, data: bytes, name: str) -> ImportBatch:
    """Uploaded by the screen, which has it checked at once; short as it is."""
    address = reverse("campaigns_admin:import_upload")
    answer = client.post(address, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302
    batch = ImportBatch.objects.latest("pk")
    assert client.get(answer.url).status_code == 200
    return batch


def act(client, what: str, batch: ImportBatch, **told) -> None:
    address = reverse(f"campaigns_admin:{what}", args=[batch.pk])
    assert client.post(address, told, follow=True).status_code == 200
    batch.refresh_from_db()


def assert_said_why(client, batch: ImportBatch) -> None:
    """A message for the file as a whole, or for each row that is wrong with its field."""
    wrong = batch.rows.filter(outcome__in=ImportRow.WRONG)
    assert batch.message or wrong
    for row in wrong:
        assert row.problems
        for problem in row.problems:
            assert problem["field"] in (*HEADER, "row")
            assert problem["message"]
    answer = client.get(reverse("campaigns_admin:import_errors", args=[batch.pk]))
    # What is no table at all cannot be given back, and is said to be none.
    assert answer.status_code == 200 or (answer.status_code == 302 and batch.message)


def assert_in_and_out(client, batch: ImportBatch, before: dict[str, int]) -> None:
    assert batch.rows.count() == (
        batch.rows_new + batch.rows_changed + batch.rows_unchanged + batch.rows_held
    )
    for kind in set(batch.warnings.values_list("kind", flat=True)):
        act(client, "import_accept", batch, kind=kind)
    act(client, "import_commit", batch, fingerprint=batch.fingerprint)
    assert batch.state == ImportBatch.State.COMMITTED
    assert ReachEntry.objects.filter(batch=batch).count() == batch.rows_new + batch.rows_changed
    assert HeldEntry.objects.filter(batch=batch).count() <= batch.rows_held
    assert list(rollups.differences()) == []
    act(client, "import_undo", batch, reason="只是试一试")
    assert batch.state == ImportBatch.State.UNDONE
    assert standing() == before
