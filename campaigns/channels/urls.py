"""Addresses of this floor: what providers and partners open, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.channels import views
from campaigns.channels.handover import views as handover
from campaigns.channels.partner import public
from campaigns.channels.partner import views as partner

public_urlpatterns: list[URLPattern] = [
    path("hooks/wechat/<int:pk>", views.wechat_event, name="wechat_event"),
    path("partner/feed/<str:token>.atom", public.feed, name="partner_feed"),
    path("partner/package/<str:signed>", public.package, name="partner_package"),
]
admin_urlpatterns: list[URLPattern] = [
    path("channel-accounts/<int:pk>/connection/", views.connection, name="connection"),
    path(
        "channel-accounts/<int:pk>/connection/test/", views.test_connection, name="test_connection"
    ),
    path("partners/<int:pk>/", partner.PartnerView.as_view(), name="partner"),
    path("partners/<int:pk>/setup/", partner.SetupView.as_view(), name="partner_setup"),
    path("partners/<int:pk>/feed/", partner.FeedView.as_view(), name="partner_feed_address"),
    path("partners/item/<int:pk>/", partner.DownloadView.as_view(), name="partner_item"),
    path("partners/item/<int:pk>/link/", partner.NewLinkView.as_view(), name="partner_link"),
    path("partners/link/<int:pk>/close/", partner.CloseLinkView.as_view(), name="partner_close"),
    path("partners/mail/<int:pk>/", partner.SettleMailView.as_view(), name="partner_mail"),
    path("handover-setup/<int:pk>/", handover.SetupView.as_view(), name="handover_setup"),
]
