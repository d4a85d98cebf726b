"""The forms and sets in a folder of the test's own, where a file can be changed as an author would change it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assessments import requirements, schema, standards
from assessments.schema import files
from registrations.management.shipped import EVIDENCE
from registrations.models import Registration
from tests.cast import NOW, Cast
from tests.factories import registrations as register
from tests.ground.built_once import built_once


@built_once
def year(cast: Cast) -> Registration:
    """Noor's year with all the evidence that the service ships, of which other tests ask for as little as they can."""
    whole = {"evidence": EVIDENCE, "assessor_observations": 2}
    register.published_year(by=cast.adele, second=cast.zora, now=NOW, **whole)
    return register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


@dataclass
class Folders:
    """Copies of the three folders; what is written into them is in force at once."""

    root: Path

    def read(self, folder: str, name: str) -> dict[str, Any]:
        """The contents of a file."""
        found: dict[str, Any] = json.loads((self.root / folder / name).read_text(encoding="utf-8"))
        return found

    def write(self, folder: str, name: str, data: dict[str, Any] | str) -> None:
        """Puts a file there."""
        text = data if isinstance(data, str) else json.dumps(data)
        (self.root / folder / name).write_text(text, encoding="utf-8")
        forget()

    def remove(self, folder: str, name: str) -> None:
        """Takes a file away."""
        (self.root / folder / name).unlink()
        forget()


def forget() -> None:
    for one in (standards, schema, requirements):
        one.forget()


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folders]:
    for module in (standards, files, requirements):
        mine = tmp_path / module.FOLDER.name
        shutil.copytree(module.FOLDER, mine)
        monkeypatch.setattr(module, "FOLDER", mine)
    forget()
    yield Folders(tmp_path)
    monkeypatch.undo()
    forget()
