"""Hand-overs: a package and a checklist go to a person, whose word is the channel's answer."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campaigns.channels.adapters import Outcome, Trace
from campaigns.channels.adapters import handover as handover_adapter
from campaigns.channels.adapters.handover import HandoverAdapter
from campaigns.channels.handover import handing
from campaigns.channels.handover.models import Handover, HandoverSetup
from campaigns.regions.roles import Role

ADAPTER = HandoverAdapter()


@pytest.fixture
def asked(delivery, tree):
    made = delivery(account="sms:650000")
    HandoverSetup.objects.create(
        account=made.account, checklist="核对签名\n\n 发送测试号 ", hours=2
    )
    return replace(made, ends_at=made.scheduled_at + timedelta(days=5))


@pytest.fixture
def coordinator(person):
    return person(Role.REGIONAL_COORDINATOR, "650000")


@pytest.fixture
def held(asked) -> Handover:
    ADAPTER.send(asked)
    return Handover.objects.get()


def proof(name: str = "截图.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG")


def test_it_waits_until_a_person_has_answered(asked, coordinator):
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    assert [ADAPTER.send(asked).outcome for _try in range(3)] == [Outcome.PENDING] * 3
    held = Handover.objects.get()
    assert ADAPTER.reconcile(asked).trace == Trace.PENDING
    assert [step["text"] for step in held.checklist] == ["核对签名", "发送测试号"]
    assert held.due_at == asked.scheduled_at + timedelta(hours=2)
    handing.confirm(held, coordinator, url="https://v.example/1", ticked={0, 1}, note="好")
    found = ADAPTER.reconcile(asked)
    assert (found.trace, found.url) == (Trace.FOUND, "https://v.example/1")
    assert str(coordinator) in found.detail
    assert ADAPTER.send(asked).outcome == Outcome.SENT


def test_the_package_is_private_and_whole(held):
    path = settings.PRIVATE_DIR / held.package
    assert settings.MEDIA_ROOT not in path.parents
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("checklist.txt").decode() == "核对签名\n发送测试号"
        assert "piece.docx" in archive.namelist()
    assert not list(path.parent.glob(".*"))


def test_not_possible_ends_the_push(asked, held, coordinator):
    handing.refuse(held, coordinator, "运营商停机")
    found = ADAPTER.reconcile(asked)
    assert found.trace == Trace.REFUSED
    assert "运营商停机" in found.detail
    # Planned anew, it is open anew.
    assert ADAPTER.send(asked).outcome == Outcome.PENDING
    assert Handover.objects.get().note == ""


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "https://v.example/1", "ticked": {0}}, "steps"),
        ({"ticked": {0, 1}}, "url"),
    ],
)
def test_done_needs_every_step_and_a_proof(held, coordinator, given, field):
    with pytest.raises(ValidationError) as refusal:
        handing.confirm(held, coordinator, **given)
    assert refusal.value.error_dict.keys() == {field}
    held.refresh_from_db()
    assert held.is_open


def test_the_first_answer_counts(held, coordinator):
    twin = Handover.objects.get()
    handing.confirm(held, coordinator, evidence=proof(), ticked={0, 1})
    with pytest.raises(ValidationError):
        handing.refuse(twin, coordinator, "太晚")
    assert Handover.objects.get().state == Handover.State.DONE


def test_an_answer_is_told_at_once_to_who_listens(held, coordinator, monkeypatch):
    heard = []
    monkeypatch.setattr("campaigns.channels.news._listeners", [heard.append])
    handing.refuse(held, coordinator, "不行")
    assert heard == [held.key]


def test_taking_back(asked, held, coordinator):
    assert ADAPTER.withdraw(asked).outcome == Outcome.SENT
    assert Handover.objects.get().state == Handover.State.WITHDRAWN
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    ADAPTER.send(asked)
    handing.confirm(Handover.objects.get(), coordinator, evidence=proof(), ticked={0, 1})
    assert ADAPTER.withdraw(asked).outcome == Outcome.FAILED


def test_killed_between_package_and_row_it_is_done_anew(asked, monkeypatch):
    class KilledError(BaseException):
        pass

    def die(*args):
        raise KilledError

    monkeypatch.setattr(handover_adapter.handing, "hand_over", die)
    with pytest.raises(KilledError):
        ADAPTER.send(asked)
    monkeypatch.undo()
    assert ADAPTER.reconcile(asked).trace == Trace.NOT_FOUND
    assert ADAPTER.send(asked).outcome == Outcome.PENDING
    assert len(list((settings.PRIVATE_DIR / "packages").iterdir())) == 1


def test_a_full_disk_is_temporary(asked, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handover_adapter, "keep_package", full)
    assert ADAPTER.send(asked).outcome == Outcome.TEMPORARY
    assert not Handover.objects.exists()


# --- Screens --------------------------------------------------------------------------------------


def test_a_coordinator_reports_it_done(client, held, coordinator):
    client.force_login(coordinator)
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert held.page.title in home
    address = reverse("handover:confirm", args=[held.pk])
    answer = client.post(address, {"url": "", "steps": ["0"]})
    assert answer.context["form"].errors.keys() == {"steps"}
    answer = client.post(address, {"url": "v.example/1", "steps": ["0", "1"], "evidence": proof()})
    assert answer.url == reverse("handover:inspect", args=[held.pk])
    held.refresh_from_db()
    assert (held.state, held.settled_by, held.url) == ("done", coordinator, "https://v.example/1")
    page = client.get(answer.url).content.decode()
    assert "截图.png" in page
    evidence = client.get(reverse("handover:evidence", args=[held.pk]))
    assert b"".join(evidence.streaming_content) == b"\x89PNG"
    assert evidence["Content-Disposition"].startswith("attachment")
    assert evidence["X-Content-Type-Options"] == "nosniff"
    # Nothing is left to answer.
    assert client.get(address).url == reverse("handover:inspect", args=[held.pk])


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("url", {"url": "javascript:alert(1)"}),
        ("steps", {"steps": ["9"], "url": "https://v.example"}),
        ("evidence", {"steps": ["0", "1"], "evidence": SimpleUploadedFile("a.html", b"<b>")}),
    ],
)
def test_bad_answers_are_named(client, held, coordinator, field, given):
    client.force_login(coordinator)
    answer = client.post(reverse("handover:confirm", args=[held.pk]), given)
    assert field in answer.context["form"].errors
    held.refresh_from_db()
    assert held.is_open


def test_not_possible_wants_a_reason(client, held, coordinator):
    client.force_login(coordinator)
    address = reverse("handover:refuse", args=[held.pk])
    assert client.post(address, {"reason": "  "}).context["form"].errors.keys() == {"reason"}
    assert client.post(address, {"reason": "号段停用"}).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.note) == ("refused", "号段停用")


def test_the_package_is_taken_away(client, held, coordinator):
    client.force_login(coordinator)
    answer = client.get(reverse("handover:package", args=[held.pk]))
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    assert answer["Content-Disposition"] == 'attachment; filename="case-1.zip"'


def test_what_is_overdue_is_listed_apart(client, held, coordinator):
    client.force_login(coordinator)
    address = reverse("handover:index")
    assert list(client.get(address, {"show": "overdue"}).context["object_list"]) == []
    Handover.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert list(client.get(address, {"show": "overdue"}).context["object_list"]) == [held]
    assert list(client.get(address, {"show": "open"}).context["object_list"]) == [held]


def test_another_region_sees_nothing(client, held, person):
    client.force_login(person(Role.REGIONAL_COORDINATOR, "430000"))
    assert list(client.get(reverse("handover:index")).context["object_list"]) == []
    assert held.page.title not in client.get(reverse("wagtailadmin_home")).content.decode()
    for name in ("inspect", "confirm", "refuse", "package", "evidence"):
        assert client.get(reverse(f"handover:{name}", args=[held.pk])).status_code == 404


def test_a_manager_looks_but_does_not_answer(client, held, person):
    client.force_login(person(Role.MANAGER, "650000"))
    page = client.get(reverse("handover:inspect", args=[held.pk])).content.decode()
    assert reverse("handover:confirm", args=[held.pk]) not in page
    answer = client.post(reverse("handover:refuse", args=[held.pk]), {"reason": "x"})
    assert answer.url == reverse("wagtailadmin_home")


def test_the_checklist_is_edited_on_the_account(client, asked, person):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR, "650000"))
    address = reverse("campaigns_admin:handover_setup", args=[asked.account.pk])
    inspect = client.get(reverse("channelaccount:inspect", args=[asked.account.pk]))
    assert address in inspect.content.decode()
    assert client.post(address, {"checklist": "一\n二\n三", "hours": 48}).status_code == 302
    assert handing.setup_of(asked.account).steps() == ["一", "二", "三"]
    answer = client.post(address, {"checklist": "", "hours": 0})
    assert answer.context["form"].errors.keys() == {"hours"}


def test_a_step_that_is_done_bears_a_mark_of_the_texts_size(client, held, coordinator):
    handing.confirm(held, coordinator, url="https://v.example/1", ticked={0, 1}, note="")
    client.force_login(coordinator)
    shown = client.get(reverse("handover:inspect", args=[held.pk])).content.decode()
    assert shown.count("field-used__tick") == 2
    css = finders.find("campaigns/field.css")
    assert ".field-used__tick { inline-size: 1em;" in Path(css).read_text(encoding="utf-8")
