"""Acts on people, employers and invitations."""

from typing import Any

from accounts import roles
from accounts.models import ApiKey, AuditDetail, Employer, EmployerRequest, GrantTerms, Invitation, Membership, User
from accounts.services import audit, employers, invitations, kept, keys, people, replacing, requests, terms
from accounts.states import EmployerKind, Region, Scope
from tests.demo.acts.act import Act, theirs
from tests.demo.scene import NOW, TODAY, Scene

EVERYBODY = "everybody"
STARTS_ACCOUNTS = "coordinator, caseworker, administrator, elsewhere coordinator"
LOOKS_AFTER_PEOPLE = "coordinator, administrator"
WESTPORT = employers.Details("Westport Children", EmployerKind.INDEPENDENT, Region.NORTH_WEST, None, "0300 123 4567")
NEW = ("newest@northshire.example", "Newest", "Comer")


def grace(scene: Scene) -> User:
    return User.objects.get(pk=scene.ids["person"]["pk"])


def northshire(scene: Scene) -> Employer:
    return Employer.objects.get(pk=scene.ids["northshire"]["pk"])


def role(scene: Scene) -> Membership:
    return Membership.objects.get(pk=scene.ids["role"]["pk"])


def invitation(scene: Scene) -> Invitation:
    return Invitation.objects.get(pk=scene.ids["invitation"]["pk"])


def nqsws_invitation(scene: Scene) -> Invitation:
    return scene.registration("unjoined").nqsw.invitation


def kept_text(scene: Scene) -> int:
    return int(scene.ids["kept"]["pk"])


def erase(scene: Scene, by: User) -> None:
    detail = AuditDetail.objects.filter(erased_at__isnull=True).order_by("pk").first()
    audit.erase(detail.event, by=by, now=NOW)


def accept(scene: Scene, by: User) -> User:
    """Of an invitation to somebody who has an account: the link alone is not enough."""
    to = scene.personas("running")["other assessor"]
    _, token = invitations.invite(
        to.email, "", "", roles.MODERATOR, northshire(scene), by=scene.by_name["Amira Rahman"], now=NOW
    )
    return invitations.accept(token, None, by=by, now=NOW)


def deactivate_grace(scene: Scene) -> None:
    people.deactivate(grace(scene), because="On leave.", by=scene.by_name["Winston Hale"], now=NOW)


def change_password(scene: Scene, by: User) -> User:
    whose = User.objects.get(pk=scene.personas("running")["assessor"].pk)
    return people.change_password(whose, "four words no one knows", by=by, now=NOW)


def give_role(scene: Scene, by: User) -> Membership:
    return people.give_role(grace(scene), roles.MODERATOR, employer=northshire(scene), starts_on=TODAY, by=by, now=NOW)


def issue_key(scene: Scene, by: User) -> keys.Issued:
    """For Amira to answer for, where an administrator asks; a co-ordinator answers for their own."""
    holder = scene.by_name["Amira Rahman"] if by == scene.by_name["Adele Carter"] else by
    last = TODAY.replace(year=TODAY.year + 1)
    return keys.issue(northshire(scene), "Payroll", [Scope.READ], holder=holder, expires_on=last, by=by, now=NOW)


def api_key(scene: Scene) -> ApiKey:
    return ApiKey.objects.get(pk=scene.ids["api key"]["pk"])


def amiras(scene: Scene) -> Membership:
    return Membership.objects.get(user=scene.by_name["Amira Rahman"], role=roles.COORDINATOR.key)


def phone(scene: Scene) -> employers.Details:
    own = northshire(scene)
    return employers.Details(own.name, own.kind, own.region, own.local_authority, "0300 123 4567")


def end_next_year(scene: Scene) -> None:
    later = TODAY.replace(year=TODAY.year + 1)
    people.end_role(role(scene), on=later, by=scene.by_name["Amira Rahman"], now=NOW)


def end_today(scene: Scene) -> None:
    people.end_role(role(scene), on=TODAY, by=scene.by_name["Amira Rahman"], now=NOW)


def asked(scene: Scene) -> EmployerRequest:
    return EmployerRequest.objects.get(pk=scene.ids["request"]["pk"])


def version(scene: Scene) -> GrantTerms:
    return GrantTerms.objects.get(pk=scene.ids["terms"]["pk"])


def accept_terms(scene: Scene, by: User) -> object:
    newest = version(scene)
    return terms.accept(newest, northshire(scene), by=by, now=NOW, seen_sha256=newest.sha256)


def invite(role: roles.Role) -> Any:
    def call(scene: Scene, by: User) -> object:
        employer = northshire(scene) if role.scope == roles.EMPLOYER else None
        return invitations.invite(*NEW, role, employer, by=by, now=NOW)

    return call


