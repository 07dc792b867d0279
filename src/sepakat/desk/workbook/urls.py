"""The addresses of workbooks that are sent in, and of the jobs that they and others become."""

from django.urls import include, path

from sepakat.desk.workbook import views

urlpatterns = [
    path("", include("sepakat.desk.jobs.urls")),
    path("register/<str:kind>/import/<str:action>", views.upload, name="workbook-upload"),
    path(
        "register/<str:kind>/import/<str:action>/template.xlsx",
        views.template,
        name="workbook-template",
    ),
    path("import/<str:upload>", views.preview, name="workbook-preview"),
    path("import/<str:upload>/confirm", views.confirm, name="workbook-confirm"),
    path("import/<str:upload>/cancel", views.cancel, name="workbook-cancel"),
    path(
        "register/<str:kind>/recorded/<int:first>-<int:last>",
        views.receipt,
        name="workbook-receipt",
    ),
]
