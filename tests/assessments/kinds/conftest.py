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
