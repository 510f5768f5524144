"""The forms a piece takes: case warning, article, video."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from content.blocks import BodyBlock, CaseBodyBlock, CitationsBlock
from content.models.piece import EducationPage


class CaseWarningPage(EducationPage):
    """以案说险: a real case told so that the next person is not caught."""

    body = StreamField(CaseBodyBlock(), verbose_name=_("body"), blank=True)
    legal_basis = StreamField(CitationsBlock(), verbose_name=_("legal basis"), blank=True)

    content_panels = [
        *EducationPage.content_panels,
        FieldPanel("body"),
        FieldPanel("legal_basis"),
        *EducationPage.about_panels,
    ]
    template = "content/pages/case_warning.html"
    page_description = _("A case, how the trick works, the law, what to do and where to get help.")
    search_fields = [*EducationPage.search_fields, index.SearchField("body")]

    # What a complete case has. Missing parts are pointed out, never invented.
    EXPECTED_SECTIONS = ("case", "analysis", "risk_tips", "get_help")

    class Meta:
        verbose_name = _("case warning")
        verbose_name_plural = _("case warnings")

    def missing_sections(self) -> list[str]:
        """The expected parts that this case lacks, by block name."""
        present = {block.block_type for block in self.body}
        return [name for name in self.EXPECTED_SECTIONS if name not in present]


class ArticlePage(EducationPage):
    """A knowledge piece, or a report of good practice."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    legal_basis = StreamField(CitationsBlock(), verbose_name=_("legal basis"), blank=True)

    content_panels = [
        *EducationPage.content_panels,
        FieldPanel("body"),
        FieldPanel("legal_basis"),
        *EducationPage.about_panels,
    ]
    template = "content/pages/article.html"
    page_description = _("A text that explains one thing a consumer should know.")
    search_fields = [*EducationPage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class VideoPage(EducationPage):
    """A video with captions and a transcript, from our own file or from a link."""

    video = models.ForeignKey(
        "content.EducationMedia",
        verbose_name=_("video file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    video_url = models.URLField(_("video link"), blank=True)
    captions = models.FileField(
        _("captions (WebVTT)"),
        upload_to="captions/",
        blank=True,
        help_text=_("A .vtt file with the spoken words, for the deaf and for silent places."),
    )
    duration = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("introduction"), blank=True)
    transcript = models.TextField(_("transcript"), blank=True)
    legal_basis = StreamField(CitationsBlock(), verbose_name=_("legal basis"), blank=True)

    content_panels = [
        *EducationPage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("video"),
                FieldPanel("video_url"),
                FieldPanel("captions"),
                FieldPanel("duration"),
            ],
            _("Video"),
        ),
        FieldPanel("body"),
        FieldPanel("transcript"),
        FieldPanel("legal_basis"),
        *EducationPage.about_panels,
    ]
    template = "content/pages/video.html"
    page_description = _("A short video with captions and transcript.")
    search_fields = [
        *EducationPage.search_fields,
        index.SearchField("body"),
        index.SearchField("transcript"),
    ]

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def clean(self) -> None:
        from django.core.exceptions import ValidationError

        super().clean()
        if self.video_id and self.video_url:
            raise ValidationError({"video_url": _("Give a file or a link, not both.")})
        if self.captions and not self.captions.name.lower().endswith(".vtt"):
            raise ValidationError({"captions": _("Captions are a WebVTT file ending in .vtt.")})
