"""No screen, text or file of imports tells a coordinator a figure from outside the own tree.

Foreign figures are all large and own ones small, so that whatever is large has leaked.
"""

import io
import re
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from campaigns.models import HeldEntry, ImportBatch, ImportRow
from campaigns.reach.importing import batches, rights
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import NOON
from tests.campaigns.reach.figure_files import as_csv, as_xlsx, good
from tests.factories import EditionFactory

LARGE = re.compile(r"(?<![\w.-])[1-9]\d{6,8}(?![\w-])", re.ASCII)
DAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def foreign(recorded, edition):
    """What others have: other provinces, head office, the site as a whole, the year before."""
    last = EditionFactory(
        code="315-2025", year=2025, starts_on=date(2025, 3, 10), ends_on=date(2025, 3, 16)
    )
    for number, (region, count) in enumerate((("430000", 7_777_001), ("000000", 8_888_001))):
        recorded(
            count,
            channel="website",
            region=region,
            edition=edition,
            day=DAY,
            key=f"views-{number}",
        )
        recorded(
            count,
            channel="website",
            region=region,
            content="case-1",
            day=DAY,
            origin="collector",
            key=f"site-{number}",
        )
        recorded(
            count, channel="website", region=region, edition=last, day=DAY, key=f"last-{number}"
        )


@pytest.fixture
def mine(person):
    return person(Role.REGIONAL_COORDINATOR, "650000")


def field(**changes) -> dict:
    return good(channel="field", metric="attendance", basis="self-reported", **changes)


def committed(rows, by=None, name="reach.csv") -> ImportBatch:
    batch = batches.stage(as_csv(rows), name, by)
    batches.check(batch)
    batch.warnings.update(accepted_at=NOON, accepted_name="x")
    batches.commit(batch, batch.fingerprint, by)
    return batch


def text_of(answer) -> str:
    """What a person reads, with numbers in one piece."""
    shown = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", answer.content.decode())
    # Hidden ones as well: a value or a label may tell.
    told = re.findall(r'(?:value|title|aria-label)="([^"]*)"', shown)
    return " ".join([re.sub(r"<[^>]+>", " ", shown), *told]).replace(",", "")


def large_in(text: str) -> list[str]:
    return LARGE.findall(text.replace(",", ""))


def walk(client) -> dict[str, str]:
    """Every text of every screen of imports that opens to whoever is logged in."""
    found = {}
    addresses = [
        reverse("importbatch:index"),
        reverse("heldentry:index"),
        reverse("heldentry:index") + "?decision=counted&decision=dropped&decision=pending",
        reverse("campaigns_admin:import_upload"),
    ]
    for batch in ImportBatch.objects.all():
        page = reverse("importbatch:inspect", args=[batch.pk])
        addresses += [page, *(f"{page}?show={outcome.value}" for outcome in ImportRow.Outcome)]
        addresses += [
            reverse(f"campaigns_admin:{name}", args=[batch.pk])
            for name in ("import_undo", "import_errors")
        ]
    addresses += [reverse("heldentry:inspect", args=[one.pk]) for one in HeldEntry.objects.all()]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (200, 302, 404), address
        if answer.status_code == 200:
            found[address] = text_of(answer)
    return found


