"""Every address x every role x own region, other region, anonymous.

ADDRESSES names each address of our own, with the roles that it opens to; an address that stands
there no longer, or is missing, fails. Addresses of Wagtail and its add-ons are held to one rule:
nobody gets in without logging in.

Roles are posted at the city 654300. "Own" things lie in the county below it, "other" things in
another province: there whoever may use the screen gets 404, and nobody else gets further than that.
`head` are roles to which an address opens only where they are posted at head office.
"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLResolver
from django.utils import timezone

from campaigns.models import Heartbeat
from campaigns.regions.roles import Role
from tests.permissions.addresses import ADDRESSES
from tests.permissions.opening import COORDINATOR, EVERYBODY, Address

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

SILENT = 'data-heartbeat="silent"'

# Wagtail's addresses that are there to be used without an account.
THIRD_PARTY_PUBLIC = {
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtail_serve",
    "wagtaildocs_serve",
    "wagtaildocs_authenticate_with_password",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
}


# --- Walking the resolver -------------------------------------------------------------------------


def walk(resolver, namespaces=(), route=""):
    """Every pattern below the resolver: its name with namespaces (or its route), route, pattern."""
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from walk(pattern, namespaces + own, below)
        elif pattern.name:
            yield ":".join((*namespaces, pattern.name)), below, pattern
        else:
            yield below.strip(), below, pattern


ALL = list(walk(get_resolver()))


def is_own(name: str, route: str) -> bool:
    if name.startswith(("wagtailsnippets_content_", "wagtailsnippets_campaigns_")):
        return True
    if ":" not in name and "/" in name and route.startswith("admin/"):
        return False  # Wagtail's catch-all and its test of the 404 page
    return not name.startswith("wagtail")


OWN = {name for name, route, _pattern in ALL if is_own(name, route)}


def verdict(response) -> str:
    """What a visitor met, in a word."""
    if response.status_code in (301, 302):
        if "/admin/login/" in response.url:
            return "login"
        return "refused" if response.url == reverse("wagtailadmin_home") else "elsewhere"
    if response.status_code == 403:
        return "refused"
    return "shown" if response.status_code in (200, 204) else str(response.status_code)


# --- The table ------------------------------------------------------------------------------------


def test_every_address_of_ours_stands_in_the_table():
    assert sorted(OWN - ADDRESSES.keys()) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted(ADDRESSES.keys() - OWN) == []


def visit(client, name: str, address: Address, kwargs: dict) -> str:
    path = f"/media/{kwargs['path']}" if address.on == "file" else reverse(name, kwargs=kwargs)
    return verdict(getattr(client, address.method)(path))


@pytest.mark.long
@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_where_the_table_says_and_no_further(client, person, things, role):
    client.force_login(person(role, "654300"))
    wrong = []
    for name, address in ADDRESSES.items():
        may = role in address.roles
        wanted = {address.seen} if may else {"refused"}
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met not in wanted:
            wrong.append(f"{name}: {met}, not {wanted}")
        if address.on not in things["other"]:
            continue
        met = visit(client, name, address, things["other"][address.on])
        if met not in ({"404"} if may else {"404", "refused"}):
            wrong.append(f"{name} in another region: {met}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_what_is_head_offices_opens_to_those_posted_there(client, person, things, role):
    client.force_login(person(role, "000000"))
    wrong = []
    for name, address in ADDRESSES.items():
        if not address.head:
            continue
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met != (address.seen if role in address.head else "refused"):
            wrong.append(f"{name}: {met}")
    assert wrong == []


def test_without_logging_in_only_the_public_addresses_answer(client, things):
    wrong = []
    for name, address in ADDRESSES.items():
        is_public = address.roles == EVERYBODY
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met != (address.seen if is_public else "login"):
            wrong.append(f"{name}: {met}")
    assert wrong == []


# --- The word that nothing ticks ------------------------------------------------------------------


def screens(client, things) -> dict[str, str]:
    """Every whole admin screen of ours that a superuser gets to see, and the home page: by name."""
    found = {"home": client.get(reverse("wagtailadmin_home")).content.decode()}
    for name, address in ADDRESSES.items():
        if address.on == "file":
            continue
        kwargs = things["own"][address.on] if address.on else {}
        response = getattr(client, address.method)(reverse(name, kwargs=kwargs))
        if response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            if "data-wagtail-sidebar-branding" in page:
                found[name] = page
    return found


@pytest.mark.long
def test_every_screen_warns_when_nothing_has_ticked(client, django_user_model, things):
    client.force_login(django_user_model.objects.create_superuser("super"))
    pages = screens(client, things)
    listed = {"campaigns_admin:agenda_feeds", "task:add", "plan:inspect", "handover:index"}
    assert listed < pages.keys()
    assert len(pages) > 100
    assert [name for name, page in pages.items() if page.count(SILENT) != 1] == []
    Heartbeat.objects.create(host="one", beat_at=timezone.now())
    assert SILENT not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_word_that_nothing_ticks_costs_one_query_and_spares_who_has_no_campaigns(
    client, person
):
    home = reverse("wagtailadmin_home")
    for role, is_told in ((COORDINATOR, True), (Role.TRANSLATOR, False)):
        client.force_login(person(role, "654300"))
        client.get(home)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(home).content.decode()
        assert (SILENT in page) is is_told
        beats = [one for one in asked if "campaigns_heartbeat" in one["sql"]]
        assert len(beats) == is_told


# --- Wagtail and its add-ons ----------------------------------------------------------------------

NO_UUID = "00000000-0000-0000-0000-000000000000"
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": NO_UUID}


def sample_path(route: str) -> str:
    """An address that the route fits, with anything in the place of its parameters."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)
    filled = re.sub(r"\(\?P<\w+>[^()]*\)|\([^()]*\)", "1", filled)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "").replace(".*", "x")


def third_party() -> list[tuple[str, str]]:
    return [
        (name, sample_path(route))
        for name, route, _pattern in ALL
        if not is_own(name, route) and name not in THIRD_PARTY_PUBLIC
    ]


def test_the_resolver_was_walked():
    assert len(third_party()) > 150
    assert all(isinstance(pattern.pattern, RoutePattern) or name for name, _r, pattern in ALL)


@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_addresses_let_nobody_in_without_logging_in(client, db, method):
    wrong = []
    for name, path in third_party():
        met = verdict(getattr(client, method)(path))
        if met not in {"login", "404", "405"}:
            wrong.append(f"{name} {path}: {met}")
    assert wrong == []
