"""The service's addresses and one more: a signed-in view that writes one row and does nothing else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import path

from assessments.models import Draft
from asye.urls import handler400, handler403, handler404, handler500
from asye.urls import urlpatterns as service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_required
def one_row(request: HttpRequest, pk: int) -> JsonResponse:
    draft = Draft.objects.get(record=pk, person=request.user)
    draft.content = {"seen": request.POST["seen"]}
    draft.save()
    return JsonResponse({"saved": True})


urlpatterns = [path("one-row/<int:pk>", one_row), *service]
