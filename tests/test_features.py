"""docs/features.md promises a test for each feature: every one it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FEATURES = (ROOT / "docs/features.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(?:\w+::)*(\w+)`", FEATURES)))


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_the_test_is_there(file: str, test: str) -> None:
    path = ROOT / file
    assert path.exists()
    names = {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
    assert test in names


def test_every_row_names_a_test() -> None:
    rows = [line for line in FEATURES.splitlines() if line.startswith("| ")]
    heads = ("| what |",)
    assert [row for row in rows if not row.startswith(heads) and "`tests/" not in row] == []
    assert len(rows) > 30
    assert len(NAMED) == len(set(re.findall(r"`tests/[^`]+::[^`]+`", FEATURES)))


def test_every_row_of_the_earlier_service_is_there() -> None:
    rows = [int(number) for number in re.findall(r"^\| (\d+)\. ", FEATURES, re.MULTILINE)]
    assert rows == [*range(4, 48), 56, 59, 61, 62]


def test_every_row_of_the_other_payment_services_is_there() -> None:
    rows = [int(number) for number in re.findall(r"^\| P(\d+)\. ", FEATURES, re.MULTILINE)]
    assert rows == list(range(1, 23))
