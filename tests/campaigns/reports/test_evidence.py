"""Evidence packages: what is in, for whom, and that each ends in a state a person can see."""

import csv
import hashlib
import io
import uuid
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.calendar.windows import BEIJING
from campaigns.cron import tick
from campaigns.field import sessions
from campaigns.models import (
    EvidencePackage,
    Handover,
    Plan,
    Push,
    PushTransition,
    Region,
    TrackedLink,
)
from campaigns.regions.roles import Role
from campaigns.reports import exports
from campaigns.reports.evidence import making, packing
from campaigns.reports.evidence.collecting import REPORTED_BY, collect
from campaigns.reports.evidence.items import Asked, Collected, MissingError, safe
from tests.factories import AccountFactory, make_case

NOTICE = b"%PDF-1.7 the notice"


@pytest.fixture
def papers(tree, edition, person):
    """A campaign with a notice, and in two provinces a plan, a session, a push and a link."""
    edition.notice_file.save("x.pdf", ContentFile(NOTICE))
    edition.notice_file_name = "关于开展活动的通知.pdf"
    edition.save()
    writer = person(Role.CAMPAIGN_ADMINISTRATOR, "000000", "writer")
    piece = make_case("case-1", "退保骗局")
    for code in ("650000", "430000"):
        region, at = tree[code], datetime(2026, 3, 10, 10, tzinfo=BEIJING)
        plan = Plan.objects.create(edition=edition, region=region, aims=f"aims-{code}")
        paper = plan.attachments.create(
            name="预算.docx", sha256=hashlib.sha256(b"paper").hexdigest(), uploaded_by=writer
        )
        paper.file.save("x.docx", ContentFile(b"paper"))
        content = {"window": "w", "aims": f"aims-{code}", "attachments": []}
        plan.versions.create(number=1, content=content, submitted_at=at, submitted_by=writer)
        held = sessions.plan(
            by=writer, edition=edition, region=region, form="stall", venue_class="rural",
            place=f"=place-{code}", starts_at=at, language="zh-hans",
        )  # fmt: skip
        sessions.report(held, 30, 60, "", writer)
        account = AccountFactory(code=f"wechat:{code}", adapter="wechat")
        push = Push.objects.create(
            edition=edition, page=piece, language="zh-hans", account=account, scheduled_at=at
        )
        PushTransition.objects.create(push=push, to_state="planned", at=at, by=writer)
        given = {"edition": edition, "page": piece, "language": "zh-hans"}
        done = Handover.objects.create(
            key=push.key, push_number=push.pk, account=account, scheduled_at=at, due_at=at,
            state="done", package="p", **given,
        )  # fmt: skip
        done.evidence.save("proof.png", ContentFile(b"picture"))
        TrackedLink.objects.create(
            label=f"海报-{code}", page=piece, channel=account.channel, region=region,
            edition=edition, code=f"link{code}",
        )  # fmt: skip
    return edition


def made(package: EvidencePackage) -> zipfile.ZipFile:
    assert making.work()["made"] == 1
    package.refresh_from_db()
    assert package.state == "made"
    return zipfile.ZipFile(package.file.open("rb"))


def rows_of(archive: zipfile.ZipFile, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(path).decode("utf-8-sig"), newline="")))


def test_a_package_holds_all_papers_of_the_region_and_none_of_another(papers, person, tree):
    coordinator = person(Role.REGIONAL_COORDINATOR, "650000")
    package, is_new = making.request(coordinator, tree["650000"], [papers])
    assert is_new
    with made(package) as archive:
        names = archive.namelist()
        folder = "1-通知与方案/315-2026"
        assert f"{folder}/通知-关于开展活动的通知.pdf" in names
        assert archive.read(f"{folder}/通知-关于开展活动的通知.pdf") == NOTICE
        assert archive.read(f"{folder}/方案附件/预算.docx") == b"paper"
        plan = archive.read(f"{folder}/方案-新疆分公司-第1版.html").decode()
        assert "aims-650000" in plan
        [_header, held] = rows_of(archive, "2-线下活动/场次.csv")
        assert held[6:9] == ["'=place-650000", "2026-03-10 10:00:00", "简体中文"]
        assert held[12:14] == ["30", "60"]
        [_header, push] = rows_of(archive, "3-推送/推送.csv")
        assert push[6:8] == ["官微", "新疆分公司"]
        [_header, event] = rows_of(archive, "3-推送/推送时间线.csv")
        assert event[0] == push[0]
        assert event[1:3] == ["2026-03-10 10:00:00", "已计划"]
        assert [n for n in names if n.startswith("3-推送/人工发布凭证/")]
        [_header, link] = rows_of(archive, "4-短链接/短链接.csv")
        assert link[0] == "link650000"
        everything = b"".join(archive.read(name) for name in names if not name.endswith(".pdf"))
        assert b"430000" not in everything
        assert not [name for name in names if "湖南" in name]


