"""What a node answers to: its log for everybody, the exchange for its registered partners."""

from django.urls import path, re_path

from sepakat.node import views

urlpatterns = [
    path("healthz", views.healthz),
    path("checkpoint", views.checkpoint),
    re_path(r"^(?P<name>tile/.{1,100})$", views.tile),
    path("add-checkpoint", views.add_checkpoint),
    path("exchange/disclosures", views.disclosures),
    path("exchange/evidence/<str:sha256>", views.evidence),
    path("exchange/state", views.state),
]

handler400 = "sepakat.node.views.bad_request"
handler403 = "sepakat.node.views.refused"
handler404 = "sepakat.node.views.not_found"
handler500 = "sepakat.node.views.failed"
