"""Every address of the service. Each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("reporting.urls")),
    path("", include("accounts.urls")),
    path("", include("registrations.urls")),
    path("", include("assessments.urls")),
    path("", include("moderation.urls")),
    path("", include("payments.urls")),
    path("", include("asye.ui.urls")),
    path("api/v1/", include("registrations.api.urls")),
    path("api/", include("accounts.api.urls")),
]

handler400 = "asye.ui.views.bad_request"
handler403 = "asye.ui.views.forbidden"
handler404 = "asye.ui.views.not_found"
handler500 = "asye.ui.views.server_error"
