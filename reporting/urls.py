"""Addresses of the pages that span the service."""

from django.urls import path

from reporting.views import home, reads, retention, statistics

urlpatterns = [
    path("", home.home, name="home"),
    path("waiting", home.waiting_for_me, name="waiting_for_me"),
    path("waiting/others", home.waiting_on_others, name="waiting_on_others"),
    path("records-opened", reads.records_opened, name="records_opened"),
    path("retention", retention.retention, name="retention"),
    path("statistics", statistics.statistics, name="statistics"),
    path("statistics/file", statistics.statistics_file, name="statistics_file"),
]
