"""The addresses of /api/v1/: each loads through the key's own registrations and makes one service call."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import reading
from accounts.api.problems import Problem
from accounts.api.twice import once
from accounts.models import ApiKey, Employer
from accounts.states import Scope
from asye import clock
from asye.refusals import NotAllowed, Refused
from asye.ui import forms
from registrations import queries
from registrations.api import asking, changed, listing, shown, taken
from registrations.api.describing import IDEMPOTENCY, LISTING, READ_BODY, WHICH, described
from registrations.bulk.columns import COLUMNS, choices
from registrations.forms.acts import Answer, Withdrawal
from registrations.forms.steps import Number
from registrations.models import Registration
from registrations.rules import eligibility
from registrations.rules.answers import Answers
from registrations.services import changes, checking, registering
from registrations.states import Verdict

OVERLAP = timedelta(minutes=2)  # an act that began before a page was read may be committed after it
ELSEWHERE = "This NQSW is with another employer now. Only that employer can change the registration."


class View(APIView):
    """Reading needs one scope and posting, as a rule, the other. `self.now` is the one reading of the clock."""

    scope_to_post = Scope.WRITE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.now: datetime = clock.now()
        self.on: date = clock.london_date(self.now)
        super().initial(request, *args, **kwargs)

    @property
    def key(self) -> ApiKey:
        """The key that asks."""
        found: ApiKey = self.request.auth
        return found

    def readable(self) -> QuerySet[Registration]:
        """The registrations that the key may read, as of today."""
        return changed.readable(self.key.employer, self.on)

    def show(self, found: QuerySet[Registration]) -> list[shown.Data]:
        """Registrations as data."""
        return [shown.registration(each, self.on) for each in changed.with_parts(found, self.key.employer)]

    def show_one(self, pk: int) -> shown.Data:
        """One registration as data, as it is now."""
        return self.show(self.readable().filter(pk=pk))[0]

    def to_change(self, which: str) -> Registration:
        """A registration that the key's employer carries; raises Http404, or NotAllowed where another does now."""
        found = listing.one(self.readable(), which).first()
        if found is None:
            raise Http404
        if queries.placement_of(found, self.on).employer_id != self.key.employer_id:
            raise NotAllowed(ELSEWHERE)
        return found

    def change_once(self, request: Request, which: str, act: Callable[[Registration], object]) -> Response:
        """Does something to a registration, once for each Idempotency-Key; answers with it as it is then."""

        def change() -> tuple[int, shown.Data]:
            found = self.to_change(which)
            act(found)
            return 200, self.show_one(found.pk)

        return once(request, self.now, change)


class Registrations(View):
    @described(
        "listRegistrations",
        "Your registrations, those that changed longest ago first",
        shown.PageSerializer,
        problems=(422,),
        parameters=LISTING,
    )
    def get(self, request: Request) -> Response:
        """A page of the key's registrations."""
        asked = listing.read(request.query_params)
        page = listing.page(self.readable(), asked)
        rows = changed.with_parts(page.rows, self.key.employer)
        return Response(
            {
                "registrations": [shown.registration(each, self.on) for each in page.shown(rows)],
                "next_cursor": page.cursor,
                "next_updated_since": shown.instant(self.now - OVERLAP),
            }
        )

    @described(
        "registerNqsw",
        "Register an NQSW",
        shown.RegistrationSerializer,
        takes=taken.RegisterSerializer,
        status=201,
        problems=(*READ_BODY, 409),
        parameters=(IDEMPOTENCY,),
    )
    def post(self, request: Request) -> Response:
        """Registers, once for each Idempotency-Key."""
        answers = asking.answers(request.data, self.key.employer, self.on)

        def act() -> tuple[int, shown.Data]:
            try:
                made = registering.register(self.key.employer, answers, by=self.key.holder, now=self.now)
            except Refused as refusal:
                raise refused(refusal, answers, self.key.employer, self.on) from refusal
            return 201, self.show_one(made.pk)

        return once(request, self.now, act)


class Check(View):
    @described(
        "checkNqsw",
        "See the verdict before you register; nothing is kept",
        shown.CheckedSerializer,
        takes=taken.RegisterSerializer,
        problems=(*READ_BODY, 409),
    )
    def post(self, request: Request) -> Response:
        """Registers and takes it back within one transaction, so that what is said is what would be done."""
        answers = asking.answers(request.data, self.key.employer, self.on)
        obstacles: list[tuple[str, str]] = []
        with transaction.atomic():
            try:
                registering.register(self.key.employer, answers, by=self.key.holder, now=self.now)
            except Refused as refusal:
                obstacles.append((refusal.field or "", str(refusal)))
            transaction.set_rollback(True)
        return Response(
            {
                "can_register": not obstacles,
                **judged(answers, self.key.employer, self.on),
                "obstacles": [{"field": name, "sentence": sentence} for name, sentence in obstacles],
            }
        )


