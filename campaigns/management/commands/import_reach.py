"""manage.py import_reach FILE [--dry-run] [--strict] [--errors-to F]"""

import sys
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from campaigns.reach.importing import import_file
from campaigns.reach.importing.command import ImportCommand
from campaigns.reach.importing.files import with_reasons
from campaigns.reach.importing.problems import ImportReport, UnreadableFileError
from campaigns.reach.importing.reading import read_table


class Command(ImportCommand):
    help = (
        "Bring a CSV or XLSX file of figures into the ledger, whole or not at all. Every row is "
        "checked and every problem named. Warnings are printed and committed; figures that may "
        "count something twice are held. Exit status 1 where there is an error."
    )

    def add_arguments(self, parser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--strict", action="store_true", help="commit nothing where there is a warning"
        )
        parser.add_argument(
            "--errors-to",
            type=Path,
            metavar="F",
            help="write the same file with a column of reasons to F",
        )

    def handle(
        self,
        *args,
        file: Path,
        dry_run: bool,
        strict: bool = False,
        errors_to: Path | None = None,
        **options,
    ) -> None:
        report = import_file(file, dry_run=dry_run, strict=strict)
        if report.twin:
            self.stdout.write(
                _("the same file was imported before: batch %(batch)s, %(day)s")
                % {"batch": report.twin.pk, "day": f"{report.twin.committed_at:%F}"}
            )
        for problem in report.problems:
            self.stdout.write(str(problem))
        for suspect in report.suspects:
            where = f"{report.file}:row {suspect.figure.row}: count"
            self.stdout.write(f"{where}: " + _("held: %(why)s") % {"why": suspect.against})
        if errors_to:
            self._give_back(file, report, errors_to)
        refused = report.errors or (strict and report.warnings)
        if dry_run:
            self.stdout.write(_("dry run: nothing was written"))
        elif refused:
            self.stdout.write(_("nothing was imported"))
        if report.held:
            self.stdout.write(
                _("held=%(held)s: they count once somebody has decided, under Reach, Held figures")
                % {"held": report.held}
            )
        if report.batch:
            self.stdout.write(_("batch %(batch)s") % {"batch": report.batch.pk})
        self.stdout.write(report.summary)
        if refused:
            sys.exit(1)

    def _give_back(self, file: Path, report: ImportReport, to: Path) -> None:
        reasons: dict[int, list[str]] = {}
        for problem in report.problems:
            if problem.row is not None:
                reasons.setdefault(problem.row, []).append(f"{problem.field}: {problem.message}")
        told = {row: "; ".join(several) for row, several in reasons.items()}
        try:
            data, _kind = with_reasons(read_table(file), told)
            to.write_bytes(data)
        except UnreadableFileError:
            return
        except OSError as error:
            raise CommandError(f"{to}: {error.strerror}") from error
