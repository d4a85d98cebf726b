"""Addresses of the registrations app."""

from django.urls import path

from registrations.views import joining, nqsw, registration

urlpatterns = [
    path("nqsw/join/<str:token>", joining.join, name="nqsw_join"),
    path("my-year", nqsw.my_year, name="my_year"),
    path("my-year/equality", nqsw.my_equality, name="my_equality"),
    path("my-year/certificate-name", nqsw.my_certificate_name, name="my_certificate_name"),
    path("registrations", registration.registrations, name="registrations"),
    path("registrations/<int:pk>", registration.registration, name="registration"),
]
