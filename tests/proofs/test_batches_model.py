"""Batches against their model for longer, by another seed each time; a failure is made as short as it can be."""

import os
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import Cast
from tests.payments.machine.machine import Batches
from tests.payments.test_batches_model import ADVANCE, SETTINGS, day_by_day
from tests.proofs import written

MACHINES = int(os.environ.get("PROVE_MACHINES", "300"))
__all__ = ["day_by_day"]
pytestmark = [pytest.mark.prove, pytest.mark.django_db]


class Told(Batches):
    """Says from time to time how far it has come."""

    machines: ClassVar[int] = 0

    def teardown(self) -> None:
        super().teardown()
        Told.machines += 1
        if Told.machines % 25 == 0:
            print(f"{Told.machines} of {MACHINES} machines", flush=True)  # noqa: T201


def test_batches_do_as_the_model_says_for_long(day_by_day: Cast) -> None:
    Batches.cast, Batches.advance, Batches.steps, Batches.refusals = day_by_day, ADVANCE, 0, 0
    run_state_machine_as_test(Told, settings=settings(SETTINGS, max_examples=MACHINES, stateful_step_count=40))
    said = f"{MACHINES} machines, {Batches.steps} acts, {Batches.refusals} of them refused, 0 differences"
    written.write("model.txt", [said], whole=MACHINES >= 300)