def test_what_was_done_in_several_languages_at_once_is_in_the_regions_order(papers, person, tree):
    Region.objects.filter(code="650000").update(script_order=Region.ScriptOrder.CYRILLIC_FIRST)
    known = Handover.objects.get(account__region=tree["650000"])
    for language in ("kk-arab", "kk"):
        page = make_case(f"case-1-{language}", language, language, translation_of=known.page)
        Handover.objects.create(
            key=uuid.uuid4(), edition=papers, page=page, language=language, package="p",
            account=known.account, scheduled_at=known.scheduled_at, due_at=known.due_at,
        )  # fmt: skip
    found = collect(Asked(person(Role.MANAGER, "650000"), tree["650000"], (papers,)))
    [item] = [item for item in found.items if item.path.endswith("人工发布.csv")]
    out = io.BytesIO()
    item.write(out)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert [row[3] for row in rows[1:]] == ["kk", "kk-arab", "退保骗局"]


def test_the_index_names_source_and_checksum_of_every_file(papers, person, tree):
    package, _new = making.request(
        person(Role.REGIONAL_COORDINATOR, "650000"), tree["650000"], [papers]
    )
    with made(package) as archive:
        header, *rows = rows_of(archive, packing.INDEX_TABLE)
        assert header == ["文件", "来源", "字节", "SHA-256", "核对"]
        files = {row[0]: row for row in rows if row[3]}
        indexes = {packing.INDEX_TABLE, packing.INDEX_PAGE}
        assert files.keys() == set(archive.namelist()) - indexes
        for name, (_path, source, size, sha256, _check) in files.items():
            data = archive.read(name)
            assert source
            assert (int(size), sha256) == (len(data), hashlib.sha256(data).hexdigest())
        [attachment] = [row for name, row in files.items() if name.endswith(".docx")]
        assert attachment[4] == "与上传时一致"
        page = archive.read(packing.INDEX_PAGE).decode()
        assert all(row[3] in page for row in files.values())
    assert package.sha256 == hashlib.sha256(package.file.open().read()).hexdigest()
    assert package.size == package.file.size
    assert package.high_water is not None
    assert package.done == package.total == len(files) + package.missing


def test_what_the_asker_may_not_see_is_left_out_and_said(papers, person, tree):
    manager = person(Role.MANAGER, "650000")
    package, _new = making.request(manager, tree["650000"], [papers])
    with made(package) as archive:
        assert not [name for name in archive.namelist() if name.startswith("4-")]
        missing = [row for row in rows_of(archive, packing.INDEX_TABLE) if not row[3]]
    assert ["短链接", "", "", "", "缺：生成人没有查看权限"] in missing


def test_a_file_that_is_gone_or_altered_is_named_and_stops_nothing(papers, person, tree):
    notice = Path(papers.notice_file.path)
    notice.unlink()
    plan = Plan.objects.get(region=tree["650000"])
    Path(plan.attachments.get().file.path).write_bytes(b"another")
    package, _new = making.request(
        person(Role.REGIONAL_COORDINATOR, "650000"), tree["650000"], [papers]
    )
    with made(package) as archive:
        rows = rows_of(archive, packing.INDEX_TABLE)
        assert not [n for n in archive.namelist() if n.endswith("通知.pdf")]
        assert archive.testzip() is None
    assert [row[4] for row in rows if row[0].endswith("通知.pdf")] == ["缺：文件已不在存储中"]
    assert [row[4] for row in rows if row[0].endswith(".docx")] == ["与上传时不一致"]
    assert package.missing >= 1


def test_without_pango_the_pdf_alone_is_missing(papers, person, tree, monkeypatch):
    def lacking(report, kind):
        if kind == "pdf":
            raise exports.NoPdfError("no pango here")
        return exports.Rendered(b"x", "m", "n")

    monkeypatch.setattr("campaigns.reports.evidence.collecting.exports.render", lacking)
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    package, _new = making.request(user, tree["650000"], [papers])
    with made(package) as archive:
        rows = rows_of(archive, packing.INDEX_TABLE)
        assert "5-触达报告/触达-按渠道.xlsx" in archive.namelist()
    assert [row[4] for row in rows if row[0].endswith(".pdf") and not row[3]] == [
        "缺：no pango here"
    ]


def test_the_tick_makes_packages(papers, person, tree):
    package, _new = making.request(
        person(Role.REGIONAL_COORDINATOR, "650000"), tree["650000"], [papers]
    )
    report = tick()
    assert report.errors == {}
    assert report.results["evidence"] == {"made": 1}
    package.refresh_from_db()
    assert package.state == "made"


