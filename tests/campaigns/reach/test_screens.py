"""The admin's screens of reach: only one's own regions, the ledger only to look at."""

import pytest
from django.urls import NoReverseMatch, reverse

from campaigns.models import Channel, ImportBatch, ReachEntry, Target, TrackedLink
from campaigns.regions.roles import Role
from tests.factories import AccountFactory


@pytest.fixture
def login(client, person):
    def as_(role=Role.MANAGER, region="650000"):
        client.force_login(person(role, region))
        return client

    return as_


class TestLedgerScreen:
    def test_only_the_own_region_and_below_is_listed(self, login, recorded):
        recorded(111, region="654321", key="mine")
        foreign = recorded(222, region="430000", key="theirs")
        client = login()
        html = client.get(reverse("reachentry:index")).text
        assert "111" in html
        assert "222" not in html
        assert client.get(reverse("reachentry:inspect", args=[foreign.pk])).status_code == 404

    def test_filters_keep_to_what_they_name_and_say_the_sum(self, login, recorded, edition):
        recorded(1200, region="654321", edition=edition)
        recorded(34, region="650000", edition=edition)
        recorded(7, region="650000")
        recorded(5, region="650000", edition=edition, metric="leaflets")
        client = login()

        def total(query):
            return client.get(f"{reverse('reachentry:index')}?{query}").context["person_times"]

        assert total("") == "1,241"
        assert total("campaign=315-2026") == "1,234"
        assert total("campaign=everyday") == "7"
        assert total("campaign=315-2026&campaign=everyday") == "1,241"
        assert total("only_region=650000&campaign=315-2026") == "34"
        assert total("region=654300") == "1,200"
        assert total("region=430000") == "0"
        assert total("channel=wechat") == "0"
        assert total("metric=views&basis=measured&day_from=2026-03-10&day_to=2026-03-10") == "1,241"
        assert total("day_from=2026-03-11") == "0"

    @pytest.mark.parametrize(
        "query", ["campaign=x", "metric=%00", "day_from=x", "region='", "p=x", "basis=1&channel=2"]
    )
    def test_a_malformed_address_is_no_failure(self, login, recorded, query):
        recorded(1)
        assert login().get(f"{reverse('reachentry:index')}?{query}").status_code in (200, 404)

    @pytest.mark.parametrize("verb", ["add", "edit", "delete"])
    def test_there_is_no_way_to_change_it(self, verb):
        with pytest.raises(NoReverseMatch):
            reverse(f"reachentry:{verb}", args=[] if verb == "add" else [1])

    def test_a_superuser_only_looks_as_well(self, admin_client, recorded):
        row = recorded(1)
        assert admin_client.get(reverse("reachentry:index")).status_code == 200
        assert admin_client.get(reverse("reachentry:inspect", args=[row.pk])).status_code == 200
        assert admin_client.get(reverse("importbatch:index")).status_code == 200

    def test_queries_do_not_grow_with_entries(self, login, recorded, django_assert_num_queries):
        client = login()
        recorded(1, region="650000")
        address = reverse("reachentry:index")
        client.get(address)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _ in range(20):
            recorded(1, region="654321")
        with django_assert_num_queries(len(few)):
            client.get(address)


class TestPagesAndSources:
    def test_pages_go_by_key_and_leave_nothing_out(self, login, recorded):
        pks = {recorded(1, region="654321").pk for _ in range(120)}
        client = login()
        seen, query = [], ""
        while query is not None:
            context = client.get(f"{reverse('reachentry:index')}{query}").context
            seen += [entry.pk for entry in context["object_list"]]
            assert context["person_times"] == "120"
            query = context.get("next_page")
        assert len(seen) == 120
        assert set(seen) == pks

    @pytest.mark.parametrize("after", ["x", "~", "2026-03-10~x", "2026-03-10~-1", "9~9", "%00"])
    def test_a_malformed_place_is_the_first_page(self, login, recorded, after):
        recorded(1, region="654321")
        page = login().get(f"{reverse('reachentry:index')}?after={after}")
        assert len(page.context["object_list"]) == 1

    def test_entries_of_one_origin_have_no_sum(self, login, recorded):
        recorded(1, region="654321")
        page = login().get(f"{reverse('reachentry:index')}?origin=import")
        assert not page.context["sums_known"]

    @pytest.mark.parametrize(
        ("query", "sum_of"),
        [
            ("only_region=654321", "7"),
            ("only_region=650000", "3"),
            ("only_region=000000", "0"),
            ("region=430000&only_region=654321", "0"),
            ("region=650000&only_region=654321", "7"),
        ],
    )
    def test_the_sum_of_one_region_alone_is_that_of_the_list(
        self, client, person, recorded, query, sum_of
    ):
        for count, region in ((7, "654321"), (3, "650000"), (11, "430102"), (13, "000000")):
            recorded(count, region=region)
        client.force_login(person(Role.MANAGER, "650000"))
        context = client.get(f"{reverse('reachentry:index')}?{query}").context
        assert context["person_times"] == sum_of
        assert str(sum(entry.count for entry in context["object_list"])) == sum_of

    def test_an_entry_leads_to_its_file(self, login, recorded):
        batch = ImportBatch.objects.create(file_name="mine.csv", sha256="0" * 64)
        entry = recorded(1, region="654321", batch=batch, batch_row=7)
        html = login().get(reverse("reachentry:inspect", args=[entry.pk])).text
        assert "mine.csv" in html
        assert f"/{batch.pk}/" in html

    def test_a_correction_and_what_it_corrects_lead_to_each_other(self, login, recorded):
        from campaigns.reach import ledger

        entry = recorded(10, region="654321")
        correction = ledger.correct(entry, 4, "twice")
        client = login()
        there = reverse("reachentry:inspect", args=[correction.pk])
        back = reverse("reachentry:inspect", args=[entry.pk])
        assert there in client.get(back).text
        assert back in client.get(there).text


