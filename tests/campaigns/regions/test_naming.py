"""People by their names: Chinese ones begin with the family's."""

import pytest
from django.contrib.auth import get_user_model

from campaigns.regions.naming import person_name


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("伟", "张", "张伟"),
        ("古丽", "", "古丽"),
        ("Айгүл", "Серікқызы", "Айгүл Серікқызы"),
        ("Anna", "Li", "Anna Li"),
        ("", "", "login"),
    ],
)
def test_names(first, last, shown):
    person = get_user_model()(username="login", first_name=first, last_name=last)
    assert person_name(person) == shown
    assert person_name(None) == ""
