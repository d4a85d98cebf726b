"""Who may do what to which registration; a check raises NotAllowed, its twin answers yes or no."""

from datetime import date

from django.db.models import QuerySet

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.permissions import check_has_role, has_role, membership_in
from accounts.queries import roles_of
from asye.refusals import NotAllowed
from registrations import queries
from registrations.models import NQSW, FactRequest, Move, Registration
from registrations.rules import own_facts

BARRED = "You cannot decide on a registration that is your own or that you sent in."


def is_nqsw_of(user: User, registration: Registration) -> bool:
    """Whether the registration is this person's own."""
    return registration.nqsw.user_id == user.pk


def is_assessor_of(user: User, registration: Registration, on: date) -> bool:
    """Whether the person assesses it on that day, or covers for the assessor, and is still one of the employer's."""
    assignment = queries.assignment_of(registration, on)
    if assignment is not None and assignment.assessor_id == user.pk:
        return has_role(user, roles.ASSESSOR, on=on, employer=assignment.placement.employer_id)
    covers = queries.covers_of(registration).filter(assessor=user, starts_on__lte=on, ends_on__gt=on)
    return any(has_role(user, roles.ASSESSOR, on=on, employer=each.placement.employer_id) for each in covers)


def may_follow_year(user: User, registration: Registration, on: date) -> bool:
    """Whether the records of the year are open to this person, once there are any.

    The NQSW, the assessor of now or of the end, co-ordinators of an employer it was with, auditors.
    """
    if is_nqsw_of(user, registration) or is_assessor_of(user, registration, on):
        return True
    held = roles_of(user, on)
    coordinated = [each.employer_id for each in held if each.role == roles.COORDINATOR.key]
    return any(each.role == roles.AUDITOR.key for each in held) or (
        bool(coordinated) and registration.placements.filter(employer__in=coordinated).exists()
    )


def check_is_coordinator_of(user: User, registration: Registration, on: date) -> Membership:
    """The membership of a co-ordinator of the employer that has the NQSW now (or had last); raises NotAllowed."""
    return check_has_role(user, roles.COORDINATOR, on=on, employer=queries.placement_of(registration, on).employer_id)


def is_coordinator_of(user: User, registration: Registration, on: date) -> bool:
    """Whether check_is_coordinator_of would let the person pass."""
    return has_role(user, roles.COORDINATOR, on=on, employer=queries.placement_of(registration, on).employer_id)


def check_may_end(user: User, registration: Registration, on: date) -> Membership:
    """A senior lead of the employer that has the NQSW; raises NotAllowed. Co-ordinators withdraw instead."""
    return check_has_role(user, roles.SENIOR_LEAD, on=on, employer=queries.placement_of(registration, on).employer_id)


def check_may_check(user: User, on: date) -> Membership:
    """A caseworker; raises NotAllowed. Nobody checks a registration they sent in themselves."""
    return check_has_role(user, roles.CASEWORKER, on=on)


def may_check(user: User, on: date) -> bool:
    """Whether check_may_check would let the person pass."""
    return has_role(user, roles.CASEWORKER, on=on)


def is_auditor(user: User, on: date) -> bool:
    """Whether the person reads everything for the audit."""
    return has_role(user, roles.AUDITOR, on=on)


def check_may_decide(user: User, registration: Registration, on: date) -> Membership:
    """A caseworker who is neither the sender nor the NQSW, by human; raises NotAllowed."""
    under = check_may_check(user, on)
    if is_barred_from(registration, user):
        raise NotAllowed(BARRED)
    return under


def is_barred_from(registration: Registration, user: User) -> bool:
    """Whether it is the person's own registration, or one they sent in, by human: another caseworker decides it."""
    own = {registration.submitted_by.human_id}
    if registration.nqsw.user is not None:
        own.add(registration.nqsw.user.human_id)
    return user.human_id in own


def check_may_register(user: User, employer: Employer, on: date) -> Membership:
    """A co-ordinator of the employer; raises NotAllowed."""
    return check_has_role(user, roles.COORDINATOR, on=on, employer=employer)


