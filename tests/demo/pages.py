"""Every address of the service: what it is opened with, and who may look at it and who may post to it.

Written against the roles of accounts/roles.py. Whoever is not named is refused, and whoever is not signed in is sent to
sign in. An address that is not here fails the walk.
"""

from collections.abc import Callable
from dataclasses import dataclass

from moderation.models import Allocation
from moderation.services import reading
from moderation.states import Answer, Judgement, Stage
from tests.demo import asked_back
from tests.demo.facts_change import verdict_changed
from tests.demo.register_says import other_name_in_register, register_without_answer
from tests.demo.scene import NOW, Scene
from tests.demo.taking_over import another_takes_over

Args = Callable[[Scene], dict[str, int | str]]
NOT_SERVED = "not served"  # 405 for everybody
SIGNED_IN = "signed in"
ANYBODY = "anybody"
BY_KEY = "by key"  # of the API: 401 for everybody here, however they are signed in


@dataclass(frozen=True)
class Page:
    """`about` names the registration by which people are told apart; `get` and `post` name who is let in.

    `prepare` brings the scene into the state in which the most can be done, for all who then go there in turn.
    """

    about: str
    args: Args | None
    get: str
    post: str
    prepare: Callable[[Scene], None] | None = None


def page(get: str, post: str = NOT_SERVED) -> Page:
    """An address without an object."""
    return Page("running", None, get, post)


def reg(which: str, get: str, post: str = NOT_SERVED, key: str = "pk") -> Page:
    """An address of one registration."""
    return Page(which, lambda scene: {key: scene.registrations[which].pk}, get, post)


def thing(
    which: str,
    get: str,
    post: str = NOT_SERVED,
    about: str = "running",
    prepare: Callable[[Scene], None] | None = None,
    **more: int | str,
) -> Page:
    """An address of one other thing of the scene."""
    return Page(about, lambda scene: {**scene.ids[which], **more}, get, post, prepare)


def disagree(scene: Scene) -> None:
    """The reader disagrees with the assessor, so that the co-ordinator has something to resolve."""
    held = Allocation.objects.get(pk=scene.ids["allocation"]["pk"])
    by = held.moderator
    if held.reading.sealed_at is None:
        read = reading.save_step(
            held, Stage.OPEN, Judgement.FAIL, "Too little.", by=by, now=NOW, seen_version=held.reading.version
        )
        reading.seal_step_one(held, by=by, now=NOW, seen_version=read.version)
    held = Allocation.objects.get(pk=held.pk)
    read = reading.save_step(
        held, Stage.SEALED, Answer.INCONSISTENT, "Not shown.", by=by, now=NOW, seen_version=held.reading.version
    )
    reading.complete(held, by=by, now=NOW, seen_version=read.version)


LISTS = (
    "coordinator, senior lead, assessor, other assessor, caseworker, auditor, administrator, "
    "elsewhere coordinator, elsewhere senior lead, elsewhere assessor"
)

LOADS = "coordinator, assessor, other assessor, elsewhere coordinator, elsewhere assessor"
REMINDED = "assessor, other assessor, nqsw, elsewhere assessor, elsewhere nqsw"

