"""Who may do what to a record, an outcome or a certificate, and the load-or-refuse helpers that views use."""

from datetime import date
from functools import cache
from typing import Final

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import Membership, User
from accounts.permissions import check_has_role, membership_in
from accounts.queries import coordinated
from accounts.statements import Statement, written
from assessments.models import Appeal, Certificate, Outcome, Record, Signature, StandardLink
from assessments.queries import last_placement, schema_of
from assessments.states import AppealResult, Part
from asye.refusals import NotAllowed
from registrations.models import AssessorAssignment, Registration
from registrations.permissions import get_registration_for, may_follow_year
from registrations.queries import placement_shown

NUMBER: Final = 9_200_000_000_000_000_004  # stands for the number that a prepared read is given


def get_record_for(user: User, pk: int, *, on: date) -> Record:
    """The record if this person may read it; Http404 where it is not theirs to know."""
    found = Record.objects.visible_to(user, on).select_related(
        "registration__nqsw__user", "registration__programme_year", "placement__employer", "current_revision"
    )
    return get_object_or_404(found, pk=pk)


def get_record_to_write_in(user: User, pk: int, *, on: date) -> Record:
    """The same for a page that saves every few seconds: the record with its registration and nothing else."""
    if pk >= NUMBER or not _readable().rows(user, on, pk):
        raise Http404
    return Record.objects.select_related("registration__nqsw").get(pk=pk)


@cache
def _readable() -> Statement:
    """Not for an auditor, whose role `visible_to` asks for before it writes anything: nobody writes as one."""

    def write(user: User, on: date) -> str:
        found = Record.objects.visible_to(user, on).filter(pk=NUMBER).order_by().values_list("pk")
        return written(found).replace(str(NUMBER), "$4")

    return Statement(write)


def get_year_of_records_for(user: User, pk: int, *, on: date) -> Registration:
    """A registration whose list of records this person may open; Http404 otherwise.

    The NQSW, the assessor of now or of the end, co-ordinators of an employer it was with, auditors. A senior lead
    reads a recommendation from the page that confirms it, not the year.
    """
    registration = get_registration_for(user, pk, on=on)
    if not may_follow_year(user, registration, on):
        raise Http404
    return registration


def get_whole_year_for(user: User, pk: int, *, on: date) -> Registration:
    """As get_year_of_records_for, but not to an employer that the year has left: how it goes on is not told there."""
    registration = get_year_of_records_for(user, pk, on=on)
    if not may_see_whole_year(user, registration, on=on):
        raise Http404
    return registration


def may_see_whole_year(user: User, registration: Registration, *, on: date) -> bool:
    """Whether what the person follows of a year is how it goes now."""
    shown = placement_shown(registration, user, on)
    return shown is not None and not shown[1]


def part_of(user: User, registration: Registration, *, on: date) -> Part | None:
    """The part this person takes in the registration's records on a day: NQSW, assessor of now, or none."""
    if not user.is_active:
        return None
    if registration.nqsw.user_id == user.pk:
        return Part.NQSW
    for (employer,) in _assessed().rows(user, on, registration.pk)[:1]:
        if membership_in(user, roles.ASSESSOR, on=on, employer=employer):
            return Part.ASSESSOR
    return None


@cache
def _assessed() -> Statement:
    def write(user: User, on: date) -> str:
        mine = AssessorAssignment.objects.filter(assessor=user, starts_on__lte=on).exclude(ends_on__lte=on)
        here = mine.filter(placement__registration=NUMBER)
        return written(here.values_list("placement__employer")).replace(str(NUMBER), "$4")

    return Statement(write)


def check_may_write(user: User, registration: Registration, *, on: date) -> Part:
    """The part in which the person writes; raises NotAllowed for everybody but the NQSW and the assessor of now."""
    part = part_of(user, registration, on=on)
    if part is None:
        raise NotAllowed("Only the NQSW and their assessor may write in this record.")
    return part


def check_may_write_in(user: User, record: Record, *, on: date) -> Part:
    """As check_may_write, and the record's form must have something for that part to answer or to sign."""
    part = check_may_write(user, record.registration, on=on)
    if part not in record.signers and not schema_of(record).written_by(part):
        raise NotAllowed("Only the assessor writes in this record.")
    return part


