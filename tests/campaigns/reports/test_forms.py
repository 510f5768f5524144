"""The regulator's form: names in cells, values from the figures, and files that are none."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from wagtail.models import ModelLogEntry

from campaigns.calendar.windows import BEIJING
from campaigns.field import sessions
from campaigns.models import (
    Channel,
    EvidencePackage,
    FieldSession,
    RegionalWindow,
    ReportForm,
)
from campaigns.reach.persons import keep
from campaigns.regions.roles import Role
from campaigns.reports import figures
from campaigns.reports.regulator import default, filling, keeping, names, template
from campaigns.reports.regulator.template import UnreadableFormError
from tests.factories import EditionFactory


def book_bytes(**cells: str) -> bytes:
    """A workbook whose cells bear these names: book_bytes(触及人次="B2")."""
    book = Workbook()
    book.active.title = "表"
    for name, cell in cells.items():
        column, row = cell[0], cell[1:]
        book.defined_names[name] = DefinedName(name, attr_text=f"'表'!${column}${row}")
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def chosen(edition, tree, region: str = "000000", **more) -> figures.Selection:
    return figures.Selection((edition,), False, None, None, None, tree[region], **more)


@pytest.fixture
def reported(recorded, edition, tree):
    """Figures of two channels in two provinces, and outputs beside them."""
    for metric, count, channel, region, basis in (
        ("views", 700, "website", "650000", "measured"),
        ("reads", 41_234, "wechat", "650000", "platform-reported"),
        ("attendance", 66, "field", "430100", "self-reported"),
        ("leaflets", 120, "field", "430100", "self-reported"),
        ("originals_video", 3, "website", "650000", "self-reported"),
        ("originals", 2, "website", "650000", "self-reported"),
    ):
        recorded(count, metric=metric, channel=channel, region=region, basis=basis, edition=edition)


@pytest.fixture
def held(edition, tree, person):
    """An approved session in the countryside, and one that is only reported."""
    coordinator = person(Role.REGIONAL_COORDINATOR, "654321")
    manager = person(Role.MANAGER, "650000")
    for hour in (9, 11):
        session = sessions.plan(
            by=coordinator, edition=edition, region=tree["654321"], form="yurt",
            venue_class="rural", place="x", language="kk-arab",
            starts_at=datetime(2026, 3, 10, hour, tzinfo=BEIJING),
        )  # fmt: skip
        sessions.report(session, 40, 80, "", coordinator)
    sessions.approve(session, manager)


# --- Values -----------------------------------------------------------------------------------


def test_values_add_up_and_never_mix(reported, edition, tree):
    told = names.values(chosen(edition, tree)).found
    assert told["reach"] == 700 + 41_234 + 66
    assert told["reach_online"] + told["reach_offline"] == told["reach"]
    assert str(told["reach_wan"]) == "4.20"
    assert told["reach_platform_reported"] == 41_234
    assert told["channel_wechat"] == told["channel_wechat_reads"] == 41_234
    assert told["metric_leaflets"] == 120
    # The whole with its parts.
    assert told["metric_originals"] == 5
    assert told["metric_originals_video"] == 3
    assert told["campaign"] == edition.name
    assert told["first_day"] == edition.starts_on


def test_a_region_sees_itself_and_below(reported, edition, tree, person):
    assert names.values(chosen(edition, tree, "430000")).found["reach"] == 66
    user = person(Role.MANAGER, "430000", "hunan")
    own = figures.Selection((edition,), False, None, None, user)
    assert names.values(own).found["reach"] == 66
    with pytest.raises(Http404):
        names.values(own.with_region(tree["650000"]))


def test_what_nobody_reported_is_missing_and_not_nought(reported, edition, tree):
    told = names.values(chosen(edition, tree))
    for name in ("metric_staff", "spending", "sessions_rural", "channel_sms", "slogan"):
        assert name not in told.found
        assert told.missing[name]
    assert set(told.found) | set(told.missing) == set(names.known())
    assert not set(told.found) & set(told.missing)


def test_days_are_those_that_the_figures_are_of(reported, recorded, edition, tree):
    told = names.values(chosen(edition, tree))
    assert (told.found["first_day"], told.found["last_day"]) == (edition.starts_on, edition.ends_on)
    assert not told.remarks
    recorded(1_300, edition=edition, day=date(2026, 3, 2))
    recorded(5, metric="leaflets", channel="field", edition=edition, day=date(2026, 4, 1))
    told = names.values(chosen(edition, tree))
    assert told.found["period"] == "2026年03月02日至2026年04月01日"
    assert told.found["reach"] == 43_300
    for name in ("period", "first_day", "last_day", "reach"):
        assert "最早2026-03-02，最晚2026-04-01" in told.remarks[name]
        assert "触及1,300人次" in told.remarks[name]
    # Days that are asked for leave nothing to remark on.
    asked = chosen(edition, tree).with_parts(first=edition.starts_on, last=edition.ends_on)
    told = names.values(asked)
    assert told.found["last_day"] == edition.ends_on
    assert told.found["reach"] == 42_000
    assert not told.remarks


def test_a_region_with_days_of_its_own_is_inside_them(recorded, edition, tree):
    RegionalWindow.objects.create(
        edition=edition,
        region=tree["650000"],
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 20),
    )
    recorded(7, region="654321", edition=edition, day=date(2026, 3, 2))
    told = names.values(chosen(edition, tree, "650000"))
    assert told.found["period"] == "2026年03月01日至2026年03月20日"
    assert not told.remarks
    assert "活动日期以外" in names.values(chosen(edition, tree)).remarks["reach"]


def test_who_takes_part_on_two_days_is_no_two_persons(recorded, edition, tree):
    for day in (10, 11):
        for metric, count in (("staff", 30), ("outlets", 4)):
            recorded(count, metric=metric, channel="field", edition=edition, day=date(2026, 3, day))
    told, known = names.values(chosen(edition, tree)), names.known()
    for name, label, unit, summed in (
        ("metric_staff", "参与员工人次", "人次", 60),
        ("metric_outlets", "参与网点次数", "次", 8),
    ):
        assert (known[name].label, known[name].unit) == (label, unit)
        assert told.found[name] == summed
        for cell in (name, f"channel_field_{name.removeprefix('metric_')}"):
            assert "不是不重复的数" in told.remarks[cell]
    assert "reach" not in told.found
    # A cell that asks for different persons or outlets by name is filled by hand.
    assert not {"参与员工", "参与网点"} & set(names.by_word())


def test_only_approved_sessions_count(held, edition, tree):
    told = names.values(chosen(edition, tree))
    assert told.found["sessions_rural"] == told.found["sessions"] == 1
    assert told.found["attendance_rural"] == 40
    assert told.found["activities_offline"] == 1
    assert told.remarks["activities_offline"]
    told = names.values(chosen(edition, tree, "430000"))
    assert "sessions" in told.missing
    later = chosen(edition, tree).with_parts(first=date(2026, 3, 11))
    assert "sessions" in names.values(later).missing


def test_reported_activities_go_before_sessions(held, recorded, edition, tree):
    recorded(7, metric="activities_offline", channel="field", edition=edition)
    told = names.values(chosen(edition, tree))
    assert told.found["activities_offline"] == 7
    assert not told.remarks


def test_only_evidence_of_exactly_the_same_is_cited(edition, tree, person):
    user = person(Role.MANAGER, "650000", "prover")
    other = EditionFactory(code="515-2026", year=2027)

    def packed(number: str, *editions, region="650000", **asked) -> None:
        package = EvidencePackage.objects.create(
            region=tree[region], requested_by=user, state="made", sha256=number * 64,
            made_at=datetime(2026, 4, 1, 9, int(number), tzinfo=BEIJING), **asked,
        )  # fmt: skip
        package.editions.set(editions)

    def cited(**asked) -> str:
        own = figures.Selection((edition,), False, None, None, user, tree["650000"])
        told = names.values(own.with_parts(**asked))
        return told.found.get("evidence", "")[-64:] or told.missing["evidence"]

    day = date(2026, 3, 10)
    packed("1", edition, other)
    packed("2", edition, everyday=True)
    packed("3", edition, first=day)
    packed("4", edition, last=day)
    packed("5", edition, region="654321")
    assert cited().startswith("还没有")
    packed("6", edition)
    assert cited() == "6" * 64
    assert cited(everyday=True) == "2" * 64
    assert cited(first=day) == "3" * 64
    assert cited(last=day) == "4" * 64
    assert cited(editions=(other, edition)) == "1" * 64
    assert cited(first=day, last=day).startswith("还没有")


def test_persons_have_cells_of_their_own(reported, edition, tree):
    before = names.values(chosen(edition, tree)).found
    assert "persons" not in before
    website = Channel.objects.get(code="website").pk
    readers = {b"%016x" % number for number in range(1, 501)}
    for day in (date(2026, 3, 10), date(2026, 3, 11)):
        keep({(edition.pk, website, tree["000000"].pk, day, b"aaaaaaaa"): readers})
    told = names.values(chosen(edition, tree))
    low, high = told.found["persons_low"], told.found["persons_high"]
    assert low <= told.found["persons"] == 500 <= high
    assert f"{low:,}至{high:,}人" in told.remarks["persons"]
    # Nothing else changed: no 人次 has taken them in.
    assert {name: told.found[name] for name in before} == before
    data = book_bytes(人数估计值="B2", 人数估计下限="B3", persons_high="B4", reach="B5")
    filled = filling.fill(data, told)
    assert [line.shown for line in filled.lines if line.place.word == "人数估计值"] == ["500 人"]
    sheet = opened(filled.data).active
    assert [sheet[f"B{row}"].value for row in range(2, 6)] == [500, low, high, 42_000]
    # Of two campaigns together nobody knows; and our own form asks for 人次 alone.
    two = chosen(edition, tree).with_parts(editions=(edition, EditionFactory(code="x", year=2027)))
    assert "单个活动" in names.values(two).missing["persons"]
    asked = {place.known.name for place in template.read(default.as_xlsx()).places}
    assert not {name for name in asked if name.startswith("persons")}


def test_every_name_can_stand_in_a_workbook_and_is_told_once(db):
    known = names.known()
    words = [one.name.lower() for one in known.values()]
    words += [one.alias.lower() for one in known.values()]
    assert len(set(words)) == len(words)
    assert all(word.isidentifier() for word in words)


def test_queries_do_not_grow(held, edition, tree, person):
    user = person(Role.MANAGER, "650000", "counter")

    def cost() -> int:
        own = figures.Selection((edition,), False, None, None, user)
        with CaptureQueriesContext(connection) as queries:
            names.values(own)
        return len(queries)

    cost()
    before = cost()
    one = FieldSession.objects.first()
    for n in range(30):
        sessions.plan(
            by=user, edition=edition, region=tree["650000"], form="stall", venue_class="campus",
            place=f"p{n}", language="zh-hans", starts_at=one.starts_at,
        )  # fmt: skip
    assert cost() == before


# --- Filling ----------------------------------------------------------------------------------


def test_the_shipped_form_is_filled_and_its_formula_stays(reported, held, edition, tree):
    empty = template.read(default.as_xlsx())
    assert not empty.unknown
    assert not empty.unusable
    assert len(empty.places) > 60
    filled = filling.fill(default.as_xlsx(), names.values(chosen(edition, tree)))
    sheet = opened(filled.data).active
    by_name = {line.place.known.name: line for line in filled.lines}
    told = sheet[by_name["reach"].place.cell]
    assert told.value == 700 + 41_234 + 66 + 40
    assert told.number_format == "#,##0"
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) == 1
    assert by_name["reach"].place.cell in formulas[0].value
    assert sheet[by_name["spending"].place.cell].value is None
    assert "spending" in {line.place.known.name for line in filled.gaps}


def test_chinese_and_english_names_mean_the_same_and_formatting_stays(reported, edition, tree):
    book = Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet["B2"].font = Font(bold=True, color="FF0000")
    sheet["B2"].number_format = '0"人次"'
    sheet.merge_cells("B3:D3")
    sheet["B4"] = "=B2*2"
    for name, area in (("触及人次", "$B$2"), ("REACH_ONLINE", "$B$3:$D$3"), ("填报机构", "$B$5")):
        book.defined_names[name] = DefinedName(name, attr_text=f"'表'!{area}")
    filled = filling.fill(saved(book), names.values(chosen(edition, tree)))
    sheet = opened(filled.data).active
    assert (sheet["B2"].value, sheet["B2"].number_format) == (42_000, '0"人次"')
    assert sheet["B2"].font.bold
    assert sheet["B2"].font.color.rgb == "00FF0000"
    assert sheet["B3"].value == 41_934
    assert sheet["B4"].value == "=B2*2"
    assert sheet["B5"].value == tree["000000"].name
    assert opened(filled.data).calculation.fullCalcOnLoad


def test_text_is_never_a_formula(reported, edition, tree):
    edition.slogan = '=HYPERLINK("x")'
    filled = filling.fill(book_bytes(slogan="B2"), names.values(chosen(edition, tree)))
    cell = opened(filled.data).active["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_control_characters_do_not_spoil_the_workbook(reported, edition, tree):
    edition.slogan = "第一行\x0b第二行\x00\x1f完"
    filled = filling.fill(book_bytes(slogan="B2", reach="B3"), names.values(chosen(edition, tree)))
    sheet = opened(filled.data).active
    assert sheet["B2"].value == "第一行 第二行  完"
    assert sheet["B3"].value == 42_000


def test_names_that_cannot_be_filled_are_told(db):
    book = Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet["B2"] = "=1+1"
    sheet.merge_cells("C3:D4")
    for name, text in (
        ("reach", "'表'!$B$2"),
        ("reach_online", "'表'!$A$1:$A$9"),
        ("reach_offline", "'没有'!$A$1"),
        ("sessions", "#REF!"),
        ("period", "42"),
        ("slogan", "'表'!$D$4"),
        ("去年人次", "'表'!$A$7"),
        ("campaign", "'表'!$A$8"),
    ):
        book.defined_names[name] = DefinedName(name, attr_text=text)
    sheet.print_area = "A1:D9"
    told = template.read(saved(book))
    assert [place.word for place in told.places] == ["campaign"]
    assert told.unknown == [("去年人次", "'表'!$A$7")]
    unusable = {word for word, why in told.unusable if why}
    assert unusable == {"reach", "reach_online", "reach_offline", "sessions", "period", "slogan"}


# --- What is no form --------------------------------------------------------------------------


def with_part(name: str, data: bytes, base: bytes = b"") -> bytes:
    out = io.BytesIO(base or book_bytes(reach="B2"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def truncated() -> bytes:
    return book_bytes(reach="B2")[:-200]


def with_entities() -> bytes:
    return with_part("xl/other.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')


BAD = {
    "nothing": lambda: b"",
    "text": lambda: b"a,b\n1,2\n",
    "old Excel": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "half a file": truncated,
    "a ZIP of something else": lambda: with_part("a.txt", b"x", empty_zip()),
    "macros": lambda: with_part("xl/vbaProject.bin", b"x"),
    "links to other files": lambda: with_part("xl/externalLinks/externalLink1.xml", b"<x/>"),
    "embedded objects": lambda: with_part("xl/embeddings/oleObject1.bin", b"x"),
    "entities": with_entities,
    "a bomb": lambda: with_part("xl/media/x.bin", b"\0" * (template.MOST_UNPACKED_BYTES + 1)),
    "too large": lambda: b"PK\x03\x04" + b"\0" * template.MOST_BYTES,
}


def empty_zip() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    # An empty archive begins otherwise than one with something in it.
    return out.getvalue()


@pytest.mark.parametrize("kind", list(BAD))
def test_what_is_no_form_is_refused_with_words(db, kind):
    with pytest.raises(UnreadableFormError) as refusal:
        template.read(BAD[kind]())
    assert str(refusal.value)


@pytest.mark.parametrize("at", range(0, 4000, 311))
def test_a_form_with_a_broken_byte_is_read_or_refused(db, at):
    data = bytearray(book_bytes(reach="B2"))
    data[at % len(data)] ^= 0xFF
    with suppress(UnreadableFormError):
        assert template.read(bytes(data)).places is not None


# --- Screens ----------------------------------------------------------------------------------


def uploaded(client, data: bytes, name: str = "统计表.xlsx", **fields):
    file = SimpleUploadedFile(name, data)
    told = {"name": "活动情况统计表", "year": 2027, "file": file, **fields}
    return client.post(reverse("campaigns_admin:report_form_new"), told)


@pytest.fixture
def head(person):
    return person(Role.CAMPAIGN_ADMINISTRATOR, "000000", "head")


@pytest.mark.usefixtures("reported")
def test_a_new_years_form_needs_no_programmer(client, head, person, edition):
    client.force_login(head)
    answer = uploaded(client, book_bytes(触及人次="B2", 去年人次="B3", 实际支出="B4"))
    form = ReportForm.objects.get(year=2027)
    page = reverse("campaigns_admin:report_form", args=[form.pk])
    assert answer.url == page
    shown = client.get(page, {"campaign": edition.code}).content.decode()
    assert "去年人次" in shown
    assert "42,000 人次" in shown
    assert "spending" in shown
    # Regions do not see it yet.
    manager = person(Role.MANAGER, "430000", "hunan")
    client.force_login(manager)
    assert client.get(page).status_code == 404
    client.force_login(head)
    act = reverse("campaigns_admin:report_form_act", args=[form.pk, "activate"])
    client.post(act)
    form.refresh_from_db()
    assert form.state == "draft"
    client.post(act, {"with_gaps": "on"})
    form.refresh_from_db()
    assert (form.state, form.decided_by) == ("active", head)
    client.force_login(manager)
    answer = client.get(
        reverse("campaigns_admin:report_form_filled", args=[form.pk]), {"campaign": edition.code}
    )
    assert opened(answer.content).active["B2"].value == 66
    assert answer["Cache-Control"].startswith("private")
    client.force_login(head)
    client.post(reverse("campaigns_admin:report_form_act", args=[form.pk, "withdraw"]))
    client.force_login(manager)
    assert client.get(page).status_code == 404


def test_a_region_outside_is_404(client, person, edition, tree):
    client.force_login(person(Role.MANAGER, "430000", "hunan"))
    form = ReportForm.objects.get()
    for name in ("report_form", "report_form_filled"):
        address = reverse(f"campaigns_admin:{name}", args=[form.pk])
        assert client.get(address, {"region": "650000"}).status_code == 404
        assert client.get(address, {"region": "430100"}).status_code == 200


@pytest.mark.parametrize(
    "query", ["campaign=315-2062", "campaign=315-2026&from=x", "campaign=315-2026&channel=wechat"]
)
def test_a_form_of_other_figures_than_asked_is_not_filled(client, head, edition, query):
    client.force_login(head)
    form = ReportForm.objects.get()
    address = reverse("campaigns_admin:report_form_filled", args=[form.pk])
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 400
    assert "没有导出任何内容" in answer.text
    assert reverse("campaigns_admin:report_form", args=[form.pk]) + "?" in answer.text
    assert client.get(f"{address}?campaign=315-2026").status_code == 200


@pytest.mark.parametrize("name", ["report_forms", "report_form_new", "evidence", "evidence_new"])
def test_screens_lead_back_to_the_dashboard(client, head, name):
    client.force_login(head)
    page = client.get(reverse(f"campaigns_admin:{name}"))
    steps = [step["url"] for step in page.context["breadcrumbs_items"]]
    above = [reverse("campaigns_admin:dashboard")]
    if name.endswith("_new"):
        above.append(
            reverse(f"campaigns_admin:{'evidence' if name == 'evidence_new' else 'report_forms'}")
        )
    assert steps[-1 - len(above) :] == [*above, ""]


@pytest.mark.parametrize("kind", list(BAD))
def test_junk_is_told_and_nothing_is_stored(client, head, kind):
    client.force_login(head)
    answer = uploaded(client, BAD[kind]())
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert ReportForm.objects.count() == 1


def test_the_same_file_is_taken_once(client, head):
    client.force_login(head)
    data = book_bytes(reach="B2")
    uploaded(client, data)
    assert uploaded(client, data).context["form"].errors
    assert ReportForm.objects.count() == 2


def test_a_form_that_would_fill_nothing_is_not_offered(head):
    form = keeping.upload("x", 2027, book_bytes(nobody_knows="B2"), "x.xlsx", head)
    with pytest.raises(ValidationError):
        keeping.activate(form, head, with_gaps=True)
    keeping.delete(form, head)
    assert ReportForm.objects.count() == 1


def test_only_head_office_changes_forms(person, db):
    shipped = ReportForm.objects.get()
    other = person(Role.CAMPAIGN_ADMINISTRATOR, "430000", "hunan")
    for act in (keeping.withdraw, keeping.delete, keeping.activate):
        with pytest.raises(PermissionDenied):
            act(shipped, other)
    with pytest.raises(PermissionDenied):
        keeping.upload("x", 2027, book_bytes(reach="B2"), "x.xlsx", other)


def test_what_was_in_use_is_withdrawn_and_not_deleted(head):
    shipped = ReportForm.objects.get()
    with pytest.raises(ValidationError):
        keeping.delete(shipped, head)
    keeping.withdraw(shipped, head)
    keeping.lay()
    shipped.refresh_from_db()
    assert shipped.state == "withdrawn"


def test_a_deletion_that_fails_leaves_no_trace_of_one(client, head):
    client.force_login(head)
    form = keeping.upload("x", 2027, book_bytes(reach="B2"), "x.xlsx", head)
    keeping.activate(form, head)
    gone = ModelLogEntry.objects.filter(action="wagtail.delete")
    act = reverse("campaigns_admin:report_form_act", args=[form.pk, "delete"])
    client.post(act)
    assert ReportForm.objects.filter(pk=form.pk).exists()
    assert not gone.exists()
    # One that succeeds is written down.
    draft = keeping.upload("y", 2028, book_bytes(reach="B4"), "y.xlsx", head)
    client.post(reverse("campaigns_admin:report_form_act", args=[draft.pk, "delete"]))
    assert not ReportForm.objects.filter(pk=draft.pk).exists()
    assert gone.get().user == head


def test_a_form_whose_file_is_gone_says_so(client, head):
    form = keeping.upload("x", 2027, book_bytes(reach="B2"), "x.xlsx", head)
    form.file.storage.delete(form.file.name)
    client.force_login(head)
    page = reverse("campaigns_admin:report_form", args=[form.pk])
    assert client.get(page).context["problem"]
    filled = client.get(reverse("campaigns_admin:report_form_filled", args=[form.pk]))
    assert filled.url == page
    empty = reverse("campaigns_admin:report_form_template", args=[form.pk])
    assert client.get(empty).status_code == 404
