"""The things are there for every test of the table."""

from tests.permissions.things import things  # noqa: F401 a fixture
