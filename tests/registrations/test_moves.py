"""A year goes on with another employer: both agree, no day belongs to both, and a caseworker can step in."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import roles, waiting
from accounts.models import Notice
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations import change_page, move_queries, queries, timeline
from registrations import waiting as moving
from registrations.models import NQSW, AssessorAssignment, Change, Move, Placement, Registration
from registrations.permissions import get_registration_for, is_coordinator_of, may_follow_year
from registrations.rules import moves as rules
from registrations.services import assessors, changes, mergers, own_facts, transfers, undoing
from registrations.states import MoveState
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as make_accounts
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LEAVES, STARTS = TODAY + timedelta(days=20), TODAY + timedelta(days=10)


@built_once
def registration(cast: Cast, year: object) -> Registration:
    return make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )


def let_go(about: Registration, cast: Cast, on: date = LEAVES, **more: object) -> Move:
    return transfers.let_go(about, on, None, **{"by": cast.amira, "now": NOW, **more})  # type: ignore[arg-type]


def take_over(about: Registration, cast: Cast, on: date = LEAVES, **more: object) -> Move:
    given = {"by": cast.cora, "now": NOW, **more}
    return transfers.take_over(about.nqsw.swe_number or "", cast.southmouth, on, cast.cal, **given)  # type: ignore[arg-type]


def places(about: Registration) -> list[tuple[str, date, date | None]]:
    return list(about.placements.values_list("employer__name", "starts_on", "ends_on"))


@pytest.mark.parametrize("first", ["leaving", "receiving"])
def test_the_year_moves_when_both_have_agreed(cast: Cast, registration: Registration, first: str) -> None:
    acts = [let_go, take_over] if first == "leaving" else [take_over, let_go]
    asked = acts[0](registration, cast)
    assert rules.state_of(asked) == (MoveState.RECEIVING_ASKED if first == "leaving" else MoveState.LEAVING_ASKED)
    assert places(registration) == [("Northshire", registration.asye_start, None)]
    done = acts[1](registration, cast)
    assert (done.pk, rules.state_of(done)) == (asked.pk, MoveState.DONE)
    assert places(registration) == [("Northshire", registration.asye_start, LEAVES), ("Southmouth", LEAVES, None)]
    day_before = LEAVES - timedelta(days=1)
    assert queries.assessor_of(registration, day_before) == cast.ben
    assert queries.assessor_of(registration, LEAVES) == cast.cal
    told = set(Notice.objects.filter(kind="registrations.move_told").values_list("user__first_name", flat=True))
    assert told == {"Amira", "Cora"}
    assert Notice.objects.filter(kind="registrations.changed", user=cast.noor).exists()


def test_the_old_employer_reads_and_no_longer_acts(cast: Cast, registration: Registration) -> None:
    let_go(registration, cast)
    take_over(registration, cast)
    day_before = LEAVES - timedelta(days=1)
    assert is_coordinator_of(cast.amira, registration, day_before)
    assert not is_coordinator_of(cast.cora, registration, day_before)
    assert not is_coordinator_of(cast.amira, registration, LEAVES)
    assert is_coordinator_of(cast.cora, registration, LEAVES)
    assert get_registration_for(cast.amira, registration.pk, on=LEAVES)
    assert may_follow_year(cast.amira, registration, LEAVES)
    later = NOW + timedelta(days=20)
    with pytest.raises(NotAllowed):
        changes.extend(registration, 5, "More.", by=cast.amira, now=later)
    for who, employer, left in ((cast.amira, "Northshire", True), (cast.cora, "Southmouth", False)):
        placement, gone = queries.placement_shown(registration, who, LEAVES)
        assert (str(placement.employer), gone) == (employer, left)


def test_the_old_employers_page_tells_nothing_of_the_new_one(cast: Cast, registration: Registration) -> None:
    """Who has them now, who assesses there, and why the year is paused are not theirs to read."""
    let_go(registration, cast)
    take_over(registration, cast)
    later = NOW + timedelta(days=40)
    make_accounts.in_role(cast.mina, roles.ASSESSOR, cast.southmouth, by=cast.adele, now=NOW)
    back = later.date() + timedelta(days=9)
    assessors.cover_assessor(registration, cast.mina, later.date(), back, "Cal is away.", by=cast.cora, now=later)
    changes.defer(registration, later.date(), "bereavement", agreed=make.agreed(later), by=cast.cora, now=later)
    told = {}
    for who in (cast.amira, cast.ben, cast.cora, cast.noor, cast.erin):
        client = Client()
        client.force_login(who)
        with clock.moved_to(later):
            told[who] = client.get(reverse("registration", args=[registration.pk])).content.decode()
    theirs = ("Southmouth", "Cal Penrose", "Mina Haddad", "Bereavement", "Deferred", "Planned end")
    for who in (cast.cora, cast.erin):
        assert [word for word in theirs if word not in told[who]] == []
    for who in (cast.amira, cast.ben):
        assert [word for word in theirs if word in told[who]] == []
        assert [word for word in ("Northshire", "Ben Okafor", "With another employer") if word not in told[who]] == []


def test_scenario_16_an_earlier_start_than_the_leaving_day_needs_one_boundary(
    cast: Cast, registration: Registration
) -> None:
    """Scenario 16: the earlier day is proposed, and nothing moves before the employer they leave has agreed to it."""
    let_go(registration, cast, LEAVES)
    move = take_over(registration, cast, STARTS)
    assert rules.state_of(move) == MoveState.OVERLAP
    assert rules.proposed(move.leaves_on, move.starts_on) == STARTS
    assert Placement.objects.count() == 1
    assert Notice.objects.filter(kind="registrations.move_asked", user=cast.amira).count() == 1
    done = let_go(registration, cast, STARTS)
    assert rules.state_of(done) == MoveState.DONE
    assert places(registration) == [("Northshire", registration.asye_start, STARTS), ("Southmouth", STARTS, None)]


def test_the_new_employer_may_agree_to_the_later_day_instead(cast: Cast, registration: Registration) -> None:
    let_go(registration, cast, LEAVES)
    move = take_over(registration, cast, STARTS)
    done = transfers.accept(move, LEAVES, cast.cal, by=cast.cora, now=NOW)
    assert rules.state_of(done) == MoveState.DONE
    assert places(registration)[1] == ("Southmouth", LEAVES, None)


@pytest.mark.parametrize("days", [0, 1])
def test_same_day_and_one_day(cast: Cast, registration: Registration, days: int) -> None:
    """They go on the first day (that placement lasts no day) or after one."""
    on = registration.asye_start + timedelta(days=days)
    let_go(registration, cast, on)
    take_over(registration, cast, on)
    assert places(registration)[0][2] == on
    assert str(queries.placement_of(registration, on).employer) == "Southmouth"


def test_days_between_the_two_belong_to_nobody_new(cast: Cast, registration: Registration) -> None:
    let_go(registration, cast, STARTS)
    take_over(registration, cast, LEAVES)
    between = STARTS + timedelta(days=3)
    assert str(queries.placement_of(registration, between).employer) == "Northshire"
    assert queries.placement_of(registration, between).ends_on == STARTS


@pytest.mark.parametrize(
    ("on", "words"), [(TODAY - timedelta(days=90), "on or after"), (TODAY + timedelta(days=400), "or earlier")]
)
def test_days_that_cannot_be(cast: Cast, registration: Registration, on: date, words: str) -> None:
    for act in (let_go, take_over):
        with pytest.raises(Refused, match=words):
            act(registration, cast, on)
    assert not Move.objects.exists()


def test_nothing_is_said_of_where_they_are(cast: Cast, registration: Registration) -> None:
    with pytest.raises(Refused) as refusal:
        transfers.take_over("SW9999999", cast.southmouth, LEAVES, cast.cal, by=cast.cora, now=NOW)
    assert refusal.value.field == "swe_number"
    take_over(registration, cast)
    words = " ".join(Notice.objects.filter(user=cast.cora).values_list("body", flat=True))
    assert "Northshire" not in words


def test_a_third_employer_is_not_told_who_was_named(cast: Cast, registration: Registration) -> None:
    transfers.let_go(registration, LEAVES, cast.southmouth, by=cast.amira, now=NOW)
    with pytest.raises(NotAllowed):
        transfers.take_over(
            registration.nqsw.swe_number or "", cast.northshire, LEAVES, cast.ben, by=cast.cora, now=NOW
        )
    with pytest.raises(Refused, match="with your organisation already"):
        transfers.take_over(
            registration.nqsw.swe_number or "", cast.northshire, LEAVES, cast.ben, by=cast.amira, now=NOW
        )


OTHERS = ("lena", "ben", "dev", "sol", "cal", "noor", "omar", "priya", "ana", "udo", "adele", "nils")


def test_from_act_role(cast: Cast, registration: Registration) -> None:
    """Every act on a move by everybody whose it is not."""
    move = take_over(registration, cast)
    for name in (*OTHERS, "erin", "cora"):
        with pytest.raises(NotAllowed):
            let_go(registration, cast, by=getattr(cast, name))
    for name in (*OTHERS, "erin", "amira"):
        with pytest.raises(NotAllowed):
            transfers.accept(move, LEAVES, cast.cal, by=getattr(cast, name), now=NOW)
        with pytest.raises(NotAllowed):
            take_over(registration, cast, by=getattr(cast, name))
    for name in (*OTHERS, "amira", "cora"):
        with pytest.raises(NotAllowed):
            transfers.settle(move, LEAVES, "No answer.", by=getattr(cast, name), now=NOW)
    for name in OTHERS:
        with pytest.raises(NotAllowed):
            transfers.call_off(move, "No.", by=getattr(cast, name), now=NOW)
        assert name == "udo" or not move_queries.moves_visible_to(getattr(cast, name), TODAY).exists()
    for name in ("amira", "cora", "erin", "udo"):
        assert move_queries.moves_visible_to(getattr(cast, name), TODAY).count() == 1


@pytest.mark.parametrize("who", ["amira", "cora", "erin"])
def test_either_side_or_a_caseworker_calls_it_off(cast: Cast, registration: Registration, who: str) -> None:
    move = take_over(registration, cast)
    with pytest.raises(Refused, match="Enter why"):
        transfers.call_off(move, "", by=getattr(cast, who), now=NOW)
    over = transfers.call_off(move, "They stay.", by=getattr(cast, who), now=NOW)
    assert rules.state_of(over) == MoveState.CALLED_OFF
    with pytest.raises(Refused, match="was called off"):
        transfers.call_off(move, "Again.", by=cast.erin, now=NOW)
    assert take_over(registration, cast).pk != move.pk  # and it can be asked for again


def test_a_caseworker_agrees_for_an_employer_that_does_not_answer(cast: Cast, registration: Registration) -> None:
    move = take_over(registration, cast)
    with pytest.raises(Refused, match="Enter why you agree"):
        transfers.settle(move, LEAVES, " ", by=cast.erin, now=NOW)
    done = transfers.settle(move, LEAVES, "Three letters, no answer.", by=cast.erin, now=NOW)
    assert (rules.state_of(done), done.leaving_by) == (MoveState.DONE, cast.erin)
    with pytest.raises(Refused, match="have agreed"):
        transfers.settle(move, LEAVES, "Again.", by=cast.erin, now=NOW)


def test_a_withdrawal_drops_a_move_and_empties_one_to_come(cast: Cast, registration: Registration) -> None:
    let_go(registration, cast)
    take_over(registration, cast)
    before = places(registration)
    changes.withdraw(registration, TODAY, "They left.", by=cast.amira, now=NOW)
    assert [place[1:] for place in places(registration)] == [(registration.asye_start, TODAY), (LEAVES, LEAVES)]
    undoing.undo(Change.objects.latest("id"), "Mistake.", by=cast.amira, now=NOW)
    assert places(registration) == before


def test_what_was_changed_before_a_move_is_not_undone_after_it(cast: Cast, registration: Registration) -> None:
    """It would open an assignment beyond the placement it belongs to, and by the hand of the next employer."""
    make_accounts.in_role(cast.dev, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    assessors.assign_assessor(registration, cast.dev, TODAY, by=cast.amira, now=NOW)
    change = Change.objects.latest("id")
    let_go(registration, cast)
    take_over(registration, cast)
    before = list(AssessorAssignment.objects.order_by("id").values_list("assessor", "starts_on", "ends_on"))
    for by, now in ((cast.amira, NOW), (cast.cora, NOW + timedelta(days=20))):
        with pytest.raises(Refused, match="cannot be undone"):
            undoing.undo(change, "Mistake.", by=by, now=now)
        shown = change_page.part(
            registration, deferral=None, assignment=None, covers=(), coordinator=True, sees_moves=False
        )
        assert shown.undo == []
    assert list(AssessorAssignment.objects.order_by("id").values_list("assessor", "starts_on", "ends_on")) == before


def test_to_an_employer_that_closes(cast: Cast, registration: Registration) -> None:
    move = transfers.let_go(registration, LEAVES, cast.southmouth, by=cast.amira, now=NOW)
    mergers.close(cast.southmouth, LEAVES + timedelta(days=30), "No more social work.", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="Southmouth closes on 3 November 2026"):
        transfers.accept(move, LEAVES, cast.cal, by=cast.cora, now=NOW)
    with pytest.raises(Refused, match="Southmouth closes on 3 November 2026"):
        take_over(registration, cast)
    transfers.call_off(move, "They close.", by=cast.erin, now=NOW)
    with pytest.raises(Refused, match="Southmouth closes on 3 November 2026"):
        transfers.let_go(registration, LEAVES, cast.southmouth, by=cast.amira, now=NOW)


def test_asked_for_by_either_number_of_a_person_with_two(cast: Cast, registration: Registration) -> None:
    """The year stays under the record it was registered with when that record is merged into another."""
    kept = NQSW.objects.create(swe_number="SW900001", first_name="Noor", last_name="Rahman", created_at=NOW)
    NQSW.objects.filter(pk=registration.nqsw_id).update(merged_into=kept)
    move = transfers.take_over("SW900001", cast.southmouth, LEAVES, cast.cal, by=cast.cora, now=NOW)
    assert move.registration == registration


def test_a_move_that_never_came_to_be_parts_no_history(cast: Cast, registration: Registration) -> None:
    let_go(registration, cast)
    take_over(registration, cast)
    changes.withdraw(registration, TODAY, "They left.", by=cast.amira, now=NOW)
    later = NOW + timedelta(days=40)
    wanted = {"first_name": "Noor", "middle_names": "", "last_name": "Karim", "former_name": "Rahman"}
    request = own_facts.ask(registration, "name", wanted, "Married.", by=cast.noor, now=later)
    own_facts.accept(request, by=cast.erin, now=later)
    done = "registrations.accept_correction"
    for who, reads in ((cast.amira, True), (cast.cora, False), (cast.erin, True)):
        assert timeline.events_for(registration, who, later.date()).filter(act=done).exists() == reads


def test_an_open_move_ends_with_the_registration(cast: Cast, registration: Registration) -> None:
    move = take_over(registration, cast)
    changes.withdraw(registration, TODAY, "They left.", by=cast.amira, now=NOW)
    move.refresh_from_db()
    assert rules.state_of(move) == MoveState.CALLED_OFF


@pytest.mark.parametrize(
    "change",
    [
        "done_at = now()",
        "leaves_on = '2026-10-04'",
        "leaving_at = now()",
        "starts_on = NULL",
        "assessor_id = NULL",
        "to_employer_id = NULL",
        "called_off_at = now()",
        "called_off_because = 'x'",
        "leaves_id = leaves_id + 1000",
        "asked_side = 'leaving'",
    ],
)
def test_the_database_refuses_half_a_move(cast: Cast, registration: Registration, change: str) -> None:
    take_over(registration, cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registrations_move SET {change}; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app_sql", "owner_sql"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registrations_move SET leaves_on = leaves_on + 1",
        "UPDATE registrations_move SET done_at = NULL, becomes_id = NULL",
        "DELETE FROM registrations_move",
        "DELETE FROM registrations_change",
        "UPDATE registrations_change SET ends = '[]'",
        "UPDATE registrations_change SET undone_because = 'x'",
        "UPDATE registrations_extension SET days = 1",
        "UPDATE registrations_assessorassignment SET cover = true, ends_on = NULL",
        "UPDATE registrations_deferral SET manager_name = ''",
        "UPDATE registrations_deferral SET nqsw_agreed_on = NULL",
        "UPDATE registrations_deferral SET expected_back = starts_on",
    ],
)
def test_what_was_agreed_stays(
    request: pytest.FixtureRequest, cast: Cast, registration: Registration, role: str, statement: str
) -> None:
    sql: psycopg.Connection = request.getfixturevalue(role)
    let_go(registration, cast)
    take_over(registration, cast)
    changes.extend(registration, 5, "More.", by=cast.amira, now=NOW)
    make.deferred(Registration.objects.get(pk=registration.pk), by=cast.amira, now=NOW)
    with pytest.raises((psycopg.IntegrityError, psycopg.errors.InsufficientPrivilege)):
        sql.execute(statement)


def test_each_side_finds_what_waits_for_it(cast: Cast, registration: Registration) -> None:
    def waits(who: str) -> tuple[list[str], list[str]]:
        user = getattr(cast, who)
        for_me, on_others = waiting.found((moving.FOR_PERSON, moving.ON_OTHERS), user, {roles.COORDINATOR.key}, TODAY)
        return [one.what for one in for_me.tasks], [one.what for one in on_others.tasks]

    take_over(registration, cast, STARTS)
    assert waits("amira") == (["Give the day an NQSW leaves you"], [])
    assert waits("cora") == ([], ["An NQSW you asked for has not been let go yet"])
    let_go(registration, cast, LEAVES)  # the days overlap: they are asked once more
    assert waits("amira") == (["Give the day an NQSW leaves you"], [])
    let_go(registration, cast, STARTS)
    assert waits("amira") == ([], []) == waits("cora")


def test_who_was_named_finds_it_and_is_told_no_name(cast: Cast, registration: Registration) -> None:
    transfers.let_go(registration, LEAVES, cast.southmouth, by=cast.amira, now=NOW)
    (task,) = waiting.found((moving.FOR_PERSON,), cast.cora, {roles.COORDINATOR.key}, TODAY)[0].tasks
    assert (task.what, task.about) == ("Give the day an NQSW starts with you", registration.nqsw.swe_number)
    (other,) = waiting.found((moving.ON_OTHERS,), cast.amira, {roles.COORDINATOR.key}, TODAY)[0].tasks
    assert other.what == "A move to another employer is not agreed yet"
