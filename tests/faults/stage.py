"""Pushes that are due, and what the channels must hold in the end."""

import hashlib
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from campaigns.channels.models import Placement
from campaigns.pushes.models import Push

DUE = 200


def fill_up(edition, page, accounts, due: int = DUE) -> None:
    """Approve pushes until so many are due, half on the website, half as files."""
    missing = due - Push.objects.filter(state__in=["approved", "sending"]).count()
    slot = Push.objects.count()
    due_at = timezone.now() - timedelta(minutes=1)
    Push.objects.bulk_create(
        Push(
            edition=edition,
            page=page,
            language="zh-hans",
            account=accounts[n % 2],
            slot=slot + n + 1,
            state=Push.State.APPROVED,
            scheduled_at=due_at,
            try_at=due_at,
        )
        for n in range(missing)
    )


def assert_website_holds(pushes) -> None:
    keys = Counter(Placement.objects.values_list("key", flat=True))
    assert keys == Counter(pushes.values_list("key", flat=True))


def assert_outbox_holds(pushes) -> None:
    """Exactly one complete package a push, and nothing else."""
    expected = {str(pk): str(key) for pk, key in pushes.values_list("pk", "key")}
    (account_folder,) = Path(settings.OUTBOX_DIR).iterdir()
    assert {folder.name for folder in account_folder.iterdir()} == set(expected)
    for folder in account_folder.iterdir():
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        assert meta["key"] == expected[folder.name]
        held = {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file() and path.name != "meta.json"
        }
        assert held == meta["sha256"]
        assert {"index.html", "text.txt", "images/01.png"} <= set(held)
