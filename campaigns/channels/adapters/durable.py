"""Folders that are there as a whole or not at all, also after a power cut."""

import os
from collections.abc import Iterable
from pathlib import Path

# From so many folders on, one sync of the whole file system costs less than one a file.
MANY = 8


def write_draft(draft: Path, files: dict[str, bytes], folders: Iterable[str]) -> None:
    """Write the files below `draft`, not yet safe from a power cut. Raises OSError."""
    make_folder(draft.parent)
    draft.mkdir()
    for folder in folders:
        (draft / folder).mkdir()
    for name, content in files.items():
        (draft / name).write_bytes(content)


def sync(drafts: list[Path]) -> None:
    """Bring the folders and all they hold to the disk. Raises OSError."""
    if len(drafts) >= MANY:
        os.sync()
        return
    for draft in drafts:
        for folder, _folders, names in os.walk(draft):
            for name in names:
                _sync_file(Path(folder, name))
            _sync_folder(Path(folder))


def sync_folders(folders: Iterable[Path]) -> None:
    """Bring the names that the folders hold to the disk. A folder that is not there has none."""
    for folder in folders:
        if folder.is_dir():
            _sync_folder(folder)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, and bring the new names to the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
