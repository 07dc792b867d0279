"""What a node answers to: its log for everybody, the exchange for its registered partners."""

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from sepakat.node import views

# For programs, which bring no cookie that could be used in their name.
urlpatterns = [
    path("healthz", csrf_exempt(views.healthz)),
    path("checkpoint", csrf_exempt(views.checkpoint)),
    re_path(r"^(?P<name>tile/.{1,100})$", csrf_exempt(views.tile)),
    path("add-checkpoint", csrf_exempt(views.add_checkpoint)),
    path("exchange/disclosures", csrf_exempt(views.disclosures)),
    path("exchange/evidence/<str:sha256>", csrf_exempt(views.evidence)),
    path("exchange/state", csrf_exempt(views.state)),
]
