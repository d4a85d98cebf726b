"""Acts on registrations, drafts of them and programme years."""

from datetime import timedelta

from accounts.models import Employer, Notice, User
from accounts.services import addresses
from registrations import verdict_queries
from registrations.finding import Criteria
from registrations.models import NQSW, Change, FactRequest, Move, ProgrammeYear, Registration, RegistrationDraft
from registrations.models.finding import Ending
from registrations.rules.answers import Answers
from registrations.services import (
    approving,
    assessors,
    changes,
    checking,
    drafts,
    equality,
    exporting,
    joining,
    judging,
    lateness,
    looking,
    notes,
    own,
    own_facts,
    rechecking,
    registering,
    second_attempts,
    transfers,
    undoing,
    years,
)
from registrations.simulator import people
from registrations.states import DeferralReason, EndReason, Programme
from tests.demo.acts.act import Act
from tests.demo.facts_change import verdict_changed
from tests.demo.register_says import other_name_in_register, register_without_answer
from tests.demo.scene import NOW, TODAY, Scene
from tests.factories import registrations as factory

LAST = "Nobody Atall"


def answers(scene: Scene) -> Answers:
    """About a person of the register who is nowhere in the demo; the address is that of the account without a role."""
    taken = set(NQSW.objects.values_list("swe_number", flat=True))
    number = next(n for n, person in enumerate(people()) if person.is_plain and person.number not in taken)
    assessor = scene.by_name["Sally Thornton"]
    return factory.answers(assessor, number=number, on=TODAY, email=scene.by_name[LAST].email)


def northshire(scene: Scene) -> Employer:
    return Employer.objects.get(pk=scene.ids["northshire"]["pk"])


def draft(scene: Scene) -> RegistrationDraft:
    return RegistrationDraft.objects.get(pk=scene.ids["draft"]["pk"])


def submit(scene: Scene, by: User) -> Registration:
    found = draft(scene)
    return registering.submit(found, answers(scene), by=by, now=NOW, seen_version=found.version)


def save_step(scene: Scene, by: User) -> RegistrationDraft:
    found = draft(scene)
    return drafts.save_step(found, "job", {"job_title": "Social worker"}, by=by, now=NOW, seen_version=found.version)


def register_nobody(scene: Scene) -> None:
    registering.register(northshire(scene), answers(scene), by=scene.by_name["Amira Rahman"], now=NOW)


def join(scene: Scene, by: User) -> NQSW:
    """With the link that was sent to somebody who has an account: it alone is not enough."""
    letter = Notice.objects.filter(user=scene.by_name[LAST], secret_link__contains="/nqsw/join/").latest("id")
    return joining.accept(letter.secret_link.rsplit("/", 1)[-1], None, by=by, now=NOW)


def draft_2030(scene: Scene) -> None:
    factory.draft_year(2030, by=scene.by_name["Winston Hale"], now=NOW)


def year_2030() -> ProgrammeYear:
    return ProgrammeYear.objects.get(code="2030-31")


def newest_year() -> ProgrammeYear:
    return ProgrammeYear.objects.filter(programme=Programme.ASYE_CHILD_AND_FAMILY).latest("code")


def choose(scene: Scene, by: User) -> ProgrammeYear:
    return years.choose(
        year_2030(),
        on_fail=ProgrammeYear.OnFail.PAY,
        on_withdrawal=ProgrammeYear.OnWithdrawal.KEEP,
        on_move=ProgrammeYear.OnMove.COMPLETING,
        certificate_issuer="Department for Education",
        by=by,
        now=NOW,
    )


def reassign(scene: Scene, by: User) -> object:
    other = scene.personas("running")["other assessor"]
    return assessors.assign_assessor(scene.registration("running"), other, TODAY, by=by, now=NOW)


def cover(scene: Scene, by: User) -> object:
    other = scene.personas("running")["other assessor"]
    back = TODAY + timedelta(days=7)
    return assessors.cover_assessor(scene.registration("running"), other, TODAY, back, "Away.", by=by, now=NOW)


def move(scene: Scene) -> Move:
    return Move.objects.select_related("leaves__employer", "to_employer").get(pk=scene.ids["move"]["pk"])


def take_over(scene: Scene, by: User) -> object:
    number = scene.registration("running").nqsw.swe_number or ""
    there = move(scene).to_employer
    assert there is not None
    return transfers.take_over(number, there, TODAY, scene.by_name["Mark Ellison"], by=by, now=NOW)


def settle(scene: Scene, by: User) -> object:
    about = scene.registration("submitted")
    seen = about.register_checks.first()
    return looking.settle_name(about, "They married.", seen_check=seen.pk if seen else 0, by=by, now=NOW)


def settle_verdict(scene: Scene, by: User) -> object:
    waiting = verdict_queries.open_verdict(scene.registration("running"))
    assert waiting is not None
    return judging.settle(waiting, "It counts.", take=False, by=by, now=NOW)


def fact_request(scene: Scene) -> FactRequest:
    return FactRequest.objects.get(pk=scene.ids["fact request"]["pk"])


