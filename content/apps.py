from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        from content import gone
        from content.foundation import lay_on_migrate
        from content.glossary import matching
        from content.search import signals
        from content.translation.staleness import keeping
        from content.translation.together import watching

        post_migrate.connect(lay_on_migrate, sender=self)
        for floor in (gone, matching, signals, keeping, watching):
            floor.connect()