PAGES: dict[str, Page] = {
    "home": page(SIGNED_IN),
    "waiting_for_me": page(SIGNED_IN, SIGNED_IN),
    "waiting_on_others": page(SIGNED_IN, SIGNED_IN),
    "records_opened": page("auditor, administrator", "auditor, administrator"),
    "retention": page("auditor, administrator"),
    "statistics": page("analyst, auditor"),
    "statistics_file": page(NOT_SERVED, "analyst, auditor"),
    "account_login": page(ANYBODY, ANYBODY),
    "account_logout": page(NOT_SERVED, SIGNED_IN),
    "account_inactive": page(ANYBODY),
    "account_reset_password": page(ANYBODY, ANYBODY),
    "account_reset_password_done": page(ANYBODY),
    "account_reset_password_from_key": Page(
        "running", lambda scene: {"uidb36": "1", "key": "set-password"}, ANYBODY, ANYBODY
    ),
    "account_reset_password_from_key_done": page(ANYBODY),
    "account_change_password": page(SIGNED_IN, SIGNED_IN),
    "invitation": thing("token", ANYBODY, ANYBODY),
    "account": page(SIGNED_IN),
    "account_name": page(SIGNED_IN, SIGNED_IN),
    "kept_text": thing("kept", "coordinator", "coordinator"),
    "people": page(
        "coordinator, administrator, elsewhere coordinator", "coordinator, administrator, elsewhere coordinator"
    ),
    "dfe_invite": page("administrator", "administrator"),
    "people_of": thing("northshire", "coordinator, administrator"),
    "people_invite": thing("northshire", "coordinator, administrator", "coordinator, administrator"),
    "api_keys": thing("northshire", "coordinator, administrator"),
    "api_key_new": thing("northshire", "coordinator, administrator", "coordinator, administrator"),
    "api_key_revoke": thing("api key", "coordinator, administrator", "coordinator, administrator"),
    "invitation_sent": thing("invitation", "coordinator, administrator"),
    "invitation_resend": thing("invitation", NOT_SERVED, "coordinator, administrator"),
    "invitation_revoke": thing("invitation", NOT_SERVED, "coordinator, administrator"),
    "role_end": thing("role", "coordinator, administrator", "coordinator, administrator"),
    "role_keep": thing("role", NOT_SERVED, "coordinator, administrator"),
    "role_again": thing("role", "coordinator, administrator", "coordinator, administrator"),
    "role_main": thing("role", NOT_SERVED, "coordinator, administrator"),
    "role_replace": thing("role", "coordinator, administrator", "coordinator, administrator"),
    "employers": page("caseworker, auditor, administrator", "caseworker, auditor, administrator"),
    "employer_new": page("administrator"),
    "employer_new_step": Page("running", lambda scene: {"step": "kind"}, "administrator", "administrator"),
    "employer": thing("northshire", "coordinator, senior lead, caseworker, auditor, administrator"),
    "employer_change": thing("northshire", "coordinator, administrator", "coordinator, administrator"),
    "employer_terms": thing(
        "northshire", "coordinator, senior lead, caseworker, auditor, administrator", "coordinator, senior lead"
    ),
    "employer_close": thing("northshire", "caseworker", "caseworker"),
    "merger_propose": thing("northshire", "caseworker", "caseworker"),
    "merger": thing("merger", "caseworker, auditor"),
    "merger_confirm": thing("merger", NOT_SERVED, "caseworker"),
    "merger_cancel": thing("merger", "caseworker", "caseworker"),
    "employer_requests": page("caseworker, auditor"),
    "employer_request": thing("request", "caseworker, auditor"),
    "employer_request_approve": thing("request", NOT_SERVED, "caseworker"),
    "employer_request_refuse": thing("request", "caseworker", "caseworker"),
    "terms": page("caseworker, payments officer, auditor, administrator"),
    "terms_draft": page("administrator", "administrator"),
    "terms_version": thing("terms", "auditor, administrator"),
    "terms_change": thing("terms", "administrator", "administrator"),
    "terms_publish": thing("terms", "administrator", "administrator"),
    "employer_ask": page(ANYBODY),
    "employer_ask_step": Page("running", lambda scene: {"step": "kind"}, ANYBODY, ANYBODY),
    "employer_ask_sent": page(ANYBODY),
    "employer_request_confirm": thing("request token", ANYBODY, ANYBODY),
    "person": thing("person", "administrator"),
    "person_role": thing("person", "administrator", "administrator"),
    "person_deactivate": thing("person", "administrator", "administrator"),
    "person_reactivate": thing("person", "administrator", "administrator"),
    "mail": page("caseworker, payments officer, payments approver, analyst, auditor, administrator"),
    "mail_returned": page("caseworker, payments officer, payments approver, analyst, auditor, administrator"),
    "mail_message": thing("mail", "caseworker, payments officer, payments approver, analyst, auditor, administrator"),
    "health": page(ANYBODY),
    "nqsw_join": thing("nqsw token", ANYBODY, ANYBODY),
    "my_year": page("nqsw, elsewhere nqsw"),
    "my_details": page("nqsw, elsewhere nqsw"),
    "my_contact": page("nqsw, elsewhere nqsw", "nqsw, elsewhere nqsw"),
    "my_address": thing("address token", "nqsw", "nqsw"),
    "my_correction": Page("running", lambda scene: {"key": "contract"}, "nqsw, elsewhere nqsw", "nqsw, elsewhere nqsw"),
    "my_adjustments": page("nqsw, elsewhere nqsw", "nqsw, elsewhere nqsw"),
    "my_data": Page("running", lambda scene: {"ending": "csv"}, NOT_SERVED, "nqsw, elsewhere nqsw"),
    "fact_request": thing("fact request", "coordinator", "coordinator"),
    "registration_adjustments": reg("running", "coordinator"),
    "my_equality": page("nqsw, elsewhere nqsw", "nqsw, elsewhere nqsw"),
    "my_certificate_name": page("nqsw, elsewhere nqsw", "nqsw, elsewhere nqsw"),
    "registrations": page(
        LISTS,
        LISTS,
    ),
    "registrations_export": page(NOT_SERVED, LISTS),
    "registration_queue": page("caseworker", "caseworker"),
    "registrations_approve": page("caseworker", "caseworker"),
    "registrations_approved": page("caseworker"),
    "registration_start": page("coordinator, elsewhere coordinator", "coordinator, elsewhere coordinator"),
    "registration_files": page("coordinator, elsewhere coordinator", "coordinator, elsewhere coordinator"),
    "registration_file_template": Page(
        "running", lambda scene: {"ending": "csv"}, "coordinator, elsewhere coordinator", NOT_SERVED
    ),
    "registration_file": thing("file", "coordinator"),
    "registration_file_rows": thing("file", "coordinator"),
    "registration_file_register": thing("file", NOT_SERVED, "coordinator"),
    "registration_file_corrections": thing("file", NOT_SERVED, "coordinator"),
    "registration_file_check": thing("file", NOT_SERVED, "coordinator"),
    "registration_file_delete": thing("file", "coordinator", "coordinator"),
    "earlier_records": page("caseworker, payments officer, payments approver, auditor", "caseworker, payments officer"),
    "earlier_template": Page("running", lambda scene: {"kind": "people", "ending": "csv"}, "caseworker", NOT_SERVED),
    "earlier_file": thing("earlier file", "caseworker, auditor"),
    "earlier_file_rows": thing("earlier file", "caseworker"),
    "earlier_file_take": thing("earlier file", NOT_SERVED, "caseworker"),
    "earlier_file_corrections": thing("earlier file", NOT_SERVED, "caseworker"),
    "earlier_file_check": thing("earlier file", NOT_SERVED, "caseworker"),
    "earlier_file_delete": thing("earlier file", "caseworker", "caseworker"),
    "registration_drafts": page("coordinator, elsewhere coordinator"),
    "registration_draft": thing("draft", "coordinator"),
    "registration_draft_check": thing("draft", "coordinator", "coordinator"),
    "registration_draft_sent": thing("draft", "coordinator"),
    "registration_draft_delete": thing("draft", "coordinator", "coordinator"),
    "registration_draft_step": thing("draft", "coordinator", "coordinator", key="name"),
    "registration": reg("running", "coordinator, senior lead, assessor, nqsw, caseworker, auditor, administrator"),
    "registration_history": reg(
        "running", "coordinator, senior lead, assessor, nqsw, caseworker, auditor, administrator"
    ),
    "registration_note": reg("running", "coordinator, caseworker", "coordinator, caseworker"),
    "registration_check_register": reg("submitted", NOT_SERVED, "caseworker"),
    "registration_keep_asking": Page(
        "submitted",
        lambda scene: {"pk": scene.registrations["submitted"].pk},
        NOT_SERVED,
        "caseworker",
        register_without_answer,
    ),
    "registration_settle_name": Page(
        "submitted",
        lambda scene: {"pk": scene.registrations["submitted"].pk},
        "caseworker",
        "caseworker",
        other_name_in_register,
    ),
    "registration_verdict": Page(
        "running",
        lambda scene: {"pk": scene.registrations["running"].pk},
        "caseworker",
        "caseworker",
        verdict_changed,
    ),
    "registration_approve": reg("submitted", "caseworker", "caseworker"),
    "registration_approved": reg(
        "running", "coordinator, senior lead, assessor, nqsw, caseworker, auditor, administrator"
    ),
    "registration_ask": reg("submitted", "caseworker", "caseworker"),
    "registration_refuse": reg("submitted", "caseworker", "caseworker"),
    "registration_answer": reg("queried", "coordinator", "coordinator"),
    "registration_correct": reg("queried", NOT_SERVED, "coordinator"),
    "registration_resend": reg("submitted", NOT_SERVED, "coordinator"),
    "registration_withdraw": reg("running", "coordinator", "coordinator"),
    "registration_defer": reg("running", "coordinator", "coordinator"),
    "registration_resume": reg("deferred", "coordinator", "coordinator"),
    "registration_extend": reg("running", "coordinator", "coordinator"),
    "registration_assessor": reg("running", "coordinator", "coordinator"),
    "registration_cover": reg("running", "coordinator", "coordinator"),
    "registration_move": reg("running", "coordinator", "coordinator"),
    "change_undo": thing("change", "coordinator", "coordinator", about="moving"),
    "moves": page("coordinator, caseworker, auditor, elsewhere coordinator"),
    "take_over": page("coordinator, elsewhere coordinator", "coordinator, elsewhere coordinator"),
    "move": thing("move", "coordinator, caseworker, auditor, elsewhere coordinator", about="moving"),
    "move_agree": thing("move", "coordinator", "coordinator", about="moving"),
    "move_accept": thing("move", "elsewhere coordinator", "elsewhere coordinator", about="moving"),
    "move_settle": thing("move", "caseworker", "caseworker", about="moving"),
    "move_call_off": thing(
        "move",
        "coordinator, caseworker, elsewhere coordinator",
        "coordinator, caseworker, elsewhere coordinator",
        about="moving",
    ),
    "same_people": page("caseworker"),
    "same_pair": thing("same pair", "caseworker"),
    "same_different": thing("same pair", "caseworker", "caseworker"),
    "same_merge": thing("same pair", "caseworker", "caseworker"),
    "registration_late_allowed": page("caseworker, auditor"),
    "registration_late_allow": page("caseworker", "caseworker"),
    "registration_again_allowed": page("caseworker, auditor"),
    "registration_again_allow": page("caseworker", "caseworker"),
    "programme_years": page("auditor, administrator"),
    "programme_year": thing("programme year", "auditor, administrator"),
    "programme_year_compare": thing("programme year", "auditor, administrator"),
    "programme_year_change": thing("programme year", "administrator", "administrator", step="name"),
    "programme_year_next": thing("programme year", "administrator", "administrator"),
    "programme_year_correct": thing("programme year", "administrator", "administrator"),
    "programme_year_publish": thing("programme year", "administrator", "administrator"),
    "programme_year_discard": thing("programme year", "administrator", "administrator"),
    "assessor_load": page(LOADS, LOADS),
    "assessor_load_file": page(NOT_SERVED, "coordinator, elsewhere coordinator"),
    "assessor_load_of": Page(
        "running", lambda scene: {"pk": scene.personas("running")["assessor"].pk}, "coordinator, assessor", NOT_SERVED
    ),
    "reminders": page(REMINDED, REMINDED),
    "my_record": page("nqsw, elsewhere nqsw"),
    "records": reg("running", "coordinator, assessor, nqsw, auditor"),
    "record_new": Page(
        "running",
        lambda scene: {"pk": scene.registrations["running"].pk, "kind": "review", "point": "review_final"},
        "assessor, nqsw",
        "assessor, nqsw",
    ),
    "records_of_kind": Page(
        "running",
        lambda scene: {"pk": scene.registrations["running"].pk, "kind": "supervision"},
        "coordinator, assessor, nqsw, auditor",
        NOT_SERVED,
    ),
    "record": thing("record", "coordinator, assessor, nqsw, auditor"),
    "record_version": thing("record", "coordinator, assessor, nqsw, auditor", number=1),
    "record_standards": thing("record", "coordinator, assessor, nqsw, auditor", "assessor, nqsw"),
    "record_standard_remove": thing("standard link", "assessor, nqsw", "assessor, nqsw"),
    "coverage": reg("running", "coordinator, assessor, nqsw, auditor"),
    "coverage_standard": Page(
        "running",
        lambda scene: {"pk": scene.registrations["running"].pk, "standard": "pqs-7"},
        "coordinator, assessor, nqsw, auditor",
        "assessor",
    ),
    "record_changes": thing("record", "coordinator, assessor, nqsw, auditor"),
    "record_edit": thing("editable", "assessor, nqsw", "assessor, nqsw", about="late"),
    "record_draft": thing("editable", NOT_SERVED, "assessor, nqsw", about="late"),
    "record_sign": thing("editable", "assessor, nqsw", "assessor, nqsw", about="late"),
    "record_return": thing("editable", "assessor, nqsw", "assessor, nqsw", about="late"),
    "record_renew": thing("agreement", "nqsw, other assessor", "nqsw, other assessor", prepare=another_takes_over),
    "record_lock": thing("record", "coordinator, assessor", "coordinator, assessor"),
    "record_reopen": thing("record", "coordinator", "coordinator"),
    "concerns": reg("running", "coordinator, assessor, nqsw, auditor"),
    "concern_raise": reg("running", "coordinator, assessor", "coordinator, assessor"),
    "concern": thing("supported concern", "coordinator, assessor, nqsw, auditor"),
    "concern_plan": thing("open concern", "coordinator, assessor", "coordinator, assessor"),
    "concern_review": thing("supported concern", "coordinator, assessor", "coordinator, assessor"),
    "concern_note": thing("open concern", "coordinator, assessor, nqsw", "coordinator, assessor, nqsw"),
    "concern_close": thing("open concern", "coordinator, assessor", "coordinator, assessor"),
    "outcome": reg("passed", "coordinator, senior lead, assessor, nqsw, auditor"),
    "appeal_open": reg("passed", "coordinator, nqsw", "coordinator, nqsw"),
    "appeal_close": thing("appeal", "coordinator, nqsw", "coordinator, nqsw", about="failed"),
    "certificate_download": reg("passed", NOT_SERVED, "coordinator, nqsw"),
    "certificate_replace": reg("passed", "coordinator", "coordinator"),
    "verify": page(ANYBODY, ANYBODY),
    "verify_code": thing("code", ANYBODY),
    "moderation": page(  # readers and senior leads are led on to the pages that are theirs
        "coordinator, auditor, elsewhere coordinator, moderator, other moderator, elsewhere moderator, "
        "senior lead, elsewhere senior lead"
    ),
    "moderation_open": thing("open a round", "coordinator", "coordinator"),
    "moderation_round": thing("round", "coordinator, auditor", about="moderated"),
    "moderation_population": thing("round", "coordinator, auditor", about="moderated"),
    "moderation_share_out": thing("round", NOT_SERVED, "coordinator", about="moderated"),
    "moderation_close": thing("round", NOT_SERVED, "coordinator", about="moderated"),
    "moderation_item": thing("item", "coordinator, auditor", about="moderated"),
    "moderation_allocate": thing("item", "coordinator", "coordinator", about="moderated"),
    "moderation_resolve": thing("item", "coordinator", "coordinator", about="moderated", prepare=disagree),
    "moderation_feedback": thing("item", "coordinator", "coordinator", about="moderated"),
    "moderation_withdraw": thing("allocation", "coordinator", "coordinator", about="moderated"),
    "moderation_conflict": thing("allocation", "coordinator", "coordinator", about="moderated"),
    "readings": page("moderator, other moderator, elsewhere moderator"),
    "reading": thing("allocation", "moderator", "moderator", about="moderated"),
    "reading_seal": thing("allocation", "moderator", "moderator", about="moderated"),
    "reading_complete": thing("allocation", "moderator", "moderator", about="moderated"),
    "own_conflict": reg(
        "moderated",
        "coordinator, senior lead, moderator, other moderator",
        "coordinator, senior lead, moderator, other moderator",
        key="registration_id",
    ),
    "reading_conflict": thing("allocation", "moderator", "moderator", about="moderated"),
    "outcomes_to_confirm": page("senior lead, elsewhere senior lead"),
    "outcome_confirm": reg("confirmable", "senior lead", "senior lead", key="registration_id"),
    "outcome_check_register": reg("confirmable", NOT_SERVED, "senior lead", key="registration_id"),
    "outcome_confirmed": reg("passed", "senior lead", key="registration_id"),
    "feedback_mine": page(SIGNED_IN),
    "feedback": thing("feedback", "coordinator, assessor, auditor", "assessor", about="passed"),
    "payments": page(
        "coordinator, senior lead, payments officer, payments approver, auditor, elsewhere coordinator, "
        "elsewhere senior lead"
    ),
    "payments_find": page(
        "payments officer, payments approver, auditor, coordinator, elsewhere coordinator",
        "payments officer, payments approver, auditor, coordinator, elsewhere coordinator",
    ),
    "remittance": thing("remittance", "coordinator, payments officer, payments approver, auditor"),
    "forecast": page("payments officer, payments approver, auditor"),
    "owed_payments": page("payments officer, payments approver, auditor"),
    "batch_prepare": page("payments officer", "payments officer"),
    "ledger": page("payments officer, payments approver, auditor", "payments officer, payments approver, auditor"),
    "reconciliation": page("payments officer, payments approver, auditor"),
    "batch": thing("batch", "payments officer, payments approver, auditor"),
    "batch_submit": thing("batch", "payments officer", "payments officer"),
    "batch_approve": thing("batch", "payments approver", "payments approver"),
    "batch_send_back": thing("batch", "payments approver", "payments approver"),
    "batch_cancel": thing("batch", "payments officer", "payments officer"),
    "batch_file": thing("paid batch", NOT_SERVED, "payments officer"),
    "batch_sample": thing("paid batch", "payments officer, payments approver, auditor"),
    "line_look": thing("sampled line", "payments officer", "payments officer"),
    "batch_fingerprint": thing("paid batch", "payments officer, payments approver, auditor"),
    "batch_hand_over": thing("paid batch", "payments officer", "payments officer"),
    "batch_response": thing("paid batch", "payments officer", "payments officer"),
    "line": thing("line", "coordinator, payments officer, payments approver, auditor"),
    "line_hold": thing("draft line", "payments officer", "payments officer"),
    "statement_of": thing("northshire", "coordinator, senior lead, payments officer, payments approver, auditor"),
    "statement": thing("grant year", "coordinator, senior lead, payments officer, payments approver, auditor"),
    "recoveries": page("payments officer, payments approver, auditor"),
    "recovery_propose": thing("paid line", "payments officer", "payments officer"),
    "recovery": thing("recovery", "payments officer, payments approver, auditor"),
    "recovery_approve": thing("recovery", "payments approver", "payments approver"),
    "recovery_withdraw": thing("recovery", "payments officer", "payments officer"),
    "recovery_decline": thing("recovery", "payments approver", "payments approver"),
    "recovery_call_off": thing("recovery", "payments approver", "payments approver", prepare=asked_back.approved),
    "recovery_offset": thing("recovery", "payments officer", "payments officer", prepare=asked_back.with_a_draft),
    "recovery_take_off": thing("recovery", "payments officer", "payments officer", prepare=asked_back.on_a_draft),
    "recovery_invoice": thing("recovery", "payments officer", "payments officer", prepare=asked_back.approved),
    "recovery_receive": thing("recovery", "payments officer", "payments officer", prepare=asked_back.invoiced),
    "recovery_write_off_ask": thing("recovery", "payments officer", "payments officer", prepare=asked_back.invoiced),
    "recovery_write_off": thing("recovery", "payments approver", "payments approver", prepare=asked_back.given_up),
    "recovery_write_off_refuse": thing(
        "recovery", "payments approver", "payments approver", prepare=asked_back.given_up
    ),
    "part_take_back": thing("recovery", "payments officer", "payments officer", prepare=asked_back.received, number=1),
    "reversal_approve": thing(
        "recovery", "payments approver", "payments approver", prepare=asked_back.a_mistake, number=1
    ),
    "reversal_refuse": thing(
        "recovery", "payments approver", "payments approver", prepare=asked_back.a_mistake, number=1
    ),
    "grant_years": page("payments officer, payments approver, auditor, administrator"),
    "grant_year_change": Page("running", lambda scene: {"code": "2026-27"}, "administrator", "administrator"),
    "payees": page("payments officer, payments approver, auditor"),
    "payee_propose": page("payments officer", "payments officer"),
    "payee": thing("payee", "payments officer, payments approver, auditor"),
    "payee_verify": thing("proposed payee", "payments approver", "payments approver"),
    "payee_refuse": thing("proposed payee", "payments approver", "payments approver"),
    "payee_shared": thing("shared pair", "payments officer", "payments officer"),
    "shared_number": thing("shared number", "payments officer, payments approver, auditor", "payments approver"),
    "shared_number_refuse": thing("shared number", "payments approver", "payments approver"),
    "api_registrations": page(BY_KEY, BY_KEY),
    "api_check": page(BY_KEY, BY_KEY),
    "api_search": page(BY_KEY, BY_KEY),
    "api_registration": reg("running", BY_KEY, BY_KEY, key="which"),
    "api_answer": reg("queried", BY_KEY, BY_KEY, key="which"),
    "api_withdraw": reg("running", BY_KEY, BY_KEY, key="which"),
    "api_assessors": page(BY_KEY, BY_KEY),
    "api_options": page(BY_KEY, BY_KEY),
    "letter_receipts": page(BY_KEY, BY_KEY),
    "api_nowhere": page(BY_KEY, BY_KEY),
    "ui:theme": page(ANYBODY),
    "ui:privacy": page(ANYBODY),
    "ui:cookies": page(ANYBODY),
    "ui:accessibility": page(ANYBODY),
}
