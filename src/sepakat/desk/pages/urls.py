"""The addresses of the pages made by hand."""

from django.urls import path

from sepakat.desk.pages import record

urlpatterns = [
    path("record", record.record, name="record"),
    path("record/<str:nation>/<int:index>", record.statement, name="statement"),
    path(
        "record/<str:nation>/<int:index>/document",
        record.statement_document,
        name="statement-document",
    ),
    path("record/<str:nation>/<int:index>/proof", record.proof, name="proof"),
]
