"""Impossible slots, grant years, holds and payees: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add, run
from tests.payments.walls.recoveries import OMARS_ACCOUNT_IS_UDOS

VERIFY = (
    "UPDATE payments_payee SET verified_by_id = {nils}, verified_human_id = {omar_human}, spoke_to = 'x', "
    "verified_at = '2026-09-14T10:00:00Z', called_back_on = '2026-09-14', called_back_note = 'x', "
    "called_number = '+441632960001', used_from = '2026-09-14' WHERE id = 900"
)
CALLS_CORA = (  # about details that Omar proposed
    "UPDATE payments_payee SET verified_by_id = {priya}, verified_human_id = {priya_human}, spoke_to = 'x', "
    "verified_at = '2026-09-14T10:00:00Z', called_back_on = '2026-09-14', called_back_note = 'x', "
    "called_person_id = {cora}, used_from = '2026-09-14', ended_at = now() WHERE id = {proposed}"
)
CALLED = "payments_payee_called: "
ENDED = {"ended_at": "2026-09-14T10:00:00Z"}

GRANTS = [
    add("payments_entitlement(person_id)", "slot", person_id="{nobody}"),
    add("payments_entitlement.payments_entitlement_pkey", "slot", id="{free_slot}"),
    add("payments_entitlement.slot_once_for_life", "slot", milestone="registration"),
    add("payments_entitlement.slot_paid_elsewhere_with_reference", "slot", paid_elsewhere_source="Skills for Care"),
    add("payments_entitlement.slot_paid_elsewhere_once", "slot", paid_elsewhere_source="Skills for Care",
        paid_elsewhere_reference="77"),
    add("payments_entitlement.slot_referable", "advance", slot_id="{elsewhere}",
        registration_id="{returned_registration}"),
    add("payments_slot_person: a slot is the surviving person''s", "slot", person_id="{merged_person}"),
    run("payments_entitlement_frozen: a fact of payments_entitlement cannot be changed",
        "UPDATE payments_entitlement SET person_id = {approved_person} WHERE id = 900", ("slot", {"id": 900})),
    run("payments_slot_stays_paid: a slot that was paid elsewhere stays so",
        "UPDATE payments_entitlement SET paid_elsewhere_source = '', paid_elsewhere_reference = '' "
        "WHERE id = {elsewhere}"),
    add("payments_grantyear.grant_year_advance_within", "year", final_year_advance_on="2032-04-01"),
    add("payments_grantyear.grant_year_april_to_april", "year", ends_on="2032-04-02"),
    add("payments_grantyear.grant_year_budget_not_negative", "year", budget_pence=-1),
    add("payments_grantyear.payments_grantyear_code_key", "year", code="2026-27"),
    add("payments_grantyear.payments_grantyear_payer_file_version_check", "year", payer_file_version=-1),
    *[add(f"payments_grantyear.payments_grantyear_{name}_days_check", "year", **{f"{name}_days": -1})
      for name in ("cool_off", "contact_settled")],
    add("payments_grantyear.payments_grantyear_pkey", "year", ("year", {"id": 900}), id=900, code="2032-33",
        starts_on="2032-04-01", ends_on="2033-04-01", final_year_advance_on=None),
    add("payments_grantyear.payments_grantyear_starts_on_key", "year", starts_on="2026-04-01", ends_on="2027-04-01",
        final_year_advance_on=None),
    run("payments_advance_stays: second payments were made ready for the day of this advance",
        "UPDATE payments_grantyear SET final_year_advance_on = '2027-03-16' WHERE code = '2026-27'", ("advance", {})),
    run("payments_grantyear_frozen: a fact of payments_grantyear cannot be changed",
        "UPDATE payments_grantyear SET code = '2030-31' WHERE code = '2026-27'"),
    add("payments_hold.hold_has_reason", "hold", reason=""),
    add("payments_hold(held_by_id)", "hold", held_by_id="{nobody}"),
    add("payments_hold(slot_id)", "hold", slot_id="{nobody}"),
    add("payments_hold.payments_hold_pkey", "hold", id="{hold}"),
]  # fmt: skip
PAYEES = [
    run("payments_payee.payee_ends_after_verified", "UPDATE payments_payee SET ended_at = now() WHERE id = {proposed}"),
    add("payments_payee.payee_number_plain", "proposed", vendor_number="vn-1"),
    add("payments_payee.payee_referable", "free", payee_id="{own_proposed}"),
    run("payments_payee.payee_refused_with_reason",
        "UPDATE payments_payee SET refused_by_id = {priya}, refused_at = now() WHERE id = {proposed}"),
    run("payments_payee.payee_two_people", VERIFY, ("proposed", {"id": 900}), *OMARS_ACCOUNT_IS_UDOS),
    add("payments_payee.payee_called_one_contact", "proposed", called_number="x", called_person_id="{cora}"),
    add("payments_payee.payee_used_once_verified", "verified", used_from=None),
    add("payments_payee.payee_used_once_verified", "proposed", used_from="2026-09-14"),
    add("payments_payee.payee_verified_with_call_back", "verified", called_back_on=None),
    add("payments_payee(employer_id)", "proposed", employer_id="{nobody}"),
    add("payments_payee(called_person_id)", "proposed", called_person_id="{nobody}"),
    add("payments_payee(proposed_by_id)", "proposed", proposed_by_id="{nobody}"),
    add("payments_payee(proposed_human_id)", "proposed", proposed_human_id="{nobody}"),
    run("payments_payee(refused_by_id)", "UPDATE payments_payee SET refused_by_id = {nobody}, refused_at = now(), "
        "refused_because = 'x' WHERE id = {proposed}"),
    add("payments_payee(verified_by_id)", "verified", verified_by_id="{nobody}"),
    add("payments_payee(verified_human_id)", "verified", verified_human_id="{nobody}"),
    add("payments_payee.payments_payee_pkey", "proposed", id="{payee}"),
    add("payments_payee.payee_one_in_use", "verified", ("verified", {})),
    add("payments_payee.payee_one_proposed", "proposed", employer_id="{southmouth}"),
    run("payments_payee_frozen: a fact of payments_payee cannot be changed",
        "UPDATE payments_payee SET vendor_number = 'VN66666' WHERE id = {proposed}"),
    run("payments_payee_frozen_once: a fact of payments_payee cannot be changed",
        "UPDATE payments_payee SET called_back_on = '2020-01-01' WHERE id = {payee}"),
    add("payments_payee_human: the proposal is not that person''s", "proposed", proposed_human_id="{priya_human}"),
    add("payments_payee_human: nobody verifies what they proposed", "verified", verified_by_id="{omar}"),
    *[run(f"{CALLED}how vendor details were verified cannot be changed",
          f"UPDATE payments_payee SET {change} WHERE id = {{payee}}")
      for change in ("called_number = '+441632960001', called_person_id = NULL", "called_person_id = {cora}",
                     "spoke_to = 'x'", "used_from = '2026-09-15'")],
    add(f"{CALLED}vendor details are verified by a call back to a contact", "verified", spoke_to=""),
    add(f"{CALLED}vendor details are verified by a call back to a contact", "verified", called_number=""),
    add(f"{CALLED}that number was not held before the proposal", "verified", called_number="+441632960009"),
    *[add(f"{CALLED}that person did not act for the employer before the proposal", "called", called_person_id=who)
      for who in ("{amira}", "{cal}", "{priya}")],
    *[add(f"{CALLED}that person did not act for the employer before the proposal", "called",
          f"UPDATE accounts_user SET human_id = {human} WHERE id = {{cora}}")
      for human in ("{omar_human}", "{priya_human}")],
    add(f"{CALLED}that person did not act for the employer before the proposal", "called",
        proposed_at="2020-08-31T10:00:00Z"),
    *[add(f"{CALLED}that person did not act for the employer before the proposal", "called", gone) for gone in (
        "UPDATE accounts_membership SET ends_on = '2026-09-14' WHERE user_id = {cora}",
        "UPDATE accounts_user SET is_active = false WHERE id = {cora}")],
    *[run(f"{CALLED}that person did not act for the employer before the proposal", CALLS_CORA, *first) for first in (
        ["UPDATE accounts_user SET human_id = {cora_human} WHERE id = {omar}"],
        ["UPDATE accounts_user SET human_id = {omar_human} WHERE id = {cora}", OMARS_ACCOUNT_IS_UDOS[1]])],
    add(f"{CALLED}changed vendor details are not used before %", "verified", used_from="2026-09-13"),
    add(f"{CALLED}changed vendor details are not used before %", "verified", ("verified", ENDED),
        "UPDATE payments_grantyear SET cool_off_days = 10", used_from="2026-09-23"),
    add(f"{CALLED}changed vendor details are not used before %", "verified", ("verified", ENDED),
        verified_at="2029-09-14T10:00:00Z", used_from="2029-09-23"),
    run("payments_payee_stays: a line of these vendor details is in a live batch",
        "UPDATE payments_payee SET ended_at = now() WHERE id = {payee}"),
]  # fmt: skip