@pytest.mark.long
def test_nothing_large_is_read_anywhere(client, foreign, mine):
    # Head office's, of several regions; and one that lies in the coordinator's as a whole, whose
    # totals are head office's all the same.
    committed([good(source_key="hn", region="430000", count="7777002"), good(source_key="xj")])
    committed([field(source_key="head", region="000000", count="8888100", content="case-1")])
    committed([field(source_key="hunan", region="430000", count="8888050", content="case-1")])
    whole = committed([field(source_key="whole", count="21", region="654300")])
    assert rights.may_handle(whole, mine)
    # The coordinator's own: counted by the site, told above, a number of somebody else's.
    rows = [
        good(source_key="site", content="case-1", count="120"),
        field(source_key="above", count="50", content="case-1"),
        good(source_key="odd", date="2026-03-01", count="33"),
    ]
    held = committed(rows, mine, "mine.csv").held.all()
    assert sorted(held.values_list("kind", flat=True)) == ["parent_child", "site_and_import"]
    client.force_login(mine)
    upload = reverse("campaigns_admin:import_upload")
    for name, wrong in (("wrong.csv", good(source_key="hn")), ("ready.csv", good(source_key="n"))):
        data = SimpleUploadedFile(name, as_csv([wrong]))
        assert large_in(text_of(client.post(upload, {"file": data}, follow=True))) == []
    states = set(ImportBatch.objects.filter(staged_by=mine).values_list("state", flat=True))
    assert states == {"committed", "failed", "ready"}
    assert_small(walk(client))
    # What is answered to a decision, and what then stands in the ledger by it.
    decide = reverse("campaigns_admin:decide_held")
    for decision in ("as_difference", "counted"):
        told = {"decision": decision, "reason": "x", "held": [one.pk for one in held.pending()]}
        assert large_in(text_of(client.post(decide, told, follow=True))) == []
    for entry in ImportBatch.objects.get(file_name="mine.csv").held.all():
        assert entry.against_count <= entry.count
    assert_small(walk(client))


def assert_small(read: dict[str, str]) -> None:
    assert len(read) > 20
    assert {address: large for address, text in read.items() if (large := large_in(text))} == {}


def test_the_same_screens_do_tell_head_office(client, foreign, person):
    """Or the test above would look for what is nowhere."""
    batch = committed([good(source_key="hn", region="430000", count="7777002")])
    client.force_login(person(Role.MANAGER))
    page = client.get(reverse("importbatch:inspect", args=[batch.pk]))
    assert {"7777002", "16665002"} <= set(large_in(text_of(page)))


def test_a_regions_file_is_not_its_senders_any_more_who_has_moved(client, mine, tree):
    """What stands in the ledger is the region's."""
    batch = committed([good(count="1234567")], mine)
    mine.postings.update(region=tree["430000"])
    client.force_login(type(mine).objects.get(pk=mine.pk))
    page = client.get(reverse("importbatch:inspect", args=[batch.pk]))
    assert large_in(text_of(page)) == []
    for name in ("import_undo", "import_errors"):
        address = reverse(f"campaigns_admin:{name}", args=[batch.pk])
        assert client.get(address).status_code == 404


def test_how_many_rows_others_have_is_not_told(client, mine):
    rows = [good(source_key=f"k-{n}", region="430000") for n in range(77)]
    batch = committed([*rows, good(source_key="own")])
    client.force_login(mine)
    page = client.get(reverse("importbatch:inspect", args=[batch.pk]))
    assert dict(page.context["facts"])["新增"] == 1
    assert "78" not in re.findall(r"\d+", text_of(client.get(reverse("importbatch:index"))))


def test_the_file_with_reasons_is_the_senders_own(client, mine, foreign):
    header = [*good()]
    rows = [[*good(source_key=f"k-{n}", region=region).values()] for n, region in
            enumerate(("430000", "650000"))]  # fmt: skip
    batch = batches.stage(as_xlsx(rows, header), "r.xlsx", mine)
    batches.check(batch)
    client.force_login(mine)
    answer = client.get(reverse("campaigns_admin:import_errors", args=[batch.pk]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    reasons = [row[-1] for row in book.get_sheet_by_index(0).to_python()]
    assert "430000" in reasons[1]
    assert large_in(" ".join(map(str, reasons))) == []


def test_rows_that_wrote_nothing_are_foreign_all_the_same(client, mine):
    """Head office sends again what stands already of others, with a new row of one's own."""
    others = good(source_key="hn", region="430000", count="7777002")
    committed([others])
    again = committed([others, good(source_key="xj", count="21")], name="again.csv")
    assert set(again.rows.values_list("outcome", flat=True)) == {"unchanged", "new"}
    assert not rights.may_handle(again, mine)
    client.force_login(mine)
    assert [large for text in walk(client).values() for large in large_in(text)] == []
