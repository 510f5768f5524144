"""What translation hangs into Wagtail's admin: the menu, the home page, the words of the log."""

from django.http import HttpRequest
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogFormatter

from content.translation import adapting, adoption, assigning, po_importing, rights
from content.translation.queue import due_on, mine


@hooks.register("register_admin_urls")
def register_translation_urls() -> list:
    return [path("translation/", include("content.translation.urls"))]


class QueueMenuItem(MenuItem):
    """Shown to whoever works on pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rights.may_see(request.user)


@hooks.register("register_admin_menu_item")
def queue_menu_item() -> MenuItem:
    return QueueMenuItem(
        _("Translation queue"),
        reverse_lazy("translation:queue"),
        name="translation-queue",
        icon_name="wagtail-localize-language",
        order=150,
    )


@hooks.register("construct_reports_menu")
def leave_out_the_report(request: HttpRequest, items: list[MenuItem]) -> None:
    """wagtail-localize's list of translations leads to the queue, which has an entry of its own."""
    report = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if item.url != report]


class MyTranslationsPanel(Component):
    """What the person has taken or been given and has not done."""

    name = "my_translations"
    template_name = "content/admin/translation/home_panel.html"
    order = 103
    FIRST = 5

    def get_context_data(self, parent_context) -> dict:
        rows = mine(parent_context["request"].user)
        return {
            **super().get_context_data(parent_context),
            "count": len(rows),
            "first": [{"row": row, "due_on": due_on(row)} for row in rows[: self.FIRST]],
        }


@hooks.register("construct_homepage_panels")
def add_my_translations(request: HttpRequest, panels: list) -> None:
    if rights.may_see(request.user) and rights.may_translate(request.user):
        panels.append(MyTranslationsPanel())


@hooks.register("register_log_actions")
def register_translation_actions(actions) -> None:
    @actions.register_action(assigning.ASSIGNED)
    class Assigned(LogFormatter):
        label = _("Assign a translation")

        def format_message(self, log_entry) -> str:
            person = log_entry.data.get("to")
            if not person:
                return gettext("Handed back")
            return gettext("Assigned to %(person)s") % {"person": person}

    @actions.register_action(assigning.DUE)
    class Due(LogFormatter):
        label = _("Set when a translation is due")

        def format_message(self, log_entry) -> str:
            day = log_entry.data.get("due_on") or gettext("no day")
            told = gettext("Due on: %(day)s. %(note)s")
            return (told % {"day": day, "note": log_entry.data.get("note", "")}).strip()

    actions.register_action(po_importing.DONE, _("Import a PO file"), _("PO file imported"))
    actions.register_action(
        po_importing.UNDONE, _("Take an import back"), _("Import of a PO file taken back")
    )

    actions.register_action(adapting.LITERAL, _("Make literal"), _("Made literal again"))

    @actions.register_action(adapting.ADAPTED)
    class Adapted(LogFormatter):
        label = _("Adapt a version")

        def format_message(self, log_entry) -> str:
            return gettext("Adapted: %(reason)s") % {"reason": log_entry.data.get("reason", "")}

    @actions.register_action(adoption.ADOPTED)
    class Adopted(LogFormatter):
        label = _("Take a version over")

        def format_message(self, log_entry) -> str:
            told = gettext("Taken over into the translation desk: %(matched)s of %(total)s texts")
            data = log_entry.data
            return told % {"matched": data.get("matched", ""), "total": data.get("texts", "")}
