"""Addresses of the HTTP API."""

from django.urls import path, re_path

from sepakat.desk.api.problems import not_found
from sepakat.desk.api.v1 import make_api
from sepakat.vocabulary import REGISTRY

urlpatterns = [
    path("v1/", make_api(REGISTRY).urls),
    re_path("", not_found),
]
