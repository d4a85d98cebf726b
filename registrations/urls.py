"""Addresses of the registrations app."""

from django.urls import path

from registrations.views import changes, checking, joining, nqsw, registration, wizard, years

urlpatterns = [
    path("nqsw/join/<str:token>", joining.join, name="nqsw_join"),
    path("my-year", nqsw.my_year, name="my_year"),
    path("my-year/equality", nqsw.my_equality, name="my_equality"),
    path("my-year/certificate-name", nqsw.my_certificate_name, name="my_certificate_name"),
    path("registrations", registration.registrations, name="registrations"),
    path("registrations/queue", checking.queue, name="registration_queue"),
    path("registrations/start", wizard.start, name="registration_start"),
    path("registrations/drafts", wizard.drafts_list, name="registration_drafts"),
    path("registrations/drafts/<int:pk>", wizard.resume_draft, name="registration_draft"),
    path("registrations/drafts/<int:pk>/check", wizard.check, name="registration_draft_check"),
    path("registrations/drafts/<int:pk>/sent", wizard.sent, name="registration_draft_sent"),
    path("registrations/drafts/<int:pk>/delete", wizard.delete, name="registration_draft_delete"),
    path("registrations/drafts/<int:pk>/<slug:key>", wizard.step, name="registration_draft_step"),
    path("registrations/<int:pk>", registration.registration, name="registration"),
    path("registrations/<int:pk>/check-register", checking.check_register, name="registration_check_register"),
    path("registrations/<int:pk>/approve", checking.approve, name="registration_approve"),
    path("registrations/<int:pk>/approved", checking.approved, name="registration_approved"),
    path("registrations/<int:pk>/ask", checking.ask, name="registration_ask"),
    path("registrations/<int:pk>/refuse", checking.refuse, name="registration_refuse"),
    path("registrations/<int:pk>/answer", checking.answer, name="registration_answer"),
    path("registrations/<int:pk>/correct", checking.correct, name="registration_correct"),
    path("registrations/<int:pk>/resend-invitation", checking.resend, name="registration_resend"),
    path("registrations/<int:pk>/withdraw", changes.withdraw, name="registration_withdraw"),
    path("registrations/<int:pk>/defer", changes.defer, name="registration_defer"),
    path("registrations/<int:pk>/resume", changes.resume, name="registration_resume"),
    path("registrations/<int:pk>/extend", changes.extend, name="registration_extend"),
    path("registrations/<int:pk>/assessor", changes.assessor, name="registration_assessor"),
    path("programme-years", years.programme_years, name="programme_years"),
    path("programme-years/<int:pk>", years.programme_year, name="programme_year"),
    path("programme-years/<int:pk>/change/<slug:step>", years.change, name="programme_year_change"),
    path("programme-years/<int:pk>/compare", years.compare, name="programme_year_compare"),
    path("programme-years/<int:pk>/next", years.draft_next, name="programme_year_next"),
    path("programme-years/<int:pk>/correct", years.correct, name="programme_year_correct"),
    path("programme-years/<int:pk>/publish", years.publish, name="programme_year_publish"),
    path("programme-years/<int:pk>/discard", years.discard, name="programme_year_discard"),
]
