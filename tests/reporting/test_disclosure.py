"""The disclosure rule against readers who do the sums (decision D14)."""

from itertools import chain, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reporting import disclosure

HEIGHTS = st.integers(1, 5)
WIDTHS = st.integers(1, 4)
COUNTS = st.one_of(st.integers(0, 9), st.integers(0, 25), st.integers(0, 400))


@st.composite
def tables(draw, height=HEIGHTS, width=WIDTHS, counts=COUNTS):
    wide = draw(width)
    return [[draw(counts) for _ in range(wide)] for _ in range(draw(height))]


@st.composite
def releases(draw):
    """Two tables of the same people: the second deals each column's total out anew."""
    first = draw(tables(width=st.integers(1, 3)))
    parts = draw(st.integers(1, 4))
    columns = []
    for column in zip(*first, strict=True):
        left, dealt = sum(column), []
        for _ in range(parts - 1):
            dealt.append(draw(st.integers(0, left)))
            left -= dealt[-1]
        columns.append([*dealt, left])
    return [first, [list(row) for row in zip(*columns, strict=True)]]


def with_totals(table):
    rows = [[*row, sum(row)] for row in table]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def known_at_first(exact, value):
    """What a reader knows of one cell who was also told which counts were hidden for others' sake."""
    if value is not None:
        return max(10, value - 2), value + 2
    return (0, 9) if exact < 10 else (10, 100_000)


def lines_of(height, width):
    yield from ([(i, j) for j in range(width)] for i in range(height))
    yield from ([(i, j) for i in range(height)] for j in range(width))


def what_a_reader_learns(exact_tables, shown_tables):
    """Sums and differences of rows, columns and totals over all tables until nothing more is learnt."""
    known = {
        (t, i, j): known_at_first(exact[i][j], value)
        for t, (exact, shown) in enumerate(zip(exact_tables, shown_tables, strict=True))
        for i, row in enumerate(shown.cells)
        for j, value in enumerate(row)
    }
    before = None
    while known != before:
        before = dict(known)
        for t, exact in enumerate(exact_tables):
            height, width = len(exact), len(exact[0])
            for line in lines_of(height, width):
                _narrow(known, [(t, *place) for place in line])
            for j in range(width):  # the same totals row in every table
                here, there = (t, height - 1, j), ((t + 1) % len(exact_tables), -1, j)
                there = (there[0], len(exact_tables[there[0]]) - 1, j)
                low = max(known[here][0], known[there][0])
                high = min(known[here][1], known[there][1])
                known[here] = known[there] = (low, high)
    return known


def _narrow(known, line):
    *parts, total = line
    low, high = sum(known[part][0] for part in parts), sum(known[part][1] for part in parts)
    known[total] = (max(known[total][0], low), min(known[total][1], high))
    for part in parts:
        others_low, others_high = low - known[part][0], high - known[part][1]
        known[part] = (
            max(known[part][0], known[total][0] - others_high),
            min(known[part][1], known[total][1] - others_low),
        )


def test_rounding_is_to_the_nearest_five():
    assert [disclosure.rounded(n) for n in (0, 2, 3, 7, 8, 12, 13, 22, 23, 1482, 1483)] == [
        0, 0, 5, 5, 10, 10, 15, 20, 25, 1480, 1485,
    ]  # fmt: skip


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="never below zero"):
        disclosure.rounded(-1)


def test_counts_under_ten_are_hidden():
    assert [disclosure.published(n) for n in (0, 1, 9, 10, 11, 13)] == [None, None, None, 10, 10, 15]
    assert [disclosure.shown(n) for n in (None, 10, 1485)] == ["c", "10", "1,485"]


def test_no_percentage_on_a_base_under_22_5():
    assert disclosure.percentage(disclosure.published(11), disclosure.published(22)) is None
    assert disclosure.percentage(disclosure.published(11), disclosure.published(23)) == 40
    assert disclosure.percentage(None, 100) is None
    assert disclosure.percentage(10, None) is None


def test_a_table_as_it_is_published():
    """By hand: 4 and 9 are small; 15 goes with 4 in its row and 33 with 9; no column has one alone."""
    (shown,) = disclosure.release([[[48, 4, 15], [120, 9, 33]]])
    assert shown.cells == (
        (50, None, None, 65),
        (120, None, None, 160),
        (170, 15, 50, 230),
    )


def test_the_totals_are_rounded_by_themselves():
    (shown,) = disclosure.release([[[12, 12], [12, 12]]])
    assert shown.cells == ((10, 10, 25), (10, 10, 25), (25, 25, 50))


def test_tables_of_different_people_are_not_one_release():
    with pytest.raises(ValueError, match="do not count the same people"):
        disclosure.release([[[50, 60]], [[50, 61]]])


@pytest.mark.parametrize("wrong", [[], [[]], [[1], [1, 2]]])
def test_a_table_needs_rows_of_one_length(wrong):
    with pytest.raises(ValueError, match="rows of one length"):
        disclosure.release([wrong])


@given(tables())
def test_what_is_shown_is_the_rounded_count_of_ten_or_more(table):
    (shown,) = disclosure.release([table])
    for exact_row, row in zip(with_totals(table), shown.cells, strict=True):
        for exact, value in zip(exact_row, row, strict=True):
            assert value is None or (exact >= 10 and value == disclosure.rounded(exact))


@given(tables())
def test_no_hidden_count_is_left_alone(table):
    (shown,) = disclosure.release([table])
    for line in lines_of(len(shown.cells), len(shown.cells[0])):
        assert sum(shown.cells[i][j] is None for i, j in line) != 1


@settings(deadline=None, max_examples=300)
@given(releases())
def test_no_small_count_can_be_worked_out(release):
    exact_tables = [with_totals(table) for table in release]
    known = what_a_reader_learns(exact_tables, disclosure.release(release))
    for (t, i, j), (low, high) in known.items():
        exact = exact_tables[t][i][j]
        assert low <= exact <= high
        if exact < 10:
            assert high - low >= disclosure.LEAST_WIDTH, f"table {t} cell {i},{j} is between {low} and {high}"


@settings(deadline=None, max_examples=60)
@given(tables(height=st.just(2), width=st.just(2), counts=st.integers(0, 30)))
def test_no_small_count_can_be_worked_out_by_trying_everything(table):
    """All tables that would have been printed the same way leave each small count a range."""
    exact = with_totals(table)
    (shown,) = disclosure.release([table])
    limits = [[known_at_first(exact[i][j], value) for j, value in enumerate(row)] for i, row in enumerate(shown.cells)]
    choices = [range(low, min(high, 60) + 1) for i in (0, 1) for low, high in limits[i][:2]]
    size = 1
    for choice in choices:
        size *= len(choice)
    assume(size < 150_000)
    found = [set() for _ in range(9)]
    for a, b, c, d in product(*choices):
        filled = (a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d)
        if all(low <= n <= high for n, (low, high) in zip(filled, chain(*limits), strict=True)):
            for seen, n in zip(found, filled, strict=True):
                seen.add(n)
    for seen, n in zip(found, chain(*exact), strict=True):
        assert n >= 10 or max(seen) - min(seen) >= disclosure.LEAST_WIDTH


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_percentage_tells_no_more_than_its_published_parts(part, rest):
    shown_part, base = disclosure.published(part), disclosure.published(part + rest)
    told = disclosure.percentage(shown_part, base)
    assert (told is None) == (part < 10 or part + rest < 22.5)
