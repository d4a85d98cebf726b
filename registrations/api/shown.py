"""What the API shows of a registration: as data, and as the description of it."""

from datetime import date
from typing import Any

from rest_framework import serializers

from accounts.models import Employer
from registrations import queries
from registrations.api.changed import MOVED
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.rules.eligibility import Reason
from registrations.states import Contract, EndReason, Qualification, Route, Stage, State, Verdict

Data = dict[str, Any]


def registration(found: Registration, on: date) -> Data:
    """One registration from changed.readable() and with_parts(). Once another employer carries it, nothing of theirs
    is shown, nor where it is."""
    left: bool = found.left  # type: ignore[attr-defined]
    placement = _placement(found.own_placements)  # type: ignore[attr-defined]
    return {
        "id": found.pk,
        "reference": found.reference,
        "version": None if left else found.version,
        "stage": found.seen_stage,  # type: ignore[attr-defined]
        "updated_at": instant(found.changed_at),  # type: ignore[attr-defined]
        "cohort": found.programme_year.code,
        "first_name": found.given_first_name,
        "last_name": found.given_last_name,
        "swe_number": found.nqsw.swe_number,
        "job_title": found.job_title,
        "contract": found.contract,
        "fte_percent": found.fte_percent,
        "qualification": found.qualification,
        "route": found.route,
        "qualified_on": str(found.qualified_on),
        "swe_registered_from": str(found.swe_registered_from),
        "employment_start": str(found.employment_start),
        "asye_start": str(found.asye_start),
        "verdict": found.verdict,
        "reasons": [{"rule": each["rule"], "sentence": each["sentence"]} for each in found.verdict_reasons],
        "submitted_at": instant(found.submitted_at),
        "decided_at": instant(found.decided_at) if found.decided_at else None,
        "refused_because": found.refused_because or None,
        "placed_from": str(placement.starts_on),
        "placed_until": str(placement.ends_on) if placement.ends_on else None,
        "assessor": _assessor(placement, on),
        **_running(found, left=left),
    }


def _running(found: Registration, *, left: bool) -> Data:
    """What only the employer that carries it reads."""
    if left:
        return {"question": None, "reviews": [], "planned_end": None, "ended_on": None, "end_reason": None}
    planned = found.state == State.REGISTERED and found.ended_on is None
    asked = next((each for each in found.queries.all() if each.answered_at is None), None)
    return {
        "question": {"text": asked.question, "asked_at": instant(asked.asked_at)} if asked else None,
        "reviews": [
            {"name": label, "due_on": str(due)} for _, label, due in (queries.review_dates(found) if planned else ())
        ],
        "planned_end": str(queries.planned_end(found)) if planned else None,
        "ended_on": str(found.ended_on) if found.ended_on else None,
        "end_reason": found.end_reason or None,
    }


def reason(found: Reason) -> Data:
    """One reason of a verdict, with the rule's number."""
    return {"rule": found.rule, "sentence": found.sentence}


def assessors(employer: Employer, on: date) -> list[Data]:
    """The people who may be named as assessor, by name."""
    return [{"name": user.full_name, "email": user.email} for user in queries.assessors_at(employer, on)]


def _placement(own: list[Placement]) -> Placement:
    """The employer's last placement that was not undone; the list is in the order of first days."""
    real = [each for each in own if each.ends_on != each.starts_on]
    return (real or own)[-1]


def _assessor(placement: Placement, on: date) -> Data | None:
    """Who assesses on a day: whose assignment holds, else the last begun, else the first to come. Never the cover."""
    every: list[AssessorAssignment] = [each for each in placement.assignments.all() if not each.cover]
    real = [each for each in every if each.ends_on != each.starts_on] or every
    begun = [each for each in real if each.starts_on <= on]
    chosen = (begun or real[:1])[-1:]
    return {"name": chosen[0].assessor.full_name, "email": chosen[0].assessor.email} if chosen else None


def instant(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


class ReasonSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="The rule's number, such as E2.")
    sentence = serializers.CharField()


class PersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()


class QuestionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    asked_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    due_on = serializers.DateField()


class RegistrationSerializer(serializers.Serializer[Any]):
    """A registration as the employer that made it, or carries it, may read it."""

    id = serializers.IntegerField()
    reference = serializers.CharField(allow_null=True, help_text="Given on approval, such as CF26000015.")
    version = serializers.IntegerField(
        allow_null=True, help_text="Send it with every change. Empty once another employer carries the registration."
    )
    stage = serializers.ChoiceField(choices=[*Stage.choices, (MOVED, "With another employer")])
    updated_at = serializers.DateTimeField(help_text="Since when it reads as it does.")
    cohort = serializers.CharField(help_text="The programme year, such as 2026-27.")
    first_name = serializers.CharField(help_text="As you gave it.")
    last_name = serializers.CharField(help_text="As you gave it.")
    swe_number = serializers.CharField(allow_null=True)
    job_title = serializers.CharField()
    contract = serializers.ChoiceField(choices=Contract.choices)
    fte_percent = serializers.IntegerField()
    qualification = serializers.ChoiceField(choices=Qualification.choices)
    route = serializers.ChoiceField(choices=Route.choices)
    qualified_on = serializers.DateField()
    swe_registered_from = serializers.DateField()
    employment_start = serializers.DateField()
    asye_start = serializers.DateField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reasons = ReasonSerializer(many=True)
    submitted_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    refused_because = serializers.CharField(allow_null=True)
    placed_from = serializers.DateField(help_text="The first day with you.")
    placed_until = serializers.DateField(allow_null=True, help_text="The first day no longer with you.")
    assessor = PersonSerializer(allow_null=True)
    question = QuestionSerializer(allow_null=True, help_text="A caseworker's question that waits for your answer.")
    reviews = ReviewSerializer(many=True)
    planned_end = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.ChoiceField(choices=EndReason.choices, allow_null=True)


class PageSerializer(serializers.Serializer[Any]):
    registrations = RegistrationSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as cursor for the next page.")
    next_updated_since = serializers.DateTimeField(
        help_text="Send it as updated_since when you ask again. Take it from the first page: it lies two minutes "
        "before this answer, so that nothing is missed; some registrations come twice."
    )


class FoundSerializer(serializers.Serializer[Any]):
    registrations = RegistrationSerializer(many=True)


class AssessorsSerializer(serializers.Serializer[Any]):
    assessors = PersonSerializer(many=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    question = serializers.CharField()
    required = serializers.BooleanField(
        help_text="Some questions are asked only after certain answers: contract and route."
    )
    choices = ChoiceSerializer(many=True)


class OptionsSerializer(serializers.Serializer[Any]):
    cohort = serializers.CharField(allow_null=True, help_text="The programme year that is open, if one is.")
    open_until = serializers.DateField(allow_null=True)
    fields = OptionSerializer(many=True)


class CheckedSerializer(serializers.Serializer[Any]):
    can_register = serializers.BooleanField()
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_null=True)
    reasons = ReasonSerializer(many=True)
    obstacles = serializers.ListField(
        child=serializers.DictField(), help_text="What a registration would be refused for."
    )
