"""Rules of moderation, in pairs: `check_can_x` raises a sentence for the person, `can_x` says yes or no."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from asye.refusals import Refused, Stale
from moderation.states import MOVES, Answer, Conclusion, How, Judgement, Stage

if TYPE_CHECKING:
    from moderation.models import Reading

MOST_CHARACTERS = 4_000
MOST_OF_A_NAME = 200
CONFLICT = (
    "{who} cannot read this record: they assessed this NQSW, wrote or signed part of the record, or have a declared "
    "conflict. Choose another moderator."
)
NOT_MODERATED = "This recommendation has not been in a moderation round as it now stands. The co-ordinator opens one."
NOBODY_FREE = (
    "No moderator at {employer} is free to read {about}. Give the moderator role to someone who has not assessed "
    "these NQSWs and has signed none of their records, then share out the readings again."
)


def check_can_open(waiting: int) -> None:
    """A round needs something to moderate."""
    if waiting == 0:
        raise Refused(
            "There is nothing to moderate yet. A round can be opened once an assessor and an NQSW have agreed a "
            "recommendation that is not in a round already."
        )


def check_can_close(unresolved: int, closed: bool) -> None:
    """A round is closed once nothing in its sample is left to resolve."""
    if closed:
        raise Refused("This round has been closed already.")
    if unresolved:
        noun = "record has" if unresolved == 1 else "records have"
        raise Refused(f"{unresolved} sampled {noun} no resolution yet. Close the round when every one is resolved.")


def can_close(unresolved: int, closed: bool) -> bool:
    """Whether check_can_close would let it pass."""
    return not closed and not unresolved


def check_can_move(stage: Stage, to: Stage) -> None:
    """A reading is sealed, then completed; it may be withdrawn until it is completed."""
    if to in MOVES[stage]:
        return
    raise Refused(
        {
            Stage.OPEN: "Seal your judgement of the evidence first.",
            Stage.SEALED: "Your judgement is sealed and cannot be changed.",
            Stage.COMPLETED: "This reading is complete and cannot be changed.",
            Stage.WITHDRAWN: "This reading was withdrawn. You do not need to do anything more.",
        }[stage]
    )


def can_move(stage: Stage, to: Stage) -> bool:
    """Whether check_can_move would let it pass."""
    return to in MOVES[stage]


def check_can_save(stage: Stage, step: Stage) -> None:
    """Step one is written until it is sealed, step two between sealing and completing."""
    if stage is step:
        return
    check_can_move(stage, Stage.COMPLETED if step is Stage.SEALED else Stage.SEALED)


def check_said(said: str, reasons: str, step: Stage) -> None:
    """What is kept may be unfinished, but not nonsense: a known choice or none, at most 4,000 characters."""
    known: type[TextChoices] = Judgement if step is Stage.OPEN else Answer
    if said and said not in known.values:
        raise Refused("Select one of the answers", "judgement" if step is Stage.OPEN else "answer")
    if len(reasons) > MOST_CHARACTERS:
        raise Refused("The reasons must be 4,000 characters or fewer", "reasons")


def check_judgement(judgement: str, reasons: str) -> None:
    """What is sealed has a judgement and the reasons for it."""
    if judgement not in Judgement.values:
        raise Refused("Select what you make of the evidence", "judgement")
    if not reasons.strip():
        raise Refused("Enter the reasons for your judgement, naming the evidence they rest on", "reasons")


def check_answer(answer: str, reasons: str) -> None:
    """What is completed has an answer; anything but agreement has reasons (domain 8)."""
    if answer not in Answer.values:
        raise Refused("Select whether you agree with the recommendation", "answer")
    if answer != Answer.AGREES and not reasons.strip():
        raise Refused("Enter your reasons, so that the assessor and the co-ordinator can act on them", "reasons")


def check_still_wanted(resolved: bool, awaiting: bool) -> None:
    """A record is read while its outcome hangs on it."""
    if resolved:
        raise Refused("This record has been resolved. No more is needed from readers.")
    if not awaiting:
        raise Refused(
            "This record is no longer waiting for moderation: its recommendation was reopened, or its year has ended."
        )


def check_can_allocate(stages: Sequence[Stage], readers: int) -> None:
    """A record has as many readers as the round asks for, and one more once all of these have completed."""
    held = [stage for stage in stages if stage is not Stage.WITHDRAWN]
    if len(held) < readers or all(stage is Stage.COMPLETED for stage in held):
        return
    raise Refused("This record has its readers. Another can be named once they have completed their readings.")


def can_allocate(stages: Sequence[Stage], readers: int) -> bool:
    """Whether check_can_allocate would let it pass."""
    held = [stage for stage in stages if stage is not Stage.WITHDRAWN]
    return len(held) < readers or all(stage is Stage.COMPLETED for stage in held)


def may_see_others(own: "Reading | None", others: Sequence["Reading"]) -> bool:
    """Readers see each other's words only when every one of them is sealed."""
    return (own is None or own.sealed_at is not None) and all(one.sealed_at is not None for one in others)


