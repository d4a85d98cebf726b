"""Social Work England numbers, brought to one form before they are compared or stored."""

import re
from typing import Final

from asye.refusals import Refused

CANONICAL: Final = re.compile(r"SW[1-9][0-9]{0,6}")
EXAMPLE: Final = "like SW12345"
MOST_DIGITS: Final = 7
_BETWEEN: Final = re.compile(r"[\s\-.\u2010-\u2015]+")


def canonical(typed: str) -> str:
    """The number as it is stored: upper case, no spaces or dashes, no leading zeros ("sw 0012345" is "SW12345").

    Raises Refused (field `swe_number`) with a sentence that says what is wrong. Letters and digits of other scripts,
    also full-width ones, are refused and never guessed at.
    """
    bare = _BETWEEN.sub("", typed)
    if not bare:
        raise _refused("Enter their Social Work England number, " + EXAMPLE)
    if not bare.isascii():
        raise _refused(
            "Their Social Work England number must use the letters SW and the digits 0 to 9 from a standard keyboard, "
            + EXAMPLE
        )
    bare = bare.upper()
    if bare.isdigit():
        raise _refused("Their Social Work England number must start with SW, " + EXAMPLE)
    if not bare.startswith("SW"):
        raise _refused("Their Social Work England number must start with SW and then have only digits, " + EXAMPLE)
    digits = bare[2:]
    _check_digits(digits)
    return "SW" + digits.lstrip("0")


def _check_digits(digits: str) -> None:
    if not digits:
        raise _refused("Enter the digits of their Social Work England number after SW, " + EXAMPLE)
    if "O" in digits and re.fullmatch(r"[0-9O]+", digits):
        raise _refused("Their Social Work England number has the letter O where there should be a zero (0)")
    if not re.fullmatch(r"[0-9]+", digits):
        raise _refused("Their Social Work England number must have only digits after SW, " + EXAMPLE)
    significant = digits.lstrip("0")
    if not significant:
        raise _refused("Their Social Work England number cannot be all zeros")
    if len(significant) > MOST_DIGITS:
        raise _refused(f"Their Social Work England number must have {MOST_DIGITS} digits or fewer after SW")


def is_canonical(number: str) -> bool:
    """Whether the text is a number in the form in which it is stored."""
    return CANONICAL.fullmatch(number) is not None


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="swe_number")
