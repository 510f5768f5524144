"""Wagtail's own screens for users, held to what an administrator may do (see people.py)."""

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(WagtailUsersAppConfig):
    user_viewset = "campaigns.regions.people.PersonViewSet"
