"""An organisation asks to take part: confirmed by e-mail, decided once, by a caseworker."""

from datetime import timedelta

import pytest

from accounts import employer_queries, roles
from accounts.models import Employer, EmployerRequest, Invitation, Notice, User
from accounts.services import requests
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import MOVES_REQUEST, EmployerKind, Region, RequestState
from asye.refusals import NotAllowed, Refused
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
FAY = Person("fay@westport.example", "Fay", "O'Brien")
ALL = list(RequestState)


def ask(name: str = "Westport Families", person: Person = FAY, now=NOW) -> EmployerRequest | None:
    details = Details(name, EmployerKind.VOLUNTARY, Region.NORTH_WEST, None, "0300 123 4567")
    return requests.ask(details, person, "Head of practice", now=now)


def token() -> str:
    return Notice.objects.filter(kind="accounts.confirm_request").latest("id").secret_link.rsplit("/", 1)[-1]


def waiting(name: str = "Westport Families", person: Person = FAY) -> EmployerRequest:
    ask(name, person)
    return requests.confirm(token(), now=NOW)


def in_state(state: RequestState, cast: Cast) -> EmployerRequest:
    asked = ask()
    if state == RequestState.UNCONFIRMED:
        return asked
    asked = requests.confirm(token(), now=NOW)
    if state == RequestState.APPROVED:
        requests.approve(asked, by=cast.erin, now=NOW)
    if state == RequestState.REFUSED:
        requests.refuse(asked, "Not an employer.", by=cast.erin, now=NOW)
    return EmployerRequest.objects.get(pk=asked.pk)


def test_nobody_sees_it_before_the_address_is_confirmed(cast: Cast) -> None:
    ask()
    letter = Notice.objects.get()
    assert (letter.user, letter.to_email) == (None, "fay@westport.example")
    assert "Westport" not in letter.body + letter.subject
    assert not employer_queries.requests_to_decide().exists()
    assert not User.objects.filter(email=FAY.email).exists()
    requests.confirm(token(), now=NOW)
    assert employer_queries.requests_to_decide().get().full_name == "Fay O'Brien"


def test_the_link_works_for_seven_days_and_twice_is_once(cast: Cast) -> None:
    ask()
    link = token()
    for wrong in ("x", link[:-1]):
        with pytest.raises(Refused, match="does not work"):
            requests.confirm(wrong, now=NOW)
    with pytest.raises(Refused, match="does not work"):
        requests.confirm(link, now=NOW + timedelta(days=7))
    first = requests.confirm(link, now=NOW)
    assert requests.confirm(link, now=NOW + timedelta(days=8)).confirmed_at == first.confirmed_at


def test_an_address_is_not_flooded_and_the_answer_is_the_same(cast: Cast) -> None:
    for _ in range(5):
        ask()
    assert Notice.objects.count() == EmployerRequest.objects.count() == 3
    assert ask(now=NOW + timedelta(hours=25)) is not None


def test_what_nobody_confirmed_is_forgotten(cast: Cast) -> None:
    ask()
    kept = waiting("Other", Person("other@o.example", "O", "O"))
    assert requests.purge(NOW + timedelta(days=7)) == 1
    assert EmployerRequest.objects.get() == kept


def test_approving_makes_the_employer_and_invites_who_asked(cast: Cast) -> None:
    made = requests.approve(waiting(), by=cast.erin, now=NOW)
    assert (made.name, made.phone, made.region) == ("Westport Families", "+443001234567", Region.NORTH_WEST)
    sent = Invitation.objects.get(employer=made)
    assert (sent.user.email, sent.role, sent.sent_by) == (FAY.email, roles.COORDINATOR.key, cast.erin)


def test_an_employer_that_is_there_already_is_shown_and_not_made_twice(cast: Cast) -> None:
    second = waiting("NORTHSHIRE")
    assert list(employer_queries.like(second)) == [cast.northshire]
    with pytest.raises(Refused, match="already an employer with this name"):
        requests.approve(second, by=cast.erin, now=NOW)
    assert EmployerRequest.objects.get(pk=second.pk).state == RequestState.WAITING
    alike = waiting("Northshire Council", Person("n@n.example", "N", "N"))
    assert cast.northshire in employer_queries.like(alike)
    assert second in employer_queries.other_requests(alike)


def test_refusing_says_why(cast: Cast) -> None:
    asked = waiting()
    with pytest.raises(Refused, match="Enter why"):
        requests.refuse(asked, "  ", by=cast.erin, now=NOW)
    requests.refuse(asked, "We fund employers in England only.", by=cast.erin, now=NOW)
    letter = Notice.objects.latest("id")
    assert letter.to_email == FAY.email
    assert "We fund employers in England only." in letter.body


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize("to", [RequestState.APPROVED, RequestState.REFUSED])
def test_every_state_and_every_decision(cast: Cast, state: RequestState, to: RequestState) -> None:
    asked = in_state(state, cast)
    before = Employer.objects.count()

    def decide() -> object:
        if to == RequestState.APPROVED:
            return requests.approve(asked, by=cast.erin, now=NOW)
        return requests.refuse(asked, "No.", by=cast.erin, now=NOW)

    if to in MOVES_REQUEST[state]:
        decide()
        assert EmployerRequest.objects.get(pk=asked.pk).state == to
    else:
        with pytest.raises(Refused):
            decide()
        assert EmployerRequest.objects.get(pk=asked.pk).state == state
        assert Employer.objects.count() == before


@pytest.mark.parametrize("who", ["amira", "lena", "ben", "omar", "priya", "ana", "udo", "adele", "noor", "nils"])
def test_only_a_caseworker_decides(cast: Cast, who: str) -> None:
    asked = waiting()
    with pytest.raises(NotAllowed):
        requests.approve(asked, by=getattr(cast, who), now=NOW)
    with pytest.raises(NotAllowed):
        requests.refuse(asked, "No.", by=getattr(cast, who), now=NOW)
