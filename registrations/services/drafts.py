"""The web form between its first question and its submission: raw answers are kept as they were typed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Employer, User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused, Stale
from registrations import queries
from registrations.models import Registration, RegistrationDraft
from registrations.permissions import check_is_coordinator_of, check_may_register
from registrations.states import State

RawAnswers = Mapping[str, object]
SENT = "You have sent this registration already."


@transaction.atomic
def start(employer: Employer, *, by: User, now: datetime) -> RegistrationDraft:
    """Starts a registration at an employer. Raises NotAllowed."""
    under = check_may_register(by, employer, london_date(now))
    draft = RegistrationDraft.objects.create(owner=by, employer=employer, started_at=now, updated_at=now)
    audit.record("registrations.start_draft", draft, by=by, now=now, under=under)
    return draft


@transaction.atomic
def start_correction(
    registration: Registration, given: Mapping[str, RawAnswers], *, by: User, now: datetime
) -> RegistrationDraft:
    """Opens the answers of a registration that was asked about, so that they can be corrected.

    `given` are its present answers in raw form, by step. The draft that is open already, by whomever, is taken over.
    Raises NotAllowed, or Refused unless a question is open.
    """
    under = check_is_coordinator_of(by, registration, london_date(now))
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if registration.state != State.QUERIED or registration.ended_on is not None:
        raise Refused("Answers can be corrected only while a caseworker's question is open.")
    employer = queries.placement_of(registration, london_date(now)).employer
    RegistrationDraft.objects.filter(corrects=registration, registration__isnull=True).delete()
    draft = RegistrationDraft.objects.create(
        owner=by, employer=employer, corrects=registration, data=dict(given), started_at=now, updated_at=now
    )
    audit.record("registrations.start_correction", registration, by=by, now=now, under=under)
    return draft


@transaction.atomic
def save_step(
    draft: RegistrationDraft, step: str, raw: RawAnswers, *, by: User, now: datetime, seen_version: int
) -> RegistrationDraft:
    """Keeps the raw answers to one step. Raises NotAllowed, Refused once sent, and Stale where the draft was changed
    in another tab after the page was opened."""
    check_may_register(by, draft.employer, london_date(now))
    draft = locked(draft, by)
    check_not_sent(draft)
    if draft.data.get(step) == dict(raw):
        return draft  # the same page sent twice
    if draft.version != seen_version:
        raise Stale("You changed this registration in another tab or window. Go back to it and check your answers.")
    draft.data = {**draft.data, step: dict(raw)}
    draft.version += 1
    draft.updated_at = now
    draft.save(update_fields=["data", "version", "updated_at"])
    audit.record("registrations.save_step", draft, by=by, now=now, codes=[step])
    return draft


@transaction.atomic
def delete(draft: RegistrationDraft, *, by: User, now: datetime) -> None:
    """Deletes a registration that was started and never sent. Raises NotAllowed or Refused."""
    under = check_may_register(by, draft.employer, london_date(now))
    draft = locked(draft, by)
    check_not_sent(draft)
    audit.record("registrations.delete_draft", draft, by=by, now=now, under=under)
    draft.delete()


def locked(draft: RegistrationDraft, by: User) -> RegistrationDraft:
    """The draft as it is now, locked; raises NotAllowed where it is somebody else's."""
    found = RegistrationDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if found.owner_id != by.pk:
        raise NotAllowed("Only the person who started this registration may change it.")
    return found


def check_not_sent(draft: RegistrationDraft) -> None:
    """Raises Refused once the draft has become a registration."""
    if draft.registration_id is not None:
        raise Refused(SENT)
