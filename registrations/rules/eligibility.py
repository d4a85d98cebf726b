"""Whether a person can be registered and funded: one pure function, every reason with its rule's number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from asye.dates import long_date
from registrations.rules.answers import Answers, Post, Previous
from registrations.rules.dates import add_months
from registrations.states import Verdict


class YearRules(Protocol):
    """The numbers of a programme year that the rules read."""

    code: str
    version: int
    window_from: date
    window_to: date
    fundable_years: int
    latest_days_after_start: int
    agency_funded: bool


@dataclass(frozen=True)
class Reason:
    """One rule that was applied. `effect` is the best verdict it leaves open."""

    rule: str
    sentence: str
    effect: Verdict

    def as_data(self) -> dict[str, str]:
        """The reason as it is stored with the registration."""
        return {"rule": self.rule, "sentence": self.sentence, "effect": self.effect.value}


@dataclass(frozen=True)
class Result:
    """The verdict is the worst effect among the reasons."""

    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons the verdict rests on."""
        return tuple(reason for reason in self.reasons if reason.effect == self.verdict)


_ORDER = (Verdict.FUNDABLE, Verdict.UNFUNDED, Verdict.CANNOT_REGISTER)


def rule_version(year: YearRules) -> str:
    """The name of the rule set a verdict was made under."""
    return f"{year.code} v{year.version}"


def last_fundable_start(qualified_on: date, years: int) -> date:
    """The last day on which a year may start and be funded: the anniversary itself counts (rule E2)."""
    return add_months(qualified_on, 12 * years)


def latest_registration(asye_start: date, year: YearRules) -> date:
    """The last day on which a year that started then may be registered (rule U3)."""
    return asye_start + timedelta(days=year.latest_days_after_start)


def evaluate(answers: Answers, year: YearRules, on: date, lifted: Collection[str] = ()) -> Result:
    """What rules E1 to E12 and U3 say to these answers, registered on the day `on` under that programme year.

    `lifted` are the numbers of rules that a caseworker has lifted for this person: U3 or E10.
    E7 (employers take part of their own will), E13 (the register is looked at again) and E14 (every route into the
    profession counts alike) forbid nothing and so give no reason; E15 belongs to the look into the register.
    """
    reasons = tuple(_reasons(answers, year, on, lifted))
    verdict = max((reason.effect for reason in reasons), key=_ORDER.index)
    return Result(verdict, reasons)


def _reasons(answers: Answers, year: YearRules, on: date, lifted: Collection[str]) -> Iterable[Reason]:
    yield _registered(answers, on)
    yield _within_years(answers, year)
    yield from _post(answers, year)
    yield from _people(answers, lifted)
    yield from _dates(answers, year, on, lifted)


def _needs(rule: str, met: bool, yes: str, no: str) -> Reason:
    return Reason(rule, yes, Verdict.FUNDABLE) if met else Reason(rule, no, Verdict.CANNOT_REGISTER)


def _registered(answers: Answers, on: date) -> Reason:
    since = long_date(answers.swe_registered_from)
    return _needs(
        "E1",
        answers.swe_registered_from <= on,
        f"They are registered with Social Work England since {since}. A caseworker checks this in the register.",
        f"They must be registered with Social Work England. Their registration begins on {since}: register them then.",
    )


def _within_years(answers: Answers, year: YearRules) -> Reason:
    last = last_fundable_start(answers.qualified_on, year.fundable_years)
    years = f"{year.fundable_years} years of qualifying"
    if answers.asye_start <= last:
        return Reason(
            "E2", f"Their ASYE starts within {years}: the last day for that is {long_date(last)}.", Verdict.FUNDABLE
        )
    return Reason(
        "E2",
        f"Their ASYE starts more than {year.fundable_years} years after they qualified: the last day for funding was "
        f"{long_date(last)}. They can take part without funding.",
        Verdict.UNFUNDED,
    )


def _post(answers: Answers, year: YearRules) -> Iterable[Reason]:
    given = answers.eligibility
    yield _needs(
        "E3",
        given.post in (Post.SOCIAL_WORK, Post.EVIDENCES),
        "In their post they can meet and show the post-qualifying standard.",
        "Their post must be a social work post, or one in which they can meet and show the post-qualifying standard.",
    )
    yield _needs(
        "E4",
        given.child_and_family,
        "They work in a child and family service.",
        "They must work in a child and family service. Other services use the ASYE for adults.",
    )
    if answers.through_agency:
        yield _needs(
            "E5",
            given.duties_agreed is True,
            "The agency or the host employer has agreed to meet the duties of the ASYE.",
            "Agency workers and locums can take part only where the agency or the host employer has agreed to meet "
            "the duties of the ASYE.",
        )
        if not year.agency_funded:
            yield Reason(
                "E5",
                f"Agency workers and locums are not funded in {year.code}. They can take part without funding.",
                Verdict.UNFUNDED,
            )
    yield _needs(
        "E6", given.in_england, "Their place of work is in England.", "Their place of work must be in England."
    )


def _people(answers: Answers, lifted: Collection[str]) -> Iterable[Reason]:
    given = answers.eligibility
    yield _needs(
        "E8",
        given.assessor_experienced,
        "Their assessor is an experienced, registered social worker.",
        "Their assessor must be an experienced social worker who is registered with Social Work England.",
    )
    if given.previous == Previous.COMPLETED:
        yield Reason("E9", "They have already completed an ASYE and cannot do a second one.", Verdict.CANNOT_REGISTER)
    elif given.previous == Previous.ADULTS_NOW:
        yield Reason(
            "E9",
            "They are on an ASYE with adults. It must end before an ASYE with children and families begins.",
            Verdict.CANNOT_REGISTER,
        )
    elif given.previous == Previous.FAILED and "E10" in lifted:
        yield Reason("E10", "A caseworker has allowed a second attempt.", Verdict.FUNDABLE)
    elif given.previous == Previous.FAILED:
        yield Reason(
            "E10", "They have failed an ASYE before. A second attempt is not possible.", Verdict.CANNOT_REGISTER
        )


def _dates(answers: Answers, year: YearRules, on: date, lifted: Collection[str]) -> Iterable[Reason]:
    starts = answers.asye_start
    yield _needs(
        "E11",
        starts >= max(answers.swe_registered_from, answers.qualified_on),
        "Their ASYE starts after they qualified and were registered.",
        "Their ASYE cannot start before they have qualified and are registered with Social Work England.",
    )
    yield _needs(
        "E12",
        year.window_from <= on <= year.window_to,
        f"Registration for {year.code} is open until {long_date(year.window_to)}.",
        f"Registration for {year.code} is open from {long_date(year.window_from)} to {long_date(year.window_to)} only.",
    )
    latest = latest_registration(starts, year)
    if on > latest and "U3" in lifted:
        allowed = f"A caseworker has allowed this registration after the last day for it, {long_date(latest)}."
        yield Reason("U3", allowed, Verdict.FUNDABLE)
        return
    yield _needs(
        "U3",
        on <= latest,
        f"They are registered in time: the last day is {long_date(latest)}.",
        f"They had to be registered within {year.latest_days_after_start} days of the start of their ASYE, by "
        f"{long_date(latest)}.",
    )
