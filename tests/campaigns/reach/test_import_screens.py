"""The screens of imports: whoever uploads sees what would happen, says so, and can take it back."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from campaigns.models import HeldEntry, ImportBatch, ReachEntry
from campaigns.reach.importing import batches, working
from campaigns.regions.roles import Role
from tests.campaigns.reach.conftest import NOON, summed
from tests.campaigns.reach.figure_files import HEADER, as_csv, good
from tests.campaigns.reach.test_duplicates import day_by_day

State = ImportBatch.State


@pytest.fixture(autouse=True)
def _world(edition, page, tree):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def mine(client, person):
    """A coordinator of Xinjiang, logged in."""
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    client.force_login(user)
    return user


def upload(client, rows, name="reach.csv"):
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    address = reverse("campaigns_admin:import_upload")
    return client.post(address, {"file": SimpleUploadedFile(name, data)}, follow=True)


def act(client, what, batch, **told):
    return client.post(reverse(f"campaigns_admin:{what}", args=[batch.pk]), told, follow=True)


def total() -> int:
    return sum(summed().values_list("count", flat=True))


class TestFromUploadToUndo:
    def test_seen_agreed_to_and_taken_back(self, client, mine):
        shown = upload(client, [good(), good(source_key="k-2", date="2026-03-01")])
        batch = ImportBatch.objects.get()
        assert (batch.state, batch.staged_by, total()) == (State.READY, mine, 0)
        assert shown.redirect_chain == [(reverse("importbatch:inspect", args=[batch.pk]), 302)]
        assert "+240" in shown.text
        # Warnings first.
        act(client, "import_commit", batch, fingerprint=batch.fingerprint)
        assert total() == 0
        act(client, "import_accept", batch, kind="outside_window")
        assert batch.warnings.get().accepted_by == mine
        done = act(client, "import_commit", batch, fingerprint=batch.fingerprint)
        assert total() == 240
        assert reverse("campaigns_admin:import_undo", args=[batch.pk]) in done.text
        undo = reverse("campaigns_admin:import_undo", args=[batch.pk])
        assert client.get(undo).status_code == 200
        assert "reason" in client.post(undo, {"reason": " "}).context["form"].errors
        assert total() == 240
        client.post(undo, {"reason": "发错了文件"})
        batch.refresh_from_db()
        assert (batch.state, batch.undone_by, batch.undo_reason) == (
            State.UNDONE,
            mine,
            "发错了文件",
        )
        assert total() == 0

    def test_what_builds_on_it_is_named(self, client, mine):
        for count in "12":
            upload(client, [good(count=count)])
            batch = ImportBatch.objects.first()
            act(client, "import_commit", batch, fingerprint=batch.fingerprint)
        first, second = ImportBatch.objects.order_by("pk")
        answer = client.post(
            reverse("campaigns_admin:import_undo", args=[first.pk]), {"reason": "x"}
        )
        assert f"{second.pk} " in str(answer.context["form"].non_field_errors())
        assert total() == 2

    def test_mistakes_come_back_in_the_file(self, client, mine):
        shown = upload(client, [good(), good(source_key="k-2", count="1,234", region="430000")])
        batch = ImportBatch.objects.get()
        assert batch.state == State.FAILED
        assert "1234" in shown.text
        assert "430000" in shown.text
        answer = client.get(reverse("campaigns_admin:import_errors", args=[batch.pk]))
        assert answer["Content-Disposition"].startswith("attachment")
        assert "原因" in answer.content.decode()
        act(client, "import_abandon", batch)
        batch.refresh_from_db()
        assert batch.state == State.ABANDONED

    def test_the_same_file_is_recognised(self, client, mine):
        upload(client, [good()])
        first = ImportBatch.objects.get()
        act(client, "import_commit", first, fingerprint=first.fingerprint)
        shown = upload(client, [good()])
        assert reverse("importbatch:inspect", args=[first.pk]) in shown.text

    @pytest.mark.parametrize("data", [b"", b" \n", b"\x00\x01"])
    def test_what_is_no_file_of_figures(self, client, mine, data):
        answer = upload(client, data)
        assert answer.status_code == 200
        assert not ImportBatch.objects.exclude(state=State.FAILED).exists()

    def test_an_old_preview_is_not_committed(self, client, mine):
        upload(client, [good()])
        batch = ImportBatch.objects.get()
        act(client, "import_commit", batch, fingerprint="x")
        act(client, "import_accept", batch, kind="no such kind")
        assert total() == 0

    @pytest.mark.parametrize(
        "what", ["import_accept", "import_commit", "import_check", "import_abandon"]
    )
    def test_what_cannot_be_done_any_more_is_said(self, client, mine, what):
        upload(client, [good()])
        batch = ImportBatch.objects.get()
        act(client, "import_commit", batch, fingerprint=batch.fingerprint)
        answer = act(client, what, batch, kind="outside_window", fingerprint=batch.fingerprint)
        assert answer.status_code == 200
        assert [str(message.level_tag) for message in answer.context["messages"]] == ["error"]
        assert total() == 120


class TestProgress:
    def test_a_long_file_is_left_to_another_process(self, client, mine, monkeypatch):
        started = []
        monkeypatch.setattr(working, "SHORT_BYTES", 1)
        monkeypatch.setattr(working, "start", started.append)
        shown = upload(client, [good()])
        batch = ImportBatch.objects.get()
        assert (started, batch.state) == ([batch], State.STAGED)
        assert '<meta http-equiv="refresh"' in shown.text
        working.work_neglected()
        page = client.get(reverse("importbatch:inspect", args=[batch.pk])).text
        assert '<meta http-equiv="refresh"' not in page
        batch.refresh_from_db()
        act(client, "import_commit", batch, fingerprint=batch.fingerprint)
        assert total() == 0
        working.work_neglected()
        assert total() == 120

    def test_how_far_it_is(self, client, mine):
        batch = batches.stage(as_csv([good()]), "long.csv", mine)
        ImportBatch.objects.update(state=State.CHECKING, rows_done=35_000)
        page = client.get(reverse("importbatch:inspect", args=[batch.pk])).text
        assert "35,000" in page


class TestScope:
    def test_others_files_are_not_there(self, client, mine, person):
        other = person(Role.REGIONAL_COORDINATOR, "430000")
        batch = batches.stage(as_csv([good(region="430000")]), "theirs.csv", other)
        batches.check(batch)
        assert "theirs.csv" not in client.get(reverse("importbatch:index")).text
        for what in ("import_commit", "import_accept", "import_check", "import_abandon"):
            assert act(client, what, batch).status_code == 404
        for name in ("importbatch:inspect", "campaigns_admin:import_errors"):
            assert client.get(reverse(name, args=[batch.pk])).status_code == 404

    def test_head_offices_file_shows_own_rows_and_cannot_be_taken_back(self, client, mine):
        rows = [good(source_key="a", region="654300"), good(source_key="b", region="430100")]
        batch = batches.stage(as_csv(rows), "all.csv", None)
        batches.check(batch)
        batches.commit(batch, batch.fingerprint, None)
        page = client.get(reverse("importbatch:inspect", args=[batch.pk])).text
        assert ("654300" in page, "430100" in page) == (True, False)
        undo = reverse("campaigns_admin:import_undo", args=[batch.pk])
        assert undo not in page
        assert client.post(undo, {"reason": "x"}).status_code == 404
        assert total() == 240


class TestList:
    def test_found_by_name_and_state(self, client, mine):
        for name in ("first.csv", "second.csv"):
            upload(client, [good()], name)
        address = reverse("importbatch:index")
        assert "second.csv" not in client.get(address, {"q": "first"}).text
        assert "first.csv" in client.get(address, {"state": "ready"}).text
        assert "first.csv" not in client.get(address, {"state": "undone"}).text

    def test_found_by_the_day_of_the_upload(self, client, mine):
        upload(client, [good()], "first.csv")
        address = reverse("importbatch:index")
        for told, is_there in (
            ({"staged_at_from": "2026-03-10", "staged_at_to": "2026-03-10"}, True),
            ({"staged_at_from": "2026-03-11"}, False),
            ({"staged_at_to": "2026-03-09"}, False),
            ({"staged_at_from": "0001-01-01", "staged_at_to": "9999-12-31"}, True),
        ):
            assert ("first.csv" in client.get(address, told).text) is is_there, told
        for junk in ("0001-01-01", "9999-12-31", "9" * 40, "x", "2026-02-30", "\0"):
            for name in ("staged_at_from", "staged_at_to"):
                assert client.get(address, {name: junk}).status_code in (200, 404)

    def test_queries_do_not_grow_with_files_or_rows(self, client, mine):
        upload(client, [good()], "0.csv")
        client.get(reverse("importbatch:index"))

        def asked() -> list[int]:
            numbers = []
            batch = ImportBatch.objects.first()
            for address in (
                reverse("importbatch:index"),
                reverse("importbatch:inspect", args=[batch.pk]),
            ):
                client.get(address)
                with CaptureQueriesContext(connection) as queries:
                    client.get(address)
                numbers.append(len(queries))
            return numbers

        few = asked()
        for number in range(4):
            rows = [good(source_key=f"{number}-{n}") for n in range(60)]
            upload(client, rows, f"{number + 1}.csv")
        assert asked() == few


class TestHeld:
    @pytest.fixture
    def held(self, mine):
        rows = day_by_day([100, 190, 310, 400, 520, 600])
        data = as_csv([{**row, "source_key": f"r-{n}"} for n, row in enumerate(rows)])
        batch = batches.stage(data, "running.csv", mine)
        batches.check(batch)
        batches.accept(batch, "outside_window", mine)
        batches.commit(batch, batch.fingerprint, mine)
        return list(HeldEntry.objects.order_by("day"))

    def decide(self, client, figures, **told):
        told = {"held": [one.pk for one in figures], "reason": "累计数", **told}
        return client.post(reverse("campaigns_admin:decide_held"), told, follow=True)

    def test_listed_and_decided_together(self, client, held):
        page = client.get(reverse("heldentry:index")).text
        assert page.count('name="held"') == 5
        self.decide(client, held, decision="as_difference")
        assert total() == 600
        assert 'name="held"' not in client.get(reverse("heldentry:index")).text
        address = reverse("heldentry:index") + "?decision=as_difference"
        assert "600" in client.get(address).text
        assert ReachEntry.objects.filter(origin="held").count() == 5

    @pytest.mark.parametrize(
        "told", [{"decision": "guess"}, {"decision": "counted", "reason": ""}, {"held": ["x", ""]}]
    )
    def test_without_a_decision_or_a_reason(self, client, held, told):
        assert self.decide(client, held, **{"decision": "counted", **told}).status_code == 200
        assert HeldEntry.objects.pending().count() == 5

    def test_another_regions_are_not_there(self, client, held, person):
        client.force_login(person(Role.REGIONAL_COORDINATOR, "430000"))
        assert 'name="held"' not in client.get(reverse("heldentry:index")).text
        assert self.decide(client, held, decision="counted").status_code == 404
        assert HeldEntry.objects.pending().count() == 5

    def test_who_only_looks_decides_nothing(self, client, held, person):
        client.force_login(person(Role.ADMINISTRATOR))
        assert 'name="held"' not in client.get(reverse("heldentry:index")).text
        self.decide(client, held, decision="counted")
        assert HeldEntry.objects.pending().count() == 5


def test_the_template_offers_the_own_scope_and_comes_back_in(client, mine):
    answer = client.get(reverse("campaigns_admin:import_template"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    header = book.get_sheet_by_index(0).to_python()[0]
    assert len(header) == len(HEADER)
    offered = {cell for row in book.get_sheet_by_name("选项").to_python() for cell in row}
    assert {"650000", "654321", "wechat", "315-2026"} <= offered
    assert "430000" not in offered
    upload(client, answer.content, "template.xlsx")
    assert ImportBatch.objects.get().message


def test_an_entry_opens_the_very_row_it_came_from(client, mine):
    upload(client, [good(source_key=f"k-{n}", count=1000 + n) for n in range(60)])
    batch = ImportBatch.objects.get()
    if batch.warnings.exists():
        for kind in set(batch.warnings.values_list("kind", flat=True)):
            act(client, "import_accept", batch, kind=kind)
    act(client, "import_commit", batch, fingerprint=batch.fingerprint)
    entry = ReachEntry.objects.get(source_key__endswith="k-57")
    html = client.get(reverse("reachentry:inspect", args=[entry.pk])).text
    address = f"{reverse('importbatch:inspect', args=[batch.pk])}?row={entry.batch_row}"
    assert f"{address}#row-{entry.batch_row}" in html
    shown = client.get(address)
    assert (shown.context["marked"], shown.context["page_obj"].number) == (entry.batch_row, 2)
    assert f'id="row-{entry.batch_row}" class="imports__marked"' in shown.text
    for odd in ("0", "x", "-1", "99999999999", "9" * 40):
        assert client.get(address, {"row": odd}).context["marked"] is None
