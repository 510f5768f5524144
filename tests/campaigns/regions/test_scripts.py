"""The order of languages is each region's own setting, or the one above it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Region
from campaigns.regions.forms import RegionForm
from campaigns.regions.scripts import script_order

pytestmark = pytest.mark.django_db
CHINESE_FIRST = ["zh-hans", "kk-arab", "kk"]


def order(code: str) -> list[str]:
    return script_order(Region.objects.get(code=code))


def test_is_chinese_first_where_nobody_says_otherwise(tree):
    assert order("654321") == CHINESE_FIRST
    assert script_order(None) == CHINESE_FIRST


def test_comes_from_the_region_above_unless_it_has_its_own(tree):
    Region.objects.filter(code="650000").update(script_order=Region.ScriptOrder.ARABIC_FIRST)
    assert order("654321") == ["kk-arab", "kk", "zh-hans"]
    Region.objects.filter(code="654300").update(script_order=Region.ScriptOrder.CYRILLIC_FIRST)
    assert order("654321") == ["kk", "kk-arab", "zh-hans"]
    assert order("430102") == CHINESE_FIRST


def test_what_is_no_longer_a_language_is_left_out(tree):
    Region.objects.filter(code="650000").update(script_order="xx,kk")
    assert order("650000") == ["kk", "zh-hans", "kk-arab"]


def test_costs_one_query_at_any_depth(tree):
    region = Region.objects.get(code="654321")
    with CaptureQueriesContext(connection) as queries:
        script_order(region)
    assert len(queries) == 1


def test_administrators_set_it():
    assert "script_order" in RegionForm.Meta.fields
