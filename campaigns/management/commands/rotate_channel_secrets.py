"""manage.py rotate_channel_secrets: bring all stored credentials under the newest key."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from campaigns.channels.provider_models import AccessToken, Connection
from campaigns.channels.secrets import UnreadableSecretError, reseal

SEALED = [(Connection, "sealed_secret"), (Connection, "sealed_callback_token")]


class Command(BaseCommand):
    help = "Encrypts every stored channel credential anew with the first of CHANNEL_SECRET_KEYS."

    @transaction.atomic
    def handle(self, **options) -> None:
        done, unreadable = 0, []
        for model, field in SEALED:
            for row in model.objects.exclude(**{field: ""}).select_related("account"):
                try:
                    sealed = reseal(getattr(row, field))
                except UnreadableSecretError:
                    unreadable.append(row.account.code)
                    continue
                model.objects.filter(pk=row.pk).update(**{field: sealed})
                done += 1
        # Tokens are cheap: the next call fetches one.
        AccessToken.objects.update(sealed_value="", expires_at=None)
        self.stdout.write(f"{done} credentials under the first key")
        if unreadable:
            raise CommandError(f"no key opens those of: {', '.join(sorted(set(unreadable)))}")
