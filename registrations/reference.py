"""ASYE references (decision D1): CF, two digits of the programme's start year, five of sequence, a check character."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HIGHEST: Final = 99_999


def check_character(body: str) -> str:
    """The ISO 7064 MOD 37,36 check character of digits and upper case letters. Raises ValueError on others."""
    carried = 36
    for character in body:
        total = (carried + ALPHABET.index(character)) % 36 or 36
        carried = total * 2 % 37
    return ALPHABET[(37 - carried) % 36]


def reference(prefix: str, sequence: int) -> str:
    """The reference of a sequence number under a prefix such as "CF26". Raises ValueError outside 1 to 99,999."""
    if not 1 <= sequence <= HIGHEST:
        raise ValueError(f"{sequence} is not between 1 and {HIGHEST}.")
    body = f"{prefix}{sequence:05}"
    return body + check_character(body)


def is_reference(text: str) -> bool:
    """Whether the last character is the check character of the rest."""
    body, given = text[:-1], text[-1:]
    return bool(body) and all(c in ALPHABET for c in body) and check_character(body) == given
