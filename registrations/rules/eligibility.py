"""Whether a person can be registered and funded: one pure function, every reason with its rule's number."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Protocol

from asye.dates import long_date
from registrations.rules import second_attempts
from registrations.rules.answers import Answers, Judged, Post, Previous
from registrations.rules.dates import add_months
from registrations.rules.reasons import Reason, RegisterSays, Result, met, needs
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
    second_attempt: str


def rule_version(year: YearRules) -> str:
    """The name of the rule set a verdict was made under."""
    return f"{year.code} v{year.version}"


def last_fundable_start(qualified_on: date, years: int) -> date:
    """The last day on which a year may start and be funded: the anniversary itself counts (rule E2).

    Whoever qualified on 29 February has their anniversary on 28 February where the year has no 29th: from 2024 and
    four years that is 29 February 2028, and three years would end on 28 February 2027.
    """
    return add_months(qualified_on, 12 * years)


def latest_registration(asye_start: date, year: YearRules) -> date:
    """The last day on which a year that started then may be registered (rule U3)."""
    return asye_start + timedelta(days=year.latest_days_after_start)


def evaluate(
    answers: Answers | Judged,
    year: YearRules,
    on: date,
    lifted: Collection[str] = (),
    register: RegisterSays | None = None,
) -> Result:
    """What rules E1 to E15 and U3 say to these facts, registered on the day `on` under that programme year.

    A reason is given for every rule, also where it forbids nothing. `lifted` are the numbers of rules that a
    caseworker has lifted for this person: U3 or E10. `register` is what the register said last, None before it was
    asked. That the person of the number is free (E9, E10) is looked up when the registration is sent.
    """
    facts = answers.judged if isinstance(answers, Answers) else answers
    return Result.of(tuple(_reasons(facts, year, on, lifted, register)))


def _reasons(
    facts: Judged, year: YearRules, on: date, lifted: Collection[str], register: RegisterSays | None
) -> Iterable[Reason]:
    yield _registered(facts, on, register)
    yield _within_years(facts, year)
    yield from _post(facts, year)
    yield met("E7", "Employers and NQSWs take part of their own will: nothing has to be shown for it.")
    yield from _people(facts, year, lifted)
    yield from _dates(facts, year, on, lifted, register)
    yield from _in_the_register(register)


def _registered(facts: Judged, on: date, register: RegisterSays | None) -> Reason:
    since = long_date(facts.swe_registered_from)
    if register is not None:
        return needs(
            "E1",
            register.has_them,
            "The Social Work England register has them as registered.",
            "The Social Work England register does not have them as registered.",
        )
    return needs(
        "E1",
        facts.swe_registered_from <= on,
        f"They are registered with Social Work England since {since}. A caseworker checks this in the register.",
        f"They must be registered with Social Work England. Their registration begins on {since}: register them then.",
    )


def _in_the_register(register: RegisterSays | None) -> Iterable[Reason]:
    yield met(
        "E13",
        "The register was looked at before the yearly renewal ended, so it is looked at again."
        if register is not None and register.outdated
        else "The register is looked at before approval, after the yearly renewal and before the outcome.",
    )
    yield met("E14", "Every way into the profession counts alike, also from overseas or after a break.")
    yield met(
        "E15",
        "The register has another name. That is a question to be settled, not a reason to refuse."
        if register is not None and not register.name_is_theirs
        else "No other name is known from the register.",
    )


def _within_years(answers: Judged, year: YearRules) -> Reason:
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


def _post(answers: Judged, year: YearRules) -> Iterable[Reason]:
    given = answers.eligibility
    yield needs(
        "E3",
        given.post in (Post.SOCIAL_WORK, Post.EVIDENCES),
        "In their post they can meet and show the post-qualifying standard.",
        "Their post must be a social work post, or one in which they can meet and show the post-qualifying standard.",
    )
    yield needs(
        "E4",
        given.child_and_family,
        "They work in a child and family service.",
        "They must work in a child and family service. Other services use the ASYE for adults.",
    )
    if answers.through_agency:
        yield needs(
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
    else:
        yield met("E5", "They do not work through an agency or as a locum.")
    yield needs("E6", given.in_england, "Their place of work is in England.", "Their place of work must be in England.")


def _people(answers: Judged, year: YearRules, lifted: Collection[str]) -> Iterable[Reason]:
    given = answers.eligibility
    yield needs(
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
    elif given.previous == Previous.FAILED and second_attempts.is_lifted(year, lifted):
        yield Reason("E10", "A caseworker has allowed a second attempt.", Verdict.FUNDABLE)
    elif given.previous == Previous.FAILED:
        why = second_attempts.never(year) or "A second attempt is possible only once a caseworker has allowed it."
        yield Reason("E10", f"They have failed an ASYE before. {why}", Verdict.CANNOT_REGISTER)
    if given.previous not in (Previous.COMPLETED, Previous.ADULTS_NOW):
        yield met("E9", "They are on no other ASYE and have completed none.")
    if given.previous != Previous.FAILED:
        yield met("E10", "They have not failed an ASYE before.")


def _dates(
    answers: Judged, year: YearRules, on: date, lifted: Collection[str], register: RegisterSays | None
) -> Iterable[Reason]:
    starts, since = answers.asye_start, register.registered_from if register else None
    yield needs(
        "E11",
        starts >= max(answers.swe_registered_from, answers.qualified_on, since or date.min),
        "Their ASYE starts after they qualified and were registered.",
        "Their ASYE cannot start before they have qualified and are registered with Social Work England.",
    )
    yield needs(
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
    yield needs(
        "U3",
        on <= latest,
        f"They are registered in time: the last day is {long_date(latest)}.",
        f"They had to be registered within {year.latest_days_after_start} days of the start of their ASYE, by "
        f"{long_date(latest)}.",
    )
