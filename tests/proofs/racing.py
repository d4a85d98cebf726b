"""What each of the racing processes does: a process of its own, with its own connection, and no pytest in it."""

import sys
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Side:
    """An employer's co-ordinator and the disguise in which each round's number is typed."""

    place: int
    employer: int
    coordinator: int
    assessor: int
    typed: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What a process got in a round: `outcome` is won, lost (then the sentence) or broke (then the error)."""

    round: int
    place: int
    outcome: str
    sentence: str


def race(side: Side, now: datetime, on: date, barrier: Barrier, answers: "Queue[Said]") -> None:
    """Registers the number of each round as this side typed it, together with the other sides."""
    import django

    django.setup()
    try:
        _run(side, now, on, barrier, answers)
    except BaseException:
        barrier.abort()
        raise
    sys.exit(0)


def _run(side: Side, now: datetime, on: date, barrier: Barrier, answers: "Queue[Said]") -> None:
    from dataclasses import replace

    from accounts.models import Employer, User
    from asye.refusals import Refused
    from registrations.rules import numbers
    from registrations.services import registering
    from tests.factories import registrations as make

    employer = Employer.objects.get(pk=side.employer)
    coordinator = User.objects.get(pk=side.coordinator)
    given = make.answers(User.objects.get(pk=side.assessor), on=on)
    for number, typed in enumerate(side.typed):
        barrier.wait(WAIT_SECONDS)
        try:
            mine = replace(
                given, swe_number=numbers.canonical(typed), email=f"round{number}.side{side.place}@people.example"
            )
            registering.register(employer, mine, by=coordinator, now=now)
        except Refused as refusal:
            answers.put(Said(number, side.place, "lost", str(refusal)))
        except Exception as error:
            answers.put(Said(number, side.place, "broke", f"{type(error).__name__}: {error}"))
        else:
            answers.put(Said(number, side.place, "won", ""))
