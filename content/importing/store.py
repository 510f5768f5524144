"""Keeping the files that pieces bring: each stored once, known by its hash."""

from django.core.files.base import File
from wagtail.models import Collection

from content.importing.material import Asset, Material
from content.models import EducationImage, EducationMedia, VideoPage


class _OpenFile(File):
    """A file that its reader cannot close: saving a media file reads it more than once."""

    def open(self, mode: str | None = None):
        self.seek(0)
        return self

    def close(self) -> None:
        return


class AssetStore:
    """Stores files for one transaction, and can take back what it wrote if that fails."""

    def __init__(self) -> None:
        self._written: list[tuple] = []

    def take_back(self) -> None:
        """Remove the files written since the store was made: their rows were rolled back."""
        for storage, name in self._written:
            storage.delete(name)
        self._written.clear()

    def image(self, hash_: str, material: Material) -> EducationImage | None:
        """The picture with that SHA-1, stored now if it is new."""
        if not hash_:
            return None
        known = EducationImage.objects.filter(file_hash=hash_).order_by("pk").first()
        if known:
            return known
        asset = material.assets[hash_]
        with asset.open() as stream:
            image = EducationImage(
                title=material.title,
                file=File(stream, name=asset.name),
                file_hash=hash_,
                ai_generated=material.ai_generated,
                collection=Collection.get_first_root_node(),
            )
            image.file_size = image.file.size
            image.save()
        self._note(image.file)
        return image

    def video(self, hash_: str, material: Material) -> EducationMedia | None:
        """The video with that SHA-256, stored now if it is new."""
        if not hash_:
            return None
        known = EducationMedia.objects.filter(file_hash=hash_, type="video").order_by("pk").first()
        if known:
            return known
        asset = material.assets[hash_]
        with asset.open() as stream:
            media = EducationMedia(
                title=material.title,
                type="video",
                file=_OpenFile(stream, name=asset.name),
                duration=material.duration or 0,
                ai_generated=material.ai_generated,
                collection=Collection.get_first_root_node(),
            )
            media.save()
        self._note(media.file)
        return media

    def captions(self, hash_: str, material: Material, page: VideoPage) -> str:
        """The name that the captions are stored under; empty for none."""
        if not hash_:
            return ""
        asset: Asset = material.assets[hash_]
        with asset.open() as stream:
            page.captions.save(asset.name, File(stream), save=False)
        self._note(page.captions)
        return page.captions.name

    def _note(self, stored) -> None:
        self._written.append((stored.storage, stored.name))
