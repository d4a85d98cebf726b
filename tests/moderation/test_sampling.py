"""A sample can be worked out again from what the page of a round shows."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from moderation.sampling import Candidate, draw, how_many, lot, population_hash
from moderation.states import Because

SEED = "00112233445566778899aabbccddeeff"


def candidate(revision: int, *, passes: bool = True, assessor: int = 1) -> Candidate:
    return Candidate(revision, f"{revision:064x}", passes, assessor)


POPULATIONS = st.lists(
    st.builds(
        candidate,
        st.integers(1, 10_000),
        passes=st.booleans(),
        assessor=st.integers(1, 4),
    ),
    max_size=40,
    unique_by=lambda one: one.revision,
)


def test_the_order_is_that_of_a_plain_sha256() -> None:
    assert lot(SEED, 42) == hashlib.sha256(b"00112233445566778899aabbccddeeff42").hexdigest()


def test_it_works_by_hand() -> None:
    population = [candidate(n) for n in range(1, 22)]
    by_hand = sorted(range(1, 22), key=lambda n: hashlib.sha256(f"{SEED}{n}".encode()).hexdigest())[:3]
    assert list(draw(population, seed=SEED, percent=10)) == by_hand


def test_percent_rounds_up() -> None:
    assert [how_many(n, 10) for n in (0, 1, 10, 11, 57)] == [0, 1, 1, 2, 6]


@given(POPULATIONS, st.integers(0, 100))
def test_every_fail_is_in(population: list[Candidate], percent: int) -> None:
    sample = draw(population, seed=SEED, percent=percent)
    fails = {one.revision for one in population if not one.passes}
    assert {revision for revision, why in sample.items() if why == [Because.FAIL]} == fails


@given(POPULATIONS, st.integers(0, 100))
def test_each_assessor_has_a_pass_read(population: list[Candidate], percent: int) -> None:
    sample = draw(population, seed=SEED, percent=percent)
    passing = {one.assessor for one in population if one.passes}
    assert {one.assessor for one in population if one.passes and one.revision in sample} == passing


@given(POPULATIONS, st.integers(0, 100), st.randoms())
def test_same_population_seed_and_rules_give_the_same_sample(
    population: list[Candidate], percent: int, chance: object
) -> None:
    again = list(population)
    chance.shuffle(again)
    first = draw(population, seed=SEED, percent=percent)
    second = draw(again, seed=SEED, percent=percent)
    assert list(first.items()) == list(second.items())
    assert population_hash(population) == population_hash(again)


def test_an_assessor_read_earlier_in_the_year_is_not_topped_up() -> None:
    population = [candidate(n, assessor=n) for n in (1, 2, 3)]
    sample = draw(population, seed=SEED, percent=0, read_already={1, 2})
    assert sample == {3: [Because.PER_ASSESSOR]}


def test_the_hash_notices_a_changed_text_and_a_missing_record() -> None:
    population = [candidate(1), candidate(2)]
    assert population_hash(population) != population_hash(population[:1])
    assert population_hash(population) != population_hash([candidate(1), Candidate(2, "0" * 64, True, 1)])
