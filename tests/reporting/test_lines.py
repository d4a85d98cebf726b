"""Tasks as lines of a list."""

from datetime import date

import pytest

from accounts import roles
from accounts.queries import role_keys_of
from accounts.waiting import Task
from reporting.presenters.home import Line, lines
from reporting.queries import waiting
from tests.cast import NOW, TODAY, Cast
from tests.factories import moderation as moderate
from tests.factories import payments as pay


@pytest.fixture
def peopled(cast: Cast) -> Cast:
    """Something of every app waits for somebody."""
    pay.setting(cast, now=NOW)
    moderate.round_of(cast, now=NOW, results=("fail", "pass"))
    pay.submitted(cast, now=NOW)
    return cast


def test_late_soon_later_and_without_a_day():
    tasks = [
        Task("Sign the review", "Noor Rahman", "/records/1", date(2026, 9, 4)),
        Task("Sign the review", "Ana Berg", "/records/2", date(2026, 9, 14)),
        Task("Sign the review", "Io Berg", "/records/3", date(2026, 9, 21)),
        Task("Sign the review", "Uma Berg", "/records/4", date(2026, 9, 22), who="Noor Rahman"),
        Task("Answer a question", "Noor Rahman", "/registrations/1"),
    ]
    assert lines(tasks, TODAY) == [
        Line("Sign the review", "Noor Rahman. Due 4 September 2026", "/records/1", "10\u00a0days\u00a0late", "red"),
        Line("Sign the review", "Ana Berg. Due 14 September 2026", "/records/2", "due\u00a0today", "yellow"),
        Line("Sign the review", "Io Berg. Due 21 September 2026", "/records/3",
             "due\u00a0in\u00a07\u00a0days", "yellow"),
        Line("Sign the review", "Uma Berg. Due 22 September 2026", "/records/4",
             "due\u00a0in\u00a08\u00a0days", "grey"),
        Line("Answer a question", "Noor Rahman", "/registrations/1", "", ""),
    ]  # fmt: skip


def test_what_others_do_says_who():
    tasks = [Task("Sign the review", "Uma Berg", "/records/4", TODAY, who="Ben Okafor"), Task("Wait", "Uma", "/1")]
    assert [line.about for line in lines(tasks, TODAY, of_others=True)] == [
        "Uma Berg. Waiting for Ben Okafor. Due 14 September 2026",
        "Uma",
    ]


def source(*tasks):
    """An app's list of what waits."""
    return lambda user, on: [task for task in tasks if user in task.about]


def test_the_longest_due_comes_first_whichever_app_it_is_of(monkeypatch):
    early, late = date(2026, 9, 1), date(2026, 9, 20)
    sources = (
        (source(Task("b", "ben", "/1", late), Task("c", "ben", "/2"), Task("x", "cal", "/3", early)), [roles.ASSESSOR]),
        (source(Task("a", "ben", "/4", late), Task("d", "ben", "/5", early)), [roles.ASSESSOR, roles.NQSW]),
        (source(Task("z", "ben", "/6", early)), [roles.ANALYST]),
    )
    monkeypatch.setattr(waiting, "FOR_PERSON", sources)
    monkeypatch.setattr(waiting, "ON_OTHERS", sources[:1])
    assert [task.what for task in waiting.for_person("ben", {"assessor"}, TODAY)] == ["d", "a", "b", "c"]
    assert [task.what for task in waiting.for_person("ben", {"nqsw"}, TODAY)] == ["d", "a"]
    assert [task.what for task in waiting.on_others("cal", {"assessor"}, TODAY)] == ["x"]
    assert waiting.on_others("cal", set(), TODAY) == []


def test_nobody_is_left_out_who_could_have_something_waiting(peopled):
    """Asking every app about everybody finds nothing that asking by role does not."""
    for user in peopled.everybody():
        held = role_keys_of(user, TODAY)
        for gathered, sources in ((waiting.for_person, waiting.FOR_PERSON), (waiting.on_others, waiting.ON_OTHERS)):
            everything = [task for gather, _ in sources for task in gather(user, TODAY)]
            assert sorted(map(str, gathered(user, held, TODAY))) == sorted(map(str, everything))
