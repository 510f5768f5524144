"""Which pieces planned pushes need, in which languages and when: what translators go by."""

from collections.abc import Iterator

from campaigns.pushes.models import Push
from campaigns.pushes.preflight.rules import LANGUAGE_GROUPS
from content.hooks import Demand
from content.models import EducationPage


def demanded_pieces() -> Iterator[Demand]:
    """One for each push that has not gone out and each language that it needs; two queries.

    A push needs its own language. Where its campaign goes out in both languages only, it needs one
    of each group as well: until one is published, each of the group counts as needed.
    """
    pushes = list(
        Push.objects.not_done()
        .select_related("edition")
        .values_list(
            "page__translation_key",
            "language",
            "edition__code",
            "edition__name",
            "edition__needs_both_languages",
            "scheduled_at",
        )
    )
    live = _live_languages({row[0] for row in pushes if row[4]})
    for key, language, code, name, needs_both, due_at in pushes:
        needed = {language}
        if needs_both:
            needed |= {
                other
                for group in LANGUAGE_GROUPS
                if not group & live.get(key, set())
                for other in group
            }
        for one in needed:
            yield Demand(key, one, code, name, due_at)


def _live_languages(keys: set) -> dict:
    found: dict = {}
    rows = EducationPage.objects.live().filter(translation_key__in=keys)
    for key, language in rows.values_list("translation_key", "locale__language_code"):
        found.setdefault(key, set()).add(language)
    return found
