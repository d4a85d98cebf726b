"""The figures of agreement against worked examples."""

import pytest

from moderation.agreement import agreement, wilson


def pairs(both_pass: int, only_assessor: int, only_reader: int, both_fail: int) -> list[tuple[str, str]]:
    return (
        [("pass", "pass")] * both_pass
        + [("pass", "fail")] * only_assessor
        + [("fail", "pass")] * only_reader
        + [("fail", "fail")] * both_fail
    )


def test_nearly_all_pass_makes_kappa_mislead() -> None:
    figures = agreement(pairs(18, 1, 1, 0))
    assert figures.share == pytest.approx(0.90)
    assert figures.kappa == pytest.approx(-0.053, abs=0.001)
    assert figures.ac1 == pytest.approx(0.890, abs=0.001)
    assert figures.alpha == pytest.approx(-0.026, abs=0.001)
    assert (figures.low, figures.high) == (pytest.approx(0.70, abs=0.005), pytest.approx(0.97, abs=0.005))


def test_a_mixed_table() -> None:
    figures = agreement(pairs(14, 2, 1, 3))
    assert figures.share == pytest.approx(0.85)
    assert figures.kappa == pytest.approx(0.571, abs=0.001)
    assert figures.ac1 == pytest.approx(0.770, abs=0.001)
    assert figures.alpha == pytest.approx(0.581, abs=0.001)


def test_all_the_same_word_is_not_defined_rather_than_perfect() -> None:
    figures = agreement(pairs(20, 0, 0, 0))
    assert figures.share == 1
    assert (figures.kappa, figures.ac1, figures.alpha) == (None, None, None)


def test_no_pair_says_nothing() -> None:
    figures = agreement([])
    assert figures.pairs == 0
    assert (figures.share, figures.low, figures.kappa, figures.ac1, figures.alpha) == (None,) * 5
    assert wilson(0, 0) is None


def test_the_interval_stays_within_nought_and_one() -> None:
    low, high = wilson(5, 5) or (None, None)
    assert high == 1
    assert low == pytest.approx(0.566, abs=0.001)
