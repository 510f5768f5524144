"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = []
