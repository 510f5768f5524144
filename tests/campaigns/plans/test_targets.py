"""Targets: the grid, the spreadsheet, the split."""

import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from campaigns.models import Channel, Target
from campaigns.plans.splitting import split, split_target
from campaigns.regions.roles import Role


@given(
    total=st.integers(0, 10**18),
    weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any),
)
def test_parts_add_up_exactly_and_none_is_off_by_one(total, weights):
    parts, whole = split(total, weights), sum(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // whole <= part <= total * weight // whole + 1
        assert weight or not part


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [0]), (1, []), (1, [2, -1])])
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError):
        split(total, weights)


@pytest.fixture
def manager(person):
    return person(Role.MANAGER)


def test_a_target_is_split_down_to_the_counties(edition, tree, manager):
    told = split_target(
        edition, tree["000000"], channel=None, metric="person_times", total=101,
        weight_of=lambda _region: 1,
        to_the_bottom=True, by=manager,
    )  # fmt: skip
    assert {part.region.code: part.value for part in told.parts} == {
        "000000": 101, "430000": 51, "430100": 51, "430102": 51,
        "650000": 50, "654300": 50, "654321": 50,
    }  # fmt: skip
    assert Target.objects.filter(edition=edition).count() == 7


def test_nobody_splits_for_another_region(edition, tree, person):
    with pytest.raises(PermissionDenied):
        split_target(
            edition, tree["430000"], channel=None, metric="person_times", total=1,
        weight_of=lambda _region: 1,
            to_the_bottom=False, by=person(Role.MANAGER, "650000"),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "weight"), [("654321", 1), ("000000", 0)], ids=["nothing below", "no weights"]
)
def test_a_split_without_sense_is_refused(edition, tree, manager, code, weight):
    with pytest.raises(ValidationError):
        split_target(
            edition, tree[code], channel=None, metric="person_times", total=1,
        weight_of=lambda _region: weight,
            to_the_bottom=False, by=manager,
        )  # fmt: skip
    assert Target.objects.count() == 0


# --- The grid -------------------------------------------------------------------------------------


def cell(region, channel: str = "") -> str:
    return f"t-{region.pk}-{Channel.objects.get(code=channel).pk if channel else 0}"


@pytest.fixture
def grid(client, edition):
    return reverse("edition:targets", args=[edition.pk])


def test_targets_are_typed_into_the_grid(client, grid, tree, manager):
    client.force_login(manager)
    answer = client.post(grid, {cell(tree["000000"]): "1,000", cell(tree["650000"], "wechat"): "7"})
    assert answer.status_code == 302
    found = Target.objects.values_list("region__code", "channel__code", "value")
    assert set(found) == {
        ("000000", None, 1000), ("650000", "wechat", 7),
    }  # fmt: skip
    shown = client.get(grid).content.decode()
    assert 'value="1000"' in shown
    assert client.get(grid, {"region": "654300", "metric": "leaflets"}).status_code == 200


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "9²", "1" * 19, "=1+1"])
def test_a_bad_field_is_named_and_nothing_is_saved(client, grid, tree, manager, text):
    client.force_login(manager)
    bad = cell(tree["650000"], "wechat")
    answer = client.post(grid, {cell(tree["000000"]): "5", bad: text})
    assert set(answer.context["problems"]) == {bad}
    assert Target.objects.count() == 0


def test_who_may_not_remove_is_told_so(*, client, grid, tree, manager, edition, person):
    Target.objects.create(edition=edition, region=tree["000000"], value=3)
    client.force_login(manager)
    assert client.post(grid, {cell(tree["000000"]): ""}).context["problems"]
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    client.post(grid, {cell(tree["000000"]): ""})
    assert Target.objects.count() == 0


def test_the_grid_ends_at_the_regions_border(client, grid, tree, person):
    client.force_login(person(Role.MANAGER, "650000"))
    for address in (grid, f"{grid}split/"):
        assert client.get(address, {"region": "430000"}).status_code == 404
    assert "湖南" not in client.get(grid).content.decode()
    assert client.get(grid, {"region": "999999"}).status_code == 404
    client.post(grid, {cell(tree["430000"]): "5", cell(tree["000000"]): "5"})
    assert Target.objects.count() == 0


# --- The spreadsheet ------------------------------------------------------------------------------


def upload(client, edition, rows: list[list[str]], name: str = "t.csv"):
    text = "\n".join(",".join(row) for row in rows)
    return client.post(
        reverse("edition:targets_import", args=[edition.pk]),
        {"file": SimpleUploadedFile(name, text.encode())},
    )


HEADER = ["机构代码", "渠道", "指标", "目标值"]


def test_out_and_in_again_changes_nothing(client, edition, tree, manager, grid):
    Target.objects.create(edition=edition, region=tree["000000"], value=10**16)
    Target.objects.create(
        edition=edition, region=tree["654321"], value=5, metric="leaflets",
        channel=Channel.objects.get(code="field"),
    )  # fmt: skip
    before = list(Target.objects.order_by("pk").values())
    client.force_login(manager)
    file = client.get(reverse("edition:targets_xlsx", args=[edition.pk])).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["000000", "集团总部"]
    sent = SimpleUploadedFile("targets.xlsx", file)
    answer = client.post(reverse("edition:targets_import", args=[edition.pk]), {"file": sent})
    assert answer.url == grid
    assert list(Target.objects.order_by("pk").values()) == before


