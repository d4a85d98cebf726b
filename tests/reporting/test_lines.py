"""Tasks as lines of a list."""

from datetime import date, timedelta

from accounts import roles
from accounts.queries import role_keys_of
from accounts.waiting import Task, Waiting
from reporting.presenters.tasks import Line, lines
from reporting.queries import waiting
from tests.cast import NOW, TODAY, Cast
from tests.factories import moderation as moderate
from tests.factories import payments as pay
from tests.factories import registrations as make
from tests.ground.built_once import built_once


@built_once
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
    assert lines(tasks, TODAY, name="mine") == [
        Line("mine-1", "Sign the review", "Noor Rahman. Due 4 September 2026", "/records/1",
             "10\u00a0days\u00a0late", "red"),
        Line("mine-2", "Sign the review", "Ana Berg. Due 14 September 2026", "/records/2", "due\u00a0today", "yellow"),
        Line("mine-3", "Sign the review", "Io Berg. Due 21 September 2026", "/records/3",
             "due\u00a0in\u00a07\u00a0days", "yellow"),
        Line("mine-4", "Sign the review", "Uma Berg. Due 22 September 2026", "/records/4",
             "due\u00a0in\u00a08\u00a0days", "grey"),
        Line("mine-5", "Answer a question", "Noor Rahman", "/registrations/1", "", ""),
    ]  # fmt: skip


def test_what_others_do_says_who():
    tasks = [Task("Sign the review", "Uma Berg", "/records/4", TODAY, who="Ben Okafor"), Task("Wait", "Uma", "/1")]
    assert [line.about for line in lines(tasks, TODAY, name="others", of_others=True)] == [
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
    monkeypatch.setattr(waiting, "FOR_PERSON", ())
    monkeypatch.setattr(waiting, "ON_OTHERS", ())
    monkeypatch.setattr(waiting, "WORKED_OUT_AT_ONCE", ())
    monkeypatch.setattr(waiting, "WORKED_OUT_FOR_PERSON", sources)
    monkeypatch.setattr(waiting, "WORKED_OUT_ON_OTHERS", sources[:1])
    assert [task.what for task in waiting.for_person("ben", {"assessor"}, TODAY).tasks] == ["d", "a", "b", "c"]
    assert [task.what for task in waiting.for_person("ben", {"nqsw"}, TODAY).tasks] == ["d", "a"]
    assert [task.what for task in waiting.on_others("cal", {"assessor"}, TODAY).tasks] == ["x"]
    assert waiting.on_others("cal", set(), TODAY).tasks == []


def test_what_is_found_and_what_is_worked_out_stand_in_one_order(peopled, monkeypatch):
    """One due before what the database finds, one after, one without a day; the count says how many there are."""
    more = [
        Task("a", "erin", "/1", TODAY),
        Task("b", "erin", "/2", TODAY + timedelta(days=30)),
        Task("A", "erin", "/3"),
    ]
    monkeypatch.setattr(waiting, "WORKED_OUT_FOR_PERSON", [(lambda user, on: more, [roles.CASEWORKER])])
    for number in (31, 32):
        make.submitted(peopled.northshire, by=peopled.amira, assessor=peopled.ben, now=NOW, number=number)
    every = waiting.for_person(peopled.erin, {"caseworker"}, TODAY)
    check = "Check a registration"
    assert ([task.what for task in every.tasks], every.count) == (["a", check, check, "b", "A"], 5)
    first = waiting.for_person(peopled.erin, {"caseworker"}, TODAY, upto=2)
    assert (first.tasks, first.count) == (every.tasks[:2], 5)
    mine, others = waiting.both(peopled.erin, {"caseworker"}, TODAY, upto=2)
    assert (mine, others.tasks) == (first, [])


def test_nobody_is_left_out_who_could_have_something_waiting(peopled):
    """Asking for every kind about everybody finds nothing that asking by role does not."""
    for user in peopled.everybody():
        held = role_keys_of(user, TODAY)
        for asked in (waiting.for_person, waiting.on_others):
            assert asked(user, held, TODAY) == asked(user, roles.ALL, TODAY)


def test_whose_tasks_they_are_the_rows_say_and_not_the_roles_asked_by(peopled):
    """Somebody whose membership has ended finds nothing, even where the page still thought they held it."""
    make.submitted(peopled.northshire, by=peopled.amira, assessor=peopled.ben, now=NOW, number=30)
    for user in (peopled.amira, peopled.erin, peopled.dev):
        held = role_keys_of(user, TODAY)
        assert waiting.both(user, held, TODAY, upto=10) != (Waiting([], 0), Waiting([], 0))
        user.memberships.update(ends_on=TODAY)
        assert waiting.both(user, held, TODAY, upto=10) == (Waiting([], 0), Waiting([], 0))
    peopled.omar.is_active = False
    assert waiting.both(peopled.omar, {"coordinator"}, TODAY, upto=10) == (Waiting([], 0), Waiting([], 0))
