"""docs/scenarios.md names the tests of 25 scenarios: each has one of its own number, and pytest collects every one."""

import importlib
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs/scenarios.md").read_text()
ROWS = {int(row[0]): row[1] for row in re.findall(r"^\| (\d+) \| .+? \| (`.+`) \|$", TABLE, re.MULTILINE)}
NAMED = {number: re.findall(r"`(tests/[\w/]+\.py)((?:::\w+)*)::(\w+)`", cell) for number, cell in ROWS.items()}
EVERY = sorted({one for row in NAMED.values() for one in row})
OF_A_SCENARIO = re.compile(r"test_scenario_0?(\d+)_")
WRITTEN = re.compile(r"^    *def (test_scenario_\w+)|^def (test_scenario_\w+)", re.MULTILINE)


def test_each_of_the_25_has_a_test_of_its_number() -> None:
    assert list(ROWS) == list(range(1, 26))
    assert [cell for number, cell in ROWS.items() if cell.count("::test_") != len(NAMED[number])] == []
    of_number = {
        number: {int(found[1]) for *_, test in row if (found := OF_A_SCENARIO.match(test))}
        for number, row in NAMED.items()
    }
    assert of_number == {number: {number} for number in range(1, 26)}


def test_every_test_of_a_scenario_stands_in_the_table() -> None:
    there = {
        (str(path.relative_to(ROOT)), inside or alone)
        for path in (ROOT / "tests").rglob("test_*.py")
        for inside, alone in WRITTEN.findall(path.read_text())
    }
    assert there == {(file, test) for file, _, test in EVERY if OF_A_SCENARIO.match(test)}


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
