"""What the bytes of the payer's response say. Shares no code with payments.rules.response, which imports them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from payments.rules.reconciling.cells import Unreadable, rows_of, shown

NAMES = ("line", "outcome", "reason", "amount", "date")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
MONEY = re.compile(
    r"(?P<less>[-\u2212]?) ?(?:£ ?)?(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?:[, ][0-9]{3})+)(?:\.(?P<rest>[0-9]{2}))?"
)
DAY = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<d2>[0-9]{1,2})/(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{4})"
)


@dataclass(frozen=True)
class Answer:
    """What one row of response `response` says became of a line. `number` is where it stands in the file."""

    response: int
    number: int
    line: str
    result: str
    because: str
    pence: int
    day: date


@dataclass(frozen=True)
class Unread:
    """A row that says nothing certain."""

    number: int
    why: str


def read(response: int, content: bytes) -> tuple[list[Answer], list[Unread]]:
    """The answers of a response file in their order, and what cannot be read of it. Raises nothing."""
    answers, unread = list[Answer](), list[Unread]()
    try:
        table = [(row.number, [_plain(cell) for cell in row.cells]) for row in rows_of(content)]
    except Unreadable as wrong:
        return [], [Unread(wrong.row, wrong.why)]
    names = [name.lower() for name in table[0][1]] if table else []
    if sorted(name for name in names if name) != sorted(NAMES):
        return [], [Unread(1, "its first row does not hold the column names")]
    places = {name: names.index(name) for name in NAMES}
    for number, cells in table[1:]:
        if not any(cells):
            continue
        given = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        try:
            answers.append(_answer(response, number, given))
        except ValueError as wrong:
            unread.append(Unread(number, str(wrong)))
    return answers, unread


def _plain(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", cell)).split())


def _answer(response: int, number: int, given: dict[str, str]) -> Answer:
    result = given["outcome"].lower()
    if result not in ("paid", "rejected", "returned"):
        raise ValueError(f"its outcome is {shown(given['outcome'])}")
    return Answer(
        response, number, given["line"].upper(), result, given["reason"], _pence(given["amount"]), _day(given["date"])
    )


def _pence(written: str) -> int:
    found = MONEY.fullmatch(written)
    if found is None:
        raise ValueError(f"its amount is {shown(written)}")
    pence = int(re.sub("[, ]", "", found["whole"])) * 100 + int(found["rest"] or 0)
    return -pence if found["less"] else pence


def _day(written: str) -> date:
    found = DAY.fullmatch(written)
    if found is None:
        raise ValueError(f"its date is {shown(written)}")
    year, month, day = (found[name] or found[f"{name}2"] for name in "ymd")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"its date is {shown(written)}") from None
