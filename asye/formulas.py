"""Cells of spreadsheets that are text and stay text."""

from typing import Final

STARTS: Final = frozenset("=+-@＝＋－＠")
BREAKS: Final = frozenset("\t\r\n")


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    risky = text[:1] in BREAKS or text.lstrip()[:1] in STARTS
    return f"'{text}" if text and risky else text
