"""Who can log in to the demo, and who stands in its reports."""

import json
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.crypto import get_random_string

from campaigns.demo.given import MAIL_DOMAIN, DemoError, rows
from campaigns.regions.models import Posting, Region

User = get_user_model()
# Nothing that looks alike: the passwords are read off a screen and typed.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105


def logins_file() -> Path:
    """Where the passwords of this installation's demo accounts are kept."""
    return Path(settings.VAR_DIR) / "demo-logins.json"


def load_people() -> int:
    """One account a role, and coordinators who reported the demo's sessions but cannot log in.

    Passwords are random per installation. A password file that is there stays valid; where it was
    lost the accounts get new passwords. The file is written last, so that an interruption leaves
    either both as they were or a missing file, which the next run makes good.
    """
    kept = _kept_passwords()
    logins, created = [], 0
    with transaction.atomic():
        for row in rows("people"):
            may_log_in = row["login"] == "yes"
            password = kept.get(row["username"]) if may_log_in else None
            is_lost = may_log_in and password is None
            if is_lost:
                password = get_random_string(16, PASSWORD_LETTERS)
            created += _load_person(row, password, renew=is_lost)
            if may_log_in:
                logins.append(
                    {
                        "role": row["role"],
                        "username": row["username"],
                        "password": password,
                        "region": row["region"],
                    }
                )
    _write_logins(logins)
    return created


def _load_person(row: dict[str, str], password: str | None, *, renew: bool) -> bool:
    """Whether the account is new. Raises DemoError when somebody else bears the name."""
    mail = f"{row['username']}@{MAIL_DOMAIN}"
    person = User.objects.filter(username=row["username"]).first()
    if person is None:
        person = User.objects.create_user(
            row["username"],
            email=mail,
            password=password,
            first_name=row["first_name"],
            last_name=row["last_name"],
        )
        region = Region.objects.get(code=row["region"])
        Posting.objects.create(user=person, role=row["role"], region=region)
        return True
    if person.email != mail:
        raise DemoError(f"there is an account {row['username']!r} that the demo did not make")
    if renew:
        person.set_password(password)
        person.save(update_fields=["password"])
    return False


def _kept_passwords() -> dict[str, str]:
    try:
        return {row["username"]: row["password"] for row in json.loads(logins_file().read_text())}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _write_logins(logins: list[dict[str, str]]) -> None:
    """Appear whole and readable by the owner alone, or not at all."""
    target = logins_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".demo-logins-")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(logins, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)
