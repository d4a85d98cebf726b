"""The only doors through which views load registrations, drafts, files and what belongs to them: or else 404."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import User
from accounts.permissions import check_has_role
from asye.refusals import NotAllowed
from registrations import move_queries, queries
from registrations.models import (
    NQSW,
    BulkUpload,
    Change,
    FactRequest,
    Merger,
    Move,
    ProgrammeYear,
    Registration,
    RegistrationDraft,
)
from registrations.permissions.checks import (
    check_may_answer_fact,
    check_may_keep_years,
    check_may_read_years,
    employers_to_register_for,
)


def get_registration_for(user: User, pk: int, *, on: date) -> Registration:
    """A registration this person may read, with person and year; else Http404."""
    found = queries.registrations_visible_to(user, on).select_related(
        "nqsw__user", "programme_year", "submitted_by", "decided_by"
    )
    return get_object_or_404(found, pk=pk)


def drafts_of(user: User, on: date) -> QuerySet[RegistrationDraft]:
    """The registrations this person has started and not sent, at employers they still register for."""
    return RegistrationDraft.objects.filter(
        owner=user, employer__in=employers_to_register_for(user, on), registration__isnull=True
    ).select_related("employer", "corrects__nqsw")


def get_draft_for(user: User, pk: int, *, on: date) -> RegistrationDraft:
    """The person's own draft, sent or not, at an employer they still register for; else Http404."""
    found = RegistrationDraft.objects.filter(
        pk=pk, owner=user, employer__in=employers_to_register_for(user, on)
    ).select_related("employer", "corrects")
    return get_object_or_404(found)


def files_of(user: User, on: date) -> QuerySet[BulkUpload]:
    """The files with many registrations of the employers this person registers for; without what stands in them."""
    found = BulkUpload.objects.filter(employer__in=employers_to_register_for(user, on))
    return found.select_related("employer", "uploaded_by", "registered_by").defer("content")


def get_file_for(user: User, pk: int, *, on: date) -> BulkUpload:
    """A file of an employer this person registers for; else Http404."""
    return get_object_or_404(files_of(user, on), pk=pk)


def get_own_nqsw_for(user: User) -> NQSW:
    """The person's own record as an NQSW; else Http404."""
    nqsw = queries.nqsw_of(user) if user.is_active else None
    if nqsw is None:
        raise Http404
    return nqsw


def get_year_to_keep(user: User, pk: int, *, on: date) -> ProgrammeYear:
    """A programme year that this person may act on; raises NotAllowed or Http404."""
    check_may_keep_years(user, on)
    return get_year_for(user, pk, on=on)


def get_year_for(user: User, pk: int, *, on: date) -> ProgrammeYear:
    """A programme year that this person may read; raises NotAllowed or Http404."""
    check_may_read_years(user, on)
    return get_object_or_404(ProgrammeYear, pk=pk)


def get_change_for(user: User, pk: int, *, on: date) -> Change:
    """A change of a registration that this person may read; else Http404."""
    visible = queries.registrations_visible_to(user, on)
    return get_object_or_404(
        Change.objects.filter(pk=pk, registration__in=visible).select_related("registration__nqsw__user")
    )


def get_move_for(user: User, pk: int, *, on: date) -> Move:
    """A move that this person may read; else Http404."""
    return get_object_or_404(move_queries.with_people(move_queries.moves_visible_to(user, on)), pk=pk)


def get_fact_request_for(user: User, pk: int, *, on: date) -> FactRequest:
    """A request that this person may answer, answered or not; else Http404."""
    found = FactRequest.objects.select_related("nqsw__user", "registration__nqsw__user", "registration__submitted_by")
    request = get_object_or_404(found, pk=pk, registration__in=queries.registrations_visible_to(user, on))
    try:
        check_may_answer_fact(user, request, on)
    except NotAllowed as refused:
        raise Http404 from refused
    return request


def get_merger_for(user: User, pk: int, *, on: date) -> Merger:
    """A merger of employers, for caseworkers and auditors; else Http404 or NotAllowed."""
    check_has_role(user, roles.CASEWORKER, roles.AUDITOR, on=on)
    found = Merger.objects.select_related("employer", "successor", "proposed_by", "confirmed_by", "cancelled_by")
    return get_object_or_404(found, pk=pk)
