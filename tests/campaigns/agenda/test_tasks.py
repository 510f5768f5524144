"""Tasks in the calendar: on the day they are due, put off while they are open."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.models import Task
from campaigns.regions.roles import Role
from tests.factories import EditionFactory


@pytest.fixture
def task(db, tree):
    return Task.objects.create(
        edition=EditionFactory(),
        region=tree["650000"],
        title="准备双语折页",
        due_on=date(2026, 3, 10),
    )


@pytest.fixture
def move(client, task):
    def send(to: str):
        address = reverse("campaigns_admin:agenda_move", args=["task", task.pk])
        return client.post(address, {"to": to}, headers={"Accept": "application/json"})

    return send


def test_a_task_stands_on_its_day_and_leads_to_its_screen(client, person, task):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    answer = client.get(reverse("campaigns_admin:agenda_month"), {"day": "2026-03-10"})
    assert "准备双语折页" in answer.content.decode()
    assert reverse("task:inspect", args=[task.pk]) in answer.content.decode()


def test_an_open_task_is_put_off_and_the_log_says_by_whom(client, person, task, move):
    somebody = person(Role.CAMPAIGN_ADMINISTRATOR)
    client.force_login(somebody)
    assert move("2026-03-12").status_code == 200
    task.refresh_from_db()
    assert task.due_on == date(2026, 3, 12)
    history = client.get(reverse("task:history", args=[task.pk])).content.decode()
    assert somebody.username in history


def test_what_is_done_stays_where_it_is(client, person, task, move):
    Task.objects.update(state=Task.State.DONE)
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    assert move("2026-03-12").status_code == 409
    task.refresh_from_db()
    assert task.due_on == date(2026, 3, 10)


def test_elsewhere_it_is_not_there(client, person, move):
    client.force_login(person(Role.REGIONAL_COORDINATOR, "430000"))
    assert move("2026-03-12").status_code == 404
