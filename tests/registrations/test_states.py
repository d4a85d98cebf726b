"""Every move of a registration: from each state, by each act, by each role."""

import pytest
from django.core.management import call_command

from asye.refusals import NotAllowed, Refused
from registrations import states
from registrations.models import Registration
from registrations.services import changes, checking
from registrations.states import MOVES, State
from tests.cast import NOW, TODAY
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db

PEOPLE = ("amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "adele", "nils")


def approve(registration, by):
    checking.approve(registration, by=by, now=NOW)


def ask(registration, by):
    checking.ask(registration, "Which?", by=by, now=NOW)


def refuse(registration, by):
    checking.refuse(registration, "Because", by=by, now=NOW)


def answer(registration, by):
    checking.answer(registration, "This", by=by, now=NOW)


def withdraw(registration, by):
    changes.withdraw(registration, TODAY, "Left", by=by, now=NOW)


ACTS = {  # act: (who, the states it is possible in, the state after)
    approve: ("erin", {State.SUBMITTED}, State.REGISTERED),
    ask: ("erin", {State.SUBMITTED}, State.QUERIED),
    refuse: ("erin", {State.SUBMITTED}, State.REFUSED),
    answer: ("amira", {State.QUERIED}, State.SUBMITTED),
    withdraw: ("amira", {State.SUBMITTED, State.QUERIED, State.REGISTERED}, None),
}


def in_state(cast, state):
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    make.joined(registration.nqsw, cast.noor)
    checking.check_register_entry(registration, by=cast.erin, now=NOW)
    registration.refresh_from_db()
    if state == State.QUERIED:
        make.queried(registration, by=cast.erin, now=NOW)
    elif state == State.REGISTERED:
        checking.approve(registration, by=cast.erin, now=NOW)
    elif state == State.REFUSED:
        make.refused(registration, by=cast.erin, now=NOW)
    registration.refresh_from_db()
    return registration


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(ACTS), ids=lambda act: act.__name__)
def test_from_to_role(cast, year, state, act):
    registration = in_state(cast, state)
    who, possible, after = ACTS[act]
    for name in PEOPLE:
        if name != who:
            with pytest.raises(NotAllowed):
                act(registration, getattr(cast, name))
    registration.refresh_from_db()
    assert registration.state == state
    if state not in possible:
        with pytest.raises(Refused):
            act(registration, getattr(cast, who))
        return
    act(registration, getattr(cast, who))
    registration.refresh_from_db()
    assert registration.state == (after or state)
    assert after is None or after in MOVES[state]


@pytest.mark.parametrize("state", list(State))
def test_nothing_moves_after_the_end(cast, year, state):
    registration = in_state(cast, state)
    if state == State.REFUSED:
        return
    withdraw(registration, cast.amira)
    for act, (who, _, _) in ACTS.items():
        with pytest.raises(Refused):
            act(registration, getattr(cast, who))


def test_caseworker_who_sent_it_does_not_decide(cast, year):
    registration = in_state(cast, State.SUBMITTED)
    cast.amira.human = cast.erin.human
    cast.amira.save(update_fields=["human"])
    with pytest.raises(NotAllowed, match="sent in"):
        approve(Registration.objects.get(pk=registration.pk), cast.erin)


def test_the_page_of_states_is_up_to_date():
    call_command("states_doc", "--check")


def test_every_state_is_in_the_moves():
    assert set(MOVES) == set(State) == set(states.WAITS_FOR)
