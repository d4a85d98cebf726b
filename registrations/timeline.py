"""What happened to a registration, as far as whoever reads it may know, and in words.

The words of an event may hold `before` and `after`: two texts, or two dicts by field. Everything else that is shown
stands in WORDS_SHOWN.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet

from accounts import roles
from accounts.models import AuditEvent, User
from accounts.queries import roles_of
from asye.clock import LONDON
from asye.dates import long_date
from asye.keyset import Order
from registrations.models import NQSW, Registration
from registrations.models.finding import NOTE
from registrations.presenters import HEADINGS, WORDS_SHOWN
from registrations.queries import SEES_ALL
from registrations.states import ChangeKind, DeferralReason, EarlierSource, EndReason, RegisterStatus, Stage, State

NEWEST_FIRST: Final = Order("id")
OF_PERSON: Final = ("registrations.join", "registrations.choose_certificate_name", "registrations.correct_facts")
READ_NOTES: Final = frozenset({roles.COORDINATOR.key, roles.SENIOR_LEAD.key})  # those of their own employer
OWN_HEADINGS: Final = {
    NOTE: "Note",
    "registrations.join": "The NQSW joined",
    "registrations.choose_certificate_name": "Name on the certificate chosen",
    "registrations.keep_earlier": "Taken over from before this service",
}
STATE_MOVES: Final = {
    "registrations.submit": (None, State.SUBMITTED.label),
    "registrations.ask": (State.SUBMITTED.label, State.QUERIED.label),
    "registrations.answer": (State.QUERIED.label, State.SUBMITTED.label),
    "registrations.approve": (State.SUBMITTED.label, State.REGISTERED.label),
    "registrations.refuse": (State.SUBMITTED.label, State.REFUSED.label),
    "registrations.defer": (Stage.ON_PROGRAMME.label, Stage.DEFERRED.label),
    "registrations.resume": (Stage.DEFERRED.label, Stage.ON_PROGRAMME.label),
}
NOT_THEIRS: Final = "registrations.allow_again"  # says that the person goes on, perhaps elsewhere
UNTOLD: Final = frozenset({"verdict_reasons", "eligibility_answers"})  # too long for a line; the page shows them
FIELDS: Final = {"asye_start": "Start of the ASYE", "fte_percent": "Share of full time"}


def events_for(registration: Registration, user: User, on: date) -> QuerySet[AuditEvent]:
    """What was done to the registration and its person, with everything that a line of it shows.

    Who sees every registration and the NQSW see all of it; an employer's people what their own side did, and what
    others than employers did while the year was theirs. Notes are for those of whom they are.
    """
    held = [(each.role, each.employer_id) for each in roles_of(user, on)]
    found = AuditEvent.objects.filter(
        Q(object_type=Registration._meta.label_lower, object_id=registration.pk, act__startswith="registrations.")
        | Q(object_type=NQSW._meta.label_lower, object_id=registration.nqsw_id, act__in=OF_PERSON)
    ).filter(~Q(act=NOTE) | _notes(held))
    if registration.nqsw.user_id != user.pk and not any(role in SEES_ALL for role, _ in held):
        found = found.exclude(act=NOT_THEIRS)
        found = found.filter(_of_employers(registration, {pk for _, pk in held if pk}))
    return found.select_related(
        "actor", "detail", "membership__employer", "registration_note__employer", "registration_note__corrects"
    )


def _notes(held: Iterable[tuple[str, int | None]]) -> Q:
    held = list(held)
    if any(role == roles.AUDITOR.key for role, _ in held):
        return Q(registration_note__isnull=False)
    own = [employer for role, employer in held if role in READ_NOTES]
    readable = Q(registration_note__employer__in=own)
    if any(role in SEES_ALL for role, _ in held):
        readable |= Q(registration_note__isnull=False, registration_note__employer__isnull=True)
    return readable


def _of_employers(registration: Registration, mine: set[int]) -> Q:
    """What these employers did, and what DfE, the NQSW and the service did while the year was with them."""
    theirs = Q(membership__employer__in=mine)
    nobodys = Q(membership__isnull=True) | Q(membership__employer__isnull=True)
    every = list(registration.placements.order_by("starts_on", "id"))
    placements = [each for each in every if each.ends_on != each.starts_on] or every  # what never was parts nothing
    for number, placement in enumerate(placements):
        if placement.employer_id not in mine:
            continue
        while_here = nobodys
        if number:
            while_here &= Q(at__gte=_midnight(placement.starts_on))
        if number + 1 < len(placements):
            while_here &= Q(at__lt=_midnight(placements[number + 1].starts_on))
        theirs |= while_here
    return theirs


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def lines(events: Iterable[AuditEvent]) -> list[dict[str, Any]]:
    """The events, as the timeline component takes them."""
    return [
        {"heading": heading(event), "at": event.at, "by": _who(event), "text": "\n".join(_texts(event))}
        for event in events
    ]


def heading(event: AuditEvent) -> str:
    """What was done. An act that has no words of its own yet is called by its name."""
    if event.act == NOTE:
        return _note_heading(event)
    if event.act == "registrations.undo":
        return (
            f"Undone: {next((ChangeKind(code).label.lower() for code in event.codes if code in ChangeKind.values), '')}"
        )
    words = OWN_HEADINGS.get(event.act) or HEADINGS.get(event.act)
    said = next((RegisterStatus(code).label for code in event.codes if code in RegisterStatus.values), "")
    plain = words or event.act.partition(".")[2].replace("_", " ").capitalize()
    return f"{plain}: {said.lower()}" if said and event.act == "registrations.check_register" else plain


def _note_heading(event: AuditEvent) -> str:
    note = event.registration_note
    whose = note.employer.name if note.employer else "DfE"
    return f"Note of {whose}, correcting an earlier one" if note.corrects else f"Note of {whose}"


def _who(event: AuditEvent) -> str:
    """The person, and the role under which they acted."""
    if event.actor is None:
        return "the service"
    if event.membership is None:
        return event.actor.full_name
    return f"{event.actor.full_name} ({event.membership})"


def _texts(event: AuditEvent) -> Iterable[str]:
    detail = getattr(event, "detail", None)
    if detail is not None and detail.erased_at is not None:
        yield "What was said here has been erased."
    words: Mapping[str, Any] = (detail.words if detail is not None else None) or {}
    before, after = STATE_MOVES.get(event.act, (None, None))
    if after and before:
        yield f"{before} → {after}"
    yield from _codes(event)
    yield from _changes(words.get("before"), words.get("after"))
    yield from (str(words[key]) for key in (*WORDS_SHOWN, "note") if words.get(key))


def _codes(event: AuditEvent) -> Iterable[str]:
    for code in event.codes:
        if event.act == "registrations.defer" and code in DeferralReason.values:
            yield f"Reason: {DeferralReason(code).label}"
        if event.act == "registrations.keep_earlier" and code in EarlierSource.values:
            yield EarlierSource(code).label
        if event.act in {"registrations.withdraw", "registrations.end"} and code in EndReason.values:
            yield f"{Stage.ON_PROGRAMME.label} → {EndReason(code).label}"


def _changes(before: Any, after: Any) -> Iterable[str]:
    """Each thing that changed, with what it was and what it became."""
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        was, now = (each if isinstance(each, Mapping) else {} for each in (before, after))
        for name in dict.fromkeys([*was, *now]):
            if name in UNTOLD:
                continue
            earlier = shown(name, was[name]) if name in was else None
            yield _change(f"{label(name)}: ", earlier, shown(name, now.get(name)))
    elif before or after:
        yield _change("", str(before or ""), str(after or ""))


def _change(what: str, was: str | None, now: str) -> str:
    """`was` is None where nothing is said of what it was before."""
    if was is None:
        return f"{what}{now}"
    return f"{what}{was or 'nothing'} → {now}" if now else f"{what}was {was}"


def label(name: str) -> str:
    """What a field of a registration is called."""
    return FIELDS.get(name) or name.replace("_", " ").capitalize()


def shown(name: str, value: Any) -> str:
    """A value of a field of a registration in words: its label in a list, a day in full."""
    if value in (None, ""):
        return ""
    try:
        choices = dict(Registration._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        choices = {}
    try:
        return str(choices.get(value) or long_date(date.fromisoformat(str(value))))
    except ValueError:
        return str(value)
