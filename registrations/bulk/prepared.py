"""A row of a file on its way to a registration."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from registrations.bulk.findings import Finding, Like
from registrations.rules.answers import Answers


@dataclass
class Cleaned:
    """What a row says, cell by cell clean; `findings` grow by checking."""

    row: int
    clean: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The canonical Social Work England number, or nothing where there is none."""
        return self.clean.get("swe_number") or ""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it; notes stop nothing."""
        return all(each.is_note for each in self.findings)

    def find(self, headings: Mapping[str, str], key: str, reason: str, remedy: str, *, is_note: bool = False) -> None:
        """Adds what is wrong with the answer to a question; one fault is enough for each."""
        column = headings.get(key, "")
        if not (column and any(each.column == column and not each.is_note for each in self.findings)):
            self.findings.append(Finding(self.row, column, reason, remedy, is_note))


@dataclass
class Prepared(Cleaned):
    """A row on its way to a registration. `answers` only where every cell is good."""

    answers: Answers | None = None

    @property
    def is_good(self) -> bool:
        """Whether it can be registered."""
        return self.answers is not None and super().is_good


class Digest:
    """Names exactly the rows that can be registered and what each of them says, in the order of the file; after all
    of them, who they were found to be like."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def add(self, rows: Iterable[Prepared]) -> None:
        """Counts in those of the rows that are good."""
        for each in rows:
            if each.answers is not None and each.is_good:
                said = [each.row, asdict(each.answers)]
                self.hash.update(json.dumps(said, default=date.isoformat, ensure_ascii=False).encode() + b"\n")

    def add_like(self, found: Iterable[Like | None]) -> None:
        """Counts in which row is like which other row, or like which registration."""
        for each in sorted(filter(None, found), key=lambda each: [part or 0 for part in each]):
            self.hash.update(json.dumps(["like", *each]).encode() + b"\n")

    def __str__(self) -> str:
        return self.hash.hexdigest()
