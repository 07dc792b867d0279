"""What a node answers to: its desk for people and programs, and the node's own for partners."""

from django.urls import include, path

urlpatterns = [
    path("", include("sepakat.node.urls")),
    path("", include("sepakat.desk.pages.urls")),
    path("", include("sepakat.desk.reviews.urls")),
    path("", include("sepakat.desk.kinds.urls")),
    path("", include("sepakat.desk.workbook.urls")),
    path("", include("sepakat.desk.people.urls")),
    path("", include("sepakat.desk.notices.urls")),
    path("api/", include("sepakat.desk.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("language", include("sepakat.desk.language")),
]

handler400 = "sepakat.desk.errors.bad_request"
handler403 = "sepakat.desk.errors.refused"
handler404 = "sepakat.desk.errors.not_found"
handler500 = "sepakat.desk.errors.failed"
