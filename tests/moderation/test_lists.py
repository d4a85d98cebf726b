"""Lists and home-page tasks cost the same number of queries for one row and for three."""

from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from accounts.models import User
from accounts.waiting import Kind, Task, found
from asye import clock
from moderation.models import Feedback, Round
from moderation.queries.waiting import FOR_PERSON, ON_OTHERS
from moderation.services import allocation, feedback, rounds
from registrations.models import Registration
from tests.cast import NOW, TODAY, Cast
from tests.factories import moderation as make


@pytest.fixture(autouse=True)
def moved_clock(db: None):
    with clock.moved_to(NOW):
        yield


def rows(cast: Cast, count: int) -> Round:
    """A round of so many fails, each read and fed back, and one more round of as many that Dev still reads.

    One fail is recommended already.
    """
    for number in range(1, count):
        make.recommended(cast, now=NOW, number=number, result="fail")
    first = make.round_of(cast, now=NOW, results=())
    for item in make.items_of(first):
        held = item.allocations.get()
        make.completed(held, by=cast.dev, now=NOW)
        feedback.send(item, "Good.", by=cast.amira, now=NOW)
    for number in range(count):
        make.recommended(cast, now=NOW, number=10 + number, result="fail")
    second = rounds.open_round(cast.northshire, by=cast.amira, now=NOW)
    allocation.share_out(second, by=cast.amira, now=NOW)
    return second


def count_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


PAGES = [
    ("moderation", "amira", 14),
    ("moderation_round", "amira", 20),
    ("moderation_population", "amira", 11),
    ("readings", "dev", 10),
    ("outcomes_to_confirm", "lena", 10),
    ("feedback_mine", "ben", 8),
    ("moderation_item", "amira", 24),
    ("feedback", "ben", 10),
]


ARGUMENTS: dict[str, Callable[[Round], list[int]]] = {
    "moderation_round": lambda opened: [opened.pk],
    "moderation_population": lambda opened: [opened.pk],
    "moderation_item": lambda opened: [make.items_of(opened)[0].pk],
    "feedback": lambda opened: [Feedback.objects.order_by("id").first().pk],
}


@pytest.mark.parametrize("count", [1, 3])
def test_pages(count: int, recommended: Registration, cast: Cast, client: Client) -> None:
    opened = rows(cast, count)
    counted = []
    for name, who, _ in PAGES:
        client.force_login(getattr(cast, who))
        url = reverse(name, args=ARGUMENTS[name](opened) if name in ARGUMENTS else [])
        client.get(url)  # what is cached for all pages is not what is counted
        counted.append((name, who, count_of(lambda: client.get(url))))  # noqa: B023
    assert counted == PAGES


def tasks_of(kinds: Sequence[Kind], person: User) -> list[Task]:
    """What waits of these kinds, whichever roles the person holds: the rows themselves say whose they are."""
    return found([kinds], person, roles.ALL, TODAY)[0].tasks


@pytest.mark.parametrize("count", [1, 3])
def test_tasks(count: int, recommended: Registration, cast: Cast) -> None:
    rows(cast, count)
    for kinds in (FOR_PERSON, ON_OTHERS):
        tasks_of(kinds, cast.nils)  # the statement is prepared once for a connection
        for person in (cast.amira, cast.dev, cast.lena, cast.ben, cast.nils):
            assert count_of(lambda: tasks_of(kinds, person)) == 1  # noqa: B023


def test_what_the_tasks_say(recommended: Registration, cast: Cast) -> None:
    rows(cast, 2)
    make.recommended(cast, now=NOW, number=20)
    said = {
        name: [task.what for task in tasks_of(FOR_PERSON, getattr(cast, name))]
        for name in ("amira", "dev", "lena", "ben", "cora", "nils")
    }
    assert said == {
        "amira": ["Open a moderation round"],
        "dev": ["Read a sampled record"] * 2,
        "lena": ["Confirm an outcome"] * 2,
        "ben": ["Read feedback from moderation"] * 2,
        "cora": [],
        "nils": [],
    }
    waits = {
        name: [task.what for task in tasks_of(ON_OTHERS, getattr(cast, name))]
        for name in ("amira", "ben", "dev", "cora")
    }
    assert waits == {
        "amira": ["Confirm an outcome"] * 2 + ["Read a sampled record"] * 2,
        "ben": ["Moderate and confirm the outcome"] * 4,
        "dev": [],
        "cora": [],
    }


def test_a_difference_waits_for_the_coordinator(recommended: Registration, cast: Cast) -> None:
    make.recommended(cast, now=NOW, number=1, result="fail")
    first, second = make.items_of(make.round_of(cast, now=NOW, results=(), readers=False))
    allocation.allocate(first, cast.dev, by=cast.amira, now=NOW)
    said = [task.what for task in tasks_of(FOR_PERSON, cast.amira)]
    assert said == ["Find a reader for a sampled record"]  # the other is being read
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, answer="other")
    said = [(task.what, task.url) for task in tasks_of(FOR_PERSON, cast.amira)]
    assert said == [
        ("Find a reader for a sampled record", reverse("moderation_item", args=[second.pk])),
        ("Resolve a sampled record", reverse("moderation_item", args=[first.pk])),
    ]


def test_agreed_recommendations_are_counted_in_one_line(cast: Cast) -> None:
    for number in range(2):
        make.recommended(cast, now=NOW, number=number)
        (task,) = tasks_of(FOR_PERSON, cast.amira)
        assert (task.what, task.url) == ("Open a moderation round", "/moderation")
        assert task.about == ("1 agreed recommendation", "2 agreed recommendations")[number]
