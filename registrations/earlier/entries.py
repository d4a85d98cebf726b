"""A row of earlier records on its way to being taken over."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registrations.bulk.prepared import Cleaned


@dataclass
class Entry(Cleaned):
    """What a row says. `is_known` where it was taken over before and said the same: then nothing is done with it."""

    is_known: bool = False

    @property
    def reference(self) -> str:
        """The source's own reference."""
        return self.clean.get("reference") or ""

    @property
    def is_new(self) -> bool:
        """Whether it can be taken over now."""
        return self.is_good and not self.is_known

    @property
    def said(self) -> str:
        """A SHA-256 of what the row says; an answer that was not given counts for nothing."""
        words = {key: value for key, value in self.clean.items() if value not in ("", None)}
        text = json.dumps(words, default=date.isoformat, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class Digest:
    """Names exactly the rows that can be taken over and what each of them says, in the order of the file."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.hash = hashlib.sha256()
        self.add(entries)

    def add(self, entries: Iterable[Entry]) -> None:
        """Counts in those of the rows that can be taken over."""
        for each in entries:
            if each.is_new:
                self.hash.update(f"{each.row} {each.said}\n".encode())

    def __str__(self) -> str:
        return self.hash.hexdigest()
