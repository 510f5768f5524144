"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reports import export_views, exports, subscription_views, views

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = [
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    *(
        path(f"dashboard/reach.{kind}", export_views.export, {"kind": kind}, name=f"reach_{kind}")
        for kind in exports.FORMATS
    ),
    path("report-mails/", subscription_views.SubscriptionsView.as_view(), name="subscriptions"),
    path("report-mails/new/", subscription_views.SubscribeView.as_view(), name="subscribe"),
    path(
        "report-mails/<int:pk>/<slug:act>/",
        subscription_views.ActView.as_view(),
        name="subscription_act",
    ),
]
