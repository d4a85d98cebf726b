"""Words for the pages about registrations: rows, tags, timelines."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse

from accounts.states import Delivery
from asye.clock import london_date
from asye.dates import long_date, long_datetime
from asye.ui.links import link
from registrations.models import (
    AllowedAgain,
    AllowedLate,
    Deferral,
    EarlierRow,
    ProgrammeYear,
    Registration,
    RegistrationDraft,
)
from registrations.rules.years import part_time_months
from registrations.states import STAGE_COLOURS, DeferralReason, EndReason, Stage, State, Verdict

VERDICT_COLOURS: Final = {Verdict.FUNDABLE: "green", Verdict.UNFUNDED: "yellow", Verdict.CANNOT_REGISTER: "red"}
HEADINGS: Final = {
    "registrations.submit": "Registration sent",
    "registrations.say_different": "Said to be a different person from somebody alike",
    "registrations.check_register": "Register checked",
    "registrations.keep_asking": "Left to the service to ask the register",
    "registrations.settle_name": "Different name in the register settled",
    "registrations.ask_for_correction": "Correction asked for by the NQSW",
    "registrations.accept_correction": "Corrected as the NQSW asked",
    "registrations.refuse_correction": "Correction refused",
    "registrations.judge_again": "The rules were applied again",
    "registrations.settle_verdict": "Changed verdict settled",
    "registrations.ask": "Question asked",
    "registrations.start_correction": "Answers opened for correction",
    "registrations.answer": "Question answered",
    "registrations.approve": "Registration approved",
    "registrations.refuse": "Registration refused",
    "registrations.withdraw": "Withdrawn",
    "registrations.merge": "Employer became part of another",
    "registrations.allow_again": "Second attempt allowed",
    "registrations.end": "Ended with a confirmed outcome",
    "registrations.defer": "Deferred",
    "registrations.resume": "Returned from deferral",
    "registrations.extend": "Extended",
    "registrations.assign_assessor": "Assessor changed",
    "registrations.cover_assessor": "Cover for the assessor recorded",
    "registrations.undo": "Undone",
    "registrations.ask_to_move": "Move to another employer asked for",
    "registrations.move": "Move to another employer agreed",
    "registrations.call_off_move": "Move to another employer called off",
    "registrations.resend_invitation": "Invitation sent again",
}
LATE_HEADER: Final = ["Number", "Employer", "Until", "Allowed by", "Why"]
AGAIN_HEADER: Final = ["Number", "The fail", "Employer", "Until", "Allowed by", "Why"]
LEFT: Final = ("With another employer", "grey")  # the stage, to the employer they were with
WORDS_SHOWN: Final = ("question", "answer", "because", "detail", "reason")


def stage_of(registration: Registration) -> tuple[str, str]:
    """Label and colour of the stage that queries.with_stage annotated."""
    stage = Stage(registration.stage)  # type: ignore[attr-defined]
    return stage.label, STAGE_COLOURS[stage]


def stage_told(registration: Registration, *, left: bool) -> tuple[str, str]:
    """The same to somebody who reads of it; `left`: of an employer they were with."""
    return LEFT if left else stage_of(registration)


def unreached(registration: Registration, came_back: Mapping[str, Delivery]) -> str:
    """What a co-ordinator does where letters to the NQSW come back; nothing where they arrive."""
    if not came_back:
        return ""
    (why,) = came_back.values()
    mend = "ask them to change their email address under “Your own details”"
    if registration.nqsw.user_id is None:
        mend = "if the address is wrong, contact us"
    return f"Letters to them come back: {why.label[:1].lower()}{why.label[1:]}. Speak to them, and {mend}."


def person_rows(registration: Registration, *, joined: bool) -> list[tuple[str, Any]]:
    """Who is registered."""
    nqsw = registration.nqsw
    given = f"{registration.given_first_name} {registration.given_last_name}"
    rows: list[tuple[str, Any]] = [
        ("Name", nqsw.full_name),
        ("Social Work England number", nqsw.swe_number or f"Not known: {nqsw.number_unknown_because}"),
        ("Registered from", long_date(registration.swe_registered_from)),
        ("Qualified on", long_date(registration.qualified_on)),
        ("Qualification", registration.get_qualification_display()),
        ("Route", registration.route_other or registration.get_route_display()),
        ("Account", "Has taken up the invitation" if joined else "Has not taken up the invitation yet"),
    ]
    if given != nqsw.full_name:
        rows.insert(1, ("Name given by the employer", given))
    return rows


def other_rows(found: Iterable[Registration]) -> list[tuple[str, Any]]:
    """Other registrations of the same person, each a link to its page, with how each of them ended."""
    return [
        (
            each.reference or f"Sent on {long_date(london_date(each.submitted_at))}",
            link(reverse("registration", args=[each.pk]), each.get_end_reason_display() or each.get_state_display()),
        )
        for each in found
    ]


def year_rows(
    registration: Registration, *, employer: str, assessor: str, end: date | None, earlier: EarlierRow | None = None
) -> list[tuple[str, Any]]:
    """What is registered. `earlier` is the row that was taken over from before this service, if it was; `end` is None
    for an employer they were with, who is not told how the year goes on."""
    rows: list[tuple[str, Any]] = [
        ("Reference", registration.reference or "Given when the registration is approved"),
        ("Programme year", _with_cohort(registration.programme_year)),
        ("Employer", employer),
        ("Assessor", f"{assessor or 'Nobody'}{', also the line manager' if registration.assessor_is_manager else ''}"),
        ("Job title", registration.job_title),
        *([("Team", registration.team)] if registration.team else []),
        *([("Service area", registration.get_service_area_display())] if registration.service_area else []),
        ("Contract", registration.get_contract_display()),
        ("Working time", _working_time(registration)),
        ("Employment started", long_date(registration.employment_start)),
        ("ASYE starts", long_date(registration.asye_start)),
    ]
    if end is not None:
        rows.append(("Planned end", long_date(end)))
    if earlier is not None:
        rows.insert(1, ("Taken over from", f"{earlier.get_source_display()}, reference {earlier.reference}"))
    if registration.ended_on and end is not None:
        rows.append(("Ended", f"{registration.get_end_reason_display()}, {long_date(registration.ended_on)}"))
    return rows


def _with_cohort(year: ProgrammeYear) -> str:
    return f"{year}, cohort {year.cohort}" if year.cohort else str(year)


def _working_time(registration: Registration) -> str:
    year = registration.programme_year
    months = part_time_months(year, registration.fte_percent)
    longer = f": the year is expected to take {months} months" if months > year.months else ""
    return f"{registration.fte_percent}% of full time{longer}"


def review_rows(reviews: Sequence[tuple[str, str, date]], deferral: Deferral | None) -> list[tuple[str, str]]:
    """Planned dates; those that fall into a deferral without a return yet wait for it."""
    return [
        (label, "Waits for the return" if deferral and due >= deferral.starts_on else long_date(due))
        for _, label, due in reviews
    ]


def deferral_rows(deferrals: Iterable[Deferral], *, before: date | None = None) -> list[tuple[str, str]]:
    """Each pause: its dates, its reason and who agreed when. One that was undone is not shown, nor any that began on
    the day `before` or later."""
    return [
        (
            long_date(each.starts_on) + (f" to {long_date(each.ends_on)}" if each.ends_on else ", not returned yet"),
            DeferralReason(each.reason).label + (f": {each.detail}" if each.detail else "") + _agreed(each),
        )
        for each in deferrals
        if each.ends_on != each.starts_on and (before is None or each.starts_on < before)
    ]


def _agreed(deferral: Deferral) -> str:
    back = ""
    if deferral.ends_on is None and deferral.expected_back:
        back = f". Expected back on {long_date(deferral.expected_back)}"
    if not (deferral.nqsw_agreed_on and deferral.assessor_agreed_on and deferral.manager_agreed_on):
        return back
    return (
        f"{back}. Agreed by the NQSW on {long_date(deferral.nqsw_agreed_on)}, the assessor on "
        f"{long_date(deferral.assessor_agreed_on)}, {deferral.manager_name} (line manager) on "
        f"{long_date(deferral.manager_agreed_on)} and the co-ordinator on {long_date(deferral.recorded_at)}."
    )


def reasons(registration: Registration) -> list[dict[str, str]]:
    """The reasons the verdict rests on; those of a fundable registration are all it was tested against."""
    return [each for each in registration.verdict_reasons if each.get("effect") == registration.verdict]


def next_step(registration: Registration, *, deferred: bool = False, checks: bool = False, left: bool = False) -> str:
    """One sentence: whose turn it is. `checks`: the reader is a caseworker; `left`: of an employer they were with."""
    if left:
        return "This year has gone on with another employer. You read what was done while it was with you."
    if registration.end_reason == EndReason.WITHDRAWN:
        return (
            "This registration has ended. Nothing more is asked of anyone. No outcome can be confirmed: if the year "
            "was complete before that day, the co-ordinator undoes the withdrawal first."
        )
    if registration.ended_on:
        return "This registration has ended. Nothing more is asked of anyone."
    if deferred:
        return "The year is paused. The co-ordinator records the return; review dates then move."
    if checks and registration.state == State.SUBMITTED:
        return "Check the register, then approve the registration, ask the employer a question or refuse it."
    return {
        State.SUBMITTED: "A caseworker checks this registration. You do not need to do anything.",
        State.QUERIED: "The employer answers the caseworker's question. The registration waits until they do.",
        State.REGISTERED: "The year runs. The NQSW and the assessor keep the record of it.",
        State.REFUSED: "This registration was refused. If the reason can be put right, register the person again.",
    }[State(registration.state)]


def after_sending(draft: RegistrationDraft) -> list[str]:
    """What happens next once a draft, or a correction, has been sent."""
    if draft.corrects_id:
        return ["A caseworker looks at your answer and at the registration again.", "You are told what they decide."]
    return [
        "The NQSW gets an email with a link to join. They give their equality answers themselves.",
        "The assessor is told that they have been named.",
        "A caseworker checks the Social Work England register, usually within 5 working days.",
        "When it is approved you are told the reference and the review dates. You do not need to claim the payment.",
    ]


def after_approval(registration: Registration) -> list[str]:
    """What happens next once a registration is approved."""
    money = (
        "The first payment goes into the next payment run."
        if registration.verdict == Verdict.FUNDABLE
        else "No payment is made: this person takes part without funding."
    )
    return ["The employer and the NQSW are told the reference and the review dates.", money]


AFTER_JOINING: Final = [
    "Sign in with your email address and the password you have just chosen.",
    "You find your review dates and your assessor under “My year”.",
    "You can give your equality answers there. They are optional, and nobody else can read them.",
]


def late_cells(found: Iterable[AllowedLate]) -> list[list[Any]]:
    """Late registrations that were allowed, with employer and caseworker, as rows of LATE_HEADER."""
    return [
        [
            each.swe_number,
            each.employer.name,
            long_date(each.until),
            f"{each.allowed_by.full_name}, {long_datetime(each.allowed_at)}",
            each.because,
        ]
        for each in found
    ]


def again_cells(found: Iterable[AllowedAgain]) -> list[list[Any]]:
    """Second attempts that were allowed, with all they point to, as rows of AGAIN_HEADER."""
    return [
        [
            each.swe_number,
            link(reverse("registration", args=[each.failed.pk]), each.failed.reference or "The failed year")
            if each.failed
            else "Not recorded here",
            each.employer.name,
            long_date(each.until),
            f"{each.allowed_by.full_name}, {long_datetime(each.allowed_at)}",
            each.because,
        ]
        for each in found
    ]
