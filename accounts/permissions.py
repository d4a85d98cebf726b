"""Who may do what, where: the one place that turns memberships into yes or no."""

from datetime import date

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts import queries, roles
from accounts.letter_queries import letters
from accounts.models import ApiKey, Employer, EmployerRequest, GrantTerms, Invitation, Membership, Notice, User
from accounts.roles import Role
from asye.refusals import NotAllowed

GIVEN_BY_COORDINATORS = (roles.ASSESSOR, roles.MODERATOR, roles.SENIOR_LEAD, roles.COORDINATOR)
BRINGS_IN_NQSWS = (roles.COORDINATOR, roles.CASEWORKER, roles.ADMINISTRATOR)


def membership_in(user: User, *roles: Role, on: date, employer: Employer | int | None = None) -> Membership | None:
    """The person's live membership in one of `roles` on a day, or None. For an employer's role name the employer."""
    keys = {role.key for role in roles}
    place = employer.pk if isinstance(employer, Employer) else employer
    held = (one for one in queries.roles_of(user, on) if one.role in keys)
    return next((one for one in held if employer is None or one.employer_id == place), None)


def check_has_role(user: User, *roles: Role, on: date, employer: Employer | int | None = None) -> Membership:
    """The membership that allows the act; raises NotAllowed where there is none."""
    membership = membership_in(user, *roles, on=on, employer=employer)
    if membership is None:
        names = " or ".join(role.name.lower() for role in roles)
        article = "an" if names[0] in "aeiou" else "a"
        raise NotAllowed(f"Only {article} {names} with access to this may do it.")
    return membership


def has_role(user: User, *roles: Role, on: date, employer: Employer | int | None = None) -> bool:
    """Whether `check_has_role` would let the person pass."""
    return membership_in(user, *roles, on=on, employer=employer) is not None


def check_may_administer(user: User, *, on: date) -> Membership:
    """An administrator creates employers, gives every role and deactivates people; raises NotAllowed."""
    return check_has_role(user, roles.ADMINISTRATOR, on=on)


def may_administer(user: User, *, on: date) -> bool:
    """Whether the person is an administrator on that day."""
    return has_role(user, roles.ADMINISTRATOR, on=on)


def check_may_bring_in(user: User, *, on: date) -> Membership:
    """Those who may make an account for somebody else; raises NotAllowed."""
    return check_has_role(user, *BRINGS_IN_NQSWS, on=on)


def check_may_hand_out(user: User, role: Role, employer: Employer | None, *, on: date) -> Membership:
    """Who may invite to a role and end it: an administrator any, a co-ordinator those of their own employer.

    NQSWs are invited by whoever registers or approves them; that act's own app checks which NQSW. Raises NotAllowed.
    """
    if role == roles.NQSW:
        return check_may_bring_in(user, on=on)
    administrator = membership_in(user, roles.ADMINISTRATOR, on=on)
    if administrator:
        return administrator
    if employer is None or role not in GIVEN_BY_COORDINATORS:
        raise NotAllowed("Only an administrator may give this role.")
    return check_has_role(user, roles.COORDINATOR, on=on, employer=employer)


def check_may_change_invitation(user: User, invitation: Invitation, *, on: date) -> Membership:
    """Who may send an invitation again or take it back: whoever may give its role, as check_may_hand_out says.

    An NQSW's names no employer: of co-ordinators, only those of an employer the sender was one of may change it.
    Raises NotAllowed.
    """
    if invitation.role != roles.NQSW.key:
        return check_may_hand_out(user, roles.ALL[invitation.role], invitation.employer, on=on)
    central = membership_in(user, roles.CASEWORKER, roles.ADMINISTRATOR, on=on)
    if central is not None:
        return central
    sent_for = invitation.sent_by.memberships.filter(role=roles.COORDINATOR.key)
    own = user.memberships.live(on).filter(role=roles.COORDINATOR.key, employer__in=sent_for.values("employer"))
    found = own.order_by("id").first()
    if found is None:
        raise NotAllowed("This invitation was sent by another employer.")
    return found


def _run_by(user: User, on: date) -> QuerySet[Employer]:
    """Employers whose people the person looks after: all for an administrator, else those they co-ordinate."""
    if may_administer(user, on=on):
        return Employer.objects.all()
    if not user.is_active:
        return Employer.objects.none()
    mine = user.memberships.live(on).filter(role=roles.COORDINATOR.key)
    return Employer.objects.filter(pk__in=mine.values("employer"))


def get_employer_for(user: User, pk: int, *, on: date) -> Employer:
    """An employer whose people this person looks after, else Http404."""
    return get_object_or_404(_run_by(user, on), pk=pk)


