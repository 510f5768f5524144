"""Words of Wagtail's own screens for which its Chinese catalogue has none, or the wrong one.

Read by nothing but `manage.py update_catalogues`, which brings them into our catalogue; that comes
before Wagtail's. Take out what Wagtail has translated since.
"""

from django.utils.translation import gettext_noop, ngettext

# "检查" is what preflight does here; to look at a thing is "查看".
gettext_noop("Inspect")
gettext_noop("New: %(model_name)s")
gettext_noop("Search all pages…")
gettext_noop("Wagtail %(current_version)s editor guide")
# Lists.
gettext_noop('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?')
gettext_noop("No %(model_name)s match your query.")
gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s")
gettext_noop("Sort by '%(label)s' in ascending order.")
gettext_noop("Sort by '%(label)s' in descending order.")
gettext_noop("Toggle checks")
gettext_noop("Any")
gettext_noop("(blank)")
gettext_noop("item")
gettext_noop("items")
gettext_noop("More bulk actions")
# Forms.
gettext_noop("Go to the first error")
gettext_noop("Show issue")
gettext_noop("Save changes")
gettext_noop("Save your changes before leaving")
gettext_noop("%(field_label)s:")
gettext_noop("Section")
gettext_noop("If you confirm deletion")
gettext_noop("One or more references to this %(model_name)s prevent it from being deleted.")
# History, and who did what.
gettext_noop("Status %(status)s")
gettext_noop("%(action)s by <b>%(who)s</b> at <b>%(at)s</b>")
gettext_noop("%(action)s at <b>%(at)s</b>")
gettext_noop("%(action)s by <b>%(who)s</b>")
gettext_noop("at %(time)s by %(user_display_name)s")
gettext_noop("at %(time)s")
gettext_noop("%(time)s by %(user_display_name)s")
gettext_noop("%(time_period)s ago by %(user_display_name)s")
gettext_noop("Date updated")
gettext_noop("Edited by")
gettext_noop("Compare")
# Pages.
gettext_noop("Page type")
gettext_noop("Has child pages")
gettext_noop("Scheduling…")
gettext_noop("Schedule to publish")
gettext_noop("Choose when this page should go live and/or expire")
gettext_noop("Go-live:")
gettext_noop("Once scheduled:")
gettext_noop("Checks")
gettext_noop("Refresh")
gettext_noop("Refreshing…")
gettext_noop("The page could not be created due to validation errors.")
gettext_noop("The page could not be saved due to validation errors.")
gettext_noop("Show keyboard shortcuts")
gettext_noop("Shortcuts")


def _with_numbers(n: int) -> list[str]:
    """The same for words that come in two numbers. Called by nobody."""
    return [
        ngettext(
            "This %(model_name)s is referenced %(usage_count)s time.",
            "This %(model_name)s is referenced %(usage_count)s times.",
            n,
        ),
        ngettext("Referenced %(count)s time", "Referenced %(count)s times", n),
    ]
