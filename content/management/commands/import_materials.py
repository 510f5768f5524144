"""manage.py import_materials FOLDER [--dry-run] [--publish]"""

import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from content.importing.importer import import_folder

EVERY_FILES, EVERY_SECONDS = 100, 2.0


class Command(BaseCommand):
    help = (
        "Bring a folder of Markdown files with YAML front matter into the zone. New pieces become "
        "drafts. Exit status 1 where any file has an error; the other files go in."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", help="searched for *.md with all its sub-folders")
        parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
        parser.add_argument(
            "--publish",
            action="store_true",
            help="put the pieces before the public; the log records that nobody reviewed them",
        )

    def handle(self, *args, folder: str, dry_run: bool, publish: bool, **options) -> None:
        path = Path(folder)
        if not path.is_dir():
            raise CommandError(f"{folder}: is not a folder")
        report = import_folder(
            path, dry_run=dry_run, publish=publish, progress=_Progress(self.stderr)
        )
        for notice in report.notices:
            self.stdout.write(str(notice))
        for problem in report.problems:
            self.stdout.write(str(problem))
        if dry_run:
            self.stdout.write("dry run: nothing was written")
        self.stdout.write(report.summary)
        if report.errors:
            sys.exit(1)


class _Progress:
    """A line on stderr every hundred files, or every two seconds where files are slow."""

    def __init__(self, stream) -> None:
        self.stream = stream
        self.last = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done % EVERY_FILES == 0 or now - self.last >= EVERY_SECONDS:
            self.last = now
            self.stream.write(f"{what} {done} of {total}", style_func=str)
