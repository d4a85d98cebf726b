"""Each wall around the money is taken away in turn, and something impossible is let in: every wall is needed.

Where another wall stands behind it (`attempts.DOUBLE`) it is taken away with that one.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from asye import embedded
from tests.cast import Cast
from tests.ground import cluster
from tests.ground.built_once import built_once
from tests.payments.walls.attempt import Attempt
from tests.payments.walls.attempts import ATTEMPTS, DOUBLE, DOUBLE_NOT_NULL, NOT_TRIED
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
        try:
            with self.server.transaction(force_rollback=True):
                for before in attempt.first:
                    self.statement(before)
                self.server.execute("SET CONSTRAINTS ALL IMMEDIATE")
                self.server.execute(f"SET LOCAL ROLE {role}")
                try:
                    with self.server.transaction(force_rollback=True):
                        self.statement(attempt.run or (attempt.add, attempt.change))
                        return True
                except psycopg.errors.IntegrityError:
                    return False
                except psycopg.errors.InsufficientPrivilege:
                    return False
        finally:
            self.server.execute("RESET ROLE")


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
    tried = [wall for wall in found if not wall.name.startswith(NOT_TRIED)]
    said = [f"{wall.name}: {sentence}" for wall in tried if (sentence := unnoticed(wall, by_name, trying))]
    assert not said, "\n".join(said)


def unnoticed(wall: Wall, by_name: dict[str, Wall], trying: Trying) -> str:
    """What is wrong with the attempts that this wall keeps out, or nothing."""
    kept_out = [one for one in ATTEMPTS if wall.keeps_out(one.by)]
    role = APP if wall.name.endswith(RIGHTS) else OWNER
    others = behind(wall, by_name, trying.server)
    if not kept_out:
        return "no attempt needs it"
    with trying.server.transaction(force_rollback=True):
        remove(others, trying.server)
        if any(trying.is_let_in(one, role) for one in kept_out):
            return "the others are needed for what this wall should keep out alone"
        remove([wall], trying.server)
        if not any(trying.is_let_in(one, role) for one in kept_out):
            return "nothing is let in without it"
    with trying.server.transaction(force_rollback=True):
        remove([wall], trying.server)
        if others and any(trying.is_let_in(one, role) for one in kept_out):
            return "it stands alone, and the list says that others stand behind it"
    return ""


def behind(wall: Wall, by_name: dict[str, Wall], server: psycopg.Connection) -> list[Wall]:
    """The walls that keep the same out; of emptying a table those of the tables that would be emptied with it."""
    names = list(DOUBLE.get(wall.name, ()))
    table, _, right = wall.name.partition(" ")
    if right == "TRUNCATE" or "truncate" in wall.name:
        for other, trigger in emptied_with(server, table.partition(".")[0]):
            names += [f"{other}.{trigger}", *([f"{other} TRUNCATE"] if right else [])]
    return [by_name[name] for name in names if name != wall.name]


def remove(some: list[Wall], server: psycopg.Connection) -> None:
    for wall in some:
        server.execute(wall.remove)


def test_what_has_to_be_there_is_missed(world: World, server: psycopg.Connection) -> None:
    trying, said = Trying(server, world), []
    by_name = {wall.name: wall for wall in walls(server)}
    beside = {
        f"{trigger.partition('.')[0]}({column})": by_name[trigger]
        for trigger, columns in DOUBLE_NOT_NULL.items()
        for column in columns
    }
    for table, column in not_nulls(server):
        if table.startswith(NOT_TRIED):
            continue
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
            remove([beside[named]] if named in beside else [], server)
            if not any(trying.is_let_in(one, OWNER) for one in empty):
                said.append(f"{named}: nobody misses it")
    assert not said, "\n".join(said)
