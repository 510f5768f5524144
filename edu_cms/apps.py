from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


def mend_after_flush(using: str, plan=(), **kwargs) -> None:
    """Signal receiver, first of all after a migrate or a flush.

    A flush leaves content types in memory that are gone, and takes the permission that
    wagtail-localize makes in a migration; the roles that are laid next need both right.
    """
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()
    if using == "default" and not plan:
        kind, _created = ContentType.objects.get_or_create(
            app_label="wagtail_localize", model="translation"
        )
        Permission.objects.get_or_create(
            content_type=kind,
            codename="submit_translation",
            defaults={"name": "Can submit translations"},
        )


class EduCmsConfig(AppConfig):
    name = "edu_cms"

    def ready(self) -> None:
        """Wire the floors to the site: whatever a public page shows drops the kept pages."""
        from wagtail.models import Page, Site
        from wagtail.signals import (
            page_published,
            page_slug_changed,
            page_unpublished,
            post_page_move,
        )

        from campaigns.models import Edition, Placement, Showing
        from content.models import (
            Audience,
            Category,
            EducationImage,
            EducationMedia,
            VersionRecord,
        )
        from edu_cms.page_cache import drop_cached_pages

        post_migrate.connect(mend_after_flush)
        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(drop_cached_pages, dispatch_uid="drop_cached_pages")
        # A page's own saves are drafts; only its end shows.
        post_delete.connect(drop_cached_pages, sender=Page, dispatch_uid="drop_cached_pages")
        shown = (
            Audience,
            Category,
            EducationImage,
            EducationMedia,
            Edition,
            Placement,
            Showing,
            Site,
            VersionRecord,
        )
        for model in shown:
            for signal in (post_save, post_delete):
                signal.connect(drop_cached_pages, sender=model, dispatch_uid="drop_cached_pages")
