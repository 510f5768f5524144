"""ZIP files that are the same to the byte for the same content, and where they are kept."""

import hashlib
import io
import os
import secrets
import zipfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from campaigns.channels.adapters.durable import make_folder

# The earliest that a ZIP can say. A real time would give each try another checksum.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
SUMS = "SHA256SUMS"


def zip_of(files: dict[str, bytes]) -> bytes:
    """A ZIP of the files in the order given."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def with_sums(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files by name, and a list of their SHA-256 that `sha256sum -c` reads."""
    ordered = dict(sorted(files.items()))
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in ordered.items()]
    return {**ordered, SUMS: "".join(lines).encode()}


def keep_package(key: UUID, content: bytes) -> str:
    """Bring the package of that push to the disk, whole or not at all; its name below PRIVATE_DIR.

    Raises OSError.
    """
    name = f"packages/{key}.zip"
    place = package_path(name)
    make_folder(place.parent)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return name


def package_path(name: str) -> Path:
    """Where a kept package lies."""
    return Path(settings.PRIVATE_DIR) / name
