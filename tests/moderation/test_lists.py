"""Lists and home-page tasks cost the same number of queries for one row and for three."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from asye import clock
from moderation import queries
from moderation.models import Feedback, Round
from moderation.services import allocation, feedback, rounds
from tests.cast import NOW, TODAY, Cast
from tests.factories import moderation as make


@pytest.fixture(autouse=True)
def moved_clock(db: None):
    with clock.moved_to(NOW):
        yield


def rows(cast: Cast, count: int) -> Round:
    """A round of so many fails, each read and fed back, and one more round of as many that Dev still reads."""
    first = make.round_of(cast, now=NOW, results=["fail"] * count)
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
    ("moderation_round", "amira", 19),
    ("moderation_population", "amira", 11),
    ("readings", "dev", 10),
    ("outcomes_to_confirm", "lena", 10),
    ("feedback_mine", "ben", 8),
    ("moderation_item", "amira", 19),
    ("feedback", "ben", 10),
]


ARGUMENTS: dict[str, Callable[[Round], list[int]]] = {
    "moderation_round": lambda opened: [opened.pk],
    "moderation_population": lambda opened: [opened.pk],
    "moderation_item": lambda opened: [make.items_of(opened)[0].pk],
    "feedback": lambda opened: [Feedback.objects.order_by("id").first().pk],
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("listed", PAGES, ids=lambda listed: listed[0])
def test_pages(count: int, listed: tuple[str, str, int], cast: Cast, client: Client) -> None:
    name, who, expected = listed
    opened = rows(cast, count)
    client.force_login(getattr(cast, who))
    url = reverse(name, args=ARGUMENTS[name](opened) if name in ARGUMENTS else [])
    client.get(url)  # what is cached for all pages is not what is counted
    assert count_of(lambda: client.get(url)) == expected


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("who", "mine", "others"), [("amira", 10, 4), ("dev", 4, 2), ("lena", 4, 2), ("ben", 4, 2), ("nils", 4, 2)]
)
def test_tasks(count: int, who: str, mine: int, others: int, cast: Cast) -> None:
    rows(cast, count)
    person = getattr(cast, who)
    assert count_of(lambda: queries.waiting_for(person, TODAY)) == mine
    assert count_of(lambda: queries.waits_on(person, TODAY)) == others


def test_what_the_tasks_say(cast: Cast) -> None:
    rows(cast, 2)
    make.recommended(cast, now=NOW, number=20)
    said = {
        name: [task.what for task in queries.waiting_for(getattr(cast, name), TODAY)]
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
        name: [task.what for task in queries.waits_on(getattr(cast, name), TODAY)] for name in ("amira", "ben", "dev")
    }
    assert waits == {
        "amira": ["Read a sampled record"] * 2 + ["Confirm an outcome"] * 2,
        "ben": ["Moderate and confirm the outcome"] * 4,
        "dev": [],
    }


def test_a_difference_waits_for_the_coordinator(cast: Cast) -> None:
    make.round_of(cast, now=NOW, results=["fail", "fail"], readers=False)
    first, _ = make.items_of(Round.objects.get())
    allocation.allocate(first, cast.dev, by=cast.amira, now=NOW)
    make.completed(make.held_by(cast.dev), by=cast.dev, now=NOW, answer="other")
    said = [task.what for task in queries.waiting_for(cast.amira, TODAY)]
    assert said == ["Resolve a sampled record", "Find a reader for a sampled record"]
