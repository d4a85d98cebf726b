"""Answers that are not finished yet: a draft keeps them as they were typed and says what is wrong with them; only a
part that is finished has to be right."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from assessments.schema import Field, Schema

MOST_KEPT: Final = 50_000  # characters of one answer: eight times what the longest question allows
TYPED_DATE: Final = 3  # day, month and year, as the boxes have them
LONGEST_BOX: Final = 40
WORDS: Final = ("text", "long_text")
BLANK: Final[tuple[Any, ...]] = (None, "", [])
# What word processors put between lines and pages of one paragraph, and what nobody can see.
BREAKS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u00ad\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)


def same(one: Any, other: Any) -> bool:
    """Whether two answers say the same; nothing, an empty text and an empty choice do."""
    return bool(one == other) or (one in BLANK and other in BLANK)


def visible(text: str) -> str:
    """The text without what nobody can see, its line breaks and letters in one form each."""
    lines = HIDDEN.sub("", BREAKS.sub("\n", text)).split("\n")
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in lines).strip("\n"))


def as_typed(field: Field, typed: Any) -> Any:
    """What a draft keeps of an answer that does not fit the form yet; None where it can keep nothing of it."""
    if field.type in WORDS and isinstance(typed, str):
        kept = visible(typed)
        kept = " ".join(kept.split()) if field.type == "text" else kept
        return kept if len(kept) <= MOST_KEPT else None
    if field.type == "date" and isinstance(typed, list) and len(typed) == TYPED_DATE:
        return [visible(str(part))[:LONGEST_BOX] for part in typed]
    if field.type == "number" and isinstance(typed, str):
        return visible(typed)[:LONGEST_BOX]
    return None


def is_unfinished(field: Field, value: Any) -> bool:
    """Whether a draft may keep the answer although the form does not take it."""
    if field.type in WORDS:
        return isinstance(value, str) and len(value) <= MOST_KEPT and not HIDDEN.search(value)
    if field.type == "number":
        return isinstance(value, str) and len(value) <= LONGEST_BOX
    boxes = field.type == "date" and isinstance(value, list) and len(value) == TYPED_DATE
    return boxes and all(isinstance(part, str) and len(part) <= LONGEST_BOX for part in value)


def cannot_be_kept(schema: Schema, content: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with answers that not even a draft keeps, by key."""
    known = {field.key: field for field in schema.fields}
    wrong = schema.problems(content)
    return {key: said for key, said in wrong.items() if key not in known or not is_unfinished(known[key], content[key])}


def still_wrong(schema: Schema, content: Mapping[str, Any]) -> dict[str, str]:
    """What has to be put right before a part with these answers can be finished, by key, in whole sentences."""
    wrong = schema.problems(content)
    return {
        field.key: _how(field, content[field.key], wrong[field.key]) for field in schema.fields if field.key in wrong
    }


def _how(field: Field, value: Any, said: str) -> str:
    if field.type == "date":
        return f"“{field.label}” must be a real date."
    if field.type in WORDS and isinstance(value, str) and field.max_length:
        over = len(value) - field.max_length
        characters = "character" if over == 1 else "characters"
        return f"“{field.label}” is {over:,} {characters} too long. It is kept; shorten it before you finish."
    return said
