from django.urls import path

from asye.ui import views

app_name = "ui"
urlpatterns = [
    path("theme.css", views.theme_css, name="theme"),
    path("privacy", views.privacy, name="privacy"),
    path("cookies", views.cookies, name="cookies"),
    path("accessibility-statement", views.accessibility, name="accessibility"),
]
