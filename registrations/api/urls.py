"""Addresses of version 1 of the API."""

from django.urls import path

from registrations.api import views

urlpatterns = [
    path("registrations", views.Registrations.as_view(), name="api_registrations"),
    path("registrations/check", views.Check.as_view(), name="api_check"),
    path("registrations/search", views.Search.as_view(), name="api_search"),
    path("registrations/<str:which>", views.One.as_view(), name="api_registration"),
    path("registrations/<str:which>/answer", views.AnswerQuestion.as_view(), name="api_answer"),
    path("registrations/<str:which>/withdraw", views.Withdraw.as_view(), name="api_withdraw"),
    path("assessors", views.Assessors.as_view(), name="api_assessors"),
    path("options", views.Options.as_view(), name="api_options"),
]
