"""What may be published of a count of people (decision D14): the one place that decides.

Counts under 10 are hidden, others are rounded to 5, totals are rounded by themselves and never added up from rounded
parts. A hidden count left alone in its row or column takes another with it. Last, a gate: what a reader can still work
out from rows, columns and totals about each hidden count must leave a range of at least `LEAST_WIDTH`, or more is
hidden. Pure functions over plain numbers; nothing here knows what is being counted.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

HIDE_UNDER: Final = 10
ROUND_TO: Final = 5
LEAST_BASE: Final = 22.5
LEAST_WIDTH: Final = 4
HIDDEN: Final = "c"

Counts = Sequence[Sequence[int]]
Position = tuple[int, int]


@dataclass(frozen=True)
class Published:
    """One table as it may be shown. The last row and the last column are the totals; None is a hidden count."""

    cells: tuple[tuple[int | None, ...], ...]


def rounded(count: int) -> int:
    """The count to the nearest 5. Raises ValueError below zero."""
    if count < 0:
        raise ValueError("A count of people is never below zero.")
    return ROUND_TO * ((count + ROUND_TO // 2) // ROUND_TO)


def published(count: int) -> int | None:
    """What may be shown of a count that stands by itself: None under 10, otherwise to the nearest 5."""
    return None if count < HIDE_UNDER else rounded(count)


def percentage(part: int | None, base: int | None) -> int | None:
    """Whole percent of two published counts; None where either is hidden or the base is under 22.5.

    It takes published counts only, so that it tells a reader nothing they could not work out.
    """
    if part is None or base is None or base < LEAST_BASE:
        return None
    return round(100 * part / base)


def shown(value: int | None) -> str:
    """The figure as it is printed: "c" where it is hidden, thousands with commas."""
    return HIDDEN if value is None else f"{value:,}"


def release(tables: Sequence[Counts]) -> list[Published]:
    """The tables of one release, each rows by columns without totals, as they may be published together.

    All tables count the same people in the same columns, so their totals rows are one and the same; raises ValueError
    where they are not. A column must be a part of its row's total and every person stands in one cell of each table.
    """
    grids = [_Grid(table) for table in tables]
    for one, other in pairwise(grids):
        if one.exact[-1] != other.exact[-1]:
            raise ValueError("The tables of one release do not count the same people.")
    _hide_enough(grids)
    return [Published(tuple(tuple(grid.value(i, j) for j in range(grid.width)) for i in range(grid.height)))
            for grid in grids]  # fmt: skip


class _Grid:
    """One table with its totals as last row and last column, and which of its counts are hidden."""

    def __init__(self, counts: Counts) -> None:
        if not counts or not counts[0] or len({len(row) for row in counts}) != 1:
            raise ValueError("A table needs rows of one length.")
        with_totals = [[*row, sum(row)] for row in counts]
        self.exact = [*with_totals, [sum(column) for column in zip(*with_totals, strict=True)]]
        self.height, self.width = len(self.exact), len(self.exact[0])
        self.hidden = {(i, j) for i, j in self.positions() if self.exact[i][j] < HIDE_UNDER}
        self.total_bounds: list[tuple[int, int]] = []

    def positions(self) -> Iterator[Position]:
        return ((i, j) for i in range(self.height) for j in range(self.width))

    def value(self, i: int, j: int) -> int | None:
        return None if (i, j) in self.hidden else rounded(self.exact[i][j])

    def small(self) -> list[Position]:
        """The hidden counts that are under 10, as against those hidden for their sake."""
        return [(i, j) for i, j in sorted(self.hidden) if self.exact[i][j] < HIDE_UNDER]

    def lines(self) -> Iterator[list[Position]]:
        """Every row and column, its total last."""
        yield from ([(i, j) for j in range(self.width)] for i in range(self.height))
        yield from ([(i, j) for i in range(self.height)] for j in range(self.width))

    def bounds(self, i: int, j: int) -> tuple[int, int]:
        """What a reader knows of one count from its own cell, told also which were hidden for others' sake."""
        exact = self.exact[i][j]
        if (i, j) not in self.hidden:
            middle = rounded(exact)
            low, high = max(HIDE_UNDER, middle - ROUND_TO // 2), middle + ROUND_TO // 2
        elif exact < HIDE_UNDER:
            low, high = 0, HIDE_UNDER - 1
        else:
            low, high = HIDE_UNDER, self.exact[-1][-1] + 10 * LEAST_WIDTH
        if i == self.height - 1 and self.total_bounds:
            low, high = max(low, self.total_bounds[j][0]), min(high, self.total_bounds[j][1])
        return low, high

    def next_to_hide(self, line: Sequence[Position]) -> Position | None:
        """The smallest count of a line that is still shown, its total only when nothing else is left."""
        *parts, total = line
        open_parts = [position for position in parts if position not in self.hidden]
        if open_parts:
            return min(open_parts, key=lambda position: (self.exact[position[0]][position[1]], position))
        return total if total not in self.hidden else None

    def next_against(self, position: Position) -> Position | None:
        """What to hide so that less can be worked out about `position`: near it first, then anywhere."""
        i, j = position
        crossing = [[(i, k) for k in range(self.width)], [(k, j) for k in range(self.height)]]
        everything = [list(self.positions())]
        for lines in (crossing, everything):
            found = [hide for line in lines if (hide := self.next_to_hide(line))]
            if found:
                return min(found, key=lambda hide: (self._is_total(hide), self.exact[hide[0]][hide[1]], hide))
        return None

    def _is_total(self, position: Position) -> bool:
        return position[0] == self.height - 1 or position[1] == self.width - 1


def _hide_enough(grids: Sequence[_Grid]) -> None:
    changed = True
    while changed:
        changed = _hide_beside_the_lonely(grids)
        _share_what_totals_tell(grids)
        for grid in grids:
            for position in grid.small():
                low, high = _range(grid, position, enough=LEAST_WIDTH)
                if high - low < LEAST_WIDTH and (hide := grid.next_against(position)):
                    _hide(grids, grid, hide)
                    changed = True


def _hide(grids: Sequence[_Grid], grid: _Grid, position: Position) -> None:
    """Hides one count; one of the totals row is hidden in every table, where it is the same count."""
    grid.hidden.add(position)
    if position[0] == grid.height - 1:
        for other in grids:
            other.hidden.add((other.height - 1, position[1]))
    for other in grids:
        other.total_bounds = []


def _hide_beside_the_lonely(grids: Sequence[_Grid]) -> bool:
    any_hidden = False
    again = True
    while again:
        again = False
        for grid in grids:
            for line in grid.lines():
                if sum(position in grid.hidden for position in line) == 1 and (hide := grid.next_to_hide(line)):
                    _hide(grids, grid, hide)
                    again = any_hidden = True
    return any_hidden


def _share_what_totals_tell(grids: Sequence[_Grid]) -> None:
    """What one table tells about the common totals is used against the others, until nothing more is learnt."""
    before: list[tuple[int, int]] | None = None
    known: list[tuple[int, int]] = []
    while known != before:
        before = known
        ranges = [[_range(grid, (grid.height - 1, j)) for j in range(grid.width)] for grid in grids]
        known = [(max(low for low, _ in told), min(high for _, high in told)) for told in zip(*ranges, strict=True)]
        for grid in grids:
            grid.total_bounds = known


def _range(grid: _Grid, position: Position, enough: int | None = None) -> tuple[int, int]:
    """The least and most that a count can be, given all that the table shows; exact for one table.

    A table with its totals is a circulation (start, rows, columns, end and back), and the true counts are one flow
    through it. How far one count can move is then the largest flow around it through what the others leave free.
    With `enough` the search stops once the count is known to move that far in all.
    """
    room = _Room(grid)
    start, end = room.edge(position)
    exact = grid.exact[position[0]][position[1]]
    low, high = grid.bounds(*position)
    room.without(start, end)
    most = exact + room.flow(end, start, min(high - exact, enough) if enough else high - exact)
    if enough and most - exact >= enough:
        return exact, most
    room = _Room(grid)
    room.without(start, end)
    return exact - room.flow(start, end, exact - low), most


class _Room:
    """How far each count can still move up or down from its true value, as a residual graph."""

    def __init__(self, grid: _Grid) -> None:
        self.height, self.width = grid.height, grid.width
        self.free: dict[int, dict[int, int]] = {node: {} for node in range(grid.height + grid.width)}
        for i, j in grid.positions():
            low, high = grid.bounds(i, j)
            start, end = self.edge((i, j))
            self.free[start][end] = high - grid.exact[i][j]
            self.free[end][start] = grid.exact[i][j] - low

    def edge(self, position: Position) -> tuple[int, int]:
        """From row to column; a row's total comes from the last column's node, a column's goes to the last row's."""
        i, j = position
        row, column = i, self.height + j
        is_total = (i == self.height - 1) != (j == self.width - 1)
        return (column, row) if is_total else (row, column)

    def without(self, start: int, end: int) -> None:
        """Takes one count out of the graph, so that the flow goes around it."""
        self.free[start][end] = self.free[end][start] = 0

    def flow(self, source: int, target: int, most: int) -> int:
        """The largest flow between two nodes, but no more than `most`."""
        sent = 0
        while sent < most and (path := self._path(source, target)):
            step = min(most - sent, *(self.free[a][b] for a, b in path))
            for a, b in path:
                self.free[a][b] -= step
                self.free[b][a] += step
            sent += step
        return sent

    def _path(self, source: int, target: int) -> list[tuple[int, int]]:
        came_from = {source: source}
        waiting = deque([source])
        while waiting and target not in came_from:
            node = waiting.popleft()
            for other, room in self.free[node].items():
                if room > 0 and other not in came_from:
                    came_from[other] = node
                    waiting.append(other)
        path: list[tuple[int, int]] = []
        while target != source:
            if target not in came_from:
                return []
            path.append((came_from[target], target))
            target = came_from[target]
        return path
