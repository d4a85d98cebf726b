"""Who sends in earlier records, who confirms them and who reads what was found: by kind of record."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import Membership, User
from accounts.permissions import check_has_role, has_role
from accounts.queries import role_keys_of
from accounts.roles import Role
from registrations.models import EarlierFile
from registrations.states import EarlierKind

# Money facts need two people: a payments officer sends them in and a payments approver confirms them.
SENDS: Final[Mapping[EarlierKind, Role]] = {
    **dict.fromkeys(EarlierKind, roles.CASEWORKER),
    EarlierKind.PAYMENTS: roles.PAYMENTS_OFFICER,
}
TAKES: Final[Mapping[EarlierKind, Role]] = {**SENDS, EarlierKind.PAYMENTS: roles.PAYMENTS_APPROVER}


def kinds_to_send(user: User, on: date) -> list[EarlierKind]:
    """The kinds of record this person sends in."""
    held = role_keys_of(user, on)
    return [kind for kind in EarlierKind if SENDS[kind].key in held]


def check_may_send(user: User, kind: EarlierKind | str, *, on: date) -> Membership:
    """A caseworker sends in employers, people and outcomes, a payments officer past payments; raises NotAllowed."""
    return check_has_role(user, SENDS[EarlierKind(kind)], on=on)


def may_send(user: User, kind: EarlierKind | str, *, on: date) -> bool:
    """Whether `check_may_send` would let the person pass."""
    return has_role(user, SENDS[EarlierKind(kind)], on=on)


def check_may_take(user: User, file: EarlierFile, *, on: date) -> Membership:
    """A caseworker confirms employers, people and outcomes, a payments approver past payments; raises NotAllowed.

    That it is somebody else is a rule's business.
    """
    return check_has_role(user, TAKES[EarlierKind(file.kind)], on=on)


def may_take(user: User, file: EarlierFile, *, on: date) -> bool:
    """Whether `check_may_take` would let the person pass."""
    return has_role(user, TAKES[EarlierKind(file.kind)], on=on)


def earlier_files_of(user: User, on: date, *, working: bool = False) -> QuerySet[EarlierFile]:
    """The files whose kind this person sends in or confirms, and for an auditor all; without what stands in them.

    With `working` only for those who send in or confirm.
    """
    held = role_keys_of(user, on)
    kinds = [kind for kind in EarlierKind if held & {SENDS[kind].key, TAKES[kind].key}]
    if roles.AUDITOR.key in held and not working:
        kinds = list(EarlierKind)
    return EarlierFile.objects.filter(kind__in=kinds).select_related("uploaded_by", "taken_by").defer("content")


def sees_earlier(user: User, on: date) -> bool:
    """Whether the person has anything to do with earlier records."""
    held = role_keys_of(user, on)
    return bool(held & {role.key for role in (*SENDS.values(), *TAKES.values(), roles.AUDITOR)})


def get_earlier_file_for(user: User, pk: int, *, on: date, working: bool = False) -> EarlierFile:
    """A file as `earlier_files_of` gives it, else Http404."""
    return get_object_or_404(earlier_files_of(user, on, working=working), pk=pk)
