"""The house stands: foundation laid, laid again without harm."""

import pytest
from django.contrib.auth.models import Group

from campaigns import foundation
from campaigns.models import Channel, Region, Series
from campaigns.regions.roles import Role
from content.foundation import lay as lay_content
from content.models import Audience, Category, HomePage, SectionPage
from tests.factories import make_case


def test_migrating_lays_the_foundation_and_again_changes_nothing(db):
    def census():
        models = (HomePage, SectionPage, Category, Audience, Channel, Series, Region, Group)
        return [model.objects.count() for model in models]

    before = census()
    assert before[0] == 3
    assert Group.objects.filter(name__in=Role.values).count() == 7
    lay_content()
    foundation.lay()
    assert census() == before


@pytest.mark.parametrize("language", ["zh-hans", "kk-arab", "kk"])
def test_the_home_of_each_language_answers(client, db, language):
    make_case(f"case-{language}", language=language)
    assert client.get(f"/{language}/").status_code == 200
