"""Typed text made clean: one form of each letter, one space between words, nothing invisible."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Sent by some keyboards and word processors; they mean nothing and break comparisons.
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# These turn the reading direction round, so a page would show other words than were stored.
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(value: str, noun: str) -> str:
    """One line: NFC, runs of white space become one space. Raises ValidationError on control characters."""
    return " ".join(_checked(value, noun).split())


def clean_lines(value: str, noun: str) -> str:
    """Several lines, as typed but for line ends (LF) and trailing space. Raises as clean_line does."""
    lines = re.split(r"\r\n|[\n\r\u2028\u2029]", value)
    return "\n".join(_checked(line, noun).rstrip() for line in lines).strip("\n")


def _checked(value: str, noun: str) -> str:
    kept = unicodedata.normalize("NFC", value.translate(_ZERO_WIDTH))
    for character in kept:
        hidden = unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"
        if hidden or character in _TURNING:
            raise ValidationError(
                f"{sentence(noun)} must not include hidden control characters. Delete it and type it again",
                code="control_characters",
            )
    return kept


def sentence(noun: str) -> str:
    """The noun as the first words of a sentence: only its first letter changes."""
    return noun[:1].upper() + noun[1:]
