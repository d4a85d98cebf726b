"""Every file of the corpus is read or refused, in exactly these words, and the reader is alive afterwards."""

import subprocess
import sys

import pytest

from registrations.bulk import reader
from registrations.bulk.findings import BadFile
from tests.ground import cluster
from tests.registrations.bulk.corpus import CORPUS, Case

MOST_MEGABYTES = 80
MOST_SECONDS = 20


def outcome(data: bytes) -> Case:
    """What the reader makes of a file, as a case of the corpus says it."""
    try:
        sheet = reader.read(data)
        rows = list(sheet.rows)
    except BadFile as bad:
        return Case(lambda: data, refused=str(bad))
    faults = [(each.row, each.column, each.reason) for row in rows for each in row.findings]
    return Case(lambda: data, rows=[(row.number, row.cells) for row in rows], faults=faults, header=sheet.header)


@pytest.mark.parametrize("name", CORPUS)
def test_it_works(name: str) -> None:
    expected, got = CORPUS[name], outcome(CORPUS[name].data())
    assert got.refused == expected.refused
    if not expected.refused:
        assert (got.header, got.rows, got.faults) == (expected.header, expected.rows, expected.faults)


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 60


def test_every_sentence_says_what_to_do() -> None:
    for name, case in CORPUS.items():
        assert case.refused.endswith((".", "")), name
        assert case.refused.count(".") >= 2 or not case.refused, name


def test_memory_and_time_are_bounded() -> None:
    """All of them in one process that may not grow: what a worker would have to bear."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.registrations.bulk.reading"],
        cwd=cluster.ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    names = [each.split("\t") for each in done.stdout.splitlines()]
    assert [name for name, _, _ in names] == list(CORPUS)
    assert [name for name, megabytes, _ in names if float(megabytes) > MOST_MEGABYTES] == []
    assert [name for name, _, seconds in names if float(seconds) > MOST_SECONDS] == []
