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
from campaigns.channels.adapters.durable import sync, sync_folders, write_draft
from campaigns.channels.adapters.package import Bodies, MissingFileError, build_package
from campaigns.channels.adapters.wording import RAW, in_words

META = "meta.json"


class FileAdapter(Adapter):
    """Writes the package; a rename onto a package that exists fails, so there is never a second."""

    is_local = True

    def __init__(self) -> None:
        self._bodies = Bodies()

    def send(self, delivery: Delivery) -> Receipt:
        return self._send_all([delivery])[0]

    def send_all(self, deliveries: list[Delivery]) -> list[Receipt]:
        return self._send_all(deliveries)

    def _send_all(self, deliveries: list[Delivery]) -> list[Receipt]:
        """Every package is written, all are brought to the disk together, then each appears.

        One sync for many costs what one package's did; nothing appears, and nothing is told as
        sent, before it.
        """
        places = [package_folder(delivery) for delivery in deliveries]
        todo = list(zip(places, deliveries, strict=True))
        drafts: list[Path | Receipt] = [_written(*one, self._bodies) for one in todo]
        try:
            sync([draft for draft in drafts if isinstance(draft, Path)])
        except OSError as error:
            return [_gave_up(draft, error) for draft in drafts]
        receipts = [_appeared(draft, *one) for draft, one in zip(drafts, todo, strict=True)]
        sync_folders({place.parent for place in places})
        return receipts

    def reconcile(self, delivery: Delivery) -> Finding:
        place = package_folder(delivery)
        clear_leftovers(place)
        if not place.exists():
            return Finding(Trace.NOT_FOUND)
        if held_key(place) == str(delivery.key):
            return Finding(Trace.FOUND, _in_place(place))
        return Finding(Trace.NOT_FOUND, _("The folder holds another package."))


def _written(place: Path, delivery: Delivery, bodies: Bodies) -> Path | Receipt:
    """The draft of the package; a receipt if there is nothing to be done, or nothing can be."""
    if place.exists():
        return receipt_for_existing(place, delivery)
    draft = new_draft(place)
    try:
        write_draft(draft, build_package(delivery, bodies), folders=["images"])
    except MissingFileError as error:
        return Receipt(Outcome.FAILED, str(error))
    except OSError as error:
        return _gave_up(draft, error)
    return draft


def _gave_up(draft: Path | Receipt, error: OSError) -> Receipt:
    if isinstance(draft, Receipt):
        return draft
    shutil.rmtree(draft, ignore_errors=True)
    return Receipt(Outcome.TEMPORARY, in_words(error))


def _appeared(draft: Path | Receipt, place: Path, delivery: Delivery) -> Receipt:
    if isinstance(draft, Receipt):
        return draft
    try:
        draft.rename(place)
    except OSError as error:
        receipt = _gave_up(draft, error)
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY) and place.exists():
            return receipt_for_existing(place, delivery)
        return receipt
    return Receipt(Outcome.SENT, _in_place(place))


def _in_place(place: Path) -> str:
    return "\n".join([_("The package stands in its folder."), f"{RAW}{place}"])


def package_folder(delivery: Delivery) -> Path:
    """Where the package stands once it is complete."""
    return Path(settings.OUTBOX_DIR) / delivery.account.code / str(delivery.push_id)


def new_draft(place: Path) -> Path:
    """Where a try writes it: beside its place, on the same file system, in a folder of its own.

    A try that was thought dead and wakes up again must not rename what another try is writing.
    """
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")


def clear_leftovers(place: Path) -> None:
    """Remove what tries that died left behind. Only the push's claimant comes here.

    Asked only when a try was interrupted: it looks through the account's whole folder.
    """
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
