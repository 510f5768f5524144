"""Hangs every floor's screens into Wagtail's admin; the screens themselves live on their floor."""

from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from campaigns.agenda import urls as agenda_urls
from campaigns.agenda.menu import calendar_menu_item
from campaigns.calendar import viewsets as calendar
from campaigns.channels import urls as channel_urls
from campaigns.channels import viewsets as channels
from campaigns.channels.handover import home_panel as handover_home_panel
from campaigns.channels.handover import viewsets as handover
from campaigns.field import home_panel as field_home_panel
from campaigns.field import urls as field_urls
from campaigns.field import viewsets as field
from campaigns.plans import home_panel as plans_home_panel
from campaigns.plans import viewsets as plans
from campaigns.pushes import urls as push_urls
from campaigns.pushes import viewsets as pushes
from campaigns.reach import urls as reach_urls
from campaigns.reach import viewsets as reach
from campaigns.reach.handout_views import print_button
from campaigns.regions import viewsets as regions
from campaigns.regions.people import BULK_ACTIONS
from campaigns.reports import menu as report_menu
from campaigns.reports import urls as report_urls
from campaigns.reports import viewsets as reports


class CampaignGroup(ViewSetGroup):
    menu_label = _("Campaigns")
    menu_name = "campaigns"
    menu_icon = "calendar-alt"
    menu_order = 210
    items = (
        *pushes.VIEWSETS,
        *handover.VIEWSETS,
        *plans.VIEWSETS,
        *calendar.VIEWSETS,
        *channels.VIEWSETS,
    )


class FieldGroup(ViewSetGroup):
    menu_label = _("Field work")
    menu_name = "field"
    menu_icon = "group"
    menu_order = 220
    items = tuple(field.VIEWSETS)


class ReachGroup(ViewSetGroup):
    menu_label = _("Reach")
    menu_name = "reach"
    menu_icon = "view"
    menu_order = 230
    items = tuple(reach.VIEWSETS)


class OrganisationGroup(ViewSetGroup):
    menu_label = _("Organisation")
    menu_name = "organisation"
    menu_icon = "site"
    menu_order = 240
    items = tuple(regions.VIEWSETS)


@hooks.register("register_admin_viewset")
def register_groups() -> list[ViewSet]:
    return [
        CampaignGroup(), FieldGroup(), ReachGroup(), OrganisationGroup(), *plans.UNLISTED,
        *reports.VIEWSETS,
    ]  # fmt: skip


@hooks.register("register_admin_urls")
def register_admin_urls() -> list:
    patterns = [
        *channel_urls.admin_urlpatterns,
        *push_urls.admin_urlpatterns,
        *field_urls.admin_urlpatterns,
        *reach_urls.admin_urlpatterns,
        *agenda_urls.admin_urlpatterns,
        *report_urls.admin_urlpatterns,
    ]
    return [path("", include((patterns, "campaigns_admin")))]


@hooks.register("insert_global_admin_css")
def style_every_screen() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("campaigns/admin.css"))


@hooks.register("construct_homepage_panels")
def add_homepage_panels(request, panels: list) -> None:
    handover_home_panel.add_to(panels, request.user)
    field_home_panel.add_to(panels, request.user)
    plans_home_panel.add_to(panels, request.user)


# Registered after Wagtail's own, whose place they take: the name of an action is its key.
for action in BULK_ACTIONS:
    hooks.register("register_bulk_action", action, order=100)

for place in ("register_page_header_buttons", "register_page_listing_more_buttons"):
    hooks.register(place, print_button)

hooks.register("register_admin_menu_item", report_menu.reports_menu_item)
for item in report_menu.MENU_ITEMS:
    hooks.register(report_menu.HOOK, item)
hooks.register("register_admin_menu_item", calendar_menu_item)
