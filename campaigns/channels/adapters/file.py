"""The hand-over package: a folder that a person or a program takes away.

OUTBOX_DIR/ACCOUNT/PUSH_ID/ with index.html, text.txt, meta.json and images/. It is written beside
its place and appears by one rename, so whoever sees the folder sees all of it.
"""

import errno
import json
import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.channels.adapters.contract import Adapter, Delivery, Finding, Outcome, Receipt, Trace
from campaigns.channels.adapters.durable import write_folder
from campaigns.channels.adapters.package import MissingFileError, build_package

META = "meta.json"


class FileAdapter(Adapter):
    """Writes the package; a rename onto a package that exists fails, so there is never a second."""

    def send(self, delivery: Delivery) -> Receipt:
        place = package_folder(delivery)
        clear_leftovers(place)
        if place.exists():
            return receipt_for_existing(place, delivery)
        try:
            files = build_package(delivery)
        except MissingFileError as error:
            return Receipt(Outcome.FAILED, str(error))
        draft = new_draft(place)
        try:
            write_folder(draft, files, folders=["images"], appear_as=place)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY) and place.exists():
                return receipt_for_existing(place, delivery)
            return Receipt(Outcome.TEMPORARY, str(error))
        return Receipt(Outcome.SENT, str(place))

    def reconcile(self, delivery: Delivery) -> Finding:
        place = package_folder(delivery)
        clear_leftovers(place)
        if not place.exists():
            return Finding(Trace.NOT_FOUND)
        if held_key(place) == str(delivery.key):
            return Finding(Trace.FOUND, str(place))
        return Finding(Trace.NOT_FOUND, _("The folder holds another package."))


def package_folder(delivery: Delivery) -> Path:
    """Where the package stands once it is complete."""
    return Path(settings.OUTBOX_DIR) / delivery.account.code / str(delivery.push_id)


def new_draft(place: Path) -> Path:
    """Where a try writes it: beside its place, on the same file system, in a folder of its own.

    A try that was thought dead and wakes up again must not rename what another try is writing.
    """
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")


def clear_leftovers(place: Path) -> None:
    """Remove what tries that died left behind. Only the push's claimant comes here."""
    for draft in place.parent.glob(f".{place.name}.*.part"):
        shutil.rmtree(draft, ignore_errors=True)


def held_key(place: Path) -> str | None:
    """The key of the package that stands there; None if it is no package of ours."""
    try:
        return json.loads((place / META).read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def receipt_for_existing(place: Path, delivery: Delivery) -> Receipt:
    """Sent if the package there is this delivery's; else somebody has to look."""
    if held_key(place) == str(delivery.key):
        return Receipt(Outcome.SENT, _("The package stood there already."))
    return Receipt(
        Outcome.FAILED, _("%(folder)s holds something else; move it away.") % {"folder": place}
    )
