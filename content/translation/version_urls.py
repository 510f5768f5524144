"""Addresses of the versions' screens in the admin."""

from django.urls import path

from content.translation import change_views, together_views

app_name = "versions"
urlpatterns = [
    path("<int:pk>/changes/", change_views.changes, name="changes"),
    path("<int:pk>/together/", together_views.screen, name="together"),
]
