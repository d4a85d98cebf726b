"""What a registration does to dates and money, in words, before it is sent or a second attempt is allowed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from asye.dates import long_date
from asye.money import pounds
from payments.queries.effects import Standing
from payments.states import MoneyState
from registrations.models import ProgrammeYear
from registrations.rules.answers import Answers, Previous
from registrations.rules.dates import add_months, review_dates
from registrations.states import Milestone, Verdict

ONCE: Final = "It is made once in a person’s life, so it is not made again."
A_NEW_YEAR: Final = "It is a whole new year. The earlier one stays in their history, and nothing of it counts."
UNFUNDED: Final = "They take part without funding, so no payment is made."
NAMES: Final = {Milestone.REGISTRATION: "The first payment", Milestone.COMPLETION: "The second payment"}


def dates_of(answers: Answers, year: ProgrammeYear) -> list[tuple[str, str]]:
    """The days of the year that would begin, without anything that may move them later."""
    first: date = getattr(answers, year.counts_from)
    planned = [
        ("The ASYE starts", answers.asye_start),
        ("Agreement signed by", answers.asye_start + timedelta(days=year.agreement_days)),
        *((label, day) for key, label, day in review_dates(first, year.review_months, [])),
        ("Planned end of the year", add_months(first, year.months)),
    ]
    return [(label, long_date(day)) for label, day in planned]


def sentences(
    answers: Answers, year: ProgrammeYear, verdict: str, standing: Mapping[Milestone, Standing], employer: str
) -> list[str]:
    """What the registration does to the person's earlier year, if they have had one, and to both payments.

    Nothing says where the earlier year was.
    """
    earlier = [A_NEW_YEAR] if answers.eligibility.previous in (Previous.STARTED, Previous.FAILED) else []
    if verdict != Verdict.FUNDABLE:
        return [*earlier, UNFUNDED]
    return [*earlier, *money_lines(year, standing, employer)]


def money_lines(year: ProgrammeYear, standing: Mapping[Milestone, Standing], employer: str) -> list[str]:
    """A sentence for each payment of somebody who is funded: made before, owed already, or owed to this employer."""
    due = {
        Milestone.REGISTRATION: f"is owed to {employer} once a caseworker has approved the registration.",
        Milestone.COMPLETION: f"is owed once the outcome is confirmed, {_for_what(year)}.",
    }
    lines = []
    for milestone, when in due.items():
        each = standing[milestone]
        amount = f"{NAMES[milestone]} of {pounds(each.pence)}"
        if each.state in (MoneyState.PAID, MoneyState.ELSEWHERE, MoneyState.IN_BATCH):
            lines.append(f"{amount} was made for an earlier registration of this person. {ONCE}")
        elif each.state == MoneyState.OWED:
            lines.append(f"{amount} is owed already for an earlier registration of this person. {ONCE}")
        else:
            lines.append(f"{amount} {when}")
    return lines


def _for_what(year: ProgrammeYear) -> str:
    return "for a pass and for a fail" if year.on_fail == ProgrammeYear.OnFail.PAY else "if it is a pass"
