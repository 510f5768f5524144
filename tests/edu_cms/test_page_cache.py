"""Public pages are kept for readers, and never a moment longer than they are true."""

import gzip
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from campaigns.models import Placement
from content.models import Category
from edu_cms.page_cache import GENERATION_KEY, CachedPage, NearPages, generation
from tests.factories import AccountFactory, EditionFactory, make_case, section

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def place(page, starts_at, ends_at) -> Placement:
    return Placement.objects.create(
        key=uuid.uuid4(),
        account=AccountFactory(code="website:000000", name="官网", adapter="website"),
        edition=EditionFactory(),
        page=page,
        language=page.language,
        starts_at=starts_at,
        ends_at=ends_at,
    )


@pytest.fixture
def case(db):
    return make_case("kept", title="原来的标题")


class TestKeeping:
    def test_the_second_reader_costs_no_query(self, client, case, django_assert_num_queries):
        first = client.get(case.url)
        with django_assert_num_queries(0):
            second = client.get(case.url)
        assert second.content == first.content
        assert second["Content-Security-Policy"] == first["Content-Security-Policy"]

    @pytest.mark.parametrize("query", ["?q=ABC123", "?utm_source=wechat&utm_medium=x", "?q=1&q=2"])
    def test_marks_of_a_link_share_one_copy(self, client, case, query, django_assert_num_queries):
        plain = client.get(case.url)
        with django_assert_num_queries(0):
            marked = client.get(case.url + query)
        assert marked.content == plain.content

    @pytest.mark.parametrize("query", ["?p=2", "?category=elder-scam", "?category=elder-scam&p=1"])
    def test_lists_are_kept_each_by_itself(self, client, case, query, django_assert_num_queries):
        whole = client.get("/zh-hans/cases/")
        one = client.get(f"/zh-hans/cases/{query}")
        with django_assert_num_queries(0):
            assert client.get(f"/zh-hans/cases/{query}").content == one.content
            assert client.get("/zh-hans/cases/").content == whole.content

    @pytest.mark.parametrize(
        "query",
        ["?page=2", "?p=abc", "?p=-1", "?p=0", "?category=%3Cx%3E", "?p=" + "9" * 50, "?x=1"],
    )
    def test_what_nobody_links_to_is_answered_but_not_kept(self, client, case, query):
        client.get(f"/zh-hans/cases/{query}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/zh-hans/cases/{query}").status_code == 200
        assert len(queries) > 0

    def test_a_person_with_a_session_is_served_afresh(
        self, client, case, django_assert_num_queries
    ):
        client.get(case.url)
        type(case).objects.filter(pk=case.pk).update(title="直接改的标题")
        client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
        assert "直接改的标题" in client.get(case.url).content.decode()
        del client.cookies[settings.SESSION_COOKIE_NAME]
        with django_assert_num_queries(0):
            assert "原来的标题" in client.get(case.url).content.decode()

    def test_a_missing_page_is_not_kept(self, client, db):
        client.get("/zh-hans/cases/later/")
        make_case("later", title="后来才有")
        assert client.get("/zh-hans/cases/later/").status_code == 200