def test_the_sheet_names_every_region_offers_words_and_comes_back_filled_in(
    client, edition, tree, manager
):
    Target.objects.create(edition=edition, region=tree["430000"], value=5)
    client.force_login(manager)
    address = reverse("edition:targets_xlsx", args=[edition.pk])
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    sheet = book["目标"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert {row[0] for row in rows} == set(tree)
    assert [row for row in rows if row[4] is not None] == [
        ["430000", "湖南分公司", "全部渠道", "总人次", 5]
    ]
    lists = {str(one.sqref)[0]: one.formula1 for one in sheet.data_validations.dataValidation}
    assert lists["C"].startswith("选项!")
    words = [cell.value for cell in book["选项"]["D"]]
    assert words[0] == "总人次"
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == "650000":
            row[0].value, row[4].value = None, "３２０，０００"
            row[0].value = row[1].value
        elif row[0].value == "430000":
            row[4].value = None
    filled = io.BytesIO()
    book.save(filled)
    sent = SimpleUploadedFile("目标.xlsx", filled.getvalue())
    answer = client.post(
        reverse("edition:targets_import", args=[edition.pk]), {"file": sent}, follow=True
    )
    found = set(Target.objects.values_list("region__code", "channel", "metric", "value"))
    assert found == {
        ("430000", None, "person_times", 5), ("650000", None, "person_times", 320_000),
    }  # fmt: skip
    assert "新增 1" in answer.content.decode()
    assert "目标保持不变" in answer.content.decode()


@pytest.mark.parametrize("word", ["总人次", "总触达人次", "person_times"])
def test_the_words_of_the_grid_are_understood(client, edition, manager, tree, word):
    client.force_login(manager)
    upload(client, edition, [HEADER, ["新疆分公司", "全部渠道", word, "５"]])
    assert Target.objects.get().value == 5
    upload(client, edition, [HEADER, ["650000", "微信", "阅读量", "7"]])


def test_the_grid_shows_units_and_sums(client, grid, tree, manager, edition):
    for code, channel, value in (
        ("650000", None, 9_000), ("430000", None, 12_345),
        ("650000", "wechat", 4), ("650000", "app", 6),
    ):  # fmt: skip
        on = channel and Channel.objects.get(code=channel)
        Target.objects.create(edition=edition, region=tree[code], channel=on, value=value)
    client.force_login(manager)
    shown = client.get(grid)
    assert "单位：人次" in shown.content.decode()
    assert shown.context["totals"][0] == ("2.13万人次", "21,345人次")
    assert shown.context["totals"][-1] == ("10人次", "10人次")
    assert [row.total[0] for row in shown.context["rows"]] == ["", "", "10人次"]


def test_every_mistake_is_named_by_row_and_field_and_nothing_goes_in(
    client, edition, manager, tree
):
    client.force_login(manager)
    answer = upload(
        client,
        edition,
        [
            HEADER,
            ["650000", "", "person_times", "5"],
            ["999999", "wechat", "person_times", "5"],
            ["650000", "fax", "person_times", "x"],
            ["650000", "", "nonsense", "3.2万"],
            ["650000", "", "person_times", "6"],
        ],
    )
    found = [(p.row, p.field) for p in answer.context["report"].problems]
    assert found == [
        (3, "机构代码"), (4, "渠道"), (4, "目标值"), (5, "指标"), (5, "目标值"), (6, "机构代码"),
    ]  # fmt: skip
    assert Target.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04x", b"a,b\n1,2"])
def test_what_is_no_table_is_refused(client, edition, manager, content):
    client.force_login(manager)
    answer = client.post(
        reverse("edition:targets_import", args=[edition.pk]),
        {"file": SimpleUploadedFile("t.xlsx", content)},
    )
    assert answer.status_code == 200
    assert Target.objects.count() == 0


def test_another_regions_code_is_unknown_here(client, edition, person):
    client.force_login(person(Role.MANAGER, "650000"))
    answer = upload(client, edition, [HEADER, ["430000", "", "person_times", "5"]])
    assert answer.context["report"].errors == 1


# --- The split's screen ---------------------------------------------------------------------------


def test_a_split_is_seen_before_it_is_set(client, edition, tree, manager, grid):
    client.force_login(manager)
    address = reverse("edition:split", args=[edition.pk])
    wish = {
        "region": tree["000000"].pk, "metric": "person_times", "total": "10",
        "weights": "typed", "typed": "650000 2\n430000 1",
    }  # fmt: skip
    seen = client.post(address, wish)
    assert [part.value for part in seen.context["result"].parts] == [10, 3, 7]
    assert Target.objects.count() == 0
    fingerprint = seen.context["result"].fingerprint
    assert client.post(address, {**wish, "seen": fingerprint}).url == grid
    assert sorted(Target.objects.values_list("value", flat=True)) == [3, 7, 10]
    # What was seen is no longer what would happen: shown anew, nothing done.
    Target.objects.update(value=1)
    assert client.post(address, {**wish, "seen": fingerprint}).status_code == 200
    assert set(Target.objects.values_list("value", flat=True)) == {1}


@pytest.mark.parametrize("typed", ["650000", "650000 x", "650000 -1", "650000 1 2", ""])
def test_weights_that_cannot_be_read_are_refused(client, edition, tree, manager, typed):
    client.force_login(manager)
    answer = client.post(
        reverse("edition:split", args=[edition.pk]),
        {
            "region": tree["000000"].pk, "metric": "person_times", "total": "10",
            "weights": "typed", "typed": typed,
        },
    )  # fmt: skip
    assert answer.context["form"].errors
    assert Target.objects.count() == 0
