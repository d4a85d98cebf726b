"""Tasks in words: the lines of a list, and what is true where it is empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.waiting import Task
from asye.dates import how_late, long_date

SOON_DAYS: Final = 7
NOTHING: Final = "Nothing waits for you today."


@dataclass(frozen=True)
class Line:
    """One task in words. `id` is its own on the page; `colour` is a tag's; `state` is empty where nothing is due."""

    id: str
    title: str
    about: str
    href: str
    state: str
    colour: str


def lines(tasks: Iterable[Task], on: date, *, name: str, of_others: bool = False) -> list[Line]:
    """The tasks as lines of the list that has this name on its page, in their order; with the person waited for where
    they are others' to do."""
    return [_line(f"{name}-{number}", task, on, of_others) for number, task in enumerate(tasks, 1)]


def nothing(coming: Task | None, on: date) -> str:
    """What is said where nothing waits: what is due next, if anything is."""
    if coming is None:
        return NOTHING
    if coming.due is None:
        return f"{NOTHING} {coming.what}"
    about = f", {coming.about}" if coming.about else ""
    return f"{NOTHING} Due next: {coming.what}{about}, on {long_date(coming.due)}, {_in(coming.due, on)}."


def _in(due: date, on: date) -> str:
    return how_late(due, on).removeprefix("due ")


def _line(own_id: str, task: Task, on: date, of_others: bool) -> Line:
    about = f"{task.about}. Sent back for changes" if task.is_returned else task.about
    about = f"{about}. Waiting for {_mid_sentence(task.who)}" if of_others and task.who else about
    if task.due is None:
        return Line(own_id, task.what, about, task.url, "", "")
    late = (on - task.due).days
    colour = "red" if late > 0 else "yellow" if late >= -SOON_DAYS else "grey"
    return Line(
        own_id, task.what, f"{about}. Due {long_date(task.due)}", task.url, _unbroken(how_late(task.due, on)), colour
    )


def _unbroken(words: str) -> str:
    """The words on one line, however narrow the screen."""
    return words.replace(" ", "\u00a0")


def _mid_sentence(who: str) -> str:
    """ "A caseworker" as it stands inside a sentence; a name stays as it is."""
    return who[:1].lower() + who[1:] if who.startswith(("A ", "The ")) else who
