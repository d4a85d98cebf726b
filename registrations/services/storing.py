"""Registrations of one person or of many, written in a handful of statements however many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts import notices as outbox
from accounts import roles
from accounts.models import Employer, Invitation, Membership, User
from accounts.services import audit, inviting
from accounts.services.inviting import Invitee
from registrations import notices
from registrations.models import NQSW, AssessorAssignment, Evaluation, Placement, ProgrammeYear, Registration
from registrations.rules import eligibility
from registrations.rules.answers import Answers
from registrations.rules.eligibility import Result
from registrations.services import judging, likeness
from registrations.states import Occasion, State

JOIN_URL_NAME: Final = "nqsw_join"


def store(
    everybody: Sequence[Answers],
    results: Sequence[Result],
    *,
    employer: Employer,
    year: ProgrammeYear,
    by: User,
    under: Membership,
    now: datetime,
) -> list[Registration]:
    """Writes the people, their invitations, registrations, placements, assessors, letters and trail. Whoever has joined
    keeps the names they have.

    Their numbers are locked and everything about them has been checked under the lock; `results` is what the rules say
    to each.
    """
    people = _people(everybody, by=by, now=now)
    made = Registration.objects.bulk_create(
        Registration(
            nqsw=nqsw,
            programme_year=year,
            state=State.SUBMITTED,
            submitted_at=now,
            submitted_by=by,
            **facts(answers, year, result),
        )
        for nqsw, answers, result in zip(people, everybody, results, strict=True)
    )
    Evaluation.objects.bulk_create(
        judging.evaluation(each, answers.judged, result, Occasion.SUBMITTED, by=by, now=now)
        for each, answers, result in zip(made, everybody, results, strict=True)
    )
    placements = Placement.objects.bulk_create(
        Placement(registration=each, nqsw=each.nqsw, employer=employer, starts_on=each.asye_start) for each in made
    )
    assessors = User.objects.in_bulk({answers.assessor_id for answers in everybody})
    AssessorAssignment.objects.bulk_create(
        AssessorAssignment(
            placement=placement,
            assessor=assessors[answers.assessor_id],
            starts_on=answers.asye_start,
            assigned_by=by,
            assigned_at=now,
        )
        for placement, answers in zip(placements, everybody, strict=True)
    )
    likeness.bring_up([each.pk for each in people], now)
    _record(made, results, by=by, under=under, now=now)
    _tell(made, [assessors[answers.assessor_id] for answers in everybody], employer, now=now)
    return made


def facts(answers: Answers, year: ProgrammeYear, result: Result) -> dict[str, object]:
    """The columns of a registration that come from the answers and the rules."""
    return {
        "given_first_name": answers.first_name,
        "given_middle_names": answers.middle_names,
        "given_last_name": answers.last_name,
        "job_title": answers.job_title,
        "team": answers.team,
        "service_area": answers.service_area,
        "assessor_is_manager": answers.assessor_is_manager,
        "contract": answers.contract,
        "fte_percent": answers.fte_percent,
        "qualification": answers.qualification,
        "route": answers.route,
        "route_other": answers.route_other,
        "qualified_on": answers.qualified_on,
        "swe_registered_from": answers.swe_registered_from,
        "employment_start": answers.employment_start,
        "asye_start": answers.asye_start,
        "eligibility_answers": answers.eligibility.as_data(),
        "rule_version": eligibility.rule_version(year),
        "verdict": result.verdict,
        "verdict_reasons": result.as_data(),
    }


def _people(everybody: Sequence[Answers], *, by: User, now: datetime) -> list[NQSW]:
    """The one NQSW of each number, invited where they have no account yet."""
    locked = NQSW.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    known = {nqsw.swe_number: nqsw for nqsw in locked.filter(swe_number__in=[each.swe_number for each in everybody])}
    strangers = [each for each in everybody if not _has_joined(known.get(each.swe_number))]
    invitations = inviting.invite_many(
        [Invitee(each.email, each.first_name, each.last_name) for each in strangers],
        roles.NQSW,
        by=by,
        now=now,
        accept_url_name=JOIN_URL_NAME,
    )
    new: list[NQSW] = []
    met: list[NQSW] = []
    for answers, invitation in zip(strangers, invitations, strict=True):
        nqsw = known.get(answers.swe_number) or NQSW(swe_number=answers.swe_number, created_at=now)
        (met if nqsw.pk else new).append(_named(nqsw, answers, invitation))
    NQSW.objects.bulk_create(new)
    NQSW.objects.bulk_update(
        met, ["first_name", "middle_names", "last_name", "former_name", "email", "invitation"], batch_size=500
    )
    known |= {nqsw.swe_number: nqsw for nqsw in new}
    return [known[each.swe_number] for each in everybody]


def _has_joined(nqsw: NQSW | None) -> bool:
    return nqsw is not None and nqsw.user_id is not None


def _named(nqsw: NQSW, answers: Answers, invitation: Invitation) -> NQSW:
    nqsw.first_name, nqsw.last_name = answers.first_name, answers.last_name
    nqsw.middle_names, nqsw.former_name = answers.middle_names, answers.former_name
    nqsw.email, nqsw.invitation = invitation.user.email, invitation
    return nqsw


def _record(
    made: Sequence[Registration], results: Sequence[Result], *, by: User, under: Membership, now: datetime
) -> None:
    for verdict in {result.verdict for result in results}:
        alike = [each for each, result in zip(made, results, strict=True) if result.verdict == verdict]
        audit.record_many("registrations.submit", alike, by=by, now=now, under=under, codes=[verdict.value])


def _tell(made: Sequence[Registration], assessors: Sequence[User], employer: Employer, *, now: datetime) -> None:
    letters: list[tuple[outbox.Message, User]] = []
    for registration, assessor in zip(made, assessors, strict=True):
        user = registration.nqsw.user
        if user is not None:
            letters.append((notices.Registering(registration=registration, employer=employer.name), user))
        letters.append((notices.NamedAssessor(registration=registration, from_=registration.asye_start), assessor))
    outbox.queue_many(letters, now=now)
