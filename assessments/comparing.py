"""What changed between two versions of a record, question by question and word by word: pure functions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from assessments.schema import Schema

WORDS: Final = re.compile(r"\s+|[^\s]+")  # a word, or the space between two: joined again they are the text
LINES: Final = re.compile(r"[^\n]+|\n+")
BY_WORDS: Final = ("text", "long_text")  # an answer that was chosen changes as a whole, line by line


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True)
class Difference:
    """One question whose answer is another now."""

    label: str
    heading: str
    pieces: tuple[Piece, ...]

    @property
    def only_space(self) -> bool:
        """Whether the words are the same."""
        return all(piece.change == Change.SAME for piece in self.pieces)


def differences(schema: Schema, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The questions whose answers differ, in the form's order."""
    found = []
    for field in schema.fields:
        old, new = field.shown(before.get(field.key)), field.shown(after.get(field.key))
        if old != new:
            cut = WORDS if field.type in BY_WORDS else LINES
            found.append(Difference(field.label, field.heading, pieces(old, new, cut)))
    return found


def pieces(old: str, new: str, cut: re.Pattern[str] = WORDS) -> tuple[Piece, ...]:
    """Both texts as one: what stays, what was removed and what was added where it stood."""
    ours, theirs = cut.findall(old), cut.findall(new)
    found: list[Piece] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs).get_opcodes():
        if what == "equal":
            _add(found, Change.SAME, "".join(ours[i1:i2]))
        else:
            _add(found, Change.REMOVED, "".join(ours[i1:i2]))
            _add(found, Change.ADDED, "".join(theirs[j1:j2]))
    return tuple(_readable(found))


def _add(found: list[Piece], change: Change, text: str) -> None:
    if text:
        found.append(Piece(change, text))


def _readable(found: list[Piece]) -> list[Piece]:
    """A space that alone stayed between changed words goes with them, so that a phrase is not cut into its words."""
    joined: list[Piece] = []
    removed = added = ""
    for number, piece in enumerate(found):
        last = number == len(found) - 1
        bridges = piece.change == Change.SAME and not piece.text.strip() and (removed or added) and not last
        if bridges:
            removed, added = removed + piece.text, added + piece.text
        elif piece.change == Change.REMOVED:
            removed += piece.text
        elif piece.change == Change.ADDED:
            added += piece.text
        else:
            joined += _pair(removed, added)
            removed = added = ""
            joined.append(piece)
    return joined + _pair(removed, added)


def _pair(removed: str, added: str) -> list[Piece]:
    """What went and what came in its place. Space alone is no change worth a mark: that of the new text stands."""
    gone = [Piece(Change.REMOVED, removed)] if removed.strip() else []
    came = [Piece(Change.ADDED if added.strip() else Change.SAME, added)] if added else []
    return gone + came
