"""Two thousand kills over twenty seeds, with crashes of the database: nothing is lost and nothing is paid twice."""

import os

import pytest

from tests.proofs import written
from tests.proofs.kills.called import killed

KILLS = int(os.environ.get("PROVE_KILLS", "2000"))
SEEDS = 20

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]


def test_two_thousand_kills_leave_nothing_wrong() -> None:
    said = killed(seeds=SEEDS, kills=KILLS // SEEDS)
    assert len(said) == SEEDS + 1
    assert said[-1].endswith("0 wrong")
    written.write("kills.txt", said, whole=KILLS >= 2000)