class TestBatches:
    def test_a_batch_shows_where_one_of_its_figures_does(self, login, recorded):
        mine = ImportBatch.objects.create(file_name="mine.csv", sha256="0" * 64)
        theirs = ImportBatch.objects.create(file_name="theirs.csv", sha256="1" * 64)
        recorded(1, region="654321", batch=mine)
        recorded(1, region="430000", batch=theirs)
        client = login()
        html = client.get(reverse("importbatch:index")).text
        assert "mine.csv" in html
        assert "theirs.csv" not in html
        assert client.get(reverse("importbatch:inspect", args=[theirs.pk])).status_code == 404


class TestShortLinks:
    def test_a_coordinator_makes_one_for_the_own_region(self, login, page, edition, tree):
        client = login(Role.REGIONAL_COORDINATOR)
        told = {
            "label": "海报",
            "page": page.pk,
            "edition": edition.pk,
            "code": "",
            "channel": Channel.objects.get(code="wechat").pk,
            "account": "",
            "region": tree["654321"].pk,
        }
        response = client.post(reverse("trackedlink:add"), told)
        link = TrackedLink.objects.get()
        assert response["Location"] == reverse("trackedlink:inspect", args=[link.pk])
        html = client.get(response["Location"]).text
        assert f"http://testserver/q/{link.code}" in html
        assert "<svg" in html

        client.post(reverse("trackedlink:add"), {**told, "region": tree["430000"].pk})
        assert TrackedLink.objects.count() == 1

    def test_an_account_of_another_channel_is_refused(self, login, page, tree):
        client = login(Role.REGIONAL_COORDINATOR)
        response = client.post(
            reverse("trackedlink:add"),
            {
                "label": "海报",
                "page": page.pk,
                "edition": "",
                "code": "",
                "channel": Channel.objects.get(code="app").pk,
                "account": AccountFactory(code="wechat:650000").pk,
                "region": tree["650000"].pk,
            },
        )
        assert response.status_code == 200
        assert "account" in response.context["form"].errors

    @pytest.mark.parametrize(
        ("kind", "mime", "start"),
        [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")],
    )
    def test_its_qr_code_comes_as_a_file(self, login, link, kind, mime, start):
        address = reverse(f"campaigns_admin:short_link_qr_{kind}", args=[link.pk])
        response = login(Role.REGIONAL_COORDINATOR).get(address)
        assert response["Content-Type"] == mime
        assert response.content.startswith(start)
        assert f"qr-poster.{kind}" in response["Content-Disposition"]

    @pytest.mark.parametrize(
        "name",
        [
            "trackedlink:inspect",
            "campaigns_admin:short_link_qr_svg",
            "campaigns_admin:short_link_qr_png",
        ],
    )
    def test_another_regions_link_is_not_found(self, login, link, name):
        client = login(Role.REGIONAL_COORDINATOR, "430000")
        assert client.get(reverse(name, args=[link.pk])).status_code == 404

    def test_a_printed_code_stays(self, login, link):
        client = login(Role.CAMPAIGN_ADMINISTRATOR, "000000")
        client.post(
            reverse("trackedlink:edit", args=[link.pk]),
            {
                "label": "新",
                "page": link.page.pk,
                "edition": link.edition.pk,
                "code": "other",
                "channel": link.channel.pk,
                "account": link.account.pk,
                "region": link.region.pk,
            },
        )
        link.refresh_from_db()
        assert (link.label, link.code) == ("新", "poster")


def test_targets_are_set_by_those_who_may(login, edition, tree):
    told = {
        "edition": edition.pk,
        "channel": "",
        "region": tree["000000"].pk,
        "metric": "person_times",
        "value": 1000,
    }
    login(Role.CAMPAIGN_ADMINISTRATOR, "000000").post(reverse("target:add"), told)
    assert Target.objects.get().value == 1000
    assert ReachEntry.objects.count() == 0
    told["metric"] = "views"
    login(Role.REGIONAL_COORDINATOR, "000000").post(reverse("target:add"), told)
    assert Target.objects.count() == 1
