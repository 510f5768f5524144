"""Addresses of the desk, below /admin/. The desk itself is where the page is edited."""

from django.urls import URLPattern, path

from content.translation.desk import views

urlpatterns: list[URLPattern] = [
    path("translation/<int:translation_id>/", views.DeskView.as_view(), name="desk"),
    path("translation/<int:translation_id>/texts/<int:segment_id>/", views.one_text, name="text"),
    path("translation/<int:translation_id>/convert/", views.ConvertView.as_view(), name="convert"),
    path("translation/<int:translation_id>/review/", views.review_page, name="review"),
]
