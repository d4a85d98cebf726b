"""Whatever is killed and whenever: every slot stands on one line of one file, and the sweeper finishes the rest."""

import re

import pytest

from tests.proofs.kills.called import killed


@pytest.mark.usefixtures("django_db_setup")
def test_a_hundred_kills_leave_nothing_wrong() -> None:
    said = killed(seeds=2, kills=50, first_seed=3)
    assert len(said) == 3
    kills = re.match(r"all 2 seeds: (\d+) kills, ", said[-1])
    assert kills, said[-1]
    assert int(kills[1]) >= 100  # two that die in the same instant are both counted
    assert said[-1].endswith("0 wrong")
