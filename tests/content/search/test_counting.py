"""What is searched for is counted, without who; what may be somebody's own is not kept."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from content.models import SearchCount
from content.search import counting
from tests.factories import make_case

pytestmark = pytest.mark.django_db
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def ask(client, query: str, language: str = "zh-hans", headers: dict = PERSON, **parameters):
    return client.get(f"/{language}/search/", {"q": query, **parameters}, headers=headers)


def test_each_search_is_counted_once_by_day_language_and_words(client):
    make_case("a", title="退保一")
    for query in ("退保", "ａｂ 退保", "退保", "退保"):
        ask(client, query)
    ask(client, "退保", "kk")
    rows = SearchCount.objects.order_by("-times").values_list("language", "shown", "times")
    assert list(rows) == [("zh-hans", "退保", 3), ("zh-hans", "ａｂ 退保", 1), ("kk", "退保", 1)]
    newest = SearchCount.objects.get(language="zh-hans", shown="退保")
    assert (newest.day, newest.results) == (timezone.localdate(), 1)


def test_walking_through_the_results_is_no_new_search(client):
    ask(client, "退保", p="2")
    ask(client, "退保", form="case")
    assert not SearchCount.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Googlebot/2.1"},
        {"User-Agent": ""},
        {**PERSON, "Sec-Purpose": "prefetch"},
    ],
)
def test_robots_and_prefetches_are_not_counted(client, headers):
    ask(client, "退保", headers=headers)
    assert not SearchCount.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "13800138000",
        "138 0013 8000",
        "１３８００１３８０００",
        "一三八零零一三八零零零",
        "我的身份证 110101199003078515",
        "6222 0212-3456 7890123",
        "me@example.com",
        "新A12345 事故",
        "https://example.com/?token=1",
        "很长" * 40,
    ],
)
def test_what_may_be_somebodys_own_is_not_kept(client, query):
    assert ask(client, query).status_code == 200
    assert not SearchCount.objects.exists()


@pytest.mark.parametrize("query", ["96110", "12378热线", "2026年3·15", "退保 5万元", "95511"])
def test_hotlines_years_and_amounts_are(client, query):
    ask(client, query)
    assert SearchCount.objects.get().shown == query


def test_a_database_that_will_not_count_does_not_stop_the_search(client, monkeypatch):
    def busy():
        raise DatabaseError("database is locked")

    make_case("a", title="退保一")
    monkeypatch.setattr(counting, "_impatiently", busy)
    assert "退保一" in ask(client, "退保").content.decode().replace("<mark>", "").replace(
        "</mark>", ""
    )
    assert not SearchCount.objects.exists()


def test_old_counts_go(client):
    today = timezone.localdate()
    for days in (0, counting.KEEP_DAYS, counting.KEEP_DAYS + 1):
        SearchCount.objects.create(
            day=today - timedelta(days=days), language="kk", folded="a", shown="a", times=1,
            results=0,
        )  # fmt: skip
    out = StringIO()
    call_command("prune_searches", stdout=out)
    assert out.getvalue() == "1 rows deleted\n"
    assert SearchCount.objects.count() == 2
    assert counting.prune() == {"pruned": 0}
