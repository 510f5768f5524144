"""Addresses of this floor: where providers tell their news, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.channels import views

public_urlpatterns: list[URLPattern] = [
    path("hooks/wechat/<int:pk>", views.wechat_event, name="wechat_event"),
]
admin_urlpatterns: list[URLPattern] = [
    path("channel-accounts/<int:pk>/connection/", views.connection, name="connection"),
    path(
        "channel-accounts/<int:pk>/connection/test/", views.test_connection, name="test_connection"
    ),
]
