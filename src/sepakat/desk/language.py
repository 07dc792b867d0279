"""Choosing a language: kept in a cookie, and in the account of whoever has signed in."""

from django.urls import path
from django.views.i18n import set_language

urlpatterns = [path("", set_language, name="language")]
