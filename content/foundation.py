"""What a new site stands on: locales, homes and sections in each language, categories, terms.

Laid after every `migrate`, each part only where nothing of its kind exists yet, so that what people
later change or delete stays as they left it.
"""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.glossary import shipped
from content.models import Audience, Category, HomePage, SectionPage
from content.taxonomy_data import AUDIENCES, CATEGORIES
from content.zone_data import HOMES, SECTIONS


def lay_on_migrate(sender, using: str, plan=(), **kwargs) -> None:
    """Signal receiver: lay the foundation once the tables exist."""
    if using == "default" and not any(backwards for _migration, backwards in plan):
        lay()


@transaction.atomic
def lay() -> None:
    """Lay whatever is missing. Doing it twice changes nothing."""
    lay_terms()
    shipped.lay()
    lay_pages()


def lay_terms() -> None:
    for model, rows in ((Category, CATEGORIES), (Audience, AUDIENCES)):
        if not model.objects.exists():
            model.objects.bulk_create(
                model(slug=slug, name=name, name_kk_arab=arab, name_kk=kk, sort_order=10 * n)
                for n, (slug, name, arab, kk) in enumerate(rows, start=1)
            )


def lay_pages() -> None:
    """The home page of each language with its sections, all translations of one another."""
    if HomePage.objects.exists():
        return
    root = _root()
    original: HomePage | None = None
    for language, _name in settings.LANGUAGES:
        locale, _created = Locale.objects.get_or_create(language_code=language)
        home = HomePage(slug=language, locale=locale, **HOMES[language])
        if original:
            home.translation_key = original.translation_key
        root.add_child(instance=home)
        _lay_sections(home, original)
        original = original or home
    _serve(original)


def _root() -> Page:
    """Wagtail's root page; its own migration makes it, a flushed test database lacks it."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node()
    return root or Page.add_root(title="Root", slug="root")


def _lay_sections(home: HomePage, original: HomePage | None) -> None:
    for slug, kind, texts in SECTIONS:
        section = SectionPage(
            slug=slug, kind=kind, locale=home.locale, **texts[home.locale.language_code]
        )
        if original:
            twin = original.get_children().get(slug=slug)
            section.translation_key = twin.translation_key
        home.add_child(instance=section)


def _serve(home: HomePage) -> None:
    """Make the Chinese home the site's root, and drop Wagtail's welcome page."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port = "localhost", 80
    site.site_name, site.root_page = "金融教育专区", home
    site.save()
    for welcome in Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk):
        if welcome.specific_class is Page:
            welcome.delete()
