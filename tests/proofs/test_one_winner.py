"""Four processes register one disguised number at once: one winner each time, and nobody sees a raw error."""

import multiprocessing
import os
from collections import Counter

import pytest

from registrations.models import NQSW, Placement, Registration
from registrations.rules import taken
from tests.cast import NOW, TODAY
from tests.proofs.racing import Said, Side, race

ROUNDS = int(os.environ.get("PROVE_ROUNDS", "300"))
PROCESSES = 4
ANSWER_SECONDS = 120
FULL_WIDTH = str.maketrans({ord("0") + n: 0xFF10 + n for n in range(10)} | {ord("S"): "Ｓ", ord("W"): "Ｗ"})
NOT_OURS = "Their Social Work England number must use the letters SW and the digits 0 to 9 from a standard keyboard"

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]


def disguises(number: int) -> list[str]:
    """One number as four people type it; every seventh time the last of them has a full-width keyboard."""
    digits = str(number)
    spaced = f" SW {digits[:2]} {digits[2:]}\u00a0"
    last = f"SW{digits}".translate(FULL_WIDTH) if number % 7 == 0 else f"S w\u2013{digits}"
    return [spaced, f"SW000{digits}", f"sw{digits}", last]


def sides(cast) -> list[Side]:
    """Two people at each of two employers, each with another disguise from round to round."""
    typed = [disguises(70_000 + number) for number in range(ROUNDS)]
    places = [(cast.northshire, cast.amira, cast.ben), (cast.southmouth, cast.cora, cast.cal)]
    found = []
    for place in range(PROCESSES):
        employer, coordinator, assessor = places[place % 2]
        mine = tuple(each[(place + number) % PROCESSES] for number, each in enumerate(typed))
        found.append(Side(place, employer.pk, coordinator.pk, assessor.pk, mine))
    return found


def raced(cast) -> list[Said]:
    """Everything that every process was told."""
    start = multiprocessing.get_context("spawn")
    barrier, answers = start.Barrier(PROCESSES), start.Queue()
    processes = [start.Process(target=race, args=(side, NOW, TODAY, barrier, answers)) for side in sides(cast)]
    for process in processes:
        process.start()
    try:
        return [answers.get(timeout=ANSWER_SECONDS) for _ in range(PROCESSES * ROUNDS)]
    finally:
        for process in processes:
            process.join(10)
            if process.is_alive():
                process.terminate()
                process.join()
        answers.close()


def test_one_number_registered_by_four_processes_has_one_winner(cast, year):
    said = raced(cast)
    broke = [each for each in said if each.outcome == "broke"]
    assert broke == []
    winners = Counter(each.round for each in said if each.outcome == "won")
    assert winners == Counter(range(ROUNDS))
    told = {each.sentence.partition(", like")[0] for each in said if each.outcome == "lost"}
    assert told <= {taken.LIVE_ELSEWHERE, taken.AT_THIS_MOMENT, NOT_OURS}
    assert taken.LIVE_ELSEWHERE in told
    assert NQSW.objects.count() == Registration.objects.count() == Placement.objects.count() == ROUNDS
