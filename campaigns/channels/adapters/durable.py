"""Folders that are there as a whole or not at all, also after a power cut."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def write_folder(
    draft: Path, files: dict[str, bytes], folders: Iterable[str], appear_as: Path
) -> None:
    """Write the files below `draft`, bring them to the disk, and rename `draft` to `appear_as`.

    Raises OSError; ENOTEMPTY or EEXIST when something stands at `appear_as` already.
    """
    shutil.rmtree(draft, ignore_errors=True)
    make_folder(draft.parent)
    draft.mkdir()
    inner = [draft / name for name in folders]
    for folder in inner:
        folder.mkdir()
    for name, content in files.items():
        _write(draft / name, content)
    for folder in (*inner, draft):
        _sync_folder(folder)
    draft.rename(appear_as)
    _sync_folder(appear_as.parent)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, and bring the new names to the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
