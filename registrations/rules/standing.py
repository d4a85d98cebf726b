"""What may be done to a registration as it stands. Each check raises Refused with a sentence for the person."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from asye.clock import london_date
from asye.dates import long_date
from asye.refusals import Refused, Stale
from registrations.rules import renewal
from registrations.rules.dates import FURTHEST_AHEAD_MONTHS, add_months
from registrations.states import MOVES, DeferralReason, RegisterStatus, State

if TYPE_CHECKING:
    from registrations.models import Deferral, ProgrammeYear, RegisterCheck, Registration

MOST_EXTENSION_DAYS = 366


def check_seen(registration: "Registration", seen_version: int | None) -> None:
    """Raises Stale where somebody changed the registration after the page was opened. None: no page was shown."""
    if seen_version is not None and registration.version != seen_version:
        raise Stale("Someone changed this registration after you opened the page. Look at it again before you go on.")


def check_can_move(registration: "Registration", to: State) -> None:
    """Raises Refused unless the move is one of states.MOVES and the registration has not ended."""
    check_not_ended(registration)
    if to not in MOVES[State(registration.state)]:
        raise Refused(
            f"This registration is “{registration.get_state_display().lower()}”, so it cannot become "
            f"“{to.label.lower()}”."
        )


def can_move(registration: "Registration", to: State) -> bool:
    """Whether check_can_move would let it pass."""
    return registration.ended_on is None and to in MOVES[State(registration.state)]


def check_not_ended(registration: "Registration") -> None:
    """Raises Refused where the registration has ended."""
    if registration.ended_on is not None:
        raise Refused(f"This registration ended on {long_date(registration.ended_on)}.")


def is_live(registration: "Registration") -> bool:
    """Whether it holds the person: not refused and not ended (rule E9)."""
    return registration.ended_on is None and registration.state != State.REFUSED


def check_on_programme(registration: "Registration") -> None:
    """Raises Refused unless the registration is approved and has not ended."""
    check_not_ended(registration)
    if registration.state != State.REGISTERED:
        raise Refused("This can be done only after the registration has been approved.")


def can_change(registration: "Registration") -> bool:
    """Whether check_on_programme would let it pass."""
    return registration.ended_on is None and registration.state == State.REGISTERED


def check_can_look_up(registration: "Registration") -> str:
    """The number under which the register can be asked about the person. Raises Refused unless the registration is
    live and the number known."""
    check_not_ended(registration)
    if registration.state == State.REFUSED:
        raise Refused("This registration was refused, so the register is not asked about it any more.")
    if not registration.nqsw.swe_number:
        raise Refused("Their Social Work England number is not known, so the register cannot be asked about them.")
    return registration.nqsw.swe_number


def check_can_approve(
    registration: "Registration", latest: "RegisterCheck | None", *, asked_since: bool, on: date
) -> None:
    """Raises Refused unless the register confirms the person (E1, E11, E13, E15).

    `latest` is the newest look into the register; `asked_since` says whether a different name in it has been looked
    into: the employer has answered a question asked after it, or a caseworker settled that it is the same person.
    """
    check_can_move(registration, State.REGISTERED)
    if latest is None:
        raise Refused("Check the Social Work England register before you approve.")
    if latest.status == RegisterStatus.UNAVAILABLE:
        raise Refused("The Social Work England register did not answer. Check it again before you approve.")
    if latest.status != RegisterStatus.REGISTERED:
        raise Refused(
            f"The Social Work England register says “{latest.get_status_display().lower()}”. Ask the employer a "
            "question, or refuse the registration."
        )
    if latest.number != registration.nqsw.swe_number:
        raise Refused("The number changed after the register was checked. Check it again before you approve.")
    if renewal.is_outdated(london_date(latest.checked_at), on):
        raise Refused(
            f"The register was checked on {long_date(latest.checked_at)}, before the yearly renewal ended. Check it "
            "again before you approve."
        )
    if latest.registered_from and latest.registered_from > registration.asye_start:
        raise Refused(
            f"The register has them from {long_date(latest.registered_from)}, after the start of their ASYE. Ask the "
            "employer a question."
        )
    if latest.name_matches is False and not asked_since:
        raise Refused(
            "The name in the register is different. Ask the employer about it, or say why it is the same person, "
            "before you approve."
        )


def check_can_withdraw(registration: "Registration", on: date, *, today: date) -> None:
    """Raises Refused unless a registration that holds the person may end on that day, which may be long ago."""
    check_not_ended(registration)
    if registration.state == State.REFUSED:
        raise Refused("This registration was refused, so there is nothing to withdraw.")
    if on > today:
        raise Refused("The date they left must be today or in the past", field="on")


def can_withdraw(registration: "Registration") -> bool:
    """Whether the registration still holds the person."""
    return is_live(registration)


def check_can_end(registration: "Registration", on: date, deferral: "Deferral | None") -> None:
    """Raises Refused unless the year may end with an outcome on that day: not while it is paused (rule P13)."""
    check_on_programme(registration)
    if deferral is not None and deferral.starts_on <= on:
        raise Refused(
            f"The ASYE is deferred from {long_date(deferral.starts_on)}, so it cannot be completed. Record the return "
            "first."
        )


def check_can_defer(
    registration: "Registration", from_: date, reason: str, detail: str, *, today: date, deferrals: "list[Deferral]"
) -> None:
    """Raises Refused unless the year may be paused from that day for one of the reasons of decision D12."""
    check_on_programme(registration)
    if any(each.ends_on is None for each in deferrals):
        raise Refused("This registration is deferred already. Record their return first.")
    if from_ < registration.asye_start:
        raise Refused(
            f"The deferral must start on or after the start of their ASYE, {long_date(registration.asye_start)}",
            field="from_",
        )
    furthest = add_months(today, FURTHEST_AHEAD_MONTHS)
    if from_ > furthest:
        raise Refused(f"The deferral must start on {long_date(furthest)} or earlier", field="from_")
    ended = [each.ends_on for each in deferrals if each.ends_on is not None and each.ends_on > each.starts_on]
    if ended and from_ < max(ended):
        raise Refused(
            f"The deferral must start on or after their return from the one before, {long_date(max(ended))}",
            field="from_",
        )
    if reason == DeferralReason.OTHER and not detail:
        raise Refused("Enter the reason for the deferral", field="detail")


def check_can_resume(registration: "Registration", on: date, deferral: "Deferral | None", *, today: date) -> None:
    """Raises Refused unless there is an open deferral that may end with a return on that day."""
    check_on_programme(registration)
    if deferral is None:
        raise Refused("This registration is not deferred.")
    if on <= deferral.starts_on:
        raise Refused(
            f"The date they returned must be after the deferral started, {long_date(deferral.starts_on)}", field="on"
        )
    if on > today:
        raise Refused("The date they returned must be today or in the past", field="on")
    longest = registration.programme_year.longest_deferral_months
    last = add_months(deferral.starts_on, longest) if longest else on
    if on > last:
        raise Refused(
            f"A deferral can be at most {longest} months long, and this one had to end by {long_date(last)}. Withdraw "
            "the registration. The person can be registered again when they are back",
            field="on",
        )


def check_can_extend(registration: "Registration", days: int, already: int, year: "ProgrammeYear") -> None:
    """Raises Refused unless the year may be made longer by `days`; deferrals do not count towards its greatest length.

    `already` is the sum of the days of earlier extensions (rule U6).
    """
    check_on_programme(registration)
    if not 1 <= days <= MOST_EXTENSION_DAYS:
        raise Refused(f"The number of days must be between 1 and {MOST_EXTENSION_DAYS}", field="days")
    start = registration.first_day
    longest = add_months(start, year.longest_months)
    if add_months(start, year.months) + timedelta(days=already + days) > longest:
        left = max((longest - add_months(start, year.months)).days - already, 0)
        raise Refused(
            f"An ASYE can be at most {year.longest_months} months long. You can add {left} more days", field="days"
        )


def check_can_cover(
    registration: "Registration", from_: date, back_on: date, placed: tuple[date, date | None], *, today: date
) -> None:
    """Raises Refused unless somebody may stand in from a day until (not including) the day the assessor is back.

    `placed` are the first day of the placement and the first day after it, if that is known.
    """
    check_on_programme(registration)
    begins, ends = placed
    if from_ < begins:
        raise Refused(f"The cover must start on or after {long_date(begins)}, when their year began", field="from_")
    furthest = add_months(today, FURTHEST_AHEAD_MONTHS)
    if from_ > furthest:
        raise Refused(f"The cover must start on {long_date(furthest)} or earlier", field="from_")
    if back_on <= from_:
        raise Refused("The day the assessor is back must be after the day the cover starts", field="back_on")
    latest = min(add_months(from_, FURTHEST_AHEAD_MONTHS), ends or date.max)
    if back_on > latest:
        raise Refused(
            f"The day the assessor is back must be {long_date(latest)} or earlier. For longer, change the assessor",
            field="back_on",
        )


def check_can_reassign(registration: "Registration", from_: date, current_from: date | None, *, today: date) -> None:
    """Raises Refused unless another assessor may take over on that day. `current_from`: the present one's first day."""
    check_on_programme(registration)
    if current_from and from_ < current_from:
        raise Refused(
            f"The new assessor must start on or after {long_date(current_from)}, when the present one did",
            field="from_",
        )
    furthest = add_months(today, FURTHEST_AHEAD_MONTHS)
    if from_ > furthest:
        raise Refused(f"The new assessor must start on {long_date(furthest)} or earlier", field="from_")
