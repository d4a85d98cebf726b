"""What somebody typed to find a payment: a reference of a batch, a line or a registration, else an employer's name."""

import re
from dataclasses import dataclass
from typing import Final

from registrations.rules import searching

BATCH: Final = re.compile(r"B0*([1-9][0-9]{0,8})")
LINE: Final = re.compile(r"L[0-9A-F]{19}")


@dataclass(frozen=True)
class Asked:
    """One of these is given; the rest is empty. `registration` is whole or lacks its last character, `employer` holds
    the words of a name. `doubt` says what is odd about what was typed, and how to put it right."""

    batch: int | None = None
    line: str = ""
    registration: str = ""
    employer: str = ""
    doubt: str = ""


def understood(typed: str) -> Asked:
    """What the text asks for, however a reference is spaced or spelt."""
    bare = searching.BETWEEN.sub("", typed).upper()
    if match := BATCH.fullmatch(bare):
        return Asked(batch=int(match[1]))
    if LINE.fullmatch(bare):
        return Asked(line=bare)
    asked = searching.understood(typed)
    if asked.reference and not asked.words and not asked.number:
        return Asked(registration=asked.reference, doubt=asked.doubt)
    return Asked(employer=typed.strip())