class Search(View):
    scope_to_post = Scope.READ

    @described(
        "findRegistrations",
        "Find your registrations of a Social Work England number, which never stands in an address",
        shown.FoundSerializer,
        takes=taken.SearchSerializer,
        problems=READ_BODY,
    )
    def post(self, request: Request) -> Response:
        """All of one person's that the key may read, the newest first."""
        clean = asking.cleaned(request.data, Number)
        found = self.readable().filter(nqsw__swe_number=clean["swe_number"]).order_by("-submitted_at", "-id")
        return Response({"registrations": self.show(found)})


class One(View):
    @described(
        "readRegistration",
        "One registration by id or reference",
        shown.RegistrationSerializer,
        problems=(404,),
        parameters=(WHICH,),
    )
    def get(self, request: Request, which: str) -> Response:
        """One registration."""
        found = changed.with_parts(listing.one(self.readable(), which), self.key.employer).first()
        if found is None:
            raise Http404
        reading.note(request._request, found)
        return Response(shown.registration(found, self.on))


class AnswerQuestion(View):
    @described(
        "answerQuestion",
        "Answer a caseworker's question, with corrections where an answer was wrong",
        shown.RegistrationSerializer,
        takes=taken.AnswerSerializer,
        problems=(*READ_BODY, 404, 409),
        parameters=(WHICH, IDEMPOTENCY),
    )
    def post(self, request: Request, which: str) -> Response:
        """Answers, once for each Idempotency-Key."""
        clean = asking.cleaned(request.data, Answer, "version", "corrections")
        seen = asking.version(request.data)
        corrections = request.data.get("corrections")
        answers = None if corrections is None else asking.answers(corrections, self.key.employer, self.on)

        by, text = self.key.holder, clean["text"]

        def act(found: Registration) -> object:
            return checking.answer(found, text, by=by, now=self.now, seen_version=seen, answers=answers)

        return self.change_once(request, which, act)


class Withdraw(View):
    @described(
        "withdrawRegistration",
        "Withdraw an NQSW who left the programme",
        shown.RegistrationSerializer,
        takes=taken.WithdrawSerializer,
        problems=(*READ_BODY, 404, 409),
        parameters=(WHICH, IDEMPOTENCY),
    )
    def post(self, request: Request, which: str) -> Response:
        """Withdraws, once for each Idempotency-Key."""
        clean = asking.cleaned(request.data, Withdrawal, "version")
        seen = asking.version(request.data)

        by, because = self.key.holder, clean["because"]

        def act(found: Registration) -> object:
            return changes.withdraw(found, clean["on"], because, by=by, now=self.now, seen_version=seen)

        return self.change_once(request, which, act)


class Assessors(View):
    @described("listAssessors", "The people you can name as assessor", shown.AssessorsSerializer)
    def get(self, request: Request) -> Response:
        """The assessors of the key's employer."""
        return Response({"assessors": shown.assessors(self.key.employer, self.on)})


class Options(View):
    @described("listOptions", "The questions of a registration with the answers each offers", shown.OptionsSerializer)
    def get(self, request: Request) -> Response:
        """The questions, and the programme year that is open."""
        year = queries.year_open(self.on)
        return Response(
            {
                "cohort": year.code if year else None,
                "open_until": str(year.window_to) if year else None,
                "fields": [
                    {
                        "name": column.key,
                        "question": str(column.field.label),
                        "required": not column.may_be_missing,
                        "choices": _choices(column.field, choices(column)),
                    }
                    for column in COLUMNS
                ],
            }
        )


def _choices(field: Any, listed: list[tuple[str, str]]) -> list[dict[str, str]]:
    """A yes or no is true or false here and offers no list."""
    if isinstance(field, forms.YesNoField):
        return []
    return [{"value": value, "label": label} for value, label in listed if value]


def judged(answers: Answers, employer: Employer, on: date) -> shown.Data:
    """The verdict and its numbered reasons; none while no programme year is open."""
    year = queries.year_open(on)
    if year is None:
        return {"verdict": None, "reasons": []}
    result = eligibility.evaluate(answers.judged, year, on, queries.lifted_for(answers.swe_number, employer, on))
    return {"verdict": Verdict(result.verdict).value, "reasons": [shown.reason(each) for each in result.reasons]}


def refused(refusal: Refused, answers: Answers, employer: Employer, on: date) -> Problem:
    """A registration that the rules do not allow: the sentence of the page, the verdict and its reasons."""
    errors = [(refusal.field or "", str(refusal))]
    return Problem(422, str(refusal), code="refused", errors=errors, more=judged(answers, employer, on))
