"""What somebody typed into the search: a Social Work England number, a reference, parts of a name, in any order."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from asye.refusals import Refused
from registrations.reference import is_reference
from registrations.rules.names import SILENT
from registrations.rules.numbers import canonical

REFERENCE: Final = re.compile(r"([A-Z]{2})([0-9OIL]{7})([0-9A-Z]?)")
BARE_NUMBER: Final = re.compile(r"0*[1-9][0-9]{0,6}")
LIKE_DIGITS: Final = str.maketrans("OIL", "011")
BETWEEN: Final = re.compile(r"[\s\-.\u2010-\u2015\u2212]+")
MOST_WORDS: Final = 6


@dataclass(frozen=True)
class Asked:
    """`words` each begin a part of the name; `number` is canonical; `reference` is whole or lacks its last character.

    `doubt` says what is odd about what was typed, and how to put it right.
    """

    words: tuple[str, ...] = ()
    number: str = ""
    reference: str = ""
    doubt: str = ""


def understood(typed: str) -> Asked:
    """What the text asks for. All of it is a number or a reference, however it is spaced, else each word may be."""
    found = _number_or_reference(typed)
    if found is not None:
        return found
    words, number, reference, doubt = [], "", "", ""
    for word in typed.split():
        one = _number_or_reference(word)
        if one is None:
            words += _parts(word)
        else:
            number, reference, doubt = one.number or number, one.reference or reference, one.doubt or doubt
    return Asked(tuple(words[:MOST_WORDS]), number, reference, doubt)


def _number_or_reference(typed: str) -> Asked | None:
    bare = BETWEEN.sub("", typed).upper()
    if not bare.isascii() or not any(c.isdigit() for c in bare):
        return None
    match = REFERENCE.fullmatch(bare)
    if match is not None and match[1] != "SW":
        body = match[1] + match[2].translate(LIKE_DIGITS)
        whole = body + match[3]
        if match[3] and not is_reference(whole):
            doubt = f"The last character of {whole} does not fit the rest of it. Check each character of the reference."
            return Asked(reference=whole, doubt=doubt)
        return Asked(reference=whole)
    try:
        return Asked(number=canonical(f"SW{bare}" if BARE_NUMBER.fullmatch(bare) else bare))
    except Refused:
        return None


def _parts(word: str) -> list[str]:
    """The parts of a word of a name: a hyphen parts it, an apostrophe does not."""
    kept = "".join(c if c.isalnum() or c in SILENT or unicodedata.combining(c) else " " for c in word)
    return [part for part in kept.split() if any(c.isalnum() for c in part)]
