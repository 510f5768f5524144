"""The organisation tree and who is posted where."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from campaigns.regions.roles import Role
from campaigns.regions.scope import scope_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

HEAD_OFFICE = "000000"


class RegionQuerySet(MP_NodeQuerySet):
    def visible_to(self, user: "AbstractBaseUser") -> "RegionQuerySet":
        """The user's own regions and everything below them."""
        return scope_to(self, user, path="path")

    def active(self) -> "RegionQuerySet":
        """Units that still exist: what new plans and postings may name."""
        return self.filter(is_active=True)

    def at_or_below(self, region: "Region") -> "RegionQuerySet":
        """The region itself and everything below it."""
        return self.filter(path__startswith=region.path)


class RegionManager(MP_NodeManager.from_queryset(RegionQuerySet)):
    def get_queryset(self) -> RegionQuerySet:
        return RegionQuerySet(self.model, using=self._db).order_by("path")


class Region(MP_Node):
    """A unit of the organisation, in four levels, named by a six-digit administrative code.

    Sales organisation and administrative division are kept apart: the code links them, the tree is
    the organisation's own.
    """

    class Level(models.TextChoices):
        HEAD = "head", _("Head office")
        PROVINCE = "province", _("Provincial branch")
        CITY = "city", _("City branch")
        COUNTY = "county", _("County branch")

    class InformalZone(models.TextChoices):
        """What people go by beside Beijing time. A new clock is one line here."""

        URUMQI = "Asia/Urumqi", _("Xinjiang time")
        NONE = "none", _("Beijing time alone")

    class ScriptOrder(models.TextChoices):
        """Which language stands first where several are printed or shared together."""

        CHINESE_FIRST = "zh-hans,kk-arab,kk", _("Chinese, then Kazakh (Arabic script, Cyrillic)")
        ARABIC_FIRST = "kk-arab,kk,zh-hans", _("Kazakh (Arabic script, Cyrillic), then Chinese")
        CYRILLIC_FIRST = "kk,kk-arab,zh-hans", _("Kazakh (Cyrillic, Arabic script), then Chinese")

    code = models.CharField(
        _("code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{6}\Z", _("Six digits, such as 650000."))],
    )
    name = models.CharField(_("name"), max_length=64)
    name_kk = models.CharField(_("name (Kazakh, Cyrillic)"), max_length=96, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("A region that closes is made inactive: its figures stay, nothing new begins."),
    )

    informal_zone = models.CharField(
        _("informal time"),
        max_length=32,
        choices=InformalZone,
        blank=True,
        help_text=_(
            "Shown beside Beijing time, such as UTC+6 in Xinjiang. Empty: as in the region above."
        ),
    )

    script_order = models.CharField(
        _("order of languages"),
        max_length=32,
        choices=ScriptOrder,
        blank=True,
        help_text=_(
            "In what is printed or shared in several languages. Empty: as in the region above;"
            " where none says anything, Chinese first."
        ),
    )

    objects = RegionManager()
    node_order_by = ["code"]

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name

    def clean_below(self, parent: "Region") -> None:
        """Raises ValidationError when this unit's level cannot hang below that parent."""
        levels = list(self.Level)
        if self.level and levels.index(self.level) <= levels.index(parent.level):
            raise ValidationError(
                {"level": _("Below “%(parent)s” comes a lower level.") % {"parent": parent}}
            )

    def contains(self, other: "Region") -> bool:
        """Whether the other is this region or lies below it."""
        return other.path.startswith(self.path)

    def is_above(self, other: "Region") -> bool:
        """Whether the other lies strictly below this region."""
        return self.contains(other) and self.path != other.path


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user: "AbstractBaseUser") -> "PostingQuerySet":
        """Who is posted at the user's regions and below."""
        return scope_to(self, user)


class Posting(models.Model):
    """A person in a role at a region: what they may do, and where.

    Never edited, only given and taken away, so that the groups (campaigns.regions.postings) follow.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="postings",
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="postings"
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["region__path", "role", "user__username"]
        constraints = [
            models.UniqueConstraint(fields=["user", "region", "role"], name="posting_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.region}"
