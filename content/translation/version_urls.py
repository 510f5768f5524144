"""Addresses of the versions' screens in the admin."""

from django.urls import path

from content.translation import change_views

app_name = "versions"
urlpatterns = [
    path("<int:pk>/changes/", change_views.changes, name="changes"),
]
