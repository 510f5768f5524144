"""Credentials at rest: encrypted with Fernet, opened only to be sent to the provider.

The keys come from CHANNEL_SECRET_KEYS (phrases with commas; the first encrypts, all open), else
from SECRET_KEY and SECRET_KEY_FALLBACKS. Rotation: docs/operations.md.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _


class UnreadableSecretError(Exception):
    """No configured key opens it: it has to be entered anew."""

    def __str__(self) -> str:
        return _("The stored credentials cannot be opened with the configured key: set them anew.")


class Secret:
    """A value that no log, error page or template shows by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: only for the call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self):
        raise TypeError("a secret is not written down")


def seal(secret: Secret) -> str:
    """The secret as it is stored."""
    return _box().encrypt(secret.reveal().encode()).decode()


def unseal(stored: str) -> Secret:
    """The secret that was stored. Raises UnreadableSecretError."""
    try:
        return Secret(_box().decrypt(stored.encode()).decode())
    except InvalidToken:
        raise UnreadableSecretError from None


def reseal(stored: str) -> str:
    """The same secret under the first key. Raises UnreadableSecretError."""
    try:
        return _box().rotate(stored.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def _box() -> MultiFernet:
    phrases = settings.CHANNEL_SECRET_KEYS or [
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return MultiFernet([Fernet(_key(phrase)) for phrase in phrases])


def _key(phrase: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"edu_cms channel credentials")
    return base64.urlsafe_b64encode(derived.derive(phrase.encode()))
