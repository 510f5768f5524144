"""What is counted: laid once, fixed once figures stand, changed by head office."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse

from campaigns.models import Metric, Region, Target
from campaigns.reach import metric_data, metrics
from campaigns.reach.importing import words
from campaigns.regions.roles import Role
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db


def _new(code="radio", **changes) -> Metric:
    told = {"name": "广播收听", "unit": "人次", "definition": "电台节目的收听人次。"}
    return Metric(code=code, **{**told, **changes})


@pytest.fixture
def counted(recorded):
    """One figure of each of two metrics."""
    return [recorded(5, metric=metric) for metric in ("attendance", "leaflets")]


class TestLaying:
    def test_each_says_what_it_is(self):
        for metric in metrics.known().values():
            assert metric.definition.endswith("。"), metric.code
            metric.full_clean()

    def test_person_times_are_those_of_the_reporting_rules(self):
        assert metrics.reach_codes() == ("views", "reads", "plays", "sms_delivered", "attendance")

    def test_what_head_office_changed_stays(self):
        Metric.objects.filter(code="reads").update(name="图文阅读")
        metric_data.lay()
        assert Metric.objects.get(code="reads").name == "图文阅读"

    @staticmethod
    def as_once_laid(code="staff", **changes):
        [told] = [row for row in metric_data._UNTRUE if row[0] == code]
        words = dict(zip(("name", "unit", "definition"), told[1:], strict=True))
        Metric.objects.filter(code=code).update(**words | changes)

    def test_what_was_laid_and_not_true_is_put_right_under_its_figures(self, recorded):
        right = {code: Metric.objects.values().get(code=code) for code in ("staff", "outlets")}
        for code in right:
            recorded(30, metric=code, channel="field")
            self.as_once_laid(code)
        metric_data.lay()
        for code, row in right.items():
            assert Metric.objects.values().get(code=code) == row
            assert Metric.objects.get(code=code).is_used()
        assert (right["staff"]["name"], right["staff"]["unit"]) == ("参与员工人次", "人次")
        assert (right["outlets"]["name"], right["outlets"]["unit"]) == ("参与网点次数", "次")
        # Files go on saying it as they did.
        metrics.forget()
        known = words.metric_words()
        assert known["参与员工"] == known["参与员工人次"] == "staff"
        assert known["参与网点"] == known["参与网点次数"] == "outlets"

    def test_what_head_office_said_of_it_stays(self):
        self.as_once_laid(definition="专职宣讲员人数。")
        metric_data.lay()
        assert Metric.objects.get(code="staff").unit == "人"

    def test_a_name_that_is_taken_is_left_alone(self):
        self.as_once_laid()
        _new(name="参与员工人次").save()
        metric_data.lay()
        assert Metric.objects.get(code="staff").unit == "人"

    def test_one_that_is_missing_comes_back(self):
        Metric.objects.filter(code="reposts").delete()
        metric_data.lay()
        assert Metric.objects.get(code="reposts").unit == "条"


class TestFixed:
    @pytest.mark.parametrize(
        ("field", "value"), [("counts_as_reach", False), ("unit", "次"), ("parent_id", "views")]
    )
    def test_figures_stand_so_the_meaning_does(self, counted, field, value):
        metric = Metric.objects.get(code="attendance")
        setattr(metric, field, value)
        with pytest.raises(ValidationError) as refused:
            metric.clean()
        assert field.removesuffix("_id") in refused.value.message_dict or field == "parent_id"
        with pytest.raises(ValueError, match=field):
            metric.save()

    def test_a_target_fixes_it_as_well(self):
        Target.objects.create(
            edition=EditionFactory(), region=Region.objects.first(), metric="reads", value=1
        )
        assert Metric.objects.get(code="reads").is_used()

    def test_name_and_definition_may_be_put_better(self, counted):
        metric = Metric.objects.get(code="attendance")
        metric.name = "现场参与"
        metric.save()
        assert metrics.name_of("attendance") == "现场参与"

    def test_unused_it_may_change(self):
        metric = Metric.objects.get(code="reposts")
        metric.unit = "篇"
        metric.save()
        assert metrics.known()["reposts"].unit == "篇"

    def test_a_whole_keeps_its_parts(self):
        with pytest.raises(ProtectedError):
            Metric.objects.get(code="originals").delete()


class TestNonsense:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"unit": "人", "counts_as_reach": True}, "unit"),
            ({"parent_id": "originals_article", "unit": "件"}, "parent"),
            ({"parent_id": "originals"}, "parent"),
            ({"code": "Radio!"}, "code"),
            ({"name": "页面浏览"}, "name"),
            ({"definition": ""}, "definition"),
        ],
    )
    def test_is_named(self, changes, field):
        with pytest.raises(ValidationError) as refused:
            _new(**changes).full_clean()
        assert field in refused.value.message_dict

    def test_no_whole_becomes_a_part(self):
        whole = Metric.objects.get(code="originals")
        whole.parent = Metric.objects.get(code="media_reports")
        with pytest.raises(ValidationError, match=r"parts|分项"):
            whole.clean()

    def test_the_ledger_knows_only_what_is_laid(self, recorded):
        with pytest.raises(ValueError, match="radio"):
            recorded(1, metric="radio")


class TestWords:
    def test_a_new_metric_is_known_to_files_at_once(self):
        _new().save()
        assert words.metric_words()["广播收听"] == "radio"
        assert "radio" in dict(metrics.target_choices())

    def test_an_inactive_one_is_no_longer_taken(self):
        metric = Metric.objects.get(code="reads")
        metric.is_active = False
        metric.save()
        assert {"reads", "阅读量", metric.name}.isdisjoint(words.metric_words())
        assert "reads" in dict(metrics.choices())

    def test_they_are_read_once_a_request(self, django_assert_num_queries):
        metrics.forget()
        with django_assert_num_queries(1):
            metrics.known()
            metrics.reach_codes()
            metrics.name_of("views")


class TestScreen:
    def test_head_office_adds_one(self, client, person):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        told = {
            "code": "radio",
            "name": "广播收听",
            "unit": "人次",
            "definition": "电台节目的收听人次。",
            "counts_as_reach": "on",
            "sort_order": "60",
            "is_active": "on",
        }
        assert client.post(reverse("metric:add"), told).status_code == 302
        assert "radio" in metrics.reach_codes()

    def test_what_is_used_cannot_be_changed_there(self, client, person, counted):
        client.force_login(person(Role.CAMPAIGN_ADMINISTRATOR))
        address = reverse("metric:edit", args=["attendance"])
        told = {"name": "到场", "unit": "人", "definition": "到场的人次。", "sort_order": "1"}
        assert client.post(address, told).status_code == 302
        metric = Metric.objects.get(code="attendance")
        assert (metric.unit, metric.counts_as_reach) == ("人次", True)
        assert metric.definition == "到场的人次。"

    def test_the_list_says_what_each_means(self, client, person):
        client.force_login(person(Role.MANAGER, "654300"))
        page = client.get(reverse("metric:index")).content.decode()
        assert Metric.objects.get(code="attendance").definition in page
