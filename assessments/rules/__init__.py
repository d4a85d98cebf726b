"""Rules on values and instances, in pairs: check_can_x raises with a sentence for the person, can_x answers."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.states import DONE, MOVES, Part, RecordState, Result
from asye.dates import long_date
from asye.refusals import Refused, Stale

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Holding:
    """Who assesses, as a human being, from one day up to (not including) another; `cover` for somebody else."""

    human: int
    starts_on: date
    ends_on: date | None
    cover: bool = False

    def holds(self, on: date) -> bool:
        """Whether they assess on a day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on > on)


class Collision(Stale):
    """Two texts for one answer. `both` gives, by key, what stands there now and what this person wrote."""

    def __init__(self, both: Mapping[str, tuple[Any, Any]]) -> None:
        super().__init__("Somebody else answered the same question while you were writing. Both texts are shown.")
        self.both = dict(both)


def merged(base: Content, theirs: Content, mine: Content) -> dict[str, Any]:
    """`theirs` with what `mine` changed since `base` laid over it. Raises Collision where both changed one answer.

    An answer that `mine` does not mention was not asked of this person and stays as it is in `theirs`.
    """
    both = {
        key: (theirs.get(key), value)
        for key, value in mine.items()
        if value != base.get(key) and theirs.get(key) != base.get(key) and value != theirs.get(key)
    }
    if both:
        raise Collision(both)
    return {**theirs, **{key: value for key, value in mine.items() if value != base.get(key)}}


def passes(check: Callable[..., None], *args: Any, **options: Any) -> bool:
    """Whether a check lets its arguments pass."""
    try:
        check(*args, **options)
    except Refused:
        return False
    return True


def check_can_move(from_state: str, to_state: str) -> None:
    """A record's state moves only along MOVES."""
    if to_state not in MOVES[RecordState(from_state)]:
        here, there = RecordState(from_state).label.lower(), RecordState(to_state).label.lower()
        raise Refused(f"This record is “{here}” and cannot become “{there}” from there.")


def can_move(from_state: str, to_state: str) -> bool:
    """Whether check_can_move lets it pass."""
    return passes(check_can_move, from_state, to_state)


def check_can_write(*, registered: bool, ended: bool) -> None:
    """Records are written between the approval of a registration and its end."""
    if not registered:
        raise Refused("The registration has not been approved yet. Records can be written once it has been.")
    if ended:
        raise Refused("This year has ended, so its records can no longer be changed.")


def can_write(*, registered: bool, ended: bool) -> bool:
    """Whether check_can_write lets it pass."""
    return passes(check_can_write, registered=registered, ended=ended)


def check_can_edit(state: str) -> None:
    """Words change only while a record is being written or was returned."""
    if state == RecordState.SUBMITTED:
        raise Refused("This record is ready to sign. Return it for changes first, then edit it.")
    if state in DONE:
        raise Refused("This record has been agreed and cannot be changed. A co-ordinator can reopen it with a reason.")


def can_edit(state: str) -> bool:
    """Whether check_can_edit lets it pass."""
    return passes(check_can_edit, state)


def check_can_return(state: str) -> None:
    """A record goes back while it waits for signatures; once everybody has signed, only reopening changes it."""
    if state in DONE:
        raise Refused("This record has been agreed. A co-ordinator can reopen it with a reason.")
    if state != RecordState.SUBMITTED:
        raise Refused("This record is still being written, so there is nothing to return.")


def can_return(state: str) -> bool:
    """Whether check_can_return lets it pass."""
    return passes(check_can_return, state)


def check_can_sign(state: str, *, part: Part | None, signers: Collection[str], signed: Collection[str]) -> None:
    """Each part that must sign signs once, while the record is ready to sign."""
    if part is None or part not in signers:
        raise Refused("Your signature is not needed on this record.")
    if part in signed:
        raise Refused("You have already signed this version of the record.")
    if state != RecordState.SUBMITTED:
        raise Refused("Only a record that is ready to sign can be signed.")


def can_sign(state: str, *, part: Part | None, signers: Collection[str], signed: Collection[str]) -> bool:
    """Whether check_can_sign lets it pass."""
    return passes(check_can_sign, state, part=part, signers=signers, signed=signed)


def check_can_reopen(state: str, *, ended: bool, left_behind: bool) -> None:
    """A finished record is reopened only where it could be signed again: while the year runs, and where it runs.

    An appeal is decided on the records as they were signed.
    """
    if state not in DONE:
        raise Refused("Only a record that was agreed or locked can be reopened.")
    if ended:
        raise Refused("This year has ended, so this record stays as it was signed.")
    if left_behind:
        raise Refused("The year goes on with another employer, so this record stays as it was signed.")


