"""Editors see what people look for and do not find, and release questions."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from content.models import PopularQuestion, SearchCount

pytestmark = pytest.mark.django_db


def searched(shown: str, times: int = 1, results: int = 1, days: int = 0, language="zh-hans"):
    return SearchCount.objects.create(
        day=timezone.localdate() - timedelta(days=days),
        language=language, folded=shown.lower(), shown=shown, times=times, results=results,
    )  # fmt: skip


@pytest.fixture
def look(admin_client):
    def get(**parameters) -> list[list[str]]:
        from bs4 import BeautifulSoup

        response = admin_client.get(reverse("search_report"), parameters)
        html = BeautifulSoup(response.content, "html.parser")
        rows = html.select("table.listing tbody tr")
        return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in rows]

    return get


def test_days_are_summed_up_and_the_most_frequent_comes_first(look):
    searched("退保", 3, results=0, days=1)
    searched("退保", 2, results=4)
    searched("车险", 9)
    searched("很久以前", 99, days=40)
    assert [row[0] for row in look()] == ["车险", "退保"]
    assert look()[1][2:4] == ["5", "4"]
    assert look(period="90")[0][0] == "很久以前"


def test_what_was_not_found_and_one_language(look):
    searched("退保")
    searched("无", 2, results=0)
    searched("сақ", results=0, language="kk")
    assert [row[0] for row in look(found="none")] == ["无", "сақ"]
    assert [row[0] for row in look(language="kk")] == ["сақ"]
    assert look(period="nonsense")


def test_an_empty_report_says_what_to_do(admin_client):
    assert "请选择更长的时间" in admin_client.get(reverse("search_report")).content.decode()


def test_it_can_be_taken_along_and_no_cell_is_a_formula(admin_client):
    searched("=1+1", 2)
    address = reverse("search_report")
    response = admin_client.get(address, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sheet["A2"].value == "'=1+1"
    text = b"".join(admin_client.get(address, {"export": "csv"}).streaming_content).decode()
    assert text.splitlines()[1].startswith("'=1+1,")


def test_a_query_is_released_once(admin_client, look):
    searched("退保能退多少")
    form = {"language": "zh-hans", "folded": "退保能退多少", "next": reverse("search_report")}
    for _n in range(2):
        response = admin_client.post(reverse("search_release"), form)
        assert response["Location"] == reverse("search_report")
    question = PopularQuestion.objects.get()
    assert (question.language, question.text) == ("zh-hans", "退保能退多少")
    assert look()[0][-1] == "已发布"


@pytest.mark.parametrize(
    "form", [{}, {"language": "zh-hans", "folded": "never"}, {"language": "\0", "folded": "退保"}]
)
def test_what_nobody_searched_for_cannot_be_released(admin_client, form):
    searched("退保")
    assert admin_client.post(reverse("search_release"), form).status_code == 404


def test_nobody_is_led_away_from_the_site(admin_client):
    searched("退保")
    form = {"language": "zh-hans", "folded": "退保", "next": "https://example.com/"}
    assert admin_client.post(reverse("search_release"), form)["Location"] == reverse(
        "search_report"
    )


def test_the_list_takes_the_same_queries_for_more_rows(admin_client):
    costs = []
    for wanted in (5, 45):
        for number in range(SearchCount.objects.count(), wanted):
            searched(f"问题{number}")
        admin_client.get(reverse("search_report"))
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(reverse("search_report"))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_what_was_typed_is_set_apart_in_its_own_direction(admin_client):
    searched("قايدا?", language="kk-arab")
    assert "<bdi>قايدا?</bdi>" in admin_client.get(reverse("search_report")).content.decode()
