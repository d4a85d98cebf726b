"""Every fault that is planted is named: what is wrong, and with which line. `make prove` plants 10,000."""

import re

import pytest

from payments.rules.reconciling import Kind
from tests.payments.reconciling.faults import FAULTS
from tests.payments.reconciling.planting import Trial, trials
from tests.payments.reconciling.sound import sound

GROUNDS = [sound(seed) for seed in range(300)]
EACH = 6


@pytest.fixture(scope="module")
def found() -> list[Trial]:
    return list(trials(GROUNDS, EACH * len(FAULTS), first_seed=1))


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_fault_is_named_and_nobody_else_accused(found: list[Trial], fault: str) -> None:
    own = [trial for trial in found if trial.fault == fault]
    assert len(own) == EACH
    assert [(trial.seed, trial.planted.kind, trial.said) for trial in own if not trial.named()] == []
    assert [(trial.seed, trial.accused()) for trial in own if trial.accused()] == []


def test_every_kind_of_difference_is_planted() -> None:
    planted = {trial.planted.kind for trial in trials(GROUNDS, len(FAULTS), first_seed=9)}
    assert planted == set(Kind)


def test_a_sentence_is_for_people(found: list[Trial]) -> None:
    """It begins like a sentence, ends with a full stop, and names no pence, no None and no code of Python."""
    sentences = {one.sentence for trial in found for one in trial.said}
    assert [one for one in sentences if not re.fullmatch(r"[A-Z0-9£−].*\.", one)] == []
    assert [one for one in sentences if re.search(r"None|pence|datetime|frozenset|\(\)|\.\.$", one)] == []
