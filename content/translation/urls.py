"""Addresses of the translators' screens, below /admin/translation/."""

from django.urls import path

from content.translation import po_views, queue_views
from content.translation.adapting_views import AdaptView, LiteralView
from content.translation.adoption_views import AdoptView

app_name = "translation"
urlpatterns = [
    path("", queue_views.QueueView.as_view(), name="queue"),
    path("act/", queue_views.ActView.as_view(), name="act"),
    path("po/", po_views.UploadView.as_view(), name="po_upload"),
    path("po/<uuid:key>/", po_views.ImportView.as_view(), name="po_import"),
    path("po/<uuid:key>/undo/", po_views.UndoView.as_view(), name="po_undo"),
    path("<uuid:key>/<str:language>/po/", po_views.ExportView.as_view(), name="po_export"),
    path("<uuid:key>/<str:language>/adapt/", AdaptView.as_view(), name="adapt"),
    path("<uuid:key>/<str:language>/adopt/", AdoptView.as_view(), name="adopt"),
    path("<uuid:key>/<str:language>/literal/", LiteralView.as_view(), name="literal"),
    path("<uuid:key>/<str:language>/", queue_views.PieceView.as_view(), name="piece"),
]
