"""The agreed terms of finance and insurance (术语表): Chinese, and what they are called in Kazakh.

One row a term with both Kazakh scripts, as categories are one row; see docs/decisions/.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.glossary import wording
from content.models.approval import Approvable


class GlossaryTermQuerySet(models.QuerySet):
    """Named scopes of the glossary."""

    def matched(self) -> "GlossaryTermQuerySet":
        """Terms that are shown where a Chinese text holds them: all but those given up."""
        return self.exclude(status=GlossaryTerm.Status.DEPRECATED)

    def agreed(self) -> "GlossaryTermQuerySet":
        """Terms that a translation is expected to use."""
        return self.filter(status__in=GlossaryTerm.AGREED)

    def search(self, query: str) -> "GlossaryTermQuerySet":
        """Terms that hold each word of the query, in Chinese or in either script of Kazakh."""
        found = self
        for word in wording.folded(query).split():
            found = found.filter(folded__contains=word)
        return found

    def going_by(self, words: Iterable[str]) -> "GlossaryTermQuerySet":
        """Terms that have one of these Chinese wordings, capitals and full width alike."""
        edges = (Value("\n"), "folded", Value("\n"))
        line_by_line = Concat(*edges, output_field=models.TextField())
        wanted = Q(pk__in=[])
        for word in words:
            wanted |= Q(line_by_line__contains=f"\n{wording.folded(word)}\n")
        return self.annotate(line_by_line=line_by_line).filter(wanted)


class GlossaryTerm(Approvable):
    """A Chinese term and the Kazakh that translations use for it, in both scripts.

    Lists are kept one a line: synonyms, variants, not_within. Changes go through
    content.glossary.keeping, which knows whose change makes a term a proposal again.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        # The house's working translation: asked for in translations, read by no expert yet.
        IN_USE = "in_use", _("In use")
        APPROVED = "approved", _("Approved")
        DEPRECATED = "deprecated", _("No longer used")

    class Subject(models.TextChoices):
        INSURANCE = "insurance", _("Insurance")
        BANKING = "banking", _("Banking and credit")
        PAYMENT = "payment", _("Payment and money")
        SECURITIES = "securities", _("Securities and funds")
        FRAUD = "fraud", _("Fraud")
        LAW = "law", _("Law and consumers' rights")
        GENERAL = "general", _("General")

    AGREED = frozenset({Status.IN_USE, Status.APPROVED})
    # A change of one of these is another translation, which nobody has agreed to yet.
    WORDS = ("zh", "synonyms", "kk_arab", "kk", "variants")

    zh = models.CharField(_("Chinese"), max_length=64, unique=True)
    synonyms = models.TextField(
        _("other Chinese wordings"),
        blank=True,
        max_length=1000,
        help_text=_("One a line. The same translation serves them."),
    )
    not_within = models.TextField(
        _("not within"),
        blank=True,
        max_length=1000,
        help_text=_(
            "Longer Chinese words, one a line, in which the characters are not this term, "
            "as 理财 in 办理财产."
        ),
    )
    kk_arab = models.CharField(
        _("Kazakh, Arabic script"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, it is made from the Cyrillic."),
    )
    kk = models.CharField(
        _("Kazakh, Cyrillic"),
        max_length=200,
        blank=True,
        help_text=_("Left empty, it is made from the Arabic script, to be read by somebody."),
    )
    kk_unread = models.BooleanField(
        _("Cyrillic converted, not yet read"),
        default=False,
        help_text=_("Made from the Arabic script; untick it once you have read it."),
    )
    variants = models.TextField(
        _("also accepted"),
        blank=True,
        max_length=1000,
        help_text=_("Other Kazakh wordings that are no mistake, in either script, one a line."),
    )
    notes = models.TextField(_("definition and notes"), blank=True, max_length=2000)
    subject = models.CharField(
        _("subject"), max_length=16, choices=Subject.choices, default=Subject.GENERAL
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("Where the translation comes from: a law, a standard, a person."),
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status.choices, default=Status.PROPOSED
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    # All wordings in one comparable form, so that a search finds either script by either.
    folded = models.TextField(editable=False, blank=True)

    objects = GlossaryTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary terms")
        ordering = ["zh"]
        indexes = [models.Index(fields=["status", "subject"], name="glossary_status_subject")]
        permissions = [("approve_glossaryterm", "Can approve glossary terms")]

    def __str__(self) -> str:
        return self.zh

    def save(self, *args, **kwargs) -> None:
        self.prepare()
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        """Bring the words in order, fill an empty script, and fold them for search.

        Saving does it; whoever writes in bulk calls it.
        """
        wording.tidy(self)
        wording.fill(self)
        self.folded = wording.folded_term(self)

    def name_in(self, language: str) -> str:
        """The term in that language, else in Chinese, so that no place stays empty."""
        own = {"kk-arab": self.kk_arab, "kk": self.kk}.get(language, self.zh)
        return own or self.zh

    @property
    def local_name(self) -> str:
        """The term in the language that is active now."""
        return self.name_in(get_language() or "zh-hans")

    @property
    def is_agreed(self) -> bool:
        """Whether a translation that does not use it gets a warning."""
        return self.status in self.AGREED

    @property
    def chinese(self) -> list[str]:
        """Every Chinese wording, the term itself first."""
        return [self.zh, *wording.lines(self.synonyms)]

    @property
    def kazakh_variants(self) -> list[str]:
        """The other accepted Kazakh wordings, in whichever script."""
        return wording.lines(self.variants)

    @property
    def scripts_agree(self) -> bool:
        """Whether both scripts say the same; an empty one does not disagree."""
        return not (self.kk and self.kk_arab) or wording.same_kazakh(self.kk, self.kk_arab)

    def clean(self) -> None:
        """Raises ValidationError by field for words that another term has, or in a wrong script."""
        wording.tidy(self)
        problems = wording.problems(self)
        for other in GlossaryTerm.objects.going_by(self.chinese).exclude(pk=self.pk):
            taken = {wording.folded(word) for word in other.chinese}
            for word in self.chinese:
                if wording.folded(word) in taken:
                    field = "zh" if word == self.zh else "synonyms"
                    problems.setdefault(field, []).append(wording.taken(word, other.zh))
        if problems:
            raise ValidationError(problems)


class GlossaryImport(models.Model):
    """A file of terms that was checked row by row and waits for the word to bring it in.

    `rows` are what content.glossary.importing made of it; emptied once it is settled.
    """

    class State(models.TextChoices):
        READY = "ready", _("Waiting")
        COMMITTED = "committed", _("Brought in")

    file_name = models.CharField(_("file"), max_length=200)
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    staged_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.READY)
    rows = models.JSONField(default=list)
    # What a file from elsewhere held that we have no place for: its name, and how often.
    skipped = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        ordering = ["-staged_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
