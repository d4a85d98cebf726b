from django.urls import include, path

urlpatterns = [path("", include("asye.ui.urls"))]