def can_reopen(state: str, *, ended: bool, left_behind: bool) -> bool:
    """Whether check_can_reopen lets it pass."""
    return passes(check_can_reopen, state, ended=ended, left_behind=left_behind)


def is_signed_with_another(signer: int, held: Iterable[Holding], on: date) -> bool:
    """Whether an agreement was signed with somebody who is not the assessor of a day: `signer` is the human being.

    Who covers for the assessor of now has signed for them. Where nobody assesses on the day there is nobody to sign
    with.
    """
    every = list(held)
    now = next((one for one in every if not one.cover and one.holds(on)), None)
    if now is None or now.human == signer:
        return False
    return not any(
        one.cover and one.human == signer and (one.ends_on is None or one.ends_on > now.starts_on) for one in every
    )


def check_can_renew(*, with_another: bool) -> None:
    """An agreement is opened again by those who sign it only where its assessor is no longer the assessor."""
    if not with_another:
        raise Refused("The assessor who signed this agreement is still the assessor. A co-ordinator can reopen it.")


def check_in_force(before: str) -> None:
    """A recommendation rests on an agreement with the assessor who makes it. `before`: who signed, if another."""
    if before:
        raise Refused(
            f"The agreement was signed with {before}, who is no longer the assessor. Both sign it again first."
        )


def check_reason(reason: str, sentence: str, field: str = "reason") -> None:
    """Some acts need words, at most 2,000 characters of them."""
    if not reason.strip():
        raise Refused(sentence, field)
    if len(reason) > 2000:
        raise Refused("The reason must be 2,000 characters or fewer", field)


def check_evidence(*, agreement: bool, final_review: bool) -> None:
    """A recommendation needs the year's agreement and its final review, both agreed (domain 7.3)."""
    missing = [name for name, there in (("agreement", agreement), ("final review", final_review)) if not there]
    if missing:
        names = " and the ".join(missing)
        raise Refused(f"The {names} must be agreed before a recommendation can be made. Finish and sign it first.")


def check_none_reopened(titles: Sequence[str]) -> None:
    """An outcome rests on what was agreed: nothing that was reopened may wait for its signatures."""
    if titles:
        names = " and ".join([*([", ".join(titles[:-1])] if titles[1:] else []), titles[-1]])
        them, they = ("it", "it was") if len(titles) == 1 else ("them", "they were")
        raise Refused(f"Reopened after {they} agreed: {names}. Everybody must agree and sign {them} again first.")


def check_outcome(result: str, *, notice_on: date | None, today: date, started_on: date, recommended_on: date) -> None:
    """A fail needs the day notice was given, between the recommendation and today; a pass has none (domain 7.4)."""
    if result not in Result.values:
        raise Refused("Select pass or fail", "result")
    if result == Result.PASS:
        if notice_on is not None:
            raise Refused("A date of notice is recorded only for a fail", "notice_on")
        return
    if notice_on is None:
        raise Refused("Enter the date the NQSW was given notice of the fail", "notice_on")
    if notice_on > today:
        raise Refused("The date of notice must be today or in the past", "notice_on")
    earliest = max(started_on, recommended_on)
    if notice_on < earliest:
        raise Refused(
            f"The date of notice must be {long_date(earliest)}, when it was recommended, or later", "notice_on"
        )


def check_can_appeal(*, last_day: date, today: date, open_already: bool) -> None:
    """One appeal at a time, until the last day to appeal (inclusive)."""
    if open_already:
        raise Refused("An appeal against this outcome is already open.")
    if today > last_day:
        raise Refused(f"The last day to appeal was {long_date(last_day)}.")


def can_appeal(*, last_day: date, today: date, open_already: bool) -> bool:
    """Whether check_can_appeal lets it pass."""
    return passes(check_can_appeal, last_day=last_day, today=today, open_already=open_already)


def check_fail_stands(*, passed: bool, appeal_open: bool, appeal_by: date, today: date) -> None:
    """A second attempt follows a fail that no appeal can turn any more (E10, D11). `passed`: in any of their years."""
    if passed:
        raise Refused("This person has passed their ASYE, so there is nothing to attempt again", "swe_number")
    if appeal_open:
        raise Refused("There is an open appeal against the fail. Wait until it is closed", "swe_number")
    if today <= appeal_by:
        raise Refused(
            f"The fail can be appealed against until {long_date(appeal_by)}. Allow the second attempt after that day",
            "swe_number",
        )


def check_can_reissue(name_as_issued: str, name_now: str) -> None:
    """A certificate is replaced when the name of its owner has changed, for nothing else (domain 9)."""
    if name_as_issued == name_now:
        raise Refused("The certificate already carries this name. Change the name on the registration first.")


def can_reissue(name_as_issued: str, name_now: str) -> bool:
    """Whether check_can_reissue lets it pass."""
    return passes(check_can_reissue, name_as_issued, name_now)
