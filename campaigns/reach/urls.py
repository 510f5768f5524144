"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.reach import correction_views, qr, return_views, views

public_urlpatterns: list[URLPattern] = [
    path("hit", views.hit, name="hit"),
    path("q/<str:code>", views.short_link, name="short_link"),
]
admin_urlpatterns: list[URLPattern] = [
    path("short-links/<int:pk>/qr.svg", qr.svg, name="short_link_qr_svg"),
    path("short-links/<int:pk>/qr.png", qr.png, name="short_link_qr_png"),
    path(
        "reach-entries/<int:pk>/correct/",
        correction_views.CorrectEntryView.as_view(),
        name="correct_entry",
    ),
    path("return-forms/", return_views.ImportReturnView.as_view(), name="import_return"),
]
