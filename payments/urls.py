"""Addresses of batches, lines, vendor details, statements and the ledger."""

from django.urls import path

from payments.views import (
    approving,
    batches,
    beginning,
    changes,
    moves,
    payees,
    pipeline,
    recoveries,
    responses,
    statements,
)

urlpatterns = [
    # Records from before this service: of every app, so of the highest (ADR 17)
    path("registrations/queue/approve", approving.registrations_approve, name="registrations_approve"),
    path("registrations/queue/approved", approving.registrations_approved, name="registrations_approved"),
    path("payments", pipeline.payments, name="payments"),
    path("payments/prepare", pipeline.batch_prepare, name="batch_prepare"),
    path("payments/ledger", pipeline.ledger, name="ledger"),
    path("payments/batches/<int:pk>", batches.batch, name="batch"),
    path("payments/batches/<int:pk>/submit", batches.batch_submit, name="batch_submit"),
    path("payments/batches/<int:pk>/approve", batches.batch_approve, name="batch_approve"),
    path("payments/batches/<int:pk>/send-back", batches.batch_send_back, name="batch_send_back"),
    path("payments/batches/<int:pk>/cancel", batches.batch_cancel, name="batch_cancel"),
    path("payments/batches/<int:pk>/file", batches.batch_file, name="batch_file"),
    path("payments/batches/<int:pk>/hand-over", batches.batch_hand_over, name="batch_hand_over"),
    path("payments/batches/<int:pk>/response", responses.batch_response, name="batch_response"),
    path("payments/lines/<int:pk>", statements.line, name="line"),
    path("payments/lines/<int:pk>/hold", batches.line_hold, name="line_hold"),
    path("payments/statements/<int:pk>", statements.statement_of, name="statement_of"),
    path("payments/statements/<int:pk>/<slug:code>", statements.statement, name="statement"),
    path("payments/recoveries", recoveries.recoveries, name="recoveries"),
    path("payments/payees", payees.payees, name="payees"),
    path("payments/payees/propose", payees.payee_propose, name="payee_propose"),
    path("payments/payees/<int:pk>", payees.payee, name="payee"),
    path("payments/payees/<int:pk>/verify", payees.payee_verify, name="payee_verify"),
    path("payments/payees/<int:pk>/refuse", payees.payee_refuse, name="payee_refuse"),
    # What changes dates and money at once shows both, so its pages live here (ADR 12)
    path("registrations/drafts/<int:pk>/check/answers", beginning.draft_check, name="registration_draft_check"),
    path("registrations/second-attempts/allow", beginning.again_allow, name="registration_again_allow"),
    path("registrations/<int:pk>/withdraw", changes.withdraw, name="registration_withdraw"),
    path("registrations/<int:pk>/defer", changes.defer, name="registration_defer"),
    path("registrations/<int:pk>/resume", changes.resume, name="registration_resume"),
    path("registrations/<int:pk>/extend", changes.extend, name="registration_extend"),
    path("registrations/<int:pk>/assessor", changes.assessor, name="registration_assessor"),
    path("registrations/<int:pk>/cover", changes.cover, name="registration_cover"),
    path("registrations/<int:pk>/move", moves.registration_move, name="registration_move"),
    path("registrations/changes/<int:pk>/undo", changes.undo, name="change_undo"),
    path("registrations/take-over", moves.take_over, name="take_over"),
    path("registrations/moves/<int:pk>/agree", moves.move_agree, name="move_agree"),
    path("registrations/moves/<int:pk>/accept", moves.move_accept, name="move_accept"),
    path("registrations/moves/<int:pk>/settle", moves.move_settle, name="move_settle"),
]
