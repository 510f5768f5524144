"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reports import subscription_views, views

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = [
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("dashboard/reach.csv", views.export_csv, name="reach_csv"),
    path("dashboard/reach.json", views.export_json, name="reach_json"),
    path("report-mails/", subscription_views.SubscriptionsView.as_view(), name="subscriptions"),
    path("report-mails/new/", subscription_views.SubscribeView.as_view(), name="subscribe"),
    path(
        "report-mails/<int:pk>/<slug:act>/",
        subscription_views.ActView.as_view(),
        name="subscription_act",
    ),
]
