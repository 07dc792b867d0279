"""The addresses of jobs."""

from django.urls import path

from sepakat.desk.jobs import views

urlpatterns = [
    path("jobs", views.jobs, name="jobs"),
    path("jobs/verify-record", views.verify, name="job-verify"),
    path("jobs/<int:job>", views.job, name="job"),
    path("jobs/<int:job>/file", views.file, name="job-file"),
    path("jobs/<int:job>/cancel", views.cancel, name="job-cancel"),
    path("jobs/<int:job>/retry", views.retry, name="job-retry"),
]
