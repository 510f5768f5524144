"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reach import (
    correction_views,
    counting_views,
    handout_views,
    held_viewsets,
    import_deeds,
    import_views,
    qr,
    return_views,
    views,
)

public_urlpatterns: list[URLPattern] = [
    path("hit", views.hit, name="hit"),
    path("q/<str:code>", views.short_link, name="short_link"),
    path("counting/<slug:language>/", counting_views.counting, name="counting"),
]
admin_urlpatterns: list[URLPattern] = [
    path("short-links/<int:pk>/qr.svg", qr.svg, name="short_link_qr_svg"),
    path("short-links/<int:pk>/qr.png", qr.png, name="short_link_qr_png"),
    path("handouts/<int:pk>/", handout_views.handout, name="handout"),
    path(
        "reach-entries/<int:pk>/correct/",
        correction_views.CorrectEntryView.as_view(),
        name="correct_entry",
    ),
    path("reach-imports/upload/", import_views.UploadView.as_view(), name="import_upload"),
    path(
        "reach-imports/template.xlsx",
        import_views.TemplateFileView.as_view(),
        name="import_template",
    ),
    path("reach-imports/<int:pk>/accept/", import_deeds.AcceptView.as_view(), name="import_accept"),
    path("reach-imports/<int:pk>/commit/", import_deeds.CommitView.as_view(), name="import_commit"),
    path(
        "reach-imports/<int:pk>/check/", import_deeds.CheckAgainView.as_view(), name="import_check"
    ),
    path(
        "reach-imports/<int:pk>/give-up/",
        import_deeds.AbandonView.as_view(),
        name="import_abandon",
    ),
    path("reach-imports/<int:pk>/undo/", import_deeds.UndoView.as_view(), name="import_undo"),
    path(
        "reach-imports/<int:pk>/reasons/",
        import_deeds.ErrorsFileView.as_view(),
        name="import_errors",
    ),
    path("reach-held/decide/", held_viewsets.DecideView.as_view(), name="decide_held"),
    path("return-forms/", return_views.ImportReturnView.as_view(), name="import_return"),
]
