"""What the search keeps: facts for finding, words for suggestions, counts of what was asked."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


def _language_choices() -> list:
    from django.conf import settings

    return settings.LANGUAGES


class SearchEntry(models.Model):
    """A thing that can be found, with what a search filters and sorts by.

    Its texts stand in content_searchtext, under the same id: an FTS5 table on SQLite, one of
    tsvectors on PostgreSQL (content.search.texts). Narrow on purpose: a search for one character
    walks over thousands of these.
    """

    # entry_key(): whoever knows the thing knows the key, and the other way round.
    id = models.BigIntegerField(primary_key=True)
    # The root of the model's inheritance, so that one page has one entry.
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    # Pieces only from here on; what is no piece is not live in this sense.
    is_live = models.BooleanField(default=False)
    language = models.CharField(max_length=16, blank=True)
    form = models.CharField(max_length=64, blank=True)
    category = models.BigIntegerField(null=True)
    # Keys between commas: ",3,7,".
    audiences = models.CharField(max_length=255, blank=True)
    date = models.DateField(null=True)
    # By which rules the texts were prepared: content.search.index.SHAPE.
    shape = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id}"


# Room for so many objects of a model in the keys of entries: a million million.
ENTRY_SPAN = 1 << 40


def entry_key(content_type_id: int, object_id: int) -> int:
    """The key of a thing's entry and texts. Raises TypeError for a key that is no number."""
    return content_type_id * ENTRY_SPAN + object_id


class SearchWord(models.Model):
    """A word of titles and summaries, for "did you mean": two Han characters, or a Kazakh word."""

    language = models.CharField(max_length=16)
    word = models.CharField(max_length=64)
    # As a reader of that language writes it.
    shown = models.CharField(max_length=64)
    sound = models.CharField(max_length=24, blank=True, db_index=True)
    pieces = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="one_search_word_each")
        ]

    def __str__(self) -> str:
        return self.shown


class SearchCount(models.Model):
    """How often the same was asked on one day in one language. Nobody stands behind it."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=16)
    folded = models.CharField(max_length=100)
    shown = models.CharField(_("what was typed"), max_length=100)
    times = models.PositiveIntegerField(_("times"))
    # What the last search for it found.
    results = models.PositiveIntegerField(_("results"))

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "folded", "day"], name="one_search_count_a_day"
            )
        ]
        indexes = [models.Index(fields=["day"], name="search_count_by_day")]

    def __str__(self) -> str:
        return self.shown


class PopularQuestion(models.Model):
    """A question that editors offer to those who search; nothing a stranger typed goes unread."""

    language = models.CharField(_("language"), max_length=16, choices=_language_choices)
    text = models.CharField(_("question"), max_length=100)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)
    released_at = models.DateTimeField(_("released"), default=timezone.now, editable=False)

    panels = [FieldPanel("language"), FieldPanel("text"), FieldPanel("sort_order")]

    class Meta:
        verbose_name = _("popular question")
        verbose_name_plural = _("popular questions")
        ordering = ["language", "sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["language", "text"], name="one_popular_question_each")
        ]

    def __str__(self) -> str:
        return self.text
