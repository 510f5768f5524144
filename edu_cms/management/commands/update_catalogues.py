"""manage.py update_catalogues [--check | --compile]: the interface's strings and translations."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from content.kazakh import to_arabic
from edu_cms import catalogues


class Command(BaseCommand):
    help = "Collects the interface's strings into the catalogues. GNU gettext is not needed."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--check",
            action="store_true",
            help="change nothing; exit 1 and name what is missing, wrong or out of date",
        )
        choice.add_argument("--compile", action="store_true", help="only compile what is there")

    def handle(self, *args, **options) -> None:
        folder = Path(settings.LOCALE_PATHS[0])
        if options["compile"]:
            for path in catalogues.compile_all(folder):
                self.stdout.write(f"Compiled {path.relative_to(settings.BASE_DIR)}")
            return
        current = catalogues.updated(settings.BASE_DIR, folder, to_arabic)
        if options["check"]:
            self.check_all(folder, current)
            return
        for name, catalogue in current.items():
            changed = catalogues.write(folder, name, catalogue)
            missing = sum(1 for _ in catalogues.problems(catalogue))
            self.stdout.write(
                f"{name}: {len(catalogue)} strings, {missing} need a translator"
                f"{', rewritten' if changed else ''}"
            )
        catalogues.compile_all(folder)

    def check_all(self, folder: Path, current: dict) -> None:
        wrong = []
        for name, catalogue in current.items():
            wrong += [f"{name}: {problem}" for problem in catalogues.problems(catalogue)]
            path = catalogues.po_path(folder, name)
            if not path.is_file() or path.read_text(encoding="utf-8") != f"{catalogue}\n":
                wrong.append(f"{name}: out of date, run manage.py update_catalogues")
        if wrong:
            raise CommandError("\n".join(wrong))
