"""Addresses of the shop."""

from django.urls import path

from shop import views

urlpatterns = [
    path("orders/<token>", views.order),
    path("login", views.login),
    path("upload", views.upload),
    path("customers", views.customers),
    path("partner", views.partner),
    path("charge", views.charge),
    path("old", views.old),
]
