"""Typed text made clean: one form of each letter, one space between words, nothing invisible."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# Sent by some keyboards and word processors; they mean nothing and break comparisons.
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# Control characters but for tab and line ends, halves of characters, and what turns the reading direction round, so
# that a page would show other words than were stored.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean_line(value: str, noun: str) -> str:
    """One line: NFC, runs of white space become one space. Raises ValidationError on control characters."""
    return " ".join(_checked(value, noun).split())


def clean_lines(value: str, noun: str) -> str:
    """Several lines, as typed but for line ends (LF) and trailing space. Raises as clean_line does."""
    lines = re.split(r"\r\n|[\n\r\x0b\x0c\u2028\u2029]", value)  # word processors break lines and pages so
    return "\n".join(_checked(line, noun).rstrip() for line in lines).strip("\n")


def _checked(value: str, noun: str) -> str:
    kept = unicodedata.normalize("NFC", value.translate(_ZERO_WIDTH))
    check_visible(kept, noun)
    return kept


def check_visible(value: str, noun: str) -> None:
    """Raises ValidationError where the text holds a character that nobody can see and no keyboard sends."""
    if _HIDDEN.search(value):
        raise ValidationError(
            f"{sentence(noun)} must not include hidden control characters. Delete it and type it again",
            code="control_characters",
        )


def ungrouped(typed: str) -> str:
    """A number without what stands between its thousands: "12,000" and "12 000" are "12000", but "8,5" stays "8,5"."""
    grouped = re.fullmatch(r"-?[0-9]{1,3}([, ][0-9]{3})+(\.[0-9]+)?", typed)
    return re.sub("[, ]", "", typed) if grouped else typed


def sentence(noun: str) -> str:
    """The noun as the first words of a sentence: only its first letter changes."""
    return noun[:1].upper() + noun[1:]
