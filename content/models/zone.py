"""The zone's own pages: its front and its shelves."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from content.models.base import ZonePage, open_to_all
from content.models.piece import EducationPage
from content.models.taxonomy import Category


def with_pictures(pieces: list[EducationPage]) -> None:
    """Bring the versions of the pieces' pictures in one query."""
    models.prefetch_related_objects(pieces, "image__renditions")


class HomePage(ZonePage):
    """The front of the financial-education zone, one a language."""

    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    introduction = models.TextField(_("introduction"), blank=True, max_length=400)

    content_panels = [
        FieldPanel("title", classname="title"),
        FieldPanel("tagline"),
        FieldPanel("introduction"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.SectionPage"]
    template = "content/pages/home.html"
    page_description = _("The front of the zone: what is featured now and the newest pieces.")

    NEWEST = 6

    class Meta:
        verbose_name = _("zone home page")
        verbose_name_plural = _("zone home pages")

    def get_context(self, request, *args, **kwargs) -> dict:
        from content.hooks import featured_pieces, published_figures

        context = super().get_context(request, *args, **kwargs)
        sections = open_to_all(SectionPage.objects.child_of(self)).select_related("locale")
        sections = list(sections.order_by("path"))
        # The shelves bring the language along: one query less.
        own = (section.locale for section in sections if section.locale_id == self.locale_id)
        self.locale = next(own, None) or self.locale
        language = self.locale.language_code
        pieces = EducationPage.objects.for_listing(language)
        cases = next((s for s in sections if s.kind == SectionPage.Kind.CASES), None)
        context["featured"] = featured_pieces(language)
        with_pictures([place.page for place in context["featured"]])
        context["newest"] = pieces[: self.NEWEST]
        context["figures"] = published_figures(language)
        context["sections"] = [section for section in sections if section.show_in_menus]
        context["cases_section"] = cases
        if cases:
            in_use = Category.objects.filter(pages__in=pieces.child_of(cases))
            context["categories"] = in_use.distinct()
        return context

    def serve(self, request, *args, **kwargs):
        """The page, marked with the instant at which what is featured changes next."""
        from content.hooks import next_change

        response = super().serve(request, *args, **kwargs)
        response.cache_until = next_change(self.locale.language_code)
        return response


class SectionPage(ZonePage):
    """A shelf of the zone: 以案说险, knowledge, videos or highlights."""

    class Kind(models.TextChoices):
        CASES = "cases", _("Case warnings")
        KNOWLEDGE = "knowledge", _("Knowledge")
        VIDEOS = "videos", _("Videos")
        HIGHLIGHTS = "highlights", _("Good practice")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.KNOWLEDGE)
    introduction = models.TextField(_("introduction"), blank=True, max_length=400)

    content_panels = [
        FieldPanel("title", classname="title"),
        FieldPanel("kind"),
        FieldPanel("introduction"),
    ]
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.CaseWarningPage", "content.ArticlePage", "content.VideoPage"]
    template = "content/pages/section.html"
    page_description = _("A shelf with pieces of one kind, newest first, filtered by category.")

    PER_PAGE = 12

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def get_context(self, request, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        pieces = EducationPage.objects.with_cards().filter(locale=self.locale_id).child_of(self)
        counts = pieces.order_by().values_list("category").annotate(models.Count("pk"))
        in_use = dict(counts.values_list("category", "pk__count"))
        categories = list(Category.objects.all())
        # Compared here, not in the database: what stands in an address may be anything.
        asked = request.GET.get("category")
        chosen = next((c for c in categories if c.slug == asked), None)
        if chosen:
            pieces = pieces.filter(category=chosen)
        paginator = Paginator(pieces, self.PER_PAGE)
        paginator.count = in_use.get(chosen.pk, 0) if chosen else sum(in_use.values())
        shown = paginator.get_page(request.GET.get("p"))
        context["categories"] = [c for c in categories if c.pk in in_use or c == chosen]
        context["chosen_category"] = chosen
        context["pieces"] = shown
        context["canonical_query"] = self._canonical_query(chosen, shown.number)
        context["featured"] = [] if context["canonical_query"] else self._featured()
        # The pictures of both lists in one query.
        shown.object_list = list(shown.object_list.prefetch_related(None))
        with_pictures([*shown.object_list, *(place.page for place in context["featured"])])
        return context

    def serve(self, request, *args, **kwargs):
        """The page, marked with the instant at which what is featured ends.

        A place that begins is written then, which drops what is kept of the pages.
        """
        response = super().serve(request, *args, **kwargs)
        places = (getattr(response, "context_data", None) or {}).get("featured")
        response.cache_until = min((place.ends_at for place in places or []), default=None)
        return response

    def _featured(self) -> list:
        """What is featured now and stands on this shelf."""
        from content.hooks import featured_pieces

        places = featured_pieces(self.locale.language_code)
        return [place for place in places if place.page.path.startswith(self.path)]

    @staticmethod
    def _canonical_query(chosen: Category | None, number: int) -> str:
        """What tells this list from the section's other lists, in one fixed order."""
        parts = {}
        if chosen:
            parts["category"] = chosen.slug
        if number > 1:
            parts["p"] = number
        return f"?{urlencode(parts)}" if parts else ""
