"""docs/scenarios.md and docs/scenarios-of-the-year.md name the tests of scenarios and faults: each has one of its own
number, every test with a number stands in its table, and pytest collects every one."""

import importlib
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACE = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)::(\w+)`")


@dataclass(frozen=True)
class Table:
    """The rows of a page that begin with a mark and a number, and how a test of such a number is called."""

    page: str
    mark: str
    named: str
    numbers: tuple[int, ...]

    @property
    def rows(self) -> list[tuple[int, str]]:
        """(number, cell of tests) of each row, in order."""
        text = (ROOT / "docs" / self.page).read_text()
        found = re.findall(rf"^\| {self.mark}(\d+) \| .+? \| (`.+`) \|$", text, re.MULTILINE)
        return [(int(number), cell) for number, cell in found]

    def number_of(self, test: str) -> int | None:
        """The number in the name of a test; None where it has none of this table."""
        found = re.match(rf"{self.named}0?(\d+)_", test)
        return int(found[1]) if found else None


TABLES = [
    Table("scenarios.md", "", "test_scenario_", tuple(range(1, 26))),
    Table("scenarios-of-the-year.md", "", "test_portfolio_", (1, 2, 3, 4, 5, 6, 8, 10, 11)),
    Table(
        "scenarios-of-the-year.md", "T", "test_fault_t",
        (3, 4, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 24, 31, 37, 38, 39, 40, 41),
    ),
]  # fmt: skip
NAMED = [pytest.param(table, id=table.named) for table in TABLES]
EVERY = sorted({one for table in TABLES for _, cell in table.rows for one in PLACE.findall(cell)})
WRITTEN = re.compile(r"^(?:    )?def (test_\w+)", re.MULTILINE)


@pytest.mark.parametrize("table", NAMED)
def test_each_has_a_test_of_its_number(table: Table) -> None:
    assert [number for number, _ in table.rows] == list(table.numbers)
    for number, cell in table.rows:
        tests = [test for _, _, test in PLACE.findall(cell)]
        assert len(tests) == cell.count("::test_")
        assert {of for test in tests if (of := table.number_of(test))} == {number}


@pytest.mark.parametrize("table", NAMED)
def test_every_test_of_a_number_stands_in_the_table(table: Table) -> None:
    there = {
        (str(path.relative_to(ROOT)), test)
        for path in (ROOT / "tests").rglob("test_*.py")
        for test in WRITTEN.findall(path.read_text())
        if table.number_of(test)
    }
    named = {(file, test) for _, cell in table.rows for file, _, test in PLACE.findall(cell)}
    assert there == {(file, test) for file, test in named if table.number_of(test)}


@pytest.mark.parametrize(("file", "within", "test"), EVERY)
def test_pytest_collects_and_runs_it(request: pytest.FixtureRequest, file: str, within: str, test: str) -> None:
    """By the names that pytest goes by, as what is there once the module is read; and it is not skipped."""
    config = request.config
    assert any(fnmatch(Path(file).name, pattern) for pattern in config.getini("python_files"))
    assert any(file.startswith(f"{folder}/") for folder in config.getini("testpaths"))
    assert any(fnmatch(test, f"{prefix}*") for prefix in config.getini("python_functions"))
    module: Any = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    found, holders = module, [module]
    for name in filter(None, within.split("::")):
        assert any(fnmatch(name, f"{prefix}*") for prefix in config.getini("python_classes"))
        found = getattr(found, name)
        holders.append(found)
    found = getattr(found, test)
    assert callable(found)
    assert (found.__module__, found.__name__) == (module.__name__, test)
    marks = [mark for holder in (*holders, found) for mark in _marks(holder)]
    assert {mark.name for mark in marks} & {"skip", "skipif", "xfail", "prove"} == set()


def _marks(holder: Any) -> list[Any]:
    held = getattr(holder, "pytestmark", [])
    return held if isinstance(held, list) else [held]
