"""How people are named on screens."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def person_name(person: "AbstractBaseUser | None") -> str:
    """The name, and the login where there is none; empty for nobody.

    A Chinese name begins with the family's and has no blank within.
    """
    if person is None:
        return ""
    parts = [person.last_name, person.first_name]
    if any(not part.isascii() for part in parts) and all(map(_is_han, filter(None, parts))):
        return "".join(parts)
    return person.get_full_name() or person.get_username()


def _is_han(text: str) -> bool:
    return all("\u3400" <= char <= "\u9fff" or char == "·" for char in text)
