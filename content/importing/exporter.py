"""Writing the zone's pieces out as a folder that an import reads back."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from content.importing.material import Asset
from content.importing.pages import TYPE_OF, Families, PageReader, Shelves
from content.importing.problems import Notice
from content.importing.writer import write_material
from content.models import EducationPage

MEDIA = "media"
_BATCH = 200


@dataclass
class Export:
    written: int = 0
    files: int = 0
    notices: list[Notice] = field(default_factory=list)


def export_folder(folder: Path, *, live_only: bool = False) -> Export:
    """Write <code>.md for every piece, its newest content, with pictures and videos in media/.

    live_only: only what is public, as it is public. Files of the same name are overwritten, others
    stay. Raises OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    export = Export()
    queryset = EducationPage.objects.filter(alias_of=None).exclude(code="").order_by("pk")
    if live_only:
        queryset = queryset.live()
    keys = dict(queryset.values_list("pk", "translation_key"))
    reader = PageReader(Shelves.load(), Families(keys.values(), only=set(keys)))
    ids = list(keys)
    for start in range(0, len(ids), _BATCH):
        batch = queryset.filter(pk__in=ids[start : start + _BATCH])
        pages = [
            p for p in batch.select_related("latest_revision").specific() if type(p) in TYPE_OF
        ]
        reader.prepare(pages)
        for page in pages:
            _write(reader.read(page, live=live_only), folder, export)
    return export


def _write(material, folder: Path, export: Export) -> None:
    file = f"{material.code}.md"
    names = {}
    for asset in material.assets.values():
        name = f"{MEDIA}/{_file_name(asset)}"
        try:
            export.files += _copy(asset, folder / name)
            names[asset.hash] = name
        except OSError:
            words = f"the file {asset.name!r} is missing on the site: it is left out"
            export.notices.append(Notice(file, words))
    text = write_material(material, names)
    (folder / file).write_text(text, encoding="utf-8", newline="\n")
    export.written += 1


def _file_name(asset: Asset) -> str:
    """The file's own name with its hash, once however often it went out and in again."""
    stem, _dot, ending = asset.name.rpartition(".")
    mark = f"-{asset.hash[:8]}"
    return f"{(stem or 'file').removesuffix(mark)}{mark}.{ending}"


def _copy(asset: Asset, path: Path) -> bool:
    """Whether the file was written; one of that name has that hash in it and is the same."""
    with asset.open() as source:
        if path.exists():
            return False
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
    return True
