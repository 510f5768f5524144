"""Risk categories and audience groups: one row each, named in every language of the site.

They are not Wagtail's translatable snippets: a row a language would make "all pieces on 代理退保"
a question of three rows. See docs/decisions/.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens.")
)


class Term(index.Indexed, models.Model):
    """A name that readers and files refer to by slug."""

    slug = models.CharField(
        _("slug"),
        max_length=64,
        unique=True,
        validators=[slug_validator],
        help_text=_("Files and addresses refer to this; do not change it later."),
    )
    name = models.CharField(_("name (Chinese)"), max_length=64, unique=True)
    name_kk_arab = models.CharField(_("name (Kazakh, Arabic script)"), max_length=96, blank=True)
    name_kk = models.CharField(_("name (Kazakh, Cyrillic)"), max_length=96, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)

    panels = [
        FieldPanel("slug"),
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("name_kk_arab"), FieldPanel("name_kk")], _("Names")
        ),
        FieldPanel("sort_order"),
    ]
    search_fields = [
        index.AutocompleteField("name"),
        index.SearchField("name"),
        index.FilterField("slug"),
    ]

    class Meta:
        abstract = True
        ordering = ["sort_order", "slug"]

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in that language, else in Chinese, so that no place stays empty."""
        own = {"kk-arab": self.name_kk_arab, "kk": self.name_kk}.get(language, self.name)
        return own or self.name

    @property
    def local_name(self) -> str:
        """The name in the language that is active now."""
        return self.name_in(get_language() or "zh-hans")


class Category(Term):
    """A kind of risk that pieces warn of, such as 代理退保."""

    class Meta(Term.Meta):
        verbose_name = _("risk category")
        verbose_name_plural = _("risk categories")


class Audience(Term):
    """A group of readers that a piece or a session is made for, such as 牧民."""

    class Meta(Term.Meta):
        verbose_name = _("audience group")
        verbose_name_plural = _("audience groups")
