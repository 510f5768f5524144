"""Whatever is sent by any form of ours, no address answers with an error of the server.

The forms are those on the screens of the table of permissions, with the controls that they have.
"""

from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.urls import reverse

from tests.permissions.addresses import ADDRESSES
from tests.permissions.things import things  # noqa: F401 a fixture

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:No directory at")]

# What no screen of the table has in a form, but some address by POST reads.
OTHERS = (
    *("push", "held", "consent", "kind", "fingerprint", "reason", "state", "next", "here", "day"),
    *("decision", "scheduled_at", "note", "region", "editions", "pieces", "account", "channel"),
)
# Numbers without end, one just beyond the database's own, and odd letters.
JUNK = ["9" * 40, str(2**63), "\u0663\u202e\U0001f4a3'\"{{x}}"]


def posted(client, things_there: dict) -> dict[str, set[str]]:
    """By address: the names of what is sent there."""
    found: dict[str, set[str]] = {}
    for name, address in ADDRESSES.items():
        if address.on == "file":
            continue
        path = reverse(name, kwargs=things_there[address.on] if address.on else {})
        if address.method == "post":
            found.setdefault(path, set()).update(OTHERS)
            continue
        answer = client.get(path)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for form in BeautifulSoup(answer.content, "html.parser").find_all("form"):
            if form.get("method", "").lower() == "post":
                to = urlsplit(urljoin(path, form.get("action") or "")).path
                controls = form.find_all(["input", "select", "textarea", "button"])
                names = {one["name"] for one in controls if one.get("name")}
                found.setdefault(to, set()).update(names)
    return found


def test_junk_in_a_form_is_no_error_of_the_server(client, admin_user, things):  # noqa: F811
    client.force_login(admin_user)
    client.raise_request_exception = False
    forms = posted(client, things["own"])
    assert len(forms) > 80
    wrong = []
    for (path, names), junk in product(forms.items(), JUNK):
        if "logout" in path:
            continue
        # What one of them deletes is there for the next.
        with transaction.atomic():
            status = client.post(path, {name: [junk, junk] for name in names}).status_code
            transaction.set_rollback(True)
        if status >= 500:
            wrong.append(f"{path}: {status} for {junk} ({', '.join(sorted(names))})")
    assert wrong == []
