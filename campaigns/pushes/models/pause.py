"""What is held up for the time being: an account, a channel, a campaign, or everything."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.regions.scope import scope_to, sees_everything, visible_paths


class PauseQuerySet(models.QuerySet):
    def standing(self) -> "PauseQuerySet":
        """Those that nobody has ended yet."""
        return self.filter(ended_at=None).order_by("pk")

    def visible_to(self, user) -> "PauseQuerySet":
        """Those of own accounts, and those that reach over all regions: they hold up own pushes."""
        if sees_everything(user):
            return self
        if not visible_paths(user):
            return self.none()
        own = scope_to(self, user, path="account__region__path")
        return self.filter(Q(account=None) | Q(pk__in=own.values("pk")))


class Pause(models.Model):
    """While it stands, what it names does not go out; nothing of it becomes missed either."""

    edition = models.ForeignKey(
        "campaigns.Edition",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.ForeignKey(
        "campaigns.Channel",
        verbose_name=_("channel"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    account = models.ForeignKey(
        "campaigns.ChannelAccount",
        verbose_name=_("channel account"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=300)
    begun_at = models.DateTimeField(_("since"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("paused by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("resumed at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("resumed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        default_permissions = ()
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        what = [self.edition, self.channel, self.account]
        return " · ".join(str(one) for one in what if one) or str(_("Everything"))

    def condition(self) -> Q:
        """Which pushes it holds up; an empty condition, which is falsy, means all."""
        named = {"edition": self.edition_id, "account__channel": self.channel_id,
                 "account": self.account_id}  # fmt: skip
        return Q(**{name: pk for name, pk in named.items() if pk})

    def holds(self, push) -> bool:
        """The same for one push whose account is at hand."""
        return (
            self.edition_id in (None, push.edition_id)
            and self.channel_id in (None, push.account.channel_id)
            and self.account_id in (None, push.account_id)
        )
