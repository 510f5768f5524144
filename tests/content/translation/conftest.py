"""A translated piece and its translator, for all tests of translation."""

import pytest
from django.utils.translation import deactivate

from campaigns.regions.roles import Role
from tests.content.translation.making import make_translated, translation_into


@pytest.fixture(autouse=True)
def own_language():
    """A request for a Kazakh page leaves its language active: no test speaks the last one's."""
    yield
    deactivate()


@pytest.fixture
def original(db):
    return make_translated()


@pytest.fixture
def arab(original):
    return translation_into(original, "kk-arab")


@pytest.fixture
def cyrillic(original):
    return translation_into(original, "kk")


@pytest.fixture
def translator(person):
    return person(Role.TRANSLATOR)


@pytest.fixture
def here(client, translator):
    """A client in which the translator is signed in."""
    client.force_login(translator)
    return client
