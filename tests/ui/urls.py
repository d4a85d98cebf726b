"""The addresses of the gallery, and the service's own pages beside it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from asye.ui import views
from tests.ui import gallery


def broken(request: HttpRequest, status: int) -> HttpResponse:
    if status == 500:
        return views.server_error(request)
    pages = {400: views.bad_request, 403: views.forbidden, 404: views.not_found}
    return pages[status](request, Exception("You are not the assessor of this person."))


urlpatterns = [
    path("", include("asye.ui.urls")),
    path("gallery/<str:state>", gallery.show),
    path("broken/<int:status>", broken),
]
