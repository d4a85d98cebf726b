"""What the jobs would forget, in words: for the page and for the command."""

from collections.abc import Iterable

from accounts.forgetting import Counted, Forecast
from asye.dates import long_date
from asye.money import pounds
from reporting.queries.forgetting import Money

HEADER = ["What", "Kept for", "Would be forgotten now", "In the next 30 days", "Kept back"]
MONEY = ["What", "How many", "Sum"]


def rows(forecasts: Iterable[Forecast]) -> list[list[str]]:
    """One line for each kind, under HEADER: numbers and dates, nothing of anybody."""
    return [[each.kind.what, each.kind.kept_for, now_of(each), counted(each.soon), held_of(each)] for each in forecasts]


def money_rows(found: Iterable[Money]) -> list[list[str]]:
    """One line for each stage of payments and recoveries, under MONEY."""
    return [[each.what, str(each.count), pounds(each.sum_pence)] for each in found]


def counted(found: Counted) -> str:
    """How many, and from when the oldest is."""
    if found.oldest is None:
        return "None"
    return f"{found.count}, the oldest of {long_date(found.oldest)}"


def now_of(each: Forecast) -> str:
    """What the next run forgets."""
    most = each.kind.at_once
    if most is not None and each.today.count > most:
        return f"{counted(each.today)}. {most} in each hourly run"
    return counted(each.today)


def held_of(each: Forecast) -> str:
    """What is left although its time is over, which by number, and why."""
    if not each.held.count:
        return "None"
    more = "" if len(each.numbers) == each.held.count else " and others"
    files = ", ".join(map(str, each.numbers))
    return f"{counted(each.held)} (number {files}{more}). {each.kind.because}"
