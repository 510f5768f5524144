"""manage.py prepare: bring this installation up to date, and leave alone what already is."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed

from content.models import EducationPage
from content.search.index import is_outdated
from edu_cms.memory import rarely_collected


class Command(BaseCommand):
    help = "Compiles the catalogues, migrates the database and collects static files, as needed."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load the demo content into an empty installation"
        )

    def handle(self, *args, demo: bool, **options) -> None:
        call_command("update_catalogues", compile=True)
        # This process may have read them before there were any: the demo would be in English.
        translation_file_changed(self, Path("django.mo"))
        with rarely_collected():
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
            self.index_anew()
            self.collect_static()
            if demo:
                self.load_demo()

    def index_anew(self) -> None:
        """Make the search's index anew where pages are missing or were prepared by older rules."""
        if is_outdated():
            self.stdout.write("Making the search's index anew")
            call_command("update_index", verbosity=0)

    def collect_static(self) -> None:
        """Collect, unless the last collection was of the very same files and went to its end."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        current = static_fingerprint()
        if stamp.is_file() and stamp.read_text() == current:
            return
        self.stdout.write("Collecting static files")
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
        stamp.write_text(current)

    def load_demo(self) -> None:
        """Load the demo where there is no content yet, or where a load did not come to its end."""
        begun = settings.VAR_DIR / "demo-load-begun"
        if not begun.exists() and EducationPage.objects.exists():
            return
        self.stdout.write("Loading the demo content")
        begun.touch()
        call_command("load_demo")
        begun.unlink()


def static_fingerprint() -> str:
    """Changes when any static file appears, goes, or is touched."""
    sum_ = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            sum_.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return sum_.hexdigest()
