"""The addresses of workbooks that are sent in, and of the jobs that they and others become."""

from django.urls import include, path

urlpatterns = [
    path("", include("sepakat.desk.jobs.urls")),
]