def employers_to_register_for(user: User, on: date) -> QuerySet[Employer]:
    """The employers this person registers NQSWs for."""
    if not user.is_active:
        return Employer.objects.none()
    live = Membership.objects.live(on).filter(user=user, role=roles.COORDINATOR.key)
    return Employer.objects.filter(pk__in=live.values("employer"))


def check_is_self(user: User, nqsw: NQSW) -> Membership | None:
    """Only the NQSW writes this; raises NotAllowed. Answers with their membership."""
    if not user.is_active or nqsw.user_id != user.pk:
        raise NotAllowed("Only the NQSW may do this.")
    return user.memberships.filter(role=roles.NQSW.key).first()


def check_may_keep_years(user: User, on: date) -> Membership:
    """An administrator drafts and publishes programme years; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, on=on)


def check_may_read_late(user: User, on: date) -> Membership:
    """Caseworkers and auditors read which late registrations were allowed; raises NotAllowed."""
    return check_has_role(user, roles.CASEWORKER, roles.AUDITOR, on=on)


def may_keep_years(user: User, on: date) -> bool:
    """Whether check_may_keep_years would let the person pass."""
    return has_role(user, roles.ADMINISTRATOR, on=on)


def check_may_read_years(user: User, on: date) -> Membership:
    """Administrators and auditors read programme years; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, roles.AUDITOR, on=on)


def exporter(user: User, on: date) -> Membership | None:
    """Under which membership a person lists registrations and takes them out in a file; None for nobody who may."""
    listed = (
        roles.COORDINATOR,
        roles.SENIOR_LEAD,
        roles.ASSESSOR,
        roles.CASEWORKER,
        roles.AUDITOR,
        roles.ADMINISTRATOR,
    )
    return membership_in(user, *listed, on=on)


def may_list(user: User, on: date) -> bool:
    """Whether the list of registrations is a page of this person's."""
    return exporter(user, on) is not None


def check_receives(user: User, move: Move, on: date) -> Membership:
    """A co-ordinator of the employer they go to; raises NotAllowed."""
    if move.to_employer is None:
        raise NotAllowed("The employer they go to is not known yet.")
    return check_has_role(user, roles.COORDINATOR, on=on, employer=move.to_employer)


def receives(user: User, move: Move, on: date) -> bool:
    """Whether check_receives would let the person pass."""
    return move.to_employer is not None and has_role(user, roles.COORDINATOR, on=on, employer=move.to_employer)


def lets_go(user: User, move: Move, on: date) -> bool:
    """Whether the person is a co-ordinator of the employer they leave."""
    return has_role(user, roles.COORDINATOR, on=on, employer=move.leaves.employer)


def sees_all_moves(user: User, on: date) -> bool:
    """Whether the person reads both sides of every move: caseworkers and auditors."""
    return has_role(user, roles.CASEWORKER, on=on) or has_role(user, roles.AUDITOR, on=on)


def check_may_answer_fact(user: User, request: FactRequest, on: date) -> Membership:
    """Whoever answers an NQSW's request: a caseworker for names, else a co-ordinator of the employer; raises
    NotAllowed. Nobody answers their own."""
    if request.nqsw.user is not None and request.nqsw.user.human_id == user.human_id:
        raise NotAllowed("You cannot answer your own request.")
    if request.field == own_facts.NAMES:
        return check_may_decide(user, request.registration, on)
    return check_is_coordinator_of(user, request.registration, on)


def note_writer(user: User, registration: Registration, on: date) -> tuple[Membership, Employer | None] | None:
    """Under which membership and for whom a person writes notes beside a registration: DfE (None) or an employer."""
    held = roles_of(user, on)
    own = {placement.employer_id for placement in registration.placements.all()}
    for membership in held:
        if membership.role == roles.CASEWORKER.key:
            return membership, None
    for membership in held:
        if membership.role == roles.COORDINATOR.key and membership.employer_id in own:
            return membership, membership.employer
    return None


def check_may_call_off(user: User, move: Move, on: date) -> Membership:
    """A co-ordinator of one of the two employers, or a caseworker; raises NotAllowed."""
    if lets_go(user, move, on):
        return check_has_role(user, roles.COORDINATOR, on=on, employer=move.leaves.employer)
    if receives(user, move, on):
        return check_receives(user, move, on)
    return check_may_check(user, on)
