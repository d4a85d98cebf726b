"""Each wall around the money is taken away in turn, and something impossible is let in: every wall is needed.

Where others stand behind it (`attempts.DOUBLE`) it is taken away with them, and each of them alone still refuses.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from asye import embedded
from tests.cast import Cast
from tests.ground import cluster
from tests.ground.built_once import built_once
from tests.payments.walls.attempt import Attempt
from tests.payments.walls.attempts import ATTEMPTS, DOUBLE, DOUBLE_NOT_NULL
from tests.payments.walls.removing import Wall, emptied_with, not_nulls, walls
from tests.payments.walls.world import World, insert

pytestmark = pytest.mark.django_db(transaction=True)
OWNER, APP = "asye_owner", "asye_app"
RIGHTS = (" UPDATE", " DELETE", " TRUNCATE")


@built_once
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(cluster.url(embedded.SUPERUSER), autocommit=True) as connected:
        yield connected


class Trying:
    """Attempts in one transaction that is never committed."""

    def __init__(self, server: psycopg.Connection, world: World) -> None:
        self.server, self.world = server, world

    def statement(self, what: Any) -> None:
        if isinstance(what, str):
            self.server.execute(what.format(**self.world.ids))
            return
        name, change = what
        table, row = self.world.rows[name]
        named = {key: self._id(value) for key, value in change.items()}
        self.server.execute(*insert(table, {**row, **named}))

    def _id(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("{"):
            return self.world.ids[value[1:-1]]
        return value

    def is_let_in(self, attempt: Attempt, role: str) -> bool:
        """Whether the database takes it from this role; what it says of anything but a wall is raised."""
        begun = False
        try:
            with self.server.transaction(force_rollback=True):
                for before in attempt.first:
                    self.statement(before)
                self.server.execute(f"SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE {role}")
                begun = True
                self.statement(attempt.run or (attempt.add, attempt.change))
                return True
        except (psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege):
            if not begun:
                raise
            return False


def test_nothing_of_it_is_let_in(world: World, server: psycopg.Connection) -> None:
    trying = Trying(server, world)
    with server.transaction(force_rollback=True):
        let_in = [(role, one) for one in ATTEMPTS for role in (OWNER, APP) if trying.is_let_in(one, role)]
    assert let_in == []


def test_the_rows_without_a_fault_are_let_in(world: World, server: psycopg.Connection) -> None:
    """Otherwise an attempt could be refused for another reason than its own."""
    trying = Trying(server, world)
    with server.transaction(force_rollback=True):
        refused = [name for name in world.rows if not trying.is_let_in(Attempt("", add=name), APP)]
    assert refused == ["twin"]  # the person who has been paid under another record


def test_without_a_wall_something_is_let_in(world: World, server: psycopg.Connection) -> None:
    trying, found = Trying(server, world), walls(server)
    by_name = {wall.name: wall for wall in found}
    assert set(DOUBLE) <= set(by_name), "the list names a wall that is not there"
    assert {one.by for one in ATTEMPTS} <= set(by_name), "an attempt names a wall that is not there"
    said = [f"{wall.name}: {sentence}" for wall in found if (sentence := unnoticed(wall, by_name, trying))]
    assert not said, "\n".join(said)


def unnoticed(wall: Wall, by_name: dict[str, Wall], trying: Trying) -> str:
    """What is wrong with the attempts that this wall keeps out, or nothing."""
    kept_out = [one for one in ATTEMPTS if one.by == wall.name] or [one for one in ATTEMPTS if wall.keeps_out(one.by)]
    if not kept_out:
        return "no attempt needs it"
    role = APP if wall.name.endswith(RIGHTS) else OWNER
    others = behind(wall, by_name, trying.server)

    def let_in(*removed: Wall) -> list[Attempt]:
        with trying.server.transaction(force_rollback=True):
            for one in removed:
                trying.server.execute(one.remove)
            return [one for one in kept_out if trying.is_let_in(one, role)]

    if others and let_in(*others):
        return "the others are needed for what this wall should keep out alone"
    found = let_in(wall, *others)
    if not found:
        return "nothing is let in without it"
    if len(found) < len(kept_out) and kept_out[0].by == wall.name:
        return f"another wall keeps this out too: {next(one for one in kept_out if one not in found)}"
    return stands_alone(wall, others, let_in)


def stands_alone(wall: Wall, others: list[Wall], let_in: Callable[..., list[Attempt]]) -> str:
    """Which of those that are said to stand behind a wall does not, each by itself, or nothing."""
    if others and let_in(wall):
        return "it stands alone, and the list says that others stand behind it"
    if wall.name not in DOUBLE:
        return ""
    idle = [other.name for other in others if let_in(wall, *(one for one in others if one != other))]
    return f"the list says that these stand behind it, and they let it in: {', '.join(idle)}" if idle else ""


def behind(wall: Wall, by_name: dict[str, Wall], server: psycopg.Connection) -> list[Wall]:
    """The walls that keep the same out; of emptying a table those of the tables that would be emptied with it."""
    names = list(DOUBLE.get(wall.name, ()))
    table, _, right = wall.name.partition(" ")
    if right == "TRUNCATE" or "truncate" in wall.name:
        for other, trigger in emptied_with(server, table.partition(".")[0]):
            names += [f"{other}.{trigger}", *([f"{other} TRUNCATE"] if right else [])]
    return [by_name[name] for name in names if name != wall.name]


def test_what_has_to_be_there_is_missed(world: World, server: psycopg.Connection) -> None:
    trying, said = Trying(server, world), []
    by_name = {wall.name: wall for wall in walls(server)}
    beside = {
        f"{trigger.partition('.')[0]}({column})": by_name[trigger]
        for trigger, columns in DOUBLE_NOT_NULL.items()
        for column in columns
    }
    required = not_nulls(server)
    assert set(beside) <= {f"{table}({column})" for table, column in required}, "the list names what may be empty"
    for table, column in required:
        named = f"{table}({column})"
        rows = [name for name, (of, _) in world.rows.items() if of == table]
        empty = [Attempt("", add=name, change={column: None}) for name in rows]
        with server.transaction(force_rollback=True):
            if any(trying.is_let_in(one, OWNER) for one in empty):
                said.append(f"{named} may be empty")
            server.execute(f"ALTER TABLE {table} ALTER {column} DROP NOT NULL")
            noticed = any(trying.is_let_in(one, OWNER) for one in empty)
            if noticed and named in beside:
                said.append(f"{named} stands alone, and the list says that a trigger stands beside it")
            if named in beside:
                server.execute(beside[named].remove)
            if not any(trying.is_let_in(one, OWNER) for one in empty):
                said.append(f"{named}: nobody misses it")
    assert not said, "\n".join(said)
