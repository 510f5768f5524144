"""manage.py export_materials FOLDER [--live]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from content.importing.exporter import export_folder


class Command(BaseCommand):
    help = (
        "Write every piece of the zone as <code>.md, with pictures and videos in media/. "
        "Importing the folder again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", help="made where it is missing; same names are overwritten")
        parser.add_argument(
            "--live", action="store_true", help="only what is public, as it is public"
        )

    def handle(self, *args, folder: str, live: bool, **options) -> None:
        try:
            export = export_folder(Path(folder), live_only=live)
        except OSError as error:
            raise CommandError(f"{folder}: cannot be written: {error.strerror}") from error
        for notice in export.notices:
            self.stdout.write(str(notice))
        self.stdout.write(f"exported={export.written} files={export.files}")
