"""The demo's pieces, and how many people they have reached."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from campaigns.demo.given import HERE, DemoError, rows
from campaigns.reach.importing import import_file
from campaigns.reach.models import ImportBatch
from content.importing.importer import import_folder

MATERIALS = HERE.parent.parent / "content" / "demo" / "materials"


def load_materials() -> str:
    """The pieces, published. Once all are there they are left alone, whatever people made of them.

    Raises DemoError when a file could not go in.
    """
    if not import_folder(MATERIALS, dry_run=True).created:
        return "all there"
    report = import_folder(MATERIALS, publish=True)
    if report.errors:
        raise DemoError("\n".join(str(problem) for problem in report.problems))
    return report.summary


def load_figures() -> Iterator[tuple[str, str]]:
    """Each file of reach figures, once: what people corrected since is not imported back.

    They are dated to when the file says that they were told, so that who reported late is the same
    whenever the demo is loaded. Raises DemoError when a file could not go in.
    """
    for row in rows("imports"):
        path = HERE / "reach" / row["file"]
        yield path.name, bring_in(path, datetime.fromisoformat(row["told_at"]))


def bring_in(path: Path, told_at: datetime) -> str:
    """A file of figures, unless it is there; in words what it came to. Raises DemoError."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if ImportBatch.objects.filter(sha256=digest).exists():
        return "is there"
    report = import_file(path, at=min(told_at, timezone.now()))
    if report.errors:
        raise DemoError("\n".join(str(problem) for problem in report.problems))
    return report.summary
