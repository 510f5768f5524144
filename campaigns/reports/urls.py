"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reports import (
    evidence_views,
    export_views,
    exports,
    form_views,
    subscription_views,
)
from campaigns.reports.dashboard import views

public_urlpatterns: list[URLPattern] = []
admin_urlpatterns: list[URLPattern] = [
    path("dashboard/", views.DashboardView.as_view(), name="dashboard"),
    path("dashboard/regions/", views.RegionsView.as_view(), name="dashboard_regions"),
    path("dashboard/time/", views.TimesView.as_view(), name="dashboard_times"),
    path("dashboard/pieces/", views.PiecesView.as_view(), name="dashboard_pieces"),
    path(
        "dashboard/completeness/", views.CompletenessView.as_view(), name="dashboard_completeness"
    ),
    *(
        path(
            f"dashboard/reach.{kind}",
            export_views.ExportView.as_view(kind=kind),
            name=f"reach_{kind}",
        )
        for kind in exports.FORMATS
    ),
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
    path("report-forms/", form_views.FormListView.as_view(), name="report_forms"),
    path("report-forms/new/", form_views.FormUploadView.as_view(), name="report_form_new"),
    path("report-forms/<int:pk>/", form_views.FormPageView.as_view(), name="report_form"),
    path(
        "report-forms/<int:pk>/template.xlsx",
        form_views.FormTemplateView.as_view(),
        name="report_form_template",
    ),
    path(
        "report-forms/<int:pk>/filled.xlsx",
        form_views.FormFilledView.as_view(),
        name="report_form_filled",
    ),
    path(
        "report-forms/<int:pk>/<slug:act>/",
        form_views.FormActView.as_view(),
        name="report_form_act",
    ),
    path("report-mails/", subscription_views.SubscriptionsView.as_view(), name="subscriptions"),
    path("report-mails/new/", subscription_views.SubscribeView.as_view(), name="subscribe"),
    path(
        "report-mails/<int:pk>/<slug:act>/",
        subscription_views.ActView.as_view(),
        name="subscription_act",
    ),
]
