"""Addresses of the translators' screens, below /admin/translation/."""

from django.urls import path

from content.translation import queue_views

app_name = "translation"
urlpatterns = [
    path("", queue_views.QueueView.as_view(), name="queue"),
    path("act/", queue_views.ActView.as_view(), name="act"),
    path("<uuid:key>/<str:language>/", queue_views.PieceView.as_view(), name="piece"),
]
