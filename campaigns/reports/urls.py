"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reports import evidence_views, views

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = [
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("dashboard/reach.csv", views.export_csv, name="reach_csv"),
    path("dashboard/reach.json", views.export_json, name="reach_json"),
    path("evidence/", evidence_views.EvidenceListView.as_view(), name="evidence"),
    path("evidence/new/", evidence_views.EvidenceNewView.as_view(), name="evidence_new"),
    path(
        "evidence/<int:pk>/package.zip",
        evidence_views.EvidenceDownloadView.as_view(),
        name="evidence_download",
    ),
    path(
        "evidence/<int:pk>/<slug:act>/",
        evidence_views.EvidenceActView.as_view(),
        name="evidence_act",
    ),
]