def may_write_in(user: User, record: Record, *, on: date) -> bool:
    """Whether check_may_write_in lets the person pass."""
    try:
        check_may_write_in(user, record, on=on)
    except NotAllowed:
        return False
    return True


def membership_for(user: User, part: Part, registration: Registration, *, on: date) -> Membership | None:
    """The membership under which the person acts in a part; None for an NQSW, whose own year it is."""
    if part == Part.NQSW:
        return membership_in(user, roles.NQSW, on=on)
    return membership_in(user, roles.ASSESSOR, on=on, employer=last_placement(registration, on).employer_id)


def check_may_judge_standards(user: User, registration: Registration, *, on: date) -> Membership | None:
    """The membership of the assessor of now; raises NotAllowed for everybody else."""
    if part_of(user, registration, on=on) != Part.ASSESSOR:
        raise NotAllowed("Only the assessor says whether the evidence is enough.")
    return membership_for(user, Part.ASSESSOR, registration, on=on)


def may_judge_standards(user: User, registration: Registration, *, on: date) -> bool:
    """Whether check_may_judge_standards lets the person pass."""
    return part_of(user, registration, on=on) == Part.ASSESSOR


def get_link_of(record: Record, pk: int) -> StandardLink:
    """A link of a record that was got for the person; Http404 where it has none such."""
    return get_object_or_404(record.standard_links, pk=pk)


def check_may_coordinate(user: User, record: Record, *, on: date) -> Membership:
    """The co-ordinator's membership at the employer that keeps the record."""
    return check_has_role(user, roles.COORDINATOR, on=on, employer=record.placement.kept_by)


def may_coordinate(user: User, record: Record, *, on: date) -> bool:
    """Whether check_may_coordinate lets the person pass."""
    return membership_in(user, roles.COORDINATOR, on=on, employer=record.placement.kept_by) is not None


def check_may_lock(user: User, record: Record, *, on: date) -> Membership | None:
    """The membership of the assessor of now, or of a co-ordinator as check_may_coordinate; raises NotAllowed."""
    if part_of(user, record.registration, on=on) == Part.ASSESSOR:
        return membership_for(user, Part.ASSESSOR, record.registration, on=on)
    return check_may_coordinate(user, record, on=on)


def check_may_decide(user: User, registration: Registration, *, on: date) -> Membership:
    """The senior lead's membership at the employer that carries, or last carried, the year."""
    return check_has_role(user, roles.SENIOR_LEAD, on=on, employer=last_placement(registration, on).employer_id)


def check_may_appeal(user: User, registration: Registration, *, on: date) -> Membership | None:
    """Raises NotAllowed for everybody but the NQSW and a co-ordinator of the employer. None for the NQSW."""
    if user.is_active and registration.nqsw.user_id == user.pk:
        return membership_in(user, roles.NQSW, on=on)
    return check_has_role(user, roles.COORDINATOR, on=on, employer=last_placement(registration, on).employer_id)


def took_part(user: User, registration: Registration) -> bool:
    """Whether the human behind this account had a hand in the year: their own, ever assessed, or signed."""
    own = registration.nqsw.user is not None and registration.nqsw.user.human_id == user.human_id
    assessed = AssessorAssignment.objects.filter(placement__registration=registration, assessor__human=user.human_id)
    signed = Signature.objects.filter(record__registration=registration, person__human=user.human_id)
    return own or assessed.exists() or signed.exists()


