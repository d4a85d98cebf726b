"""Words for the pages about concerns: to the NQSW about their own support, to everybody else about theirs."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.urls import reverse

from assessments.concern_areas import label_of
from assessments.models import Concern, Record, SupportPlan
from assessments.queries import asks_for_support, without_support
from assessments.rules import concerns as rules
from assessments.states import RecordState
from assessments.states.concerns import TAG_COLOURS, ConcernResult, ConcernState, SupportOutcome
from asye.dates import how_late, long_date

ERASED: Final = "These words have been erased."
NONE: Final = "No concern has been recorded."


def lines(concerns: Iterable[Concern], today: date, *, own: bool) -> list[dict[str, Any]]:
    """The concerns of a year, newest first, for a task list."""
    return [
        {
            "title": label_of(one.area),
            "href": reverse("concern", args=[one.pk]),
            "hint": f"Recorded on {long_date(one.raised_on)}. {standing(one, today, own=own)}",
            "status": one.state.label,
            "colour": TAG_COLOURS[one.state],
        }
        for one in reversed(list(concerns))
    ]


def standing(concern: Concern, today: date, *, own: bool) -> str:
    """Where a concern stands and what comes next, in a sentence or two."""
    plan, state = concern.latest_plan, concern.state
    whom = "you" if own else concern.registration.nqsw.full_name
    if state == ConcernState.CLOSED and concern.closed_at:
        return f"Closed on {long_date(concern.closed_at)}: {_inside(ConcernResult(concern.result).label)}."
    if plan is None:
        return f"What happens next: support for {whom} is agreed, with dates."
    if plan.reviewed_at is None:
        due = f"{long_date(plan.review_by)}, {how_late(plan.review_by, today)}"
        return f"{plan.reviewer.full_name} looks at the support with {whom} by {due}."
    return (
        f"The support was reviewed on {long_date(plan.reviewed_at)}. What happens next: more support is agreed, or the "
        "concern is closed."
    )


def facts(concern: Concern, *, own: bool) -> list[tuple[str, str]]:
    """What was noticed, when it was talked about, and who wrote it down."""
    return [
        ("What was noticed", ERASED if concern.erased_at else concern.words),
        ("You talked about it on" if own else "Talked about on", long_date(concern.talked_on)),
        ("Recorded", f"{long_date(concern.raised_at)} by {concern.raised_by.full_name}"),
    ]


def plan_rows(plan: SupportPlan, *, own: bool) -> list[tuple[str, str]]:
    """What was promised, by when, and what came of it."""
    whom = "with you" if own else "with them"
    rows = [
        ("What was promised", ERASED if plan.erased_at else plan.words),
        ("From", long_date(plan.starts_on)),
        ("Looked at by", f"{long_date(plan.review_by)}, by {plan.reviewer.full_name} {whom}"),
    ]
    if plan.reviewed_at and plan.reviewed_by:
        rows.append(("What came of it", SupportOutcome(plan.outcome).label))
        rows.append(("What was found", ERASED if plan.erased_at else plan.found))
        rows.append(("Reviewed", f"{long_date(plan.reviewed_at)} by {plan.reviewed_by.full_name}"))
    return rows


def plan_cards(concern: Concern, *, own: bool) -> list[dict[str, Any]]:
    """Every support plan, newest first, with its heading."""
    plans = sorted(concern.plans.all(), key=lambda one: one.number, reverse=True)
    many = len(plans) > 1
    return [
        {
            "heading": f"Support plan {one.number}" if many else "Support plan",
            "rows": plan_rows(one, own=own),
        }
        for one in plans
    ]


def history(concern: Concern) -> list[dict[str, Any]]:
    """What happened to a concern, newest first, with the words that were added to it."""
    events: list[dict[str, Any]] = [
        {"heading": "Recorded", "at": concern.raised_at, "by": concern.raised_by.full_name, "order": 0}
    ]
    for plan in concern.plans.all():
        events.append({"heading": "Support agreed", "at": plan.planned_at, "by": plan.planned_by.full_name, "order": 1})
        if plan.reviewed_at and plan.reviewed_by:
            events.append(
                {
                    "heading": "Support reviewed",
                    "at": plan.reviewed_at,
                    "by": plan.reviewed_by.full_name,
                    "text": SupportOutcome(plan.outcome).label,
                    "order": 2,
                }
            )
    for note in concern.notes.all():
        words = ERASED if note.erased_at else note.words
        events.append({"heading": "Added", "at": note.at, "by": note.by.full_name, "text": words, "order": 3})
    if concern.closed_at and concern.closed_by:
        events.append(
            {"heading": "Closed", "at": concern.closed_at, "by": concern.closed_by.full_name, "order": 4}
            | {"text": ERASED if concern.erased_at else concern.closed_words}
        )
    return sorted(events, key=lambda event: (event["at"], event["order"]), reverse=True)


def support_wanted(record: Record) -> str:
    """What has to be done before a review that waits for its signatures can be signed, or before the one after a review
    that is agreed; "" where nothing has."""
    if asks_for_support(record):
        return rules.SUPPORT_NEXT
    waiting = without_support(record) if record.state == RecordState.SUBMITTED else []
    return rules.support_wanted(waiting) if waiting else ""


def before_words(following: tuple[str, date] | None) -> str:
    """Before which review support has to be looked at, for the form."""
    if following is None:
        return ""
    name, day = following
    return f"Before the {name[:1].lower() + name[1:]}, which is due on {long_date(day)}."


def _inside(words: str) -> str:
    return words[:1].lower() + words[1:]
