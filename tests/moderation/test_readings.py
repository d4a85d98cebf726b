"""The two steps of a reading: who may move it from where to where."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from asye.refusals import NotAllowed, Refused, Stale
from moderation.models import Allocation, Reading
from moderation.services import allocation, reading
from moderation.states import MOVES, Answer, Judgement, Stage
from tests.cast import NOW, Cast
from tests.factories import moderation as make

ROLES = (
    "dev", "amira", "lena", "ben", "cora", "sol", "cal", "mina", "noor", "erin", "omar", "priya", "ana", "udo", "adele",
    "nils",
)  # fmt: skip


def seal(held: Allocation, **who: Any) -> None:
    reading.seal_step_one(held, seen_version=held.reading.version, **who)


def complete(held: Allocation, **who: Any) -> None:
    reading.complete(held, seen_version=held.reading.version, **who)


def withdraw(held: Allocation, **who: Any) -> None:
    allocation.withdraw(held, "No longer needed.", **who)


def judge(held: Allocation, **who: Any) -> None:
    reading.save_step(held, Stage.OPEN, "pass", "Because.", seen_version=held.reading.version, **who)


def answer(held: Allocation, **who: Any) -> None:
    reading.save_step(held, Stage.SEALED, "other", "Because.", seen_version=held.reading.version, **who)


ACTS: dict[str, Callable[..., None]] = {
    "judge": judge, "answer": answer, Stage.SEALED: seal, Stage.COMPLETED: complete, Stage.WITHDRAWN: withdraw,
}  # fmt: skip
ALLOWED = {
    Stage.OPEN: {("judge", "dev"), (Stage.SEALED, "dev"), (Stage.WITHDRAWN, "amira")},
    Stage.SEALED: {("answer", "dev"), (Stage.COMPLETED, "dev"), (Stage.WITHDRAWN, "amira")},
    Stage.COMPLETED: set(),
    Stage.WITHDRAWN: set(),
}


def at(stage: Stage, held: Allocation, cast: Cast) -> Allocation:
    """The reading, judged by Dev, when it has come so far, with all that the next move needs."""
    if stage in (Stage.SEALED, Stage.COMPLETED):
        reading.seal_step_one(held, by=cast.dev, now=NOW, seen_version=held.reading.version)
        held = make.held_by(cast.dev)
        # a disagreement, so that completing it does not resolve the record as well
        said = (Answer.NOT_CLEAR, "It is not clear.")
        reading.save_step(held, Stage.SEALED, *said, by=cast.dev, now=NOW, seen_version=held.reading.version)
        held = make.held_by(cast.dev)
    if stage is Stage.COMPLETED:
        complete(held, by=cast.dev, now=NOW)
    if stage is Stage.WITHDRAWN:
        withdraw(held, by=cast.amira, now=NOW)
    return Allocation.objects.get(pk=held.pk)


def outcome_of(act: Callable[..., None], held: Allocation, who: Any) -> str:
    """Tries the act and takes it back."""
    try:
        with transaction.atomic():
            act(Allocation.objects.get(pk=held.pk), by=who, now=NOW)
            transaction.set_rollback(True)
    except NotAllowed:
        return "not allowed"
    except Refused:
        return "refused"
    return "done"


@pytest.mark.parametrize("stage", Stage)
def test_every_move_by_every_role(stage: Stage, judged: Allocation, cast: Cast) -> None:
    held = at(stage, judged, cast)
    assert held.reading.stage is stage
    done = {
        (name, role)
        for name, act in ACTS.items()
        for role in ROLES
        if outcome_of(act, held, getattr(cast, role)) == "done"
    }
    assert done == ALLOWED[stage]
    moves = {name for name, _ in done if isinstance(name, Stage)}
    assert moves == set(MOVES[stage])


def test_other_roles_are_refused_by_permission(judged: Allocation, cast: Cast) -> None:
    for role in set(ROLES) - {"dev"}:
        assert outcome_of(seal, judged, getattr(cast, role)) == "not allowed"


def test_nothing_is_sealed_without_judgement_and_reasons(held: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused, match="Select what you make of the evidence"):
        seal(held, by=cast.dev, now=NOW)
    reading.save_step(held, Stage.OPEN, Judgement.PASS, "", by=cast.dev, now=NOW, seen_version=1)
    with pytest.raises(Refused, match="Enter the reasons"):
        seal(make.held_by(cast.dev), by=cast.dev, now=NOW)


def test_disagreeing_has_reasons(sealed: Allocation, cast: Cast) -> None:
    version = sealed.reading.version
    reading.save_step(sealed, Stage.SEALED, Answer.OTHER, " ", by=cast.dev, now=NOW, seen_version=version)
    with pytest.raises(Refused, match="Enter your reasons"):
        complete(make.held_by(cast.dev), by=cast.dev, now=NOW)


def test_a_second_window_does_not_overwrite_the_first(held: Allocation, cast: Cast) -> None:
    reading.save_step(held, Stage.OPEN, "pass", "First window.", by=cast.dev, now=NOW, seen_version=1)
    with pytest.raises(Stale):
        reading.save_step(held, Stage.OPEN, "fail", "Second window.", by=cast.dev, now=NOW, seen_version=1)
    assert Reading.objects.get().judgement_reasons == "First window."


@pytest.mark.parametrize(("said", "reasons"), [("maybe", ""), ("pass", "x" * 4_001)])
def test_nonsense_is_not_kept(said: str, reasons: str, held: Allocation, cast: Cast) -> None:
    with pytest.raises(Refused):
        reading.save_step(held, Stage.OPEN, said, reasons, by=cast.dev, now=NOW, seen_version=1)
    assert Reading.objects.get().version == 1