ACTS: dict[str, Act] = {
    "registrations.services.own.save_details": Act(
        "nqsw",
        lambda scene, by: own.save_details(scene.registration("running").nqsw, own.Details("Dr"), by=by, now=NOW),
    ),
    "registrations.services.own.ask_for_address": Act(
        "nqsw",
        lambda scene, by: own.ask_for_address(scene.registration("running").nqsw, "a@home.example", by=by, now=NOW),
    ),
    "registrations.services.own.prove_address": Act(
        "nqsw", lambda scene, by: own.prove_address(str(scene.ids["address token"]["token"]), by=by, now=NOW)
    ),
    "registrations.services.own.save_adjustments": Act(
        "nqsw",
        lambda scene, by: own.save_adjustments(scene.registration("running").nqsw, "no", "", [], by=by, now=NOW),
    ),
    "registrations.services.own_facts.ask": Act(
        "nqsw",
        lambda scene, by: own_facts.ask(
            scene.registration("running"), "job-title", {"job_title": "Lead"}, "So.", by=by, now=NOW
        ),
    ),
    "registrations.services.own_facts.accept": Act(
        "coordinator", lambda scene, by: own_facts.accept(fact_request(scene), by=by, now=NOW)
    ),
    "registrations.services.own_facts.refuse": Act(
        "coordinator", lambda scene, by: own_facts.refuse(fact_request(scene), "No.", by=by, now=NOW)
    ),
    "accounts.services.addresses.change": Act(
        "nqsw",
        lambda scene, by: addresses.change(
            User.objects.get(pk=scene.registration("running").nqsw.user_id), "b@home.example", by=by, now=NOW
        ),
    ),
    "accounts.services.addresses.rename_self": Act(
        "coordinator",
        lambda scene, by: addresses.rename_self(
            scene.by_name["Amira Rahman"], "Amira", "Khan", seen="Amira Rahman", by=by, now=NOW
        ),
    ),
    "accounts.services.addresses.rename": Act(
        "caseworker", lambda scene, by: addresses.rename(scene.by_name[LAST], "New", "Name", by=by, now=NOW)
    ),
    "registrations.services.judging.settle": Act("caseworker", settle_verdict, prepare=verdict_changed),
    "registrations.services.changes.withdraw": Act(
        "coordinator",
        lambda scene, by: changes.withdraw(scene.registration("running"), TODAY, "Left.", by=by, now=NOW),
    ),
    "registrations.services.changes.end": Act(
        "senior lead",
        lambda scene, by: changes.end(
            scene.registration("confirmable"), TODAY, EndReason.OUTCOME_CONFIRMED, by=by, now=NOW
        ),
        about="confirmable",
    ),
    "registrations.services.changes.defer": Act(
        "coordinator",
        lambda scene, by: changes.defer(
            scene.registration("running"), TODAY, DeferralReason.PARENTAL, agreed=factory.agreed(NOW), by=by, now=NOW
        ),
    ),
    "registrations.services.changes.resume": Act(
        "coordinator",
        lambda scene, by: changes.resume(scene.registration("deferred"), TODAY, by=by, now=NOW),
        about="deferred",
    ),
    "registrations.services.changes.extend": Act(
        "coordinator",
        lambda scene, by: changes.extend(scene.registration("running"), 30, "More time.", by=by, now=NOW),
    ),
    "registrations.services.assessors.assign_assessor": Act("coordinator", reassign),
    "registrations.services.assessors.cover_assessor": Act("coordinator", cover),
    "registrations.services.undoing.undo": Act(
        "coordinator",
        lambda scene, by: undoing.undo(Change.objects.get(pk=scene.ids["change"]["pk"]), "By mistake.", by=by, now=NOW),
        about="moving",
    ),
    "registrations.services.transfers.let_go": Act(
        "coordinator",
        lambda scene, by: transfers.let_go(scene.registration("running"), TODAY, None, by=by, now=NOW),
    ),
    "registrations.services.transfers.take_over": Act("elsewhere coordinator", take_over),
    "registrations.services.transfers.accept": Act(
        "elsewhere coordinator",
        lambda scene, by: transfers.accept(move(scene), TODAY, scene.by_name["Mark Ellison"], by=by, now=NOW),
        about="moving",
    ),
    "registrations.services.transfers.settle": Act(
        "caseworker",
        lambda scene, by: transfers.settle(move(scene), TODAY, "No answer.", by=by, now=NOW),
        about="moving",
    ),
    "registrations.services.transfers.call_off": Act(
        "coordinator, caseworker, elsewhere coordinator",
        lambda scene, by: transfers.call_off(move(scene), "They stay.", by=by, now=NOW),
        about="moving",
    ),
    "registrations.services.checking.check_register_entry": Act(
        "caseworker",
        lambda scene, by: checking.check_register_entry(scene.registration("submitted"), by=by, now=NOW),
        about="submitted",
    ),
    "registrations.services.looking.keep_asking": Act(
        "caseworker",
        lambda scene, by: looking.keep_asking(scene.registration("submitted"), by=by, now=NOW),
        about="submitted",
        prepare=register_without_answer,
    ),
    "registrations.services.rechecking.look_before_outcome": Act(
        "senior lead",
        lambda scene, by: rechecking.look_before_outcome(scene.registration("confirmable"), by=by, now=NOW),
        about="confirmable",
    ),
    "registrations.services.looking.settle_name": Act(
        "caseworker", settle, about="submitted", prepare=other_name_in_register
    ),
    "registrations.services.checking.approve": Act(
        "caseworker",
        lambda scene, by: checking.approve(scene.registration("submitted"), by=by, now=NOW),
        about="submitted",
    ),
    "registrations.services.approving.approve_many": Act(
        "caseworker",
        lambda scene, by: approving.approve_many(
            [(scene.registration("submitted").pk, scene.registration("submitted").version)], by=by, now=NOW
        ),
        about="submitted",
    ),
    "registrations.services.checking.ask": Act(
        "caseworker",
        lambda scene, by: checking.ask(scene.registration("submitted"), "Which date?", by=by, now=NOW),
        about="submitted",
    ),
    "registrations.services.checking.refuse": Act(
        "caseworker",
        lambda scene, by: checking.refuse(scene.registration("submitted"), "Adults.", by=by, now=NOW),
        about="submitted",
    ),
    "registrations.services.checking.answer": Act(
        "coordinator",
        lambda scene, by: checking.answer(scene.registration("queried"), "The second.", by=by, now=NOW),
        about="queried",
    ),
    "registrations.services.drafts.start": Act(
        "coordinator", lambda scene, by: drafts.start(northshire(scene), by=by, now=NOW)
    ),
    "registrations.services.drafts.start_correction": Act(
        "coordinator",
        lambda scene, by: drafts.start_correction(scene.registration("queried"), {}, by=by, now=NOW),
        about="queried",
    ),
    "registrations.services.drafts.save_step": Act("coordinator", save_step),
    "registrations.services.drafts.delete": Act(
        "coordinator", lambda scene, by: drafts.delete(draft(scene), by=by, now=NOW)
    ),
    "registrations.services.drafts.locked": Act("coordinator", lambda scene, by: drafts.locked(draft(scene), by)),
    "registrations.services.equality.save": Act(
        "nqsw", lambda scene, by: equality.save(scene.registration("running").nqsw, {"sex": "female"}, by=by, now=NOW)
    ),
    "registrations.services.equality.choose_certificate_name": Act(
        "nqsw",
        lambda scene, by: equality.choose_certificate_name(
            scene.registration("running").nqsw, "A. Name", by=by, now=NOW
        ),
    ),
    "registrations.services.exporting.export": Act(
        "coordinator, senior lead, assessor, caseworker, auditor, administrator",
        lambda scene, by: exporting.export(
            [scene.registration("running").pk], Criteria(stage="on_programme"), Ending.CSV, by=by, now=NOW
        ),
    ),
    "registrations.services.joining.accept": Act("no role", join, prepare=register_nobody),
    "registrations.services.joining.resend": Act(
        "coordinator",
        lambda scene, by: joining.resend(scene.registration("unjoined"), by=by, now=NOW),
        about="unjoined",
    ),
    "registrations.services.notes.write": Act(
        "coordinator, caseworker",
        lambda scene, by: notes.write(scene.registration("running"), "Rang them.", by=by, now=NOW),
    ),
    "registrations.services.registering.submit": Act("coordinator", submit),
    "registrations.services.registering.register": Act(
        "coordinator", lambda scene, by: registering.register(northshire(scene), answers(scene), by=by, now=NOW)
    ),
    "registrations.services.lateness.allow": Act(
        "caseworker",
        lambda scene, by: lateness.allow("SW1", northshire(scene), TODAY, "The letter was lost.", by=by, now=NOW),
    ),
    "registrations.services.second_attempts.allow": Act(
        "caseworker",
        lambda scene, by: second_attempts.allow(
            "SW1", northshire(scene), TODAY, "They failed elsewhere.", failed=None, by=by, now=NOW
        ),
    ),
    "registrations.services.years.draft_year": Act(
        "administrator", lambda scene, by: factory.draft_year(2031, by=by, now=NOW)
    ),
    "registrations.services.years.draft_next": Act(
        "administrator", lambda scene, by: years.draft_next(newest_year(), by=by, now=NOW)
    ),
    "registrations.services.years.draft_correction": Act(
        "administrator", lambda scene, by: years.draft_correction(newest_year(), "The days.", by=by, now=NOW)
    ),
    "registrations.services.years.edit_year": Act(
        "administrator",
        lambda scene, by: years.edit_year(year_2030(), {"cohort": 99}, by=by, now=NOW),
        prepare=draft_2030,
    ),
    "registrations.services.years.discard_year": Act(
        "administrator",
        lambda scene, by: years.discard_year(year_2030(), "Too early.", by=by, now=NOW),
        prepare=draft_2030,
    ),
    "registrations.services.years.choose": Act("administrator", choose, prepare=draft_2030),
    "registrations.services.years.publish_year": Act(
        "administrator", lambda scene, by: years.publish_year(year_2030(), by=by, now=NOW), prepare=draft_2030
    ),
}
