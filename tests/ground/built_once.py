"""Rows with which many tests begin, built once and left standing until a test comes that begins without them.

Each fixture of `built_once` is a layer: a savepoint that stays open beneath the tests, which roll back to it as they
would to an empty database. A test stands on the layers it asks for and on no other. Before a test that commits the same
rows are put into the empty database, as they stood when they were first built there.
"""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from tests.ground.rows import Rows, empty_every_table, put_back, take

COMMITS = {"transactional_db", "live_server"}
BEGINS_THE_TEST = "_django_db_helper"  # of pytest-django: what it opens for a test lies above the layers

Build = Callable[..., Any]


@dataclass(frozen=True)
class Step:
    """A layer to be: the function that builds it, and those whose values it is given."""

    build: Build
    given: tuple[Build, ...]


@dataclass
class Layers:
    """Those that stand, lowest first, and the present test's own copies: whatever two layers share stays one."""

    standing: list[tuple[Step, transaction.Atomic]] = field(default_factory=list)
    committed: dict[tuple[Step, ...], tuple[Rows, dict[Build, Any]]] = field(default_factory=dict)
    values: dict[Build, Any] = field(default_factory=dict)
    copies: dict[int, Any] = field(default_factory=dict)
    beneath: Any = None
    broken: Exception | None = None

    def commit(self, steps: tuple[Step, ...]) -> None:
        """Leaves every layer and writes their rows for a test that commits, which will empty the database."""
        self.leave()
        self.copies = {}
        if steps in self.committed:
            rows, values = self.committed[steps]
            put_back(rows)
            self.values = dict(values)
            return
        try:
            for step in steps:
                self.values[step.build] = self._built(step)
        except BaseException:
            self.values = {}
            empty_every_table()
            raise
        if steps:
            self.committed[steps] = take(), dict(self.values)

    def stand_on(self, steps: list[Step]) -> None:
        """Rolls back what is not wanted and builds what is not there."""
        self.copies = {}
        same = 0
        self.leave(len(self.standing))  # nothing but what cannot stay, and what a test that commits was given
        while same < min(len(self.standing), len(steps)) and self.standing[same][0] == steps[same]:
            same += 1
        self.leave(same)
        for step in steps[same:]:
            self._add(step)

    def leave(self, down_to: int = 0) -> None:
        """Rolls back all but the lowest so many; all, where they do not stand on the connection of this test.

        Django gives a thread another connection once Playwright's event loop runs in it.
        """
        if self.standing and self.beneath is not connections[DEFAULT_DB_ALIAS]:
            self.beneath.close()
            self.standing = []
        if connection.connection is not None and connection.connection.closed:
            connection.close()  # PostgreSQL has ended it, and Django has not noticed
        if connection.closed_in_transaction:
            down_to = 0
        while len(self.standing) > down_to:
            _, savepoint = self.standing.pop()
            _roll_back(savepoint)
        self.values = {step.build: self.values[step.build] for step, _ in self.standing}

    def copy_of(self, build: Build) -> Any:
        """What the layer has built, for one test to change. Raises KeyError where it does not stand."""
        return deepcopy(self.values[build], self.copies)

    def _add(self, step: Step) -> None:
        self.beneath = connections[DEFAULT_DB_ALIAS]
        savepoint = transaction.atomic()
        savepoint._from_testcase = True  # an act that has to be outermost may be
        savepoint.__enter__()
        try:
            value = self._built(step)
            connection.check_constraints()
        except BaseException:
            _roll_back(savepoint)
            raise
        self.standing.append((step, savepoint))
        self.values[step.build] = value

    def _built(self, step: Step) -> Any:
        return step.build(*(self.values[below] for below in step.given))


layers = Layers()


def _roll_back(savepoint: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    savepoint.__exit__(None, None, None)


def built_once(build: Build) -> Any:
    """A fixture whose rows are built once for all the tests in a row that ask for it; each is given a copy of its own.

    `build` asks for nothing but other such fixtures, and changes none of what they gave.
    """
    names = list(inspect.signature(build).parameters)

    def given(request: pytest.FixtureRequest, db: None, **below: Any) -> Any:
        if layers.broken:
            raise layers.broken
        if build in layers.values:
            return layers.copy_of(build)
        return build(*(below[name] for name in names))

    given.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("request", "db", *names)]
    )
    given.build = build  # type: ignore[attr-defined]
    given.__name__, given.__doc__ = build.__name__, build.__doc__
    return pytest.fixture(given)


def steps_of(item: pytest.Item) -> list[Step]:
    """The layers that a test asks for, each after those it is built on."""
    fixtures = {name: known[-1].func for name, known in item._fixtureinfo.name2fixturedefs.items()}  # type: ignore[attr-defined]
    found: dict[str, Step | None] = {}

    def step(name: str) -> Step | None:
        if name not in found:
            build = getattr(fixtures.get(name), "build", None)
            below = [step(each) for each in inspect.signature(build).parameters] if build else []
            whole = build is not None and None not in below
            found[name] = Step(build, tuple(one.build for one in below if one)) if whole else None
        return found[name]

    for name in item.fixturenames:  # type: ignore[attr-defined]
        step(name)
    return [one for one in found.values() if one is not None]


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(COMMITS & set(item.fixturenames)) or bool(marker and marker.kwargs.get("transaction"))  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Before the test's own transaction begins."""
    if fixturedef.argname == BEGINS_THE_TEST:
        with request.getfixturevalue("django_db_blocker").unblock():
            steps = steps_of(request.node)
            layers.broken = None
            try:
                if _commits(request.node):
                    layers.commit(tuple(steps))
                else:
                    layers.stand_on(steps)
            except Exception as error:
                layers.leave()
                layers.broken = error  # raised here it would be pytest's own fault, and that of every test to come
