"""Notes beside a registration: DfE's are for DfE, an employer's for that employer."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from asye.clock import london_date
from asye.refusals import NotAllowed, Refused
from registrations import permissions
from registrations.models import Note, Registration
from registrations.models.finding import NOTE

LONGEST = 2000


@transaction.atomic
def write(registration: Registration, text: str, *, by: User, now: datetime, corrects: Note | None = None) -> Note:
    """Writes a note, or one that takes the place of another of the same readers; both stay. The same words sent twice
    are one note.

    Raises NotAllowed unless `by` is a caseworker or a co-ordinator of an employer it is or was with, Refused without
    words or where the other has been corrected already.
    """
    allowed = permissions.note_writer(by, registration, london_date(now))
    if allowed is None:
        raise NotAllowed("Only a caseworker or a co-ordinator of the employer writes notes.")
    under, employer = allowed
    Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if not text.strip():
        raise Refused("Enter your note", field="text")
    if len(text.strip()) > LONGEST:
        raise Refused(f"Your note must be {LONGEST:,} characters or fewer", field="text")
    if corrects is not None:
        if corrects.registration_id != registration.pk or corrects.employer_id != (employer.pk if employer else None):
            raise NotAllowed("This note is not yours to correct.")
        if Note.objects.filter(corrects=corrects).exists():
            raise Refused("Somebody has corrected this note already. Look at the newest one")
    newest = Note.objects.filter(registration=registration, employer=employer).select_related("event__detail").first()
    words = {"note": text.strip().replace("\r\n", "\n")}
    if newest is not None and newest.written_by_id == by.pk and newest.event.detail.words == words:
        return newest  # sent twice
    event = audit.record(NOTE, registration, by=by, now=now, under=under, words=words)
    return Note.objects.create(
        registration=registration,
        employer=employer,
        event=event,
        corrects=corrects,
        written_by=by,
        written_at=now,
    )
