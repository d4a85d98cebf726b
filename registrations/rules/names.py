"""Whether two spellings can be the name of one person: a difference is a question, never a refusal (rule E15)."""

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

UNDECOMPOSED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ı": "i"}
)
SILENT: Final = frozenset("'’‘‛`´ʼʻʹ′＇.")
ALIKE: Final = 0.85  # measured on pairs one or two letters apart: "Jayden Koch" and "Hayden Koch" have 0.91
MOST_JOINED: Final = 3  # words that may be one word in the other spelling: "van der Berg", "Vanderberg"


def words_of(name: str) -> frozenset[str]:
    """The words of a name without accents, apostrophes, hyphens, case or order."""
    return frozenset(_words(name))


def names_match(given: str, found: str, former: str = "") -> bool:
    """Whether every word of the shorter name stands in the longer one; a former last name may stand in for one.

    Words written together in one name and apart in the other are the same ("Anne-Marie", "Annemarie"). Two names one
    letter apart are different: there are people with such names, and their numbers may be neighbours.
    """
    ours = _words(given)
    if not ours:
        return False
    return _same(given, found) or (bool(former) and _same(f"{ours[0]} {former}", found))


def matches_any(given: Iterable[str], found: str, former: str = "") -> bool:
    """Whether one of several spellings that are known to be the person's matches."""
    return any(names_match(each, found, former) for each in given if each.strip())


def both_ends_differ(first: str, last: str, first_now: str, last_now: str) -> bool:
    """Whether neither the first nor the last word of a name is what it was: a marriage changes one of the two."""
    was, wanted = _words(f"{first} {last}"), _words(f"{first_now} {last_now}")
    return bool(was and wanted) and was[0] != wanted[0] and was[-1] != wanted[-1]


def are_close(given: str, found: str) -> bool:
    """Whether names that do not match are a slip of the pen apart: for a person to look at, never to decide by."""
    return SequenceMatcher(None, "".join(sorted(_words(given))), "".join(sorted(_words(found)))).ratio() >= ALIKE


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.translate(UNDECOMPOSED)).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in SILENT)
    return "".join(c if c.isalnum() else " " for c in kept).split()


def _same(one: str, other: str) -> bool:
    ours, theirs = _words(one), _words(other)
    return _within(ours, theirs) or _within(theirs, ours)


def _within(short: list[str], long: list[str]) -> bool:
    """Whether two words or more stand in the other name, each as it is, joined or apart."""
    return len(set(short)) >= 2 and all(_covered(short, _spellings(long)))


def _spellings(words: list[str]) -> set[str]:
    """Each word, and each run of neighbours written together."""
    return {"".join(words[start:end]) for start, end in _runs(words)}


def _covered(words: list[str], spellings: set[str]) -> list[bool]:
    """For each word whether it, or a run of neighbours that holds it, is one of the spellings."""
    covered = [False] * len(words)
    for start, end in _runs(words):
        if "".join(words[start:end]) in spellings:
            covered[start:end] = [True] * (end - start)
    return covered


def _runs(words: list[str]) -> Iterator[tuple[int, int]]:
    """Where each run of neighbours begins and ends. A single letter may begin one ("O Rourke") and not end it, or
    "Ann E" would be "Anne"."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MOST_JOINED, len(words)) + 1):
            if end - start > 1 and len(words[end - 1]) == 1:
                break
            yield start, end
