"""The addresses of joint reviews."""

from django.urls import path

from sepakat.desk.reviews import views

urlpatterns = [
    path("outlook/reviews/<str:object_id>", views.review, name="review"),
    path("outlook/reviews/<str:object_id>/pack.pdf", views.paper, name="review-paper"),
]