def get_membership_for(user: User, pk: int, *, on: date) -> Membership:
    """A membership this person may end, else Http404. An NQSW's is ended by nobody here."""
    found = Membership.objects.select_related("user", "employer").filter(pk=pk).exclude(role=roles.NQSW.key)
    if not may_administer(user, on=on):
        found = found.filter(employer__in=_run_by(user, on), role__in=[role.key for role in GIVEN_BY_COORDINATORS])
    return get_object_or_404(found)


def get_invitation_for(user: User, pk: int, *, on: date) -> Invitation:
    """An invitation this person may send again or take back, else Http404. NQSWs' belong to registrations."""
    found = Invitation.objects.select_related("user", "employer").filter(pk=pk).exclude(role=roles.NQSW.key)
    if not may_administer(user, on=on):
        found = found.filter(employer__in=_run_by(user, on), role__in=[role.key for role in GIVEN_BY_COORDINATORS])
    return get_object_or_404(found)


def get_person_for(user: User, pk: int, *, on: date) -> User:
    """Any account, for an administrator; NotAllowed for everybody else."""
    check_may_administer(user, on=on)
    return get_object_or_404(User, pk=pk)


def check_may_read_mail(user: User, *, on: date, demo: bool) -> Membership:
    """Outgoing mail is read by administrators, in the demo by every DfE role; raises NotAllowed."""
    dfe = [role for role in roles.ALL.values() if role.scope == roles.DFE]
    return check_has_role(user, *(dfe if demo else [roles.ADMINISTRATOR]), on=on)


def get_notice_for(user: User, pk: int, *, on: date, demo: bool) -> Notice:
    """One outgoing message, for those who may read the mail."""
    check_may_read_mail(user, on=on, demo=demo)
    return get_object_or_404(letters().select_related("user"), pk=pk)


def open_to(user: User) -> Q:
    """Invitations that wait for this account."""
    return Q(user=user, accepted_at__isnull=True, revoked_at__isnull=True)


def check_may_keep_keys(user: User, employer: Employer, *, on: date) -> Membership:
    """A co-ordinator of the employer or an administrator makes and revokes its API keys; raises NotAllowed."""
    return membership_in(user, roles.ADMINISTRATOR, on=on) or check_has_role(
        user, roles.COORDINATOR, on=on, employer=employer
    )


def check_may_hold_key(user: User, employer: Employer, *, on: date) -> Membership:
    """Whoever answers for an API key is a co-ordinator of its employer at that moment; raises NotAllowed."""
    held = membership_in(user, roles.COORDINATOR, on=on, employer=employer)
    if held is None:
        raise NotAllowed(
            "Whoever answers for this API key is no longer a co-ordinator. A co-ordinator of your organisation can "
            "make a new one."
        )
    return held


def may_hold_key(user: User, employer: Employer, *, on: date) -> bool:
    """Whether `check_may_hold_key` would let the person pass."""
    return membership_in(user, roles.COORDINATOR, on=on, employer=employer) is not None


def get_key_for(user: User, pk: int, *, on: date) -> ApiKey:
    """An API key of an employer whose people this person looks after, else Http404."""
    return get_object_or_404(ApiKey.objects.select_related("employer", "holder"), pk=pk, employer__in=_run_by(user, on))


def get_employer_to_read(user: User, pk: int, *, on: date) -> Employer:
    """An employer of the person's as co-ordinator or senior lead, any for DfE's people who keep them, else Http404."""
    found = Employer.objects.select_related("local_authority", "successor").filter(pk=pk)
    if not has_role(user, roles.ADMINISTRATOR, roles.CASEWORKER, roles.AUDITOR, on=on):
        mine = user.memberships.live(on).filter(role__in=[roles.COORDINATOR.key, roles.SENIOR_LEAD.key])
        found = found.filter(pk__in=mine.values("employer"))
    return get_object_or_404(found)


def get_request_for(user: User, pk: int, *, on: date) -> EmployerRequest:
    """A request to take part whose address is confirmed, for caseworkers and auditors; else Http404 or NotAllowed."""
    check_has_role(user, roles.CASEWORKER, roles.AUDITOR, on=on)
    found = EmployerRequest.objects.filter(pk=pk, confirmed_at__isnull=False).select_related("local_authority")
    return get_object_or_404(found)


def get_terms_for(user: User, pk: int, *, on: date) -> GrantTerms:
    """A version of the grant terms: drafts for administrators and auditors, published ones also for whoever accepts,
    decides or pays by them; else Http404."""
    found = GrantTerms.objects.filter(pk=pk).select_related("drafted_by", "published_by")
    if not has_role(user, roles.ADMINISTRATOR, roles.AUDITOR, on=on):
        found = found.filter(published_at__isnull=False)
        check_has_role(user, roles.COORDINATOR, roles.SENIOR_LEAD, roles.CASEWORKER, roles.PAYMENTS_OFFICER, on=on)
    return get_object_or_404(found)
