"""Who may see what is to be translated, and who may translate into which language."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy

TRANSLATE = "wagtail_localize.submit_translation"
SOURCE_LANGUAGE = "zh-hans"
_POLICY = PagePermissionPolicy()


def may_see(user) -> bool:
    """Whoever works on pages in any way: editors, translators, reviewers, administrators."""
    return _POLICY.user_has_any_permission(user, {"add", "change", "publish"})


def may_translate(user) -> bool:
    """Whoever starts translations and may be given one."""
    return user.is_active and user.has_perm(TRANSLATE)


def ask_to_see(user) -> None:
    """Raises PermissionDenied for whoever has no part in translation."""
    if not may_see(user):
        raise PermissionDenied


def ask_to_translate(user) -> None:
    """Raises PermissionDenied for whoever may not translate."""
    if not (may_see(user) and may_translate(user)):
        raise PermissionDenied


def target_locales() -> list[Locale]:
    """The languages that are translated into, the main one first."""
    rows = Locale.objects.exclude(language_code=SOURCE_LANGUAGE)
    return sorted(rows, key=lambda locale: locale.language_code != "kk-arab")


def locales_of(user) -> list[Locale]:
    """Those in which the user may change pages; none for whoever may not translate."""
    if not may_translate(user):
        return []
    pages: QuerySet[Page] = _POLICY.instances_user_has_permission_for(user, "change")
    own = set(pages.order_by().values_list("locale_id", flat=True).distinct())
    return [locale for locale in target_locales() if locale.pk in own]


def translators() -> QuerySet:
    """People who may be given work, by name."""
    people = get_user_model().objects.with_perm(
        TRANSLATE, backend="django.contrib.auth.backends.ModelBackend"
    )
    return people.filter(is_active=True).order_by("last_name", "first_name", "username")
