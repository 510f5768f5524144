"""The calendar's screens: opening an edition by hand, confirming its dates."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.calendar.models import Edition, Series
from campaigns.regions.roles import Role
from tests.factories import EditionFactory


@pytest.fixture
def administrator(client, person):
    client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
    return client


def test_an_edition_opened_by_hand_gets_code_name_and_dates_of_its_series(administrator):
    series = Series.objects.get(code="sep")
    answer = administrator.post(
        reverse("edition:add"), {"series": series.pk, "year": 2026, "state": "expected"}
    )
    assert answer.status_code == 302
    edition = Edition.objects.get()
    assert (edition.code, edition.starts_on) == ("sep-2026", date(2026, 9, 21))
    assert edition.name == f"2026年{series.name}"


def test_a_second_edition_of_the_year_is_refused(administrator):
    edition = EditionFactory()
    answer = administrator.post(
        reverse("edition:add"),
        {"series": edition.series_id, "year": edition.year, "state": "expected"},
    )
    assert answer.status_code == 200
    assert Edition.objects.count() == 1


def test_the_dates_are_confirmed_and_the_code_stays(administrator):
    edition = EditionFactory()
    answer = administrator.post(
        reverse("edition:edit", args=[edition.pk]),
        {
            "name": edition.name,
            "slogan": "清朗金融网络 守护安心消费",
            "notice_number": "金消保〔2026〕1号",
            "starts_on": "2026-03-08",
            "ends_on": "2026-03-16",
            "state": "confirmed",
            "code": "other-2026",
        },
    )
    assert answer.status_code == 302
    edition.refresh_from_db()
    assert (edition.state, edition.starts_on, edition.code) == (
        "confirmed", date(2026, 3, 8), "315-2026",
    )  # fmt: skip


def test_a_last_day_before_the_first_is_refused_at_its_field(administrator):
    edition = EditionFactory()
    answer = administrator.post(
        reverse("edition:edit", args=[edition.pk]),
        {
            "name": edition.name, "starts_on": "2026-03-08", "ends_on": "2026-03-01",
            "state": "confirmed",
        },
    )  # fmt: skip
    assert answer.context["form"].errors.keys() == {"ends_on"}


@pytest.mark.parametrize("name", ["edition", "series"])
def test_lists_can_be_searched_and_filtered(administrator, name):
    EditionFactory()
    found = administrator.get(reverse(f"{name}:index"), {"q": "315"})
    assert [str(row.code) for row in found.context["object_list"]] in (["315-2026"], ["315"])
    assert administrator.get(reverse(f"{name}:index"), {"q": "nothing"}).context[
        "object_list"
    ].count() == 0  # fmt: skip
