"""The least loaded reader without a conflict."""

from moderation.sharing import Wanted, share_out


def wanted(item: int, *, readers: int = 1, barred: tuple[int, ...] = ()) -> Wanted:
    return Wanted(item, readers, frozenset(barred))


def test_work_is_spread() -> None:
    shares = share_out([wanted(n) for n in range(1, 8)], {1: 0, 2: 0, 3: 2})
    counts = {reader: sum(r == reader for _, r in shares.given) for reader in (1, 2, 3)}
    assert counts == {1: 3, 2: 3, 3: 1}
    assert shares.left == []


def test_a_conflict_bars_even_the_idle() -> None:
    assert share_out([wanted(1, barred=(1,))], {1: 0, 2: 9}).given == [(1, 2)]


def test_the_record_with_the_smallest_choice_comes_first() -> None:
    shares = share_out([wanted(1), wanted(2, barred=(2,))], {1: 0, 2: 0})
    assert sorted(shares.given) == [(1, 2), (2, 1)]


def test_two_readers_are_two_people() -> None:
    shares = share_out([wanted(1, readers=2)], {1: 0, 2: 5})
    assert sorted(shares.given) == [(1, 1), (1, 2)]


def test_too_few_free_readers_are_reported() -> None:
    shares = share_out([wanted(1, readers=2, barred=(2,)), wanted(2, barred=(1, 2))], {1: 0, 2: 0})
    assert shares.given == [(1, 1)]
    assert sorted(shares.left) == [1, 2]
    assert share_out([wanted(1)], {}).left == [1]
