"""The demo's work for translators, and what its search page offers."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import Translation

from campaigns.demo.given import rows
from campaigns.regions.roles import Role
from content.models import EducationPage, PopularQuestion
from content.translation import adoption, assigning, starting

DAYS_FOR_A_TRANSLATION = 10


def load_translations() -> int:
    """Versions taken over to the desk and a translation begun, as the file says; how many are new.

    A piece that was ever taken up for translation is left as people made it.
    """
    person = get_user_model().objects.filter(postings__role=Role.TRANSLATOR).order_by("pk").first()
    done = [_take_up(row["code"], row["languages"].split(), person) for row in rows("translations")]
    return sum(done)


def _take_up(code: str, languages: list[str], person) -> int:
    original = EducationPage.objects.filter(code=code).first()
    if original is None:
        return 0
    locales = [
        locale
        for locale in Locale.objects.filter(language_code__in=languages)
        if not Translation.objects.filter(
            source__object_id=original.translation_key, target_locale=locale
        ).exists()
    ]
    missing = [locale for locale in locales if not _adopted(original, locale)]
    if missing and starting.start(original.translation_key, missing, person):
        pairs = [(original.translation_key, locale) for locale in missing]
        due_on = timezone.localdate() + timedelta(days=DAYS_FOR_A_TRANSLATION)
        assigning.assign(pairs, person, person)
        assigning.set_due(pairs, due_on, None, person)
    return len(locales)


def _adopted(original: EducationPage, locale: Locale) -> bool:
    """Whether there is a version by hand, which is then edited at the desk."""
    version = EducationPage.objects.filter(
        translation_key=original.translation_key, locale=locale
    ).first()
    if version is None:
        return False
    adoption.adopt(original, version)
    return True


def load_questions() -> int:
    """Questions that the search page offers, unless somebody has released some already."""
    if PopularQuestion.objects.exists():
        return 0
    asked = [PopularQuestion(**row) for row in rows("questions")]
    return len(PopularQuestion.objects.bulk_create(asked))