class TestOverTheWire:
    def test_a_browser_that_has_the_page_is_sent_nothing(self, client, case):
        etag = client.get(case.url)["ETag"]
        again = client.get(case.url, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")

    def test_after_a_change_it_is_sent_the_new_one(self, client, case):
        etag = client.get(case.url)["ETag"]
        case.title = "新的标题"
        case.save_revision().publish()
        assert client.get(case.url, headers={"if-none-match": etag}).status_code == 200

    def test_compressed_where_the_browser_takes_it(self, client, case):
        plain = client.get(case.url)
        zipped = client.get(case.url, headers={"accept-encoding": "gzip, br"})
        assert zipped["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.content) == plain.content
        assert "Accept-Encoding" in plain["Vary"]


class TestDropping:
    def shows(self, client, text: str, url: str = "/zh-hans/") -> bool:
        return text in client.get(url).content.decode()

    def test_publishing_shows_at_once(self, client, case):
        assert self.shows(client, "原来的标题")
        case.title = "改过的标题"
        revision = case.save_revision()
        assert self.shows(client, "原来的标题")
        revision.publish()
        assert self.shows(client, "改过的标题")
        assert self.shows(client, "改过的标题", case.url)

    def test_unpublishing_hides_at_once(self, client, case):
        assert self.shows(client, "原来的标题")
        case.unpublish()
        assert not self.shows(client, "原来的标题")
        assert client.get(case.url).status_code == 404

    def test_deleting_hides_at_once(self, client, case):
        assert self.shows(client, "原来的标题")
        case.delete()
        assert not self.shows(client, "原来的标题")

    def test_moving_shows_at_once(self, client, case):
        assert not self.shows(client, "原来的标题", "/zh-hans/knowledge/")
        case.move(section("knowledge"), pos="last-child")
        assert self.shows(client, "原来的标题", "/zh-hans/knowledge/")

    def test_renaming_a_category_shows_at_once(self, client, case):
        assert self.shows(client, case.category.name)
        category = Category.objects.get(pk=case.category_id)
        category.name = "改名的风险"
        category.save()
        assert self.shows(client, "改名的风险")

    def test_a_place_shows_when_it_is_taken_and_goes_when_it_is_given_up(self, client, case):
        assert not self.shows(client, 'class="campaign"')
        now = timezone.now()
        placement = place(case, now - timedelta(minutes=1), now + timedelta(days=1))
        assert self.shows(client, 'class="campaign"')
        placement.delete()
        assert not self.shows(client, 'class="campaign"')

    def test_a_renamed_campaign_shows_at_once(self, client, case):
        now = timezone.now()
        placement = place(case, now, now + timedelta(days=1))
        client.get("/zh-hans/")
        placement.edition.slogan = "清朗金融网络 守护安心消费"
        placement.edition.save()
        assert self.shows(client, "清朗金融网络")

    def test_other_processes_are_told_again_when_the_change_is_committed(
        self, case, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            case.save_revision().publish()
            before = cache.get(GENERATION_KEY)
        assert cache.get(GENERATION_KEY) != before

    def test_a_cache_that_lost_the_generation_does_not_bring_old_pages_back(self, client, case):
        client.get(case.url)
        cache.delete(GENERATION_KEY)
        type(case).objects.filter(pk=case.pk).update(title="直接改的标题")
        assert self.shows(client, "直接改的标题", case.url)


class TestAProcessesOwnMemory:
    @pytest.fixture
    def moment(self):
        with override_settings(PAGE_CACHE_GENERATION_SECONDS=3600):
            generation.renew()
            yield
        generation.renew()

    def test_a_page_in_memory_needs_no_shared_cache(self, client, case, moment, monkeypatch):
        first = client.get(case.url)

        def refuse(*args, **kwargs):
            raise AssertionError("the shared cache was asked")

        monkeypatch.setattr("edu_cms.page_cache.cache.get", refuse)
        assert client.get(case.url).content == first.content

    def test_the_process_that_changes_something_shows_it_at_once(self, client, case, moment):
        client.get(case.url)
        case.title = "改过的标题"
        case.save_revision().publish()
        assert "改过的标题" in client.get(case.url).content.decode()

    def test_another_process_shows_it_when_its_moment_is_over(self, client, case, moment):
        client.get(case.url)
        type(case).objects.filter(pk=case.pk).update(title="别处改的标题")
        cache.set(GENERATION_KEY, uuid.uuid4().hex)
        assert "别处改的标题" not in client.get(case.url).content.decode()
        with override_settings(PAGE_CACHE_GENERATION_SECONDS=0):
            assert "别处改的标题" in client.get(case.url).content.decode()

    def test_memory_holds_only_so_many(self):
        memory = NearPages(2)
        pages = [CachedPage(b"", b"", {}, timezone.now().timestamp() + 60) for _ in range(3)]
        for number, page in enumerate(pages):
            memory.put(str(number), page)
        assert [memory.get(key) for key in "012"] == [None, *pages[1:]]

    def test_what_is_over_is_not_shown(self):
        memory = NearPages(2)
        memory.put("gone", CachedPage(b"", b"", {}, timezone.now().timestamp() - 1))
        assert memory.get("gone") is None


class TestAPlacesTime:
    @pytest.fixture(autouse=True)
    def _cache_on_the_same_clock(self):
        """Redis would let entries expire by its own clock, which a test cannot move."""
        held_here = "django.core.cache.backends.locmem.LocMemCache"
        with override_settings(CACHES={"default": {"BACKEND": held_here}}):
            yield

    def test_a_place_that_ends_goes_in_time(self, client, case):
        with time_machine.travel(NOON, tick=False) as clock:
            place(case, NOON - timedelta(days=1), NOON + timedelta(seconds=60))
            assert "campaign__head" in client.get("/zh-hans/").content.decode()
            clock.shift(timedelta(seconds=61))
            assert "campaign__head" not in client.get("/zh-hans/").content.decode()

    def test_a_place_that_begins_shows_in_time(self, client, case):
        with time_machine.travel(NOON, tick=False) as clock:
            place(case, NOON + timedelta(seconds=60), NOON + timedelta(days=1))
            assert "campaign__head" not in client.get("/zh-hans/").content.decode()
            clock.shift(timedelta(seconds=61))
            assert "campaign__head" in client.get("/zh-hans/").content.decode()

    def test_without_a_change_ahead_the_page_is_kept_its_full_time(
        self, client, case, django_assert_num_queries
    ):
        with time_machine.travel(NOON, tick=False) as clock:
            client.get("/zh-hans/")
            clock.shift(timedelta(seconds=settings.PAGE_CACHE_SECONDS - 1))
            with django_assert_num_queries(0):
                client.get("/zh-hans/")


class TestMalformedAddresses:
    @pytest.mark.parametrize("path", ["/zh-hans/", "/zh-hans/cases/", "/kk-arab/cases/"])
    @pytest.mark.parametrize(
        "query",
        [
            "p=abc",
            "p=-1",
            "p=0",
            "p=1e9",
            "p=%00",
            "p=" + "9" * 10_000,
            "category='\"<x>",
            "category=%00",
            "category=" + "x" * 10_000,
            "category=elder-scam&category=x",
            "%ff=%ff",
            "&&==&",
            "q=" + "z" * 10_000,
        ],
    )
    def test_are_answered(self, client, case, path, query):
        assert client.get(f"{path}?{query}").status_code == 200

    @hypothesis_settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(page=st.text(max_size=40), category=st.text(max_size=40))
    def test_any_values_are_answered(self, client, case, page, category):
        data = {"p": page, "category": category}
        assert client.get("/zh-hans/cases/", data).status_code == 200

    @pytest.mark.parametrize(
        "path", ["/zh-hans/%00/", "/zh-hans/" + "x" * 3000 + "/", "/zh-hans/%ff/", "/kk-foo/"]
    )
    def test_odd_paths_are_not_found(self, client, db, path):
        assert client.get(path).status_code == 404