def all_agree(readings: Sequence["Reading"], recommends: str) -> bool:
    """Every reader judged as the assessor did before knowing, and agrees after."""
    return all(one.judgement == recommends and one.answer == Answer.AGREES for one in readings)


def is_read(stages: Sequence[Stage], readers: int) -> bool:
    """As many readings as the round asks for are complete and none is under way."""
    held = [stage for stage in stages if stage is not Stage.WITHDRAWN]
    return len(held) >= readers and all(stage is Stage.COMPLETED for stage in held)


def check_enough_count(stages: Sequence[Stage], counted: Sequence[Stage], readers: int) -> None:
    """What was read to the end, but by somebody with a conflict, wants another reader; `counted` have none."""
    if is_read(stages, readers) and not is_read(counted, readers):
        raise Refused(
            "A reader of this record has a conflict, so their reading does not count. Name another reader first."
        )


def check_can_resolve(
    readings: Sequence["Reading"], readers: int, recommends: str, *, how: str, conclusion: str, reasons: str
) -> None:
    """A resolution rests on completed readings; whatever is not plain agreement has reasons (D9)."""
    if how not in How.values:
        raise Refused("Select how it was resolved", "how")
    if conclusion not in Conclusion.values:
        raise Refused("Select the conclusion", "conclusion")
    if len(reasons) > MOST_CHARACTERS:
        raise Refused("The reasons must be 4,000 characters or fewer", "reasons")
    if not is_read([one.stage for one in readings], readers):
        raise Refused("This record has not been read to the end. Resolve it when its readings are complete.")
    if how == How.THIRD_READER and len([one for one in readings if one.stage is Stage.COMPLETED]) <= readers:
        raise Refused("No further reader has read this record. Name one first, or choose another way", "how")
    if how == How.THIRD_READER and readings[-1].judgement != conclusion:
        raise Refused("The conclusion must be the further reader’s own judgement", "conclusion")
    plain = how == How.AGREED and conclusion == recommends and all_agree(readings, recommends)
    if not plain and not reasons.strip():
        raise Refused("Enter the reasons: what was weighed, and why this conclusion was reached", "reasons")


def check_not_alone(how: str, chaired_by: str, *, decides: str, readers: Sequence[str], is_reader: bool) -> None:
    """A difference is settled by somebody who was no part of it: a reader records only what a panel under another
    person's chair decided. `decides` and `readers` are the names of who records and who read.
    """
    if how == How.PANEL and len(chaired_by) > MOST_OF_A_NAME:
        raise Refused("The name of the chair must be 200 characters or fewer", "chaired_by")
    if not is_reader:
        return
    if how != How.PANEL:
        raise Refused(
            "You read this record, so you cannot settle the difference yourself. Ask another co-ordinator, or call a "
            "panel that somebody else chairs and record what it decided",
            "how",
        )
    if not chaired_by.strip():
        raise Refused("Enter who chaired the panel: you read this record, so it was somebody else", "chaired_by")
    if _plain(chaired_by) in {_plain(name) for name in (decides, *readers)}:
        raise Refused("The panel must be chaired by somebody who did not read this record", "chaired_by")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def check_can_confirm(*, drawn: bool, resolved: bool, moderated: bool, decided: bool) -> None:
    """The gate (D9): no outcome before moderation. `moderated` is being in a round with exactly what was agreed."""
    if decided:
        raise Stale("The outcome of this registration has been confirmed already.")
    if not moderated:
        raise Refused(NOT_MODERATED)
    if drawn and not resolved:
        raise Refused("This record was drawn for reading and is not resolved yet. It can be confirmed after that.")


def check_decision(result: str, *, recommends: str, concluded: str, reason: str) -> None:
    """A decision against the recommendation, or against what moderation `concluded` (empty where it was not read),
    has a reason, and both are kept (domain 7.4). What a fail needs beyond that is checked by assessments."""
    if result not in Conclusion.values:
        raise Refused("Select the outcome", "result")
    if result != recommends and not reason.strip():
        raise Refused("Enter why the decision differs from the assessor’s recommendation", "reason")
    if concluded not in ("", result) and not reason.strip():
        raise Refused("Enter why the decision differs from the conclusion of moderation", "reason")


def check_feedback(text: str) -> None:
    """Feedback says something, in at most 4,000 characters."""
    if not text.strip():
        raise Refused("Enter the feedback to the assessor", "text")
    if len(text) > MOST_CHARACTERS:
        raise Refused("Feedback must be 4,000 characters or fewer", "text")


def check_can_send(*, resolved: bool) -> None:
    """Feedback follows the resolution, so that it says what moderation concluded."""
    if not resolved:
        raise Refused("Resolve this record first. Feedback to the assessor follows the resolution.")


def check_can_acknowledge(acknowledged: bool) -> None:
    """Once."""
    if acknowledged:
        raise Refused("You have acknowledged this feedback already.")


def check_because(because: str) -> None:
    """Taking a reading from somebody, or a conflict, has a reason of at most 500 characters."""
    if not because.strip():
        raise Refused("Enter the reason", "because")
    if len(because) > 500:
        raise Refused("The reason must be 500 characters or fewer", "because")
