"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reports import export_views, exports, views

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = [
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    *(
        path(f"dashboard/reach.{kind}", export_views.export, {"kind": kind}, name=f"reach_{kind}")
        for kind in exports.FORMATS
    ),
]
