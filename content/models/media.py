"""Pictures, video and sound, each declaring whether a machine made it.

人工智能生成合成内容标识办法 (in force since 2025-09-01): what a machine made has to be labelled,
and the label stays with the item.
"""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia


class EducationImage(AbstractImage):
    """A picture. Its alternative text stands in Wagtail's own description field."""

    ai_generated = models.BooleanField(_("made with AI"), default=False)

    admin_form_fields = (*Image.admin_form_fields, "description", "ai_generated")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class EducationRendition(AbstractRendition):
    image = models.ForeignKey(EducationImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class EducationMedia(AbstractMedia):
    """A video or a sound file."""

    ai_generated = models.BooleanField(_("made with AI"), default=False)
    file_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    admin_form_fields = (
        "title",
        "file",
        "collection",
        "duration",
        "width",
        "height",
        "thumbnail",
        "ai_generated",
        "tags",
    )

    class Meta(AbstractMedia.Meta):
        verbose_name = _("media file")
        verbose_name_plural = _("media files")

    def save(self, *args, **kwargs) -> None:
        self.file_hash = self.hash_file()
        super().save(*args, **kwargs)

    def hash_file(self) -> str:
        """SHA-256 of the file's bytes, by which an import recognises a file it already brought."""
        digest = hashlib.sha256()
        # Not closed afterwards: a file that is just being uploaded could not be opened again.
        self.file.open("rb")
        for chunk in self.file.chunks():
            digest.update(chunk)
        self.file.seek(0)
        return digest.hexdigest()
