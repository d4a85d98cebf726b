"""What a change of a year does to its dates and its money, in words, before it is confirmed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from asye.dates import long_date
from asye.money import pounds
from payments.queries.effects import Money, Standing, money_of
from payments.states import MoneyState
from registrations import queries
from registrations.models import Deferral, ProgrammeYear, Registration
from registrations.rules.dates import Pause
from registrations.states import EndReason, Milestone

DATES_HEADER: Final = ["", "Now", "After this change"]
NOT_ANY_MORE: Final = "Not due any more"
NOT_DUE: Final = Standing(MoneyState.NOT_DUE, 0)


@dataclass(frozen=True)
class Look:
    """A registration as it stands: its dates in words, in order, its money, and how it ended."""

    dates: dict[str, str]
    outcome_on: date
    money: Money
    end_reason: str
    year: ProgrammeYear


def look(registration: Registration, now: datetime) -> Look:
    """What there is to say of a registration before a change, or after one that is still to be confirmed."""
    deferral = queries.open_deferral(registration)
    supposed = []
    if deferral is not None and deferral.expected_back is not None:
        supposed.append(Pause(deferral.starts_on, (deferral.expected_back - deferral.starts_on).days))
    planned = queries.planned_dates(registration)
    then = queries.planned_dates(registration, *supposed)
    shown = {
        label: _words(registration, deferral, day, later)
        for (_, label, day), (_, _, later) in zip(planned, then, strict=True)
    }
    ends, later = queries.planned_end(registration), queries.planned_end(registration, *supposed)
    shown["Planned end of the year"] = _words(registration, deferral, ends, later)
    return Look(shown, then[-1][2], money_of(registration, now), registration.end_reason, registration.programme_year)


def _words(registration: Registration, deferral: Deferral | None, day: date, later: date) -> str:
    if registration.ended_on is not None and day >= registration.ended_on:
        return NOT_ANY_MORE
    if deferral is None or day < deferral.starts_on:
        return long_date(day)
    if deferral.expected_back is None:
        return "Waits for the return"
    return f"{long_date(later)}, if they are back on {long_date(deferral.expected_back)}"


def date_rows(before: Look, after: Look) -> list[list[str]]:
    """Each date of the year before and after, in the order they come."""
    return [
        [label, was, "No change" if after.dates[label] == was else after.dates[label]]
        for label, was in before.dates.items()
    ]


def money_lines(before: Look, after: Look, *, moves: bool = False) -> list[str]:
    """What happens to the first and to the second payment, a sentence each; one where the person is not funded."""
    if not before.money.funded:
        return ["They take part without funding, so this changes no payment."]
    lines = [
        _elsewhere(before, each) or say(before, after) for each, say in zip(Milestone, (_first, _second), strict=True)
    ]
    if moves and not _elsewhere(before, Milestone.COMPLETION):
        lines[1] = after_a_move(before.year)
    return lines


def after_a_move(year: ProgrammeYear) -> str:
    """Who gets the second payment after a move, as the programme year says (rule P12)."""
    if year.on_move == ProgrammeYear.OnMove.COMPLETING:
        return (
            f"The second payment goes to the employer where the year is completed. {year} says so; it is never paid "
            "to both."
        )
    return f"The second payment goes to the employer that registered them. {year} says so; it is never paid to both."


def _elsewhere(before: Look, milestone: Milestone) -> str:
    was = _of(before, milestone)
    if was.state != MoneyState.ELSEWHERE:
        return ""
    what = f"The {'first' if milestone == Milestone.REGISTRATION else 'second'} payment of {pounds(was.pence)}"
    return f"{what} was made before this service. It is not made again, and nothing of it is recovered here."


def _first(before: Look, after: Look) -> str:
    was, now = _of(before, Milestone.REGISTRATION), _of(after, Milestone.REGISTRATION)
    amount = f"The first payment of {pounds(was.pence)}"
    if after.money.to_recover and not before.money.to_recover:
        why = (
            "because their year never started"
            if after.end_reason == EndReason.NEVER_STARTED
            else f"because {after.year} recovers it after a withdrawal"
        )
        return (
            f"{amount} has been paid. It is to be recovered, {why}: a payments officer decides how. Nothing is taken "
            "automatically."
        )
    if before.money.to_recover and not after.money.to_recover:
        return f"{amount} stays paid: it is no longer to be recovered."
    if was.state == MoneyState.PAID:
        kept = (
            f" {after.year} recovers nothing after a withdrawal." if _ended(before, after) else " It does not change."
        )
        return f"{amount} has been paid.{kept}"
    if now.state == MoneyState.OWED and was.state == MoneyState.NOT_DUE:
        return f"{amount} is owed again and goes into the next payment run."
    if _ended(before, after):
        return f"{amount} has not been paid, and will not be."
    return f"{amount} does not change."


def _second(before: Look, after: Look) -> str:
    was = _of(before, Milestone.COMPLETION)
    amount = f"The second payment of {pounds(was.pence)}"
    if was.state == MoneyState.PAID:
        return f"{amount} has been paid already. It is not made again, and nothing of it is recovered automatically."
    if _ended(before, after):
        return f"{amount} is not made."
    last = after.year.last_completion_on
    if last is not None and after.outcome_on > last >= before.outcome_on:
        return (
            f"{amount} is paid only for an outcome confirmed by {long_date(last)}. After this change the outcome is "
            f"planned for {long_date(after.outcome_on)}, so it would not be made."
        )
    if after.outcome_on != before.outcome_on:
        return (
            f"{amount} stays the same. It is made when the outcome is confirmed, now planned for "
            f"{long_date(after.outcome_on)}."
        )
    return f"{amount} does not change. It is made when the outcome is confirmed."


def _of(seen: Look, milestone: Milestone) -> Standing:
    return seen.money.of.get(milestone, NOT_DUE)


def _ended(before: Look, after: Look) -> bool:
    return bool(after.end_reason) and not before.end_reason
