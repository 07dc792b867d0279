"""The addresses of the pages that every kind has."""

from django.urls import path

from sepakat.desk.kinds import acting, views

urlpatterns = [
    path("registers", views.registers, name="registers"),
    path("register/<str:kind>", views.register, name="register"),
    path("register/<str:kind>/export.<str:form>", views.export_register, name="export"),
    path("register/<str:kind>/views", views.save_view, name="save-view"),
    path("register/<str:kind>/views/<int:view>/remove", views.remove_view, name="remove-view"),
    path("register/<str:kind>/new/<str:action>", acting.make, name="make"),
    path("object/<str:object_id>", views.show, name="object"),
    path("evidence/<str:object_id>/file", views.evidence_file, name="evidence-file"),
    path("object/<str:object_id>/<str:action>", acting.act, name="act"),
]
