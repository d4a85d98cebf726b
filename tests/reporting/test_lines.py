"""Tasks as lines of a list."""

from datetime import date

from accounts.waiting import Task
from reporting.presenters.home import Line, lines
from reporting.queries import waiting

TODAY = date(2026, 9, 14)


def test_late_soon_later_and_without_a_day():
    tasks = [
        Task("Sign the review", "Noor Rahman", "/records/1", date(2026, 9, 4)),
        Task("Sign the review", "Ana Berg", "/records/2", date(2026, 9, 14)),
        Task("Sign the review", "Io Berg", "/records/3", date(2026, 9, 21)),
        Task("Sign the review", "Uma Berg", "/records/4", date(2026, 9, 22), who="Noor Rahman"),
        Task("Answer a question", "Noor Rahman", "/registrations/1"),
    ]
    assert lines(tasks, TODAY) == [
        Line("Sign the review", "Noor Rahman. Due 4 September 2026", "/records/1", "10 days late", "red"),
        Line("Sign the review", "Ana Berg. Due 14 September 2026", "/records/2", "due today", "yellow"),
        Line("Sign the review", "Io Berg. Due 21 September 2026", "/records/3", "due in 7 days", "yellow"),
        Line("Sign the review", "Uma Berg. Due 22 September 2026", "/records/4",
             "due in 8 days", "grey"),
        Line("Answer a question", "Noor Rahman", "/registrations/1", "", ""),
    ]  # fmt: skip


def test_what_others_do_says_who():
    tasks = [Task("Sign the review", "Uma Berg", "/records/4", TODAY, who="Ben Okafor"), Task("Wait", "Uma", "/1")]
    assert [line.about for line in lines(tasks, TODAY, of_others=True)] == [
        "Uma Berg. Waiting for Ben Okafor. Due 14 September 2026",
        "Uma",
    ]


class Source:
    """An app's list of what waits."""

    def __init__(self, *tasks):
        self.tasks = tasks

    def waiting_for(self, user, on):
        return [task for task in self.tasks if user in task.about]

    waits_on = waiting_for


def test_the_longest_due_comes_first_whichever_app_it_is_of(monkeypatch):
    early, late = date(2026, 9, 1), date(2026, 9, 20)
    sources = (
        Source(Task("b", "ben", "/1", late), Task("c", "ben", "/2"), Task("x", "cal", "/3", early)),
        Source(Task("a", "ben", "/4", late), Task("d", "ben", "/5", early)),
    )
    monkeypatch.setattr(waiting, "SOURCES", sources)
    assert [task.what for task in waiting.for_person("ben", TODAY)] == ["d", "a", "b", "c"]
    assert [task.what for task in waiting.on_others("cal", TODAY)] == ["x"]
