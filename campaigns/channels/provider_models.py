"""What the providers' adapters keep: how an account is connected, and how far each delivery came.

A delivery's row is written before and after each call that changes something on the provider's
side, so that after any kill it says what may have happened. See docs/decisions/0028.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.channels.models import ChannelAccount
from campaigns.channels.secrets import Secret, seal, unseal


class Connection(models.Model):
    """How an account reaches its provider. The secrets are write-only: set, replaced, removed."""

    class Mode(models.TextChoices):
        PUBLISH = "publish", _("Publish quietly: nobody is notified")
        MASS = "mass", _("Send to all followers: counts against the quota")

    class Form(models.TextChoices):
        NEWS = "news", _("Article")
        NEWSPIC = "newspic", _("Pictures (long image)")

    account = models.OneToOneField(
        ChannelAccount,
        verbose_name=_("channel account"),
        on_delete=models.CASCADE,
        related_name="connection",
    )
    app_id = models.CharField(
        _("AppID / AppKey"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+\Z", _("Letters, digits, - and _."))],
    )
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_callback_token = models.TextField(blank=True, editable=False)
    mode = models.CharField(_("way of sending"), max_length=8, choices=Mode, default=Mode.PUBLISH)
    form = models.CharField(_("form"), max_length=8, choices=Form, default=Form.NEWS)
    author = models.CharField(
        _("author"), max_length=16, blank=True, help_text=_("At most 16 characters.")
    )
    tags = models.CharField(
        _("tags"),
        max_length=400,
        blank=True,
        help_text=_("App push: who gets it, with commas. Empty: every device."),
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        default_permissions = ()

    def __str__(self) -> str:
        return self.account.code

    @property
    def secret(self) -> Secret:
        """AppSecret or Master Secret; empty if none is set. Raises UnreadableSecretError."""
        return unseal(self.sealed_secret) if self.sealed_secret else Secret("")

    @secret.setter
    def secret(self, secret: Secret) -> None:
        self.sealed_secret = seal(secret) if secret else ""

    @property
    def callback_token(self) -> Secret:
        """What signs the provider's events; empty if none is set. Raises UnreadableSecretError."""
        return unseal(self.sealed_callback_token) if self.sealed_callback_token else Secret("")

    @callback_token.setter
    def callback_token(self, token: Secret) -> None:
        self.sealed_callback_token = seal(token) if token else ""

    def tag_list(self) -> list[str]:
        """The tags, without blanks and repetitions, in the order given."""
        parts = (part.strip() for part in self.tags.replace("，", ",").split(","))
        return list(dict.fromkeys(part for part in parts if part))


class AccessToken(models.Model):
    """The provider's access token of an account, shared by all processes.

    Whoever wants to refresh it takes the lease by compare-and-swap; the others wait for the result.
    """

    account = models.OneToOneField(
        ChannelAccount, on_delete=models.CASCADE, related_name="access_token"
    )
    sealed_value = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    # Counts what was stored: who waits sees that there is something new.
    version = models.PositiveIntegerField(default=0)
    held_by = models.CharField(max_length=32, blank=True)
    held_until = models.DateTimeField(null=True)
    forced_on = models.DateField(null=True)
    forced_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.account_id} v{self.version}"


class WechatMaterial(models.Model):
    """A picture that the account holds already: uploaded once, used by every later push."""

    class Kind(models.TextChoices):
        BODY = "body", "uploadimg"
        MATERIAL = "material", "add_material"

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    sha256 = models.CharField(max_length=64)
    media_id = models.CharField(max_length=128, blank=True)
    url = models.TextField(blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded picture")
        verbose_name_plural = _("uploaded pictures")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "sha256"], name="wechat_material_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class WechatJob(models.Model):
    """How far a delivery came on WeChat. One row a delivery's key."""

    key = models.UUIDField(_("idempotency key"), unique=True)
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+")
    # Written before draft/add: from then on a draft of ours may be there.
    draft_tried_at = models.DateTimeField(null=True)
    draft_media_id = models.CharField(max_length=128, blank=True)
    # Written before freepublish/submit or mass/sendall, with the draft that is handed in; taken
    # back only when WeChat clearly refused. From then on no other draft may be handed in.
    submitted_at = models.DateTimeField(null=True)
    # A submission got no answer and was found not to have been accepted: should its draft be gone
    # after all, it was.
    unanswered = models.BooleanField(default=False)
    mode = models.CharField(max_length=8, choices=Connection.Mode, blank=True)
    # Accepted and then refused by WeChat. Whoever sends it again begins another round.
    refused_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    publish_id = models.CharField(max_length=64, blank=True)
    message_id = models.CharField(max_length=64, blank=True)
    # The id that the statistics speak of.
    data_id = models.CharField(max_length=64, blank=True)
    article_id = models.CharField(max_length=128, blank=True)
    url = models.TextField(blank=True)
    published_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("work on WeChat")
        verbose_name_plural = _("works on WeChat")
        default_permissions = ()
        indexes = [models.Index(fields=["account", "published_on"], name="wechat_job_published")]

    def __str__(self) -> str:
        return str(self.key)


class JpushJob(models.Model):
    """How far a delivery came on JPush. One row a delivery's key."""

    key = models.UUIDField(_("idempotency key"), unique=True)
    account = models.ForeignKey(ChannelAccount, on_delete=models.PROTECT, related_name="+")
    cid = models.CharField(max_length=128)
    cid_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("work on JPush")
        verbose_name_plural = _("works on JPush")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)


class StatisticsDay(models.Model):
    """Whether a channel's figures of a Beijing day have been fetched, and were complete."""

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    asked_at = models.DateTimeField()
    is_complete = models.BooleanField(default=False)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("day of statistics")
        verbose_name_plural = _("days of statistics")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="statistics_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"
