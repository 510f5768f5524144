"""A piece of education, whatever its form: what all forms share."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from content.models.base import OwnField, ZonePage, open_to_all, pinyin_slug
from content.models.taxonomy import Audience, Category

code_validator = RegexValidator(
    r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*\Z",
    _("Use ASCII letters, digits, hyphens, dots and underscores."),
)


class EducationPageQuerySet(PageQuerySet):
    def with_cards(self) -> "EducationPageQuerySet":
        """Live public pieces, newest first, with what a card shows in no more queries."""
        return (
            open_to_all(self)
            .select_related("category", "image", "locale")
            .prefetch_related("image__renditions")
            .order_by("-date", "-pk")
        )

    def for_listing(self, language: str) -> "EducationPageQuerySet":
        """Live public pieces of a language, newest first, ready for cards."""
        return self.with_cards().filter(locale__language_code=language)

    def with_code(self, code: str, language: str | None = None) -> "EducationPage":
        """The piece with that code, or its version in another language.

        Raises EducationPage.DoesNotExist with words for the person who typed it.
        """
        page = self.filter(code=code).select_related("locale").first()
        if page is None:
            raise self.model.DoesNotExist(f"no piece has the code {code!r}")
        if language is None or page.locale.language_code == language:
            return page
        sibling = self.filter(
            translation_key=page.translation_key, locale__language_code=language
        ).first()
        if sibling is None:
            raise self.model.DoesNotExist(f"{code!r} has no version in {language}")
        return sibling


EducationPageManager = PageManager.from_queryset(EducationPageQuerySet)


class EducationPage(ZonePage):
    """A piece of education in one language, whatever its form.

    A table of its own, so that codes are unique over all forms and a listing needs one query.
    """

    code = models.CharField(
        _("code"),
        max_length=80,
        unique=True,
        blank=True,
        validators=[code_validator],
        help_text=_("Files, pushes and figures refer to this. One code a language version."),
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    summary = models.TextField(_("summary"), blank=True, max_length=300)
    category = models.ForeignKey(
        Category,
        verbose_name=_("risk category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pages",
    )
    audiences = ParentalManyToManyField(
        Audience, verbose_name=_("audience groups"), blank=True, related_name="pages"
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("Where the facts come from; data that is cited names its source."),
    )
    image = models.ForeignKey(
        "content.EducationImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ai_generated = models.BooleanField(
        _("made with AI"),
        default=False,
        help_text=_("Readers are told (labelling rules in force since 2025-09-01)."),
    )

    objects = EducationPageManager()

    RELATED = 3

    is_creatable = False
    parent_page_types = ["content.SectionPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["code"]
    override_translatable_fields = [
        *ZonePage.override_translatable_fields,
        OwnField("code"),
        SynchronizedField("audiences"),
        # One row for all languages (decision 3): there is nothing to choose anew in a translation.
        SynchronizedField("category", overridable=False),
    ]

    content_panels = [
        FieldPanel("title", classname="title"),
        FieldPanel("summary"),
        FieldPanel("image"),
    ]
    about_panels = [
        MultiFieldPanel(
            [FieldPanel("category"), FieldPanel("audiences")], _("Subject and readers")
        ),
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("date"),
                FieldPanel("source"),
                FieldPanel("ai_generated"),
            ],
            _("Origin"),
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            _("For search engines"),
        )
    ]
    settings_panels = [PublishingPanel()]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.AutocompleteField("code"),
        index.SearchField("code"),
        index.FilterField("date"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")

    def full_clean(self, *args, **kwargs) -> None:
        self.code = self.code or self.free_code()
        super().full_clean(*args, **kwargs)

    def save(self, *args, **kwargs) -> None:
        # A copy made for a translation is saved without being cleaned.
        self.code = self.code or self.free_code()
        super().save(*args, **kwargs)

    def get_admin_display_title(self) -> str:
        """With a word where a listing knows that this version is adapted (see
        content.translation.adapting.with_adapted)."""
        title = super().get_admin_display_title()
        if getattr(self, "is_adapted_version", False):
            return gettext("%(title)s (adapted)") % {"title": title}
        return title

    def free_code(self) -> str:
        """A code nobody has: the original's with the language behind it, else pinyin."""
        original = (
            EducationPage.objects.filter(translation_key=self.translation_key)
            .exclude(pk=self.pk)
            .order_by("pk")
            .first()
        )
        if original:
            wanted = f"{original.code}-{self.locale.language_code}"
        else:
            wanted = pinyin_slug(self.title, fallback="piece")[:60]
        taken = set(
            EducationPage.objects.filter(code__startswith=wanted).values_list("code", flat=True)
        )
        return next(
            code
            for n in range(len(taken) + 1)
            if (code := wanted if n == 0 else f"{wanted}-{n + 1}") not in taken
        )

    @property
    def language(self) -> str:
        """The language code of this version."""
        return self.locale.language_code

    def get_context(self, request, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["audiences"] = self.audiences.all()
        context["section"] = self.get_parent() if self.path else None
        context["related"] = self._read_next()
        return context

    def _read_next(self) -> list["EducationPage"]:
        """What warns of the same risk first, then whatever is newest.

        The query brings this piece too, with its category, picture and locale: a page asks once.
        """
        is_self = models.When(pk=self.pk, then=0)
        same_risk = models.When(category=self.category_id, category__isnull=False, then=1)
        nearest = models.Case(is_self, same_risk, default=2)
        pieces = EducationPage.objects.with_cards().filter(locale=self.locale_id)
        found = list(pieces.order_by(nearest, "-date", "-pk")[: self.RELATED + 1])
        for own in found:
            if own.pk == self.pk:
                for name in ("category", "image", "locale"):
                    if getattr(own, f"{name}_id") == getattr(self, f"{name}_id"):
                        setattr(self, name, getattr(own, name))
        return [piece for piece in found if piece.pk != self.pk][: self.RELATED]