def check_may_close_appeal(user: User, appeal: Appeal, result: str, *, on: date) -> Membership | None:
    """Who may end an appeal with this result, by human; raises NotAllowed.

    It is withdrawn by the NQSW or whoever opened it, and decided by a co-ordinator or senior lead of the employer, or
    of the one into which it has merged, who did neither open it, nor confirm the outcome, nor take part in the year.
    None for an NQSW without the role.
    """
    registration = appeal.outcome.registration
    own = registration.nqsw.user is not None and registration.nqsw.user.human_id == user.human_id
    opened = appeal.opened_by.human_id == user.human_id
    decided = appeal.outcome.decided_by.human_id == user.human_id
    withdraws = result == AppealResult.WITHDRAWN
    if withdraws and own and user.is_active:
        under = membership_in(user, roles.NQSW, on=on)
    else:
        employer = last_placement(registration, on).employer.heir
        under = check_has_role(user, roles.COORDINATOR, roles.SENIOR_LEAD, on=on, employer=employer)
    if decided:
        raise NotAllowed("You confirmed this outcome, so somebody else must decide the appeal.")
    if withdraws and not (own or opened):
        raise NotAllowed("Only the NQSW, or the person who opened this appeal, can withdraw it.")
    if not withdraws and opened:
        raise NotAllowed("You opened this appeal, so somebody else must decide it.")
    if not withdraws and took_part(user, registration):
        raise NotAllowed("You took part in this year, so somebody else must decide the appeal.")
    return under


def list_appeal_results_for(user: User, appeal: Appeal, *, on: date) -> list[AppealResult]:
    """The results with which this person may end the appeal; raises NotAllowed where there is none."""
    found, refusal = [], None
    for result in AppealResult:
        try:
            check_may_close_appeal(user, appeal, result, on=on)
        except NotAllowed as error:
            refusal = error
        else:
            found.append(result)
    if refusal is not None and not found:
        raise refusal
    return found


def get_outcome_for(user: User, registration_id: int, *, on: date) -> Outcome:
    """The live outcome of a registration if this person may read it; Http404 otherwise."""
    found = (
        Outcome.objects.live()
        .visible_to(user, on)
        .with_merger()
        .filter(registration=registration_id)
        .select_related("registration__nqsw", "registration__programme_year", "decided_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_appeal_for(user: User, pk: int, *, on: date) -> Appeal:
    """The appeal, for those who may close it; Http404 otherwise."""
    found = Appeal.objects.filter(pk=pk, outcome__in=Outcome.objects.visible_to(user, on)).select_related(
        "outcome__registration__nqsw__user", "outcome__decided_by", "opened_by"
    )
    return get_object_or_404(found)


def get_certificate_for(user: User, registration_id: int, *, on: date) -> Certificate:
    """The valid certificate of a registration, for its owner and co-ordinators of the employer; Http404 otherwise."""
    found = (
        Certificate.objects.filter(registration=registration_id, state="valid")
        .select_related("registration__nqsw", "outcome")
        .first()
    )
    if found is None:
        raise Http404
    try:
        check_may_appeal(user, found.registration, on=on)
    except NotAllowed:
        raise Http404 from None
    return found


def check_may_choose_reminders(user: User, *, on: date) -> Membership:
    """The membership of whoever is reminded of their own part in a year: NQSWs and assessors; raises NotAllowed."""
    return check_has_role(user, roles.NQSW, roles.ASSESSOR, on=on)


def employers_of_loads(user: User, *, on: date) -> list[int]:
    """The employers of which this person may see what each assessor has: those they co-ordinate."""
    return list(coordinated(user, on).values_list("employer", flat=True))


def check_may_see_loads(user: User, *, on: date, all_of_them: bool = False) -> bool:
    """Whether the person co-ordinates, and so sees every assessor's; raises NotAllowed for whoever is no assessor
    either, or is asked for all of them."""
    allowed = (roles.COORDINATOR,) if all_of_them else (roles.COORDINATOR, roles.ASSESSOR)
    check_has_role(user, *allowed, on=on)
    return membership_in(user, roles.COORDINATOR, on=on) is not None


def get_assessor_for(user: User, pk: int, *, on: date) -> tuple[User, list[int]]:
    """An assessor whose years this person may look over, and at which employers: their own everywhere, else at the
    employers they co-ordinate; Http404 where the other is no assessor there."""
    held = Membership.objects.live(on).filter(user=pk, role=roles.ASSESSOR.key)
    if pk != user.pk:
        held = held.filter(employer__in=coordinated(user, on))
    found = list(held.select_related("user"))
    if not found:
        raise Http404
    return found[0].user, [each.employer_id for each in found if each.employer_id is not None]
