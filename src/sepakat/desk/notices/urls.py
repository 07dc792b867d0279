"""The addresses of notices and calendar feeds."""

from django.urls import path

from sepakat.desk.notices import views

urlpatterns = [
    path("inbox", views.show, name="inbox"),
    path("inbox/read", views.mark, name="mark-read"),
    path("inbox/settings", views.settings, name="notice-settings"),
    path("inbox/feed", views.make_feed, name="make-feed"),
    path("inbox/feed/revoke", views.revoke_feed, name="revoke-feed"),
    path("feeds/<str:secret>.ics", views.feed, name="feed"),
]
