"""Every kind of thing that waits at an employer is shown there and nowhere else; long lists are paged."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts import roles
from accounts.models import Notice, User
from accounts.notify import Report
from accounts.services import invitations, mail, receipts, terms
from accounts.states import Delivery
from accounts.waiting import Kind, Task
from asye import clock
from moderation.services import allocation
from registrations.models import Registration, RegistrationDraft
from registrations.register import Found
from registrations.services import looking, own_facts, transfers
from registrations.states import LeftBecause, RegisterOccasion, RegisterStatus
from reporting.queries import waiting
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import assessments as assess
from tests.factories import concerns as concern
from tests.factories import moderation as moderate
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=120)


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@built_once
def northshire(cast: Cast) -> Cast:
    """Northshire with at least one thing of every kind that its co-ordinator sees; Southmouth has nothing."""
    opened = moderate.round_of(cast, now=NOW, results=("fail",) * 4, readers=False)
    differs, agrees, read, _ = moderate.items_of(opened)
    for item, answer in ((differs, "other"), (agrees, "agrees")):
        allocation.allocate(item, cast.dev, by=cast.amira, now=NOW)
        moderate.completed(moderate.held_by(cast.dev), by=cast.dev, now=NOW, answer=answer)
    allocation.allocate(read, cast.dev, by=cast.amira, now=NOW)
    moderate.recommended(cast, now=NOW, number=4)
    own = {"by": cast.amira, "assessor": cast.ben, "now": NOW}
    make.queried(make.submitted(cast.northshire, number=10, **own), by=cast.erin, now=NOW)
    make.submitted(cast.northshire, number=11, **own)
    RegistrationDraft.objects.create(
        owner=cast.amira, employer=cast.northshire, data={"name": {"first_name": "Una"}}, started_at=NOW, updated_at=NOW
    )
    for number, then in ((12, _appealed), (13, _deferred)):
        then(make.registered(cast.northshire, caseworker=cast.erin, number=number, **{**own, "now": BEFORE}), cast)
    invitations.invite("x@p.example", "X", "Y", roles.ASSESSOR, cast.northshire, by=cast.amira, now=NOW)
    off = make.registered(cast.northshire, caseworker=cast.erin, number=14, **own)
    _off_the_register(off, cast)
    concern.raised(off, by=cast.amira, now=NOW)
    concern.planned(off, by=cast.amira, now=NOW)
    _come_back(cast.ben.email, "x@p.example", off.nqsw.email)
    _moves(cast)
    _terms_to_accept(cast)
    return cast


def _come_back(*addresses: str) -> None:
    """Letters to them left and came back."""
    mail.send_pending(NOW)
    for address in addresses:
        letter = Notice.objects.filter(to_email=address).first()
        assert letter is not None
        receipts.take(Report(uuid4(), letter.reference, Delivery.PERMANENT, NOW), now=NOW)


def _off_the_register(registration: Registration, cast: Cast) -> None:
    number = registration.nqsw.swe_number or ""
    gone = Found(number, RegisterStatus.NOT_REGISTERED, "A B", TODAY, TODAY, LeftBecause.FAILED_TO_RENEW)
    looking.keep(registration, gone, RegisterOccasion.CASEWORK, by=cast.erin, now=NOW)


def _moves(cast: Cast) -> None:
    """Between Northshire and a third employer: one asked for and one let go on either side."""
    westmere = people.employer("Westmere", by=cast.adele, now=NOW)
    wes = people.person("wes@westmere.example", "Wes", "Marsh", by=cast.adele, now=NOW)
    wanda = people.person("wanda@westmere.example", "Wanda", "Ferry", by=cast.adele, now=NOW)
    people.in_role(wes, roles.COORDINATOR, westmere, by=cast.adele, now=NOW)
    people.in_role(wanda, roles.ASSESSOR, westmere, by=cast.adele, now=NOW)
    ours = {"by": cast.amira, "caseworker": cast.erin, "assessor": cast.ben, "now": NOW}
    theirs = {**ours, "by": wes, "assessor": wanda}
    wanted, leaving = (make.registered(cast.northshire, number=number, **ours) for number in (15, 16))
    coming, asked_for = (make.registered(westmere, number=number, **theirs) for number in (17, 18))
    day = TODAY + timedelta(days=30)
    transfers.take_over(wanted.nqsw.swe_number or "", westmere, day, wanda, by=wes, now=NOW)
    transfers.let_go(leaving, day, None, by=cast.amira, now=NOW)
    transfers.let_go(coming, day, cast.northshire, by=wes, now=NOW)
    transfers.take_over(asked_for.nqsw.swe_number or "", cast.northshire, day, cast.ben, by=cast.amira, now=NOW)


def _terms_to_accept(cast: Cast) -> None:
    """Northshire has not accepted the terms; Southmouth has."""
    drafted = terms.draft("We will spend it well.", "First version.", TODAY, by=cast.adele, now=NOW)
    published = terms.publish(drafted, by=cast.zora, now=NOW)
    terms.accept(published, cast.southmouth, by=cast.cora, now=NOW, seen_sha256=published.sha256)


def _appealed(registration: Registration, cast: Cast) -> None:
    make.joined(registration.nqsw, cast.noor)
    assess.appealed(assess.confirmed(registration, "fail", by=cast.lena, now=NOW), by=cast.noor, now=NOW)


def _deferred(registration: Registration, cast: Cast) -> None:
    make.deferred(registration, by=cast.amira, now=NOW)
    mei = people.person("mei@home.example", "Mei", "Pickersgill", by=cast.adele, now=NOW)
    make.joined(registration.nqsw, mei)
    own_facts.ask(registration, "hours", {"fte_percent": 50}, "I work half.", by=mei, now=NOW)


def kinds_of(role: roles.Role, kinds: tuple[Kind, ...]) -> set[str]:
    return {kind.what for kind in kinds if role in kind.roles}


def asked(user: User) -> tuple[list[Task], list[Task]]:
    """Whatever waits for or on somebody, asked for every kind there is."""
    return waiting.for_person(user, roles.ALL, TODAY).tasks, waiting.on_others(user, roles.ALL, TODAY).tasks


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')  # chance may spell a name in it
OF_ASSESSORS = {"Read feedback from moderation", "Moderate and confirm the outcome"}  # Amira recommended nobody


def test_a_co_ordinator_sees_every_kind_and_the_neighbour_none_of_it(northshire: Cast) -> None:
    mine, others = asked(northshire.amira)
    assert {task.what for task in mine} == kinds_of(roles.COORDINATOR, waiting.FOR_PERSON) - OF_ASSESSORS
    assert {task.what for task in others} == kinds_of(roles.COORDINATOR, waiting.ON_OTHERS) - OF_ASSESSORS
    assert all(Client().get(task.url).status_code == 302 for task in (*mine, *others))  # an address, to be signed in at
    for neighbour in (northshire.cora, northshire.sol, northshire.cal, northshire.mina, northshire.nils):
        assert asked(neighbour) == ([], [])
    client = Client()
    client.force_login(northshire.cora)
    for address in ("/", "/waiting", "/waiting/others"):
        page = TOKEN.sub("", client.get(address).content.decode())
        for task in (*mine, *others):
            assert task.about not in page
            assert f'href="{task.url}"' not in page.split("<main", 1)[1] or task.url == "/moderation"


def test_who_confirmed_the_outcome_does_not_see_the_appeal(northshire: Cast) -> None:
    appeal = "Decide the appeal"
    assert appeal in [task.what for task in asked(northshire.amira)[0]]
    assert appeal not in [task.what for task in asked(northshire.lena)[0]]


def test_a_draft_without_a_name_says_so(northshire: Cast) -> None:
    def drafts() -> list[str]:
        return [task.about for task in asked(northshire.amira)[0] if task.what.startswith("Finish")]

    assert drafts() == ["Una"]
    RegistrationDraft.objects.filter(owner=northshire.amira, registration=None).update(data={})
    assert drafts() == ["No name yet"]


def test_more_than_a_page_of_one_kind(cast: Cast) -> None:
    make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    for number in range(53):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=number)
    client = Client()
    client.force_login(cast.erin)
    assert "See all 53" in client.get("/").content.decode()

    def shown(page: str) -> list[str]:
        content = client.get(f"/waiting?page={page}").content.decode()
        return re.findall(r'task-list__hint">([^<.]+)\.', content)

    first, second = shown("1"), shown("2")
    assert (len(first), len(second)) == (50, 3)
    assert len({*first, *second}) == 53
    assert first == sorted(first)
    assert shown("99") == second
    assert shown("elephant") == shown("-1") == shown("0") == shown("99999999999999999999") == first
