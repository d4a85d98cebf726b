"""An NQSW asks to have a fact corrected; the co-ordinator, or for names a caseworker, answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import addresses, audit
from asye.clock import london_date
from asye.refusals import Refused
from registrations import notices
from registrations.models import FactRequest, Registration
from registrations.permissions import check_is_self, check_may_answer_fact
from registrations.rules import own_facts as rules
from registrations.services import judging, moving, starting, telling
from registrations.states import Occasion

ORDERED = ("qualified_on", "swe_registered_from", "employment_start", "asye_start")


def held(registration: Registration, key: str) -> dict[str, Any]:
    """What is held of a fact, as a request keeps it."""
    holder = registration.nqsw if key == rules.NAMES else registration
    return rules.stored({name: getattr(holder, name) for name in rules.FACTS[key]})


@transaction.atomic
def ask(
    registration: Registration, key: str, wanted: Mapping[str, Any], because: str, *, by: User, now: datetime
) -> FactRequest:
    """The NQSW says what a fact should be (clean values of rules.own_facts.FACTS) and why. Whoever answers is told.

    Raises NotAllowed, or Refused, also while the same is still waiting for an answer.
    """
    under = check_is_self(by, registration.nqsw)
    registration = moving.locked(registration, None)
    was = held(registration, key) if key in rules.FACTS else {}
    given = rules.stored({name: wanted.get(name) for name in was})
    rules.check_can_ask(registration, key, was, given, because)
    if FactRequest.objects.filter(nqsw=registration.nqsw, field=key, answered_at__isnull=True).exists():
        raise Refused("You have asked for this already. You are told as soon as there is an answer.")
    request = FactRequest.objects.create(
        nqsw=registration.nqsw,
        registration=registration,
        field=key,
        was=was,
        wanted=given,
        because=because.strip(),
        asked_at=now,
    )
    audit.record("registrations.ask_for_correction", registration, by=by, now=now, under=under, codes=[key])
    if key != rules.NAMES:
        telling.tell_coordinators(notices.FactAsked(registration=registration, request=request), now=now)
    return request


@transaction.atomic
def accept(request: FactRequest, *, same_person: bool = False, by: User, now: datetime) -> FactRequest:
    """The fact becomes what the NQSW says it is; the rules are applied again. Before and after stand in the timeline.

    `same_person`: whoever answers has made sure of it, which a name needs that is another from end to end. Raises
    NotAllowed, or Refused where the fact has changed meanwhile or dates would be in the wrong order.
    """
    on = london_date(now)
    under = check_may_answer_fact(by, request, on)
    registration = moving.locked(request.registration, None)
    request = FactRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    values = rules.restored(request.wanted)
    days = {name: getattr(registration, name) for name in ORDERED} | {n: v for n, v in values.items() if n in ORDERED}
    rules.check_can_accept(request, held(registration, request.field), days, on)
    rules.check_same_person(request, registration, same_person=same_person)
    if request.field == rules.NAMES:
        _rename(registration, values, by=by, now=now)
    else:
        _write(registration, values)
    _answer(request, "", accepted=True, by=by, now=now)
    audit.record(
        "registrations.accept_correction",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[*values, *(["same_person"] if rules.asks_for_another_name(request, registration) else [])],
        words={"because": request.because, "before": _line(request.was), "after": _line(request.wanted)},
    )
    judging.judge_again(registration, Occasion.FACT, by=by, now=now, under=under)
    telling.tell_nqsw(notices.FactAnswered(registration=registration, request=request), now=now)
    return request


@transaction.atomic
def refuse(request: FactRequest, because: str, *, by: User, now: datetime) -> FactRequest:
    """The fact stays as it is, for a reason that the NQSW reads. Raises NotAllowed or Refused."""
    under = check_may_answer_fact(by, request, london_date(now))
    request = FactRequest.objects.select_for_update(of=("self",)).select_related("registration").get(pk=request.pk)
    rules.check_is_open(request)
    if not because.strip():
        raise Refused("Enter why it stays as it is", field="because")
    _answer(request, because.strip(), accepted=False, by=by, now=now)
    registration = request.registration
    words = {"because": request.answer}
    audit.record(
        "registrations.refuse_correction",
        registration,
        by=by,
        now=now,
        under=under,
        codes=[request.field],
        words=words,
    )
    telling.tell_nqsw(notices.FactAnswered(registration=registration, request=request), now=now)
    return request


def _answer(request: FactRequest, answer: str, *, accepted: bool, by: User, now: datetime) -> None:
    request.accepted, request.answer = accepted, answer
    request.answered_by, request.answered_at = by, now
    request.save(update_fields=["accepted", "answer", "answered_by", "answered_at"])


def _rename(registration: Registration, values: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """The person's name. What the employer wrote stays with the registration; a certificate with another name can
    then be replaced by its successor."""
    nqsw = registration.nqsw
    for name, value in values.items():
        setattr(nqsw, name, value)
    nqsw.save(update_fields=list(values))
    moving.touch(registration)
    if nqsw.user is not None:
        addresses.rename(nqsw.user, nqsw.first_name, nqsw.last_name, by=by, now=now)


def _write(registration: Registration, values: Mapping[str, Any]) -> None:
    if "asye_start" in values:
        starting.move_start(registration, values["asye_start"])
    for name, value in values.items():
        setattr(registration, name, value)
    moving.touch(registration, *values)


def _line(values: Mapping[str, Any]) -> str:
    """Values in one line, for the timeline."""
    return ", ".join(str(value) for value in values.values() if value not in (None, ""))
