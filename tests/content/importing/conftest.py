import io

import pytest
from django.core.management import call_command
from PIL import Image

from content.importing.importer import import_folder
from tests.content.importing.files import Folder


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "materials")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "stored"


@pytest.fixture
def bring(db, folder):
    """Import the folder and hand back the report."""
    return lambda **options: import_folder(folder.path, **options)


@pytest.fixture
def command(db, capsys):
    """Run a command; hand back its exit status and its lines."""

    def run(*arguments, **options) -> tuple[int, list[str]]:
        status = 0
        try:
            call_command(*arguments, **options)
        except SystemExit as leaving:
            status = leaving.code
        return status, capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def png():
    """Bytes of a small picture: png(shade) differs by shade."""

    def make(shade: int = 100, kind: str = "PNG") -> bytes:
        stream = io.BytesIO()
        Image.new("RGB", (4, 3), (shade, 0, 0)).save(stream, kind)
        return stream.getvalue()

    return make
