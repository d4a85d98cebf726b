"""Whether two spellings can be the name of one person: a difference is a question, never a refusal (rule E15)."""

import unicodedata


def words_of(name: str) -> frozenset[str]:
    """The words of a name without accents, apostrophes, hyphens, case or order."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l")).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘`´.")
    return frozenset("".join(c if c.isalnum() else " " for c in kept).split())


def names_match(given: str, found: str, former: str = "") -> bool:
    """Whether every word of the shorter name stands in the longer one; a former last name may stand in for one."""
    ours, theirs = words_of(given), words_of(found)
    if not ours or not theirs:
        return False
    if _within(ours, theirs):
        return True
    if not former:
        return False
    return _within(words_of(given.split(maxsplit=1)[0] + " " + former), theirs)


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 2 and short <= long