ACTS: dict[str, Act] = {
    "accounts.services.audit.erase": Act("administrator", erase),
    "accounts.services.employers.create_employer": Act(
        "administrator",
        lambda scene, by: employers.create_employer(
            "Westport Families", EmployerKind.INDEPENDENT, Region.NORTH_WEST, by=by, now=NOW
        ),
    ),
    "accounts.services.employers.create_with_coordinator": Act(
        "administrator",
        lambda scene, by: employers.create_with_coordinator(WESTPORT, invitations.Person(*NEW), by=by, now=NOW),
    ),
    "accounts.services.employers.change_details": Act(
        LOOKS_AFTER_PEOPLE,
        lambda scene, by: employers.change_details(northshire(scene), phone(scene), "Moved.", by=by, now=NOW),
    ),
    "accounts.services.employers.change_details (name)": Act(
        "administrator",
        lambda scene, by: employers.change_details(northshire(scene), WESTPORT, "Renamed.", by=by, now=NOW),
    ),
    "accounts.services.employers.name_primary": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: employers.name_primary(amiras(scene), by=by, now=NOW)
    ),
    "accounts.services.people.keep_role": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: people.keep_role(role(scene), by=by, now=NOW), prepare=end_next_year
    ),
    "accounts.services.people.reinstate": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: people.reinstate(role(scene), by=by, now=NOW), prepare=end_today
    ),
    "accounts.services.replacing.replace": Act(
        LOOKS_AFTER_PEOPLE,
        lambda scene, by: replacing.replace(role(scene), invitations.Person(*NEW), on=TODAY, by=by, now=NOW),
    ),
    "accounts.services.requests.approve": Act(
        "caseworker", lambda scene, by: requests.approve(asked(scene), by=by, now=NOW)
    ),
    "accounts.services.requests.refuse": Act(
        "caseworker", lambda scene, by: requests.refuse(asked(scene), "Not in England.", by=by, now=NOW)
    ),
    "accounts.services.terms.draft": Act(
        "administrator",
        lambda scene, by: terms.draft("More.", "x", TODAY, by=by, now=NOW),
        prepare=lambda scene: terms.publish(version(scene), by=scene.by_name["Adele Carter"], now=NOW),
    ),
    "accounts.services.terms.edit": Act(
        "administrator",
        lambda scene, by: terms.edit(
            version(scene), text="More.", what_changed="x", required_from=TODAY, by=by, now=NOW
        ),
    ),
    "accounts.services.terms.publish": Act(
        "administrator", lambda scene, by: terms.publish(version(scene), by=by, now=NOW)
    ),
    "accounts.services.terms.accept": Act(
        "coordinator, senior lead",
        accept_terms,
        prepare=lambda scene: terms.publish(version(scene), by=scene.by_name["Adele Carter"], now=NOW),
    ),
    "accounts.services.invitations.invite": Act(LOOKS_AFTER_PEOPLE, invite(roles.ASSESSOR)),
    "accounts.services.invitations.invite (co-ordinator)": Act(LOOKS_AFTER_PEOPLE, invite(roles.COORDINATOR)),
    "accounts.services.invitations.invite (DfE)": Act("administrator", invite(roles.PAYMENTS_APPROVER)),
    "accounts.services.invitations.resend": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: invitations.resend(invitation(scene), by=by, now=NOW)
    ),
    "accounts.services.invitations.resend (NQSW)": Act(
        "coordinator, caseworker, administrator",
        lambda scene, by: invitations.resend(nqsws_invitation(scene), by=by, now=NOW),
    ),
    "accounts.services.invitations.revoke": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: invitations.revoke(invitation(scene), by=by, now=NOW)
    ),
    "accounts.services.invitations.revoke (NQSW)": Act(
        "coordinator, caseworker, administrator",
        lambda scene, by: invitations.revoke(nqsws_invitation(scene), by=by, now=NOW),
    ),
    "accounts.services.invitations.accept": Act("other assessor", accept),
    "accounts.services.keys.issue": Act(LOOKS_AFTER_PEOPLE, issue_key),
    "accounts.services.keys.revoke": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: keys.revoke(api_key(scene), by=by, now=NOW)
    ),
    "accounts.services.kept.keep": Act(
        EVERYBODY, lambda scene, by: kept.keep("/registrations", [("q", "somebody")], by=by, now=NOW)
    ),
    "accounts.services.kept.offer": Act(
        "coordinator", lambda scene, by: theirs(kept.offer(kept_text(scene), by=by, now=NOW))
    ),
    "accounts.services.kept.newest": Act("coordinator", lambda scene, by: theirs(kept.newest(by=by, now=NOW))),
    "accounts.services.kept.use": Act(
        "coordinator", lambda scene, by: theirs(kept.use(kept_text(scene), by=by, now=NOW))
    ),
    "accounts.services.people.create_user": Act(
        STARTS_ACCOUNTS, lambda scene, by: people.create_user(*NEW, by=by, now=NOW)
    ),
    "accounts.services.people.find_or_create_user": Act(
        STARTS_ACCOUNTS, lambda scene, by: people.find_or_create_user(*NEW, by=by, now=NOW)
    ),
    "accounts.services.people.give_role": Act("administrator", give_role),
    "accounts.services.people.end_role": Act(
        LOOKS_AFTER_PEOPLE, lambda scene, by: people.end_role(role(scene), on=TODAY, by=by, now=NOW)
    ),
    "accounts.services.people.deactivate": Act(
        "administrator", lambda scene, by: people.deactivate(grace(scene), because="Left.", by=by, now=NOW)
    ),
    "accounts.services.people.reactivate": Act(
        "administrator",
        lambda scene, by: people.reactivate(grace(scene), because="Back.", by=by, now=NOW),
        prepare=deactivate_grace,
    ),
    "accounts.services.people.change_password": Act("assessor", change_password),
}
