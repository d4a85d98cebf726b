"""What waits for a person about registrations, and what they wait for."""

from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from accounts import roles
from accounts.letter_queries import comes_back
from accounts.models import User
from accounts.queries import coordinated, holding
from accounts.waiting import Kind, lines, london_day, name_of
from registrations import move_queries, own_queries, queries, verdict_queries
from registrations.models import (
    NQSW,
    Deferral,
    EqualityAnswers,
    FactRequest,
    Placement,
    RegisterRequest,
    Registration,
    RegistrationDraft,
)
from registrations.rules.own_facts import NAMES
from registrations.states import RegisterStatus, State

CHECKED_WITHIN_DAYS = 7  # what the page promises: five working days
COORDINATORS: Final = frozenset({roles.COORDINATOR})
CASEWORKERS: Final = frozenset({roles.CASEWORKER})
NQSWS: Final = frozenset({roles.NQSW})
EMPTY: Final = Value("", TextField())
Rows = QuerySet[Any, Any]


def _about_people(found: QuerySet[Registration], **said: Any) -> Rows:
    return lines(found, about=name_of("nqsw"), **said)


def _here(user: User, on: date, registration: str = "pk") -> Exists:
    """Placed today with an employer the person co-ordinates: not where they have left, nor where they are yet to go."""
    before = Placement.objects.filter(
        registration=OuterRef("registration"), ends_on__gt=on, starts_on__lt=OuterRef("starts_on")
    )
    return Exists(
        Placement.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            ~Exists(before),
            registration=OuterRef(registration),
            employer__in=coordinated(user, on),
        )
    )


def _at_mine(user: User, on: date, state: State) -> QuerySet[Registration]:
    return Registration.objects.filter(_here(user, on), state=state, ended_on__isnull=True)


def _to_answer(user: User, on: date) -> Rows:
    return _about_people(_at_mine(user, on, State.QUERIED))


def _being_checked(user: User, on: date) -> Rows:
    return _about_people(_at_mine(user, on, State.SUBMITTED), who=Value("A caseworker"))


def _not_joined(user: User, on: date) -> Rows:
    found = Registration.objects.filter(_here(user, on), queries.LIVE, nqsw__user__isnull=True)
    return _about_people(found, who=Value("The NQSW"))


def _to_finish(user: User, on: date) -> Rows:
    drafts = RegistrationDraft.objects.filter(
        owner=user, employer__in=coordinated(user, on), registration__isnull=True, corrects__isnull=True
    )
    typed = Trim(
        Concat(KT("data__name__first_name"), Value(" "), KT("data__name__last_name"), output_field=TextField())
    )
    return lines(drafts, about=Coalesce(NullIf(typed, EMPTY), Value("No name yet", TextField())))


def _to_return(user: User, on: date) -> Rows:
    """Deferrals that began and have no return yet: the co-ordinator records it when the person is back."""
    paused = Deferral.objects.filter(
        _here(user, on, "registration_id"), ends_on__isnull=True, starts_on__lte=on, registration__ended_on__isnull=True
    )
    return lines(paused, at="registration_id", about=name_of("registration__nqsw"))


def _to_check(user: User, on: date) -> Rows:
    found = queries.to_check().filter(Exists(holding(user, on, roles.CASEWORKER)))
    return _about_people(found, due=london_day("submitted_at", days_later=CHECKED_WITHIN_DAYS))


def _off_the_register(user: User, on: date) -> Rows:
    """People on the programme whom the register no longer has, or never had: the co-ordinator speaks to them."""
    found = queries.troubles().filter(
        Q(status=RegisterStatus.NOT_REGISTERED) | Q(status=RegisterStatus.NOT_FOUND),
        _here(user, on, "registration_id"),
        registration__state=State.REGISTERED,
    )
    return lines(found, at="registration_id", about=name_of("registration__nqsw"))


def _register_trouble(user: User, on: date) -> Rows:
    """What the register says about people on the programme that needs a caseworker: gone, not found, another name."""
    found = queries.troubles().filter(Exists(holding(user, on, roles.CASEWORKER)), registration__state=State.REGISTERED)
    due = london_day("checked_at", days_later=CHECKED_WITHIN_DAYS)
    return lines(found, at="registration_id", about=name_of("registration__nqsw"), due=due)


def _changed_verdicts(user: User, on: date) -> Rows:
    """Verdicts that changed after approval: the registration keeps its own until a caseworker decides."""
    found = verdict_queries.open_verdicts().filter(Exists(holding(user, on, roles.CASEWORKER)))
    due = london_day("evaluated_at", days_later=CHECKED_WITHIN_DAYS)
    return lines(found, at="registration_id", about=name_of("registration__nqsw"), due=due)


def _register_asked(user: User, on: date) -> Rows:
    """Questions the caseworker left to the service: the register has not answered yet."""
    found = RegisterRequest.objects.filter(
        Exists(holding(user, on, roles.CASEWORKER)), wanted_by=user, done_at__isnull=True
    )
    who = Value("The Social Work England register")
    return lines(found, at="registration_id", about=name_of("registration__nqsw"), who=who)


