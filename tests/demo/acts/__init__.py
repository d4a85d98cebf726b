"""Every act of the service: what it is called with, and who is let in.

Written against the roles of accounts/roles.py, like the table of addresses. Whoever is not named is refused. A name may
be followed by words in brackets: the same act about something else. An act that is neither here nor in PARTS fails the
walk.
"""

from tests.demo.acts import (
    accounts,
    assessments,
    bulk,
    concerns,
    earlier,
    mergers,
    moderation,
    payments,
    recoveries,
    registrations,
    same,
)
from tests.demo.acts.act import Act

ACTS: dict[str, Act] = {
    **accounts.ACTS,
    **registrations.ACTS,
    **bulk.ACTS,
    **earlier.ACTS,
    **mergers.ACTS,
    **same.ACTS,
    **assessments.ACTS,
    **concerns.ACTS,
    **moderation.ACTS,
    **payments.ACTS,
    **recoveries.ACTS,
}

# Called by other acts only, inside their transaction, after they have asked whether the person may.
PARTS: dict[str, str] = {
    "accounts.services.audit.record": "the trail itself: every act writes it, whoever acts",
    "accounts.services.audit.record_many": "the same for many things at once",
    "accounts.services.inviting.invite_many": "of bulk.register_many, which knows the employer",
    "accounts.services.employers.write": "of create_employer and requests.approve, which have asked",
    "accounts.services.employers.close": "of mergers.close and mergers.confirm, which know who is placed there",
    "accounts.services.invitations.send": "of invitations.invite and requests.approve, which have asked",
    "accounts.services.reads.log": "the guard around every page writes it for whoever was shown the page",
    "registrations.services.judging.evaluation": "the row of a verdict, for the acts that judge",
    "registrations.services.judging.judge_again": "of whatever changes a fact that the rules judge by",
    "registrations.services.looking.keep": "of checking.check_register_entry and the sweep that asks the register",
    "registrations.services.registering.invite": "of register and answer, which know the employer",
    "registrations.services.transfers.drop": "of withdraw and end, when the registration ends",
    "registrations.services.undoing.keep": "of every change that can be undone",
    "registrations.services.storing.store": "of bulk.register_many, which has checked everything",
    "registrations.services.earlier.note_taken": "of take_over, which has asked",
    "registrations.services.earlier_rows.store_employers": "of take_over, which has checked every row",
    "registrations.services.earlier_rows.store_people": "of take_over, which has checked every row",
    "assessments.services.earlier.store_outcomes": "of take_over, which has checked every row",
    "assessments.services.moving.move": "of whatever moves a record",
    "assessments.services.outcomes.supersede": "of appeals.close",
    "assessments.services.revisions.link_standards": "of revisions.write and standards.unlink",
    "assessments.services.revisions.write": "of records.submit and records.reopen",
    "assessments.services.telling.tell_others": "tells people what an act has done",
    "assessments.services.concerns.warn_after_review": "of signing.sign, when a review is agreed",
    "payments.services.offsets.note": "of responses.import_response, which has asked",
    "moderation.services.allocation.take_back": "of allocation.withdraw and conflicts.declare",
    "moderation.services.resolution.agree": "of reading.complete, when the last reader agrees",
}

# Acts that are about nothing of Northshire's, so that people of another employer are let in too.
ABOUT_NOBODY: dict[str, str] = {
    "assessments.services.reminding.choose": "everybody who is reminded chooses for themselves",
    "accounts.services.kept.keep": "everybody keeps their own text",
    "registrations.services.transfers.take_over": "any employer asks for an NQSW who comes to it",
    "registrations.services.transfers.accept": "the employer they go to agrees to its own day",
    "registrations.services.transfers.call_off": "both employers of a move may call it off",
    "accounts.services.people.create_user": "every co-ordinator brings in NQSWs; an account alone opens nothing",
    "accounts.services.people.find_or_create_user": "as create_user",
}
