"""Addresses of sign-in, people, employers and mail."""

from django.urls import path

from accounts.views import joining

urlpatterns = [
    path("join/<str:token>", joining.invitation, name="invitation"),
]
