"""Whatever stands behind the question mark, no address of ours answers with an error of the server.

The addresses are those of the table of permissions, so that a new one is asked, too.
"""

from itertools import cycle, islice

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.permissions.addresses import ADDRESSES
from tests.permissions.things import things  # noqa: F401 a fixture

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

# Every parameter that a screen, a filter, the API or a callback of ours reads, and one that none
# does.
NAMES = [
    "account",
    "after",
    "audience",
    "author",
    "basis",
    "by",
    "batch",
    "campaign",
    "category",
    "channel",
    "closed_at_from",
    "closed_at_to",
    "confirmed",
    "content",
    "day",
    "day_after",
    "day_before",
    "day_from",
    "day_to",
    "decision",
    "echostr",
    "edition",
    "ends_on",
    "export",
    "format",
    "from",
    "key",
    "kind",
    "language",
    "late",
    "limit",
    "metric",
    "month",
    "next",
    "nonce",
    "of",
    "only_region",
    "ordering",
    "origin",
    "owner",
    "p",
    "parent",
    "q",
    "region",
    "risk",
    "row",
    "scheduled_at_after",
    "scheduled_at_before",
    "scheduled_at_from",
    "scheduled_at_to",
    "series",
    "show",
    "signature",
    "since",
    "staged_at_after",
    "staged_at_before",
    "staged_at_from",
    "staged_at_to",
    "starts_at_from",
    "starts_at_to",
    "starts_on",
    "state",
    "to",
    "undo",
    "updated_since",
    "with",
    "year",
    "nobody_knows_this",
]
JUNK = {
    "quotes": ["'\"><script>--%s{{x}}"],
    "huge": ["9" * 40],
    "first day": ["0001-01-01"],
    "last day": ["9999-12-31"],
    "long": ["字" * 1000],
    "odd": ["\u0663\u202e\U0001f4a3"],
    "twice": ["-1", "", "x"],
}


def everywhere(value: list[str]) -> dict[str, list[str]]:
    return dict.fromkeys(NAMES, value)


def mixed(first: int) -> dict[str, list[str]]:
    """Another kind of junk for each parameter: one bad one must not hide the others."""
    return dict(zip(NAMES, islice(cycle(JUNK.values()), first, None), strict=False))


def paths(things_there: dict) -> list[tuple[str, str]]:
    found = []
    for name, address in ADDRESSES.items():
        if address.method == "get" and address.on != "file":
            kwargs = things_there[address.on] if address.on else {}
            found.append((name, reverse(name, kwargs=kwargs)))
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    "told",
    [everywhere(JUNK["huge"]), everywhere(JUNK["first day"]), mixed(0), mixed(3)],
    ids=["numbers without end", "the first day", "mixed", "mixed otherwise"],
)
def test_junk_in_an_address_is_no_error_of_the_server(client, admin_user, things, told):  # noqa: F811
    client.force_login(admin_user)
    client.raise_request_exception = False
    query = QueryDict(mutable=True)
    for name, values in told.items():
        query.setlist(name, values)
    wrong = []
    for name, path in paths(things["own"]):
        answer = client.get(f"{path}?{query.urlencode()}")
        if answer.status_code >= 500:
            wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zh-hans/%00/", 404),
        ("/q/%00", 404),
        ("/counting/%00/", 404),
        ("/api/v2/pieces/%00/", 404),
        ("/admin/dashboard/?region=65%004300", 404),
        ("/admin/dashboard/time/?region=65%004300", 404),
        ("/admin/dashboard/completeness/?region=65%004300", 404),
        ("/api/v2/pieces/?language=%2500", 400),
    ],
)
def test_a_nul_comes_to_no_look_up(client, admin_user, path, status):
    client.force_login(admin_user)
    assert client.get(path).status_code == status


def test_what_only_looks_like_a_nul_goes_through(client, db):
    assert client.get("/healthz?x=%2500").status_code == 200
