from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns.channels.news import on_news
        from campaigns.channels.website import featured_on_website, next_change_on_website
        from campaigns.field import sources as of_sessions
        from campaigns.field.capacities import expected_people
        from campaigns.foundation import lay_on_migrate
        from campaigns.pushes import sources as of_pushes
        from campaigns.pushes.demand import demanded_pieces
        from campaigns.pushes.news import ask_at_once
        from campaigns.reach.counting_views import footer_link
        from campaigns.reach.importing.outliers import register_capacities
        from campaigns.reach.models import ReachEntry
        from campaigns.reach.sources import register
        from campaigns.regions.postings import on_posting_changed
        from campaigns.reports.published import figures_on_website
        from content.hooks import (
            register_demand_provider,
            register_featured_provider,
            register_footer_link_provider,
            register_next_change_provider,
            register_published_figure_provider,
        )

        on_news(ask_at_once)
        register_capacities(expected_people)
        register(ReachEntry.Origin.SESSION, of_sessions.of_entry)
        register(ReachEntry.Origin.PLATFORM, of_pushes.of_entry)
        register_featured_provider(featured_on_website)
        register_next_change_provider(next_change_on_website)
        register_footer_link_provider(footer_link)
        register_demand_provider(demanded_pieces)
        register_published_figure_provider(figures_on_website)
        post_migrate.connect(lay_on_migrate, sender=self)
        for changed in (post_save, post_delete):
            changed.connect(on_posting_changed, sender="campaigns.Posting")