def _asked(user: User, on: date) -> Rows:
    found = Registration.objects.filter(
        Exists(holding(user, on, roles.CASEWORKER)), state=State.QUERIED, ended_on__isnull=True
    )
    return _about_people(found, who=Value("The employer"))


def _facts_asked(user: User, on: date) -> Rows:
    """Facts that NQSWs say are wrong: what the employer entered is the co-ordinator's to answer."""
    found = own_queries.open_requests(names=False).filter(_here(user, on, "registration_id"))
    return _asked_about(found)


def _names_asked(user: User, on: date) -> Rows:
    """Names are a caseworker's to answer: they touch the register and the certificate."""
    found = own_queries.open_requests(names=True).filter(Exists(holding(user, on, roles.CASEWORKER)))
    return _asked_about(found)


def _asked_about(found: QuerySet[FactRequest]) -> Rows:
    return lines(found, about=name_of("registration__nqsw"), due=london_day("asked_at", days_later=CHECKED_WITHIN_DAYS))


def _own_requests(user: User, on: date) -> Rows:
    found = FactRequest.objects.filter(Exists(holding(user, on, roles.NQSW)), nqsw__user=user, answered_at__isnull=True)
    who = Case(When(field=NAMES, then=Value("A caseworker")), default=Value("Your co-ordinator"))
    return lines(found, about=name_of("nqsw"), who=who)


def _own_equality(user: User, on: date) -> Rows:
    given = EqualityAnswers.objects.filter(nqsw=OuterRef("pk"))
    found = NQSW.objects.filter(~Exists(given), Exists(holding(user, on, roles.NQSW)), user=user)
    return lines(found, about=Concat("first_name", Value(" "), "last_name"))


def _letters_of_nqsws(user: User, on: date) -> Rows:
    """NQSWs of mine whom no letter reaches, joined or only invited: the co-ordinator sees them."""
    found = Registration.objects.filter(
        Q(comes_back("nqsw__user__email"), nqsw__user__isnull=False)
        | Q(comes_back("nqsw__invitation__user__email"), nqsw__user__isnull=True),
        _here(user, on),
        queries.LIVE,
    )
    return _about_people(found)


def _own_letters(user: User, on: date) -> Rows:
    """My own letters come back: only I can say where else they find me."""
    found = NQSW.objects.filter(Exists(holding(user, on, roles.NQSW)), comes_back("user__email"), user=user)
    return lines(found, about="user__email")


def _own_checked(user: User, on: date) -> Rows:
    found = Registration.objects.filter(
        Q(state=State.SUBMITTED) | Q(state=State.QUERIED),
        Exists(holding(user, on, roles.NQSW)),
        nqsw__user=user,
        ended_on__isnull=True,
    )
    return _about_people(found, who=Value("A caseworker"))


FOR_PERSON: Final = (
    Kind("Answer a question about a registration", "registration", COORDINATORS, _to_answer),
    Kind("Finish a registration you have started", "registration_draft", COORDINATORS, _to_finish),
    Kind("Record the return from a deferral", "registration", COORDINATORS, _to_return),
    Kind("Speak to somebody the register does not have", "registration", COORDINATORS, _off_the_register),
    Kind("Give the day an NQSW leaves you", "move", COORDINATORS, move_queries.to_let_go),
    Kind("Give the day an NQSW starts with you", "move", COORDINATORS, move_queries.to_receive),
    Kind("Check a registration", "registration", CASEWORKERS, _to_check),
    Kind("Look into what the register says", "registration", CASEWORKERS, _register_trouble),
    Kind("The facts changed after approval", "registration_verdict", CASEWORKERS, _changed_verdicts),
    Kind("Answer a request for a correction", "fact_request", COORDINATORS, _facts_asked),
    Kind("Answer a request to correct a name", "fact_request", CASEWORKERS, _names_asked),
    Kind("Ask an NQSW for another email address: letters come back", "registration", COORDINATORS, _letters_of_nqsws),
    Kind("Give us another email address: letters to you come back", "my_contact", NQSWS, _own_letters, of_row=False),
    Kind("Give your equality answers (optional)", "my_equality", NQSWS, _own_equality, of_row=False),
)
ON_OTHERS: Final = (
    Kind("A registration is being checked", "registration", COORDINATORS, _being_checked),
    Kind("A move to another employer is not agreed yet", "move", COORDINATORS, move_queries.let_go),
    Kind("An NQSW you asked for has not been let go yet", "move", COORDINATORS, move_queries.asked_for),
    Kind("The NQSW has not joined yet", "registration", COORDINATORS, _not_joined),
    Kind("Your question is not answered yet", "registration", CASEWORKERS, _asked),
    Kind("The register has not answered yet", "registration", CASEWORKERS, _register_asked),
    Kind("Your request for a correction", "my_details", NQSWS, _own_requests, of_row=False),
    Kind("Your registration is being checked", "registration", NQSWS, _own_checked),
)