def test_days_narrow_deeds(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    for first, expected in ((date(2026, 3, 10), 1), (date(2026, 3, 11), 0)):
        found = collect(Asked(user, tree["650000"], (papers,), first=first))
        out = io.BytesIO()
        [item] = [item for item in found.items if item.path.endswith("场次.csv")]
        item.write(out)
        assert len(out.getvalue().splitlines()) == 1 + expected


def test_queries_do_not_grow_with_what_is_packed(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    push = Push.objects.get(account__region=tree["650000"])

    def cost() -> int:
        asked = Asked(user, tree["650000"], (papers,))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for item in collect(asked).items:
                if item.path.endswith(".csv"):
                    item.write(io.BytesIO())
        return len(queries)

    cost()  # who may see what is kept on the user
    before = cost()
    for slot in range(2, 32):
        more = Push.objects.create(
            edition=papers, page=push.page, language="zh-hans", account=push.account, slot=slot,
            scheduled_at=push.scheduled_at,
        )  # fmt: skip
        PushTransition.objects.create(push=more, to_state="planned", at=push.scheduled_at)
        sessions.plan(
            by=user, edition=papers, region=tree["654321"], form="stall", venue_class="rural",
            place=f"p{slot}", starts_at=push.scheduled_at, language="zh-hans",
        )  # fmt: skip
    assert cost() == before


# --- Requests ---------------------------------------------------------------------------------


def test_the_same_request_twice_is_one_package(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    first, _new = making.request(user, tree["650000"], [papers])
    assert making.request(user, tree["650000"], [papers]) == (first, False)
    assert making.request(user, tree["650000"], [papers], everyday=True)[1]


def test_a_request_for_nothing_or_backwards_is_refused(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    with pytest.raises(ValidationError) as refusal:
        making.request(user, tree["650000"], [])
    assert "editions" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        making.request(
            user, tree["650000"], [papers], first=date(2026, 3, 2), last=date(2026, 3, 1)
        )
    assert "last" in refusal.value.message_dict


def test_whoever_lost_the_region_gets_nothing(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    package, _new = making.request(user, tree["650000"], [papers])
    user.postings.update(region=tree["430000"])
    assert making.work() == {"failed": 1}
    package.refresh_from_db()
    assert package.state == "failed"
    assert package.problem
    assert not EvidencePackage.objects.visible_to(user).exists()


def test_a_worker_that_died_is_taken_over_and_after_three_given_up(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    package, _new = making.request(user, tree["650000"], [papers])
    past = timezone.now() - timedelta(seconds=1)
    left = EvidencePackage.objects.filter(pk=package.pk)
    left.update(state="working", tries=1, lease_until=timezone.now() + timedelta(minutes=1))
    assert making.work() == {}
    left.update(lease_until=past)
    with made(package) as archive:
        assert archive.testzip() is None
    left.update(state="working", tries=making.MOST_TRIES, lease_until=past)
    assert making.work() == {}
    package.refresh_from_db()
    assert package.state == "failed"
    assert making.again(package)
    assert making.work() == {"made": 1}


def test_a_package_deleted_while_it_is_made_leaves_no_file(papers, person, tree, monkeypatch):
    package, _new = making.request(
        person(Role.REGIONAL_COORDINATOR, "650000"), tree["650000"], [papers]
    )
    pack = packing.pack

    def deleted_meanwhile(found, path, about, told):
        EvidencePackage.objects.filter(pk=package.pk).delete()
        return pack(found, path, about, told)

    monkeypatch.setattr(making, "pack", deleted_meanwhile)
    assert making.work() == {"lost": 1}
    assert list(making._path("evidencepackage").glob("*")) == []


def test_all_reports_are_of_one_instant(papers, person, tree, recorded):
    recorded(7, edition=papers, region="650000")
    coordinator = person(Role.REGIONAL_COORDINATOR, "650000")
    found = collect(Asked(coordinator, tree["650000"], (papers,)))
    # Figures that come in while the package is being written are in none of its files.
    recorded(90, edition=papers, region="650000")
    totals = {}
    for item in found.items:
        if item.path.endswith(".xlsx"):
            out = io.BytesIO()
            item.write(out)
            totals[item.path] = load_workbook(out).worksheets[0]["B4"].value
    assert set(totals.values()) == {7}
    assert len(totals) == len(REPORTED_BY)


def test_what_breaks_is_told_and_the_next_package_is_made(papers, person, tree, monkeypatch):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    broken, _new = making.request(user, tree["650000"], [papers])
    fine, _new = making.request(user, tree["650000"], [], everyday=True)

    def collected(asked):
        if asked.editions:
            raise OSError("disk full")
        return collect(asked)

    monkeypatch.setattr(making, "collect", collected)
    assert making.work() == {"failed": 1, "made": 1}
    broken.refresh_from_db()
    assert broken.problem
    fine.refresh_from_db()
    assert fine.state == "made"


def test_a_tick_begins_no_package_when_it_has_worked_long_enough(papers, person, tree, monkeypatch):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    making.request(user, tree["650000"], [papers])
    monkeypatch.setattr(making, "SECONDS_A_TICK", -1)
    assert making.work() == {}
    assert making.work(lambda: True) == {}
    monkeypatch.setattr(making, "SECONDS_A_TICK", 20)
    assert making.work() == {"made": 1}


def test_old_packages_go_with_their_files(papers, person, tree):
    user = person(Role.REGIONAL_COORDINATOR, "650000")
    package, _new = making.request(user, tree["650000"], [papers])
    made(package).close()
    path = Path(package.file.path)
    assert path.exists()
    old = timezone.now() - making.KEPT - timedelta(minutes=1)
    EvidencePackage.objects.filter(pk=package.pk).update(requested_at=old)
    assert making.work() == {"deleted": 1}
    assert not path.exists()


# --- Names and bytes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c*.pdf", "a_b_c_.pdf"),
        ("...", "file"),
        ("字" * 100 + ".pdf", "字" * 76 + ".pdf"),
    ],
)
def test_names_lead_nowhere_else(name, told):
    assert safe(name) == told


def test_two_files_of_a_name_both_stand(tmp_path):
    found = Collected()
    for words in (b"one", b"two"):
        found.add("a/x.txt", "s", lambda out, words=words: out.write(words))

    def broken(out):
        raise MissingError("gone")

    found.add("a/y.txt", "s", broken)
    found.add("a/empty.txt", "s", lambda _out: None)
    asked = Asked(None, type("Region", (), {"name": "r", "code": "1"})(), ())
    packed = packing.pack(found, tmp_path / "x.zip", {"asked": asked, "as_of": timezone.now()})
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.read("a/x.txt") == b"one"
        assert archive.read("a/x-2.txt") == b"two"
        assert archive.read("a/empty.txt") == b""
        assert "a/y.txt" not in archive.namelist()
    assert list(packed.missing) == [("a/y.txt", "gone")]


# --- Screens ----------------------------------------------------------------------------------


def test_from_the_form_to_the_file(client, papers, person, tree):
    user = person(Role.MANAGER, "650000")
    client.force_login(user)
    form = client.get(reverse("campaigns_admin:evidence_new"))
    assert f'value="{tree["650000"].pk}" selected' in form.content.decode()
    assert "湖南" not in form.content.decode()
    asked = {"editions": [papers.code], "region": tree["650000"].pk}
    answer = client.post(reverse("campaigns_admin:evidence_new"), asked)
    assert answer.url == reverse("campaigns_admin:evidence")
    shown = client.get(answer.url)
    assert shown["Refresh"]
    package = EvidencePackage.objects.get()
    address = reverse("campaigns_admin:evidence_download", args=[package.pk])
    assert client.get(address).status_code == 404
    making.work()
    shown = client.get(answer.url)
    assert "Refresh" not in shown
    assert address in shown.content.decode()
    answer = client.get(address)
    data = b"".join(answer.streaming_content)
    package.refresh_from_db()
    assert hashlib.sha256(data).hexdigest() == package.sha256
    assert "private" in answer["Cache-Control"]
    client.force_login(person(Role.MANAGER, "650000", "another"))
    assert client.get(address).status_code == 404
    act = reverse("campaigns_admin:evidence_act", args=[package.pk, "delete"])
    assert client.post(act).status_code == 404
    client.force_login(user)
    client.post(act)
    assert not EvidencePackage.objects.exists()
    assert not Path(package.file.path).exists()


def test_a_region_outside_cannot_be_asked_for(client, papers, person, tree):
    client.force_login(person(Role.MANAGER, "650000"))
    asked = {"editions": [papers.code], "region": tree["430000"].pk}
    answer = client.post(reverse("campaigns_admin:evidence_new"), asked)
    assert answer.status_code == 200
    assert "region" in answer.context["form"].errors
    assert not EvidencePackage.objects.exists()


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"editions": ["x"], "region": "x", "first": "31.2.2026"},
        {"editions": ["9" * 40], "region": "9" * 40, "last": "x" * 300},
        {"editions": ["\0"], "region": "\0", "first": "\0"},
    ],
)
def test_junk_in_the_form_is_told(client, papers, person, junk):
    client.force_login(person(Role.MANAGER, "650000"))
    answer = client.post(reverse("campaigns_admin:evidence_new"), junk)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not EvidencePackage.objects.exists()
