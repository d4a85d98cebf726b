"""Addresses of records, outcomes and certificates."""

from django.urls import path

from assessments.views import comparing, deciding, finding, outcomes, records, verifying, writing

urlpatterns = [
    path("registrations", finding.registrations, name="registrations"),
    path("registrations/export", finding.registrations_export, name="registrations_export"),
    path("my-record", records.my_record, name="my_record"),
    path("registrations/<int:pk>/records", records.records, name="records"),
    path("registrations/<int:pk>/records/new/<slug:kind>/<slug:point>", writing.record_new, name="record_new"),
    path("records/<int:pk>", records.record, name="record"),
    path("records/<int:pk>/versions/<int:number>", records.record_version, name="record_version"),
    path("records/<int:pk>/changes", comparing.record_changes, name="record_changes"),
    path("records/<int:pk>/edit", writing.record_edit, name="record_edit"),
    path("records/<int:pk>/sign", deciding.record_sign, name="record_sign"),
    path("records/<int:pk>/return", deciding.record_return, name="record_return"),
    path("records/<int:pk>/renew", deciding.record_renew, name="record_renew"),
    path("records/<int:pk>/lock", deciding.record_lock, name="record_lock"),
    path("records/<int:pk>/reopen", deciding.record_reopen, name="record_reopen"),
    path("registrations/<int:pk>/outcome", outcomes.outcome, name="outcome"),
    path("registrations/<int:pk>/outcome/appeal", outcomes.appeal_open, name="appeal_open"),
    path("appeals/<int:pk>/close", outcomes.appeal_close, name="appeal_close"),
    path("registrations/<int:pk>/certificate", outcomes.certificate_download, name="certificate_download"),
    path("registrations/<int:pk>/certificate/replace", outcomes.certificate_replace, name="certificate_replace"),
    path("verify", verifying.verify, name="verify"),
    path("verify/<str:code>", verifying.verify_code, name="verify_code"),
]
