"""Addresses of this floor: what the public sees, and what hangs below /admin/."""

from django.urls import URLPattern, path

from campaigns.agenda import feed_views, views

public_urlpatterns: list[URLPattern] = [
    # The address itself is the key: see feeds.py, and the filter that keeps it out of our logs.
    path("calendar/<slug:selector>/<slug:secret>.ics", feed_views.feed, name="calendar_feed"),
]
admin_urlpatterns: list[URLPattern] = [
    path("agenda/", views.MonthView.as_view(), name="agenda_month"),
    path("agenda/year/", views.YearView.as_view(), name="agenda_year"),
    path("agenda/week/", views.WeekView.as_view(), name="agenda_week"),
    path("agenda/list/", views.ListView.as_view(), name="agenda_list"),
    path("agenda/board/", views.BoardView.as_view(), name="agenda_board"),
    path("agenda/move/<slug:kind>/<int:pk>/", views.MoveView.as_view(), name="agenda_move"),
    path("agenda/feeds/", feed_views.FeedsView.as_view(), name="agenda_feeds"),
    path("agenda/feeds/<int:pk>/revoke/", feed_views.revoke, name="agenda_feed_revoke"),
]
