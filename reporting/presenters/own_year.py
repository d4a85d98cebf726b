"""An NQSW's year as a line of steps: what is done, what is next, who does it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from assessments.schema import AGREEMENT, newest
from assessments.states import Result
from asye.dates import how_late, long_date
from registrations.states import Stage, State
from reporting.queries.figures import OwnYear

DONE, NEXT, LATER = "Done", "Next", "Later"
COLOURS = {DONE: "green", NEXT: "blue", LATER: "grey"}
PLACED_NOWHERE = "your employer"


@dataclass(frozen=True)
class Step:
    """One step: `state` is Done, Next or Later; `when` and `who` are sentences without a full stop, or empty."""

    heading: str
    when: str
    who: str
    state: str

    @property
    def colour(self) -> str:
        """The colour of the state's tag."""
        return COLOURS[self.state]


@dataclass(frozen=True)
class Year:
    """One registration as its NQSW sees it. `outcome` and `certificate` (to post to) are addresses, or empty."""

    heading: str
    stage: str
    sentence: str
    steps: tuple[Step, ...]
    href: str
    outcome: str
    certificate: str


def year(own: OwnYear, on: date) -> Year:
    """The registration in words with every step up to the certificate; one that came to nothing with those done."""
    stage = Stage(own.registration.stage)  # type: ignore[attr-defined]
    return Year(
        heading=own.registration.reference or f"Registration with {own.employer or PLACED_NOWHERE}",
        stage=str(stage.label),
        sentence=_sentence(own, stage),
        steps=tuple(step for step in _one_next(_steps(own, on), stage) if step.state == DONE or stage not in _OVER),
        href=reverse("registration", args=[own.registration.pk]),
        outcome=reverse("outcome", args=[own.registration.pk]) if own.outcome else "",
        certificate=reverse("certificate_download", args=[own.registration.pk]) if own.certificate else "",
    )


_OVER = frozenset({Stage.REFUSED, Stage.WITHDRAWN, Stage.NEVER_STARTED})


def _sentence(own: OwnYear, stage: Stage) -> str:
    where = own.employer or PLACED_NOWHERE
    ended = own.registration.ended_on
    if own.outcome and own.outcome.result == Result.FAIL:
        appeal_by = f" You can appeal until {long_date(own.outcome.appeal_by)}." if own.outcome.appeal_by else ""
        return f"The outcome of your year at {where} is a fail.{appeal_by}"
    if own.outcome:
        return f"You have passed your year at {where}."
    if stage == Stage.REFUSED:
        return "The Department has refused this registration. Your co-ordinator can tell you why."
    if stage == Stage.DEFERRED:
        return f"Your year at {where} is paused. The dates move when you return."
    if ended:
        return f"This registration with {where} ended on {long_date(ended)}."
    return f"Your year at {where}."


def _steps(own: OwnYear, on: date) -> list[tuple[str, str, str, bool]]:
    """(heading, when, who, done) in the order of the year."""
    registration = own.registration
    paused = registration.stage == Stage.DEFERRED  # type: ignore[attr-defined]  # its days move on until the return
    assessor = f"your assessor, {own.assessor}" if own.assessor else "your assessor"
    both = f"You and {assessor}"
    approved = registration.state == State.REGISTERED
    asked = registration.state == State.QUERIED
    sent = f"Sent on {long_date(registration.submitted_at)}"
    if approved and registration.decided_at:
        sent = f"Approved on {long_date(registration.decided_at)}"
    dates = [(AGREEMENT, newest(AGREEMENT).title, own.agreement_due), *own.dates]
    steps = [
        ("Registration", sent, "Your co-ordinator answers a question" if asked else "A caseworker of the Department",
         approved),
        *((label, _due(due, paused or key in own.done, on), both, key in own.done) for key, label, due in dates),
    ]  # fmt: skip
    wanted = int(registration.programme_year.evidence.get("direct_observation", 0))
    if wanted:
        observed = f"{min(own.observations, wanted)} of {wanted} agreed"
        steps.insert(-1, ("Direct observations", observed, f"{assessor[:1].upper()}{assessor[1:]}",
                          own.observations >= wanted))  # fmt: skip
    decided = own.outcome is not None
    if decided:  # what was not done by then is not asked for any more
        steps = [step for step in steps if step[-1]]
    when = f"Confirmed on {long_date(own.outcome.decided_at)}" if own.outcome else ""
    steps.append(("Recommendation, moderation and outcome", when, "Your assessor, then your employer", decided))
    if not (own.outcome and own.outcome.result == Result.FAIL):
        issued = f"Issued on {long_date(own.certificate.issued_at)}" if own.certificate else ""
        steps.append(("Certificate", issued, "Made for you after a pass", own.certificate is not None))
    return steps


def _due(due: date, is_untold: bool, on: date) -> str:
    return "" if is_untold else f"Due {long_date(due)}, {how_late(due, on)}"


def _one_next(steps: list[tuple[str, str, str, bool]], stage: Stage) -> list[Step]:
    """The first step not done is next, unless the year is paused."""
    made: list[Step] = []
    for heading, when, who, is_done in steps:
        waiting = stage == Stage.DEFERRED or any(step.state == NEXT for step in made)
        made.append(Step(heading, when, who, DONE if is_done else LATER if waiting else NEXT))
    return made
