"""The service's addresses and one more: a signed-in page that is nothing but the base template."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from asye.urls import handler400, handler403, handler404, handler500
from asye.urls import urlpatterns as service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_required
def base_only(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


urlpatterns = [path("base-only", base_only), *service]
