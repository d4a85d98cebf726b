"""A record is linked to standards with a reason each; the grid of the year counts what was agreed."""

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Record, StandardLink
from assessments.queries import coverage_of
from assessments.services import records, standards
from assessments.states import Part
from asye import clock
from asye.refusals import NotAllowed, Refused
from registrations.models import Registration
from registrations.services import changes, transfers
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.ground.built_once import built_once

OBSERVATION = "direct_observation"
AGREEMENT = "agreement"


@built_once
def observed(year: Registration, cast: Cast) -> Record:
    """Agreed, with two standards ticked on the form: pqs-1 and pqs-7."""
    return make.agreed(year, OBSERVATION, now=NOW)


def live(record: Record) -> dict[str, tuple[str, bool]]:
    return {one.standard: (one.why, one.strongest) for one in record.standard_links.filter(ended_at__isnull=True)}


def link(record: Record, standard: str, cast: Cast, **more: Any) -> StandardLink:
    return standards.link(record, standard, **{"why": f"Shows {standard}.", **more}, by=cast.ben, now=NOW)


def test_a_link_has_one_sentence_of_why(observed: Record, cast: Cast) -> None:
    link(observed, "pqs-2", cast, why="  She explained the plan to the child in his words.  ")
    assert live(observed) == {
        "pqs-1": ("", False),
        "pqs-7": ("", False),
        "pqs-2": ("She explained the plan to the child in his words.", False),
    }
    for why, sentence in (
        ("", "Enter why, in one sentence"),
        ("x" * 501, "The reason must be 500 characters or fewer"),
    ):
        with pytest.raises(Refused, match=sentence) as refused:
            link(observed, "pqs-3", cast, why=why, strongest="pqs-3")
        assert refused.value.field == "why"


def test_a_tick_gives_way_to_the_link_with_a_reason(observed: Record, cast: Cast) -> None:
    link(observed, "pqs-1", cast)
    assert live(observed) == {"pqs-7": ("", False), "pqs-1": ("Shows pqs-1.", False)}
    with pytest.raises(Refused, match="linked to PQS 1: Relationships and direct work already"):
        link(observed, "pqs-1", cast)


def test_fault_t40_agreed_twice_there_is_one_link_a_standard(observed: Record, cast: Cast) -> None:
    """What the form no longer names ends; what somebody linked with a reason stays until they take it away."""
    link(observed, "pqs-1", cast)
    link(observed, "pqs-3", cast)
    records.reopen(observed, reason="One more.", seen_version=observed_version(observed), by=cast.amira, now=NOW)
    make.finish(observed, Part.ASSESSOR, by=cast.ben, now=NOW, standards=["pqs-3", "pqs-5"])
    make.sign_all(Record.objects.get(pk=observed.pk), now=NOW)
    assert live(observed) == {
        "pqs-1": ("Shows pqs-1.", False),
        "pqs-3": ("Shows pqs-3.", False),
        "pqs-5": ("", False),
    }


def observed_version(record: Record) -> int:
    record.refresh_from_db()
    return record.version


def test_portfolio_6_a_fourth_standard_is_asked_about_and_allowed(observed: Record, cast: Cast) -> None:
    link(observed, "pqs-2", cast)
    for strongest in ("", "pqs-9"):
        with pytest.raises(Refused, match="Select which of these standards the record shows best") as refused:
            link(observed, "pqs-4", cast, strongest=strongest)
        assert refused.value.field == "strongest"
    link(observed, "pqs-4", cast, strongest="pqs-2")
    assert [code for code, (_, best) in live(observed).items() if best] == ["pqs-2"]
    link(observed, "pqs-5", cast, strongest="pqs-5")
    assert [code for code, (_, best) in live(observed).items() if best] == ["pqs-5"]


def test_the_strongest_may_be_one_that_was_there_before(observed: Record, cast: Cast) -> None:
    link(observed, "pqs-2", cast)
    link(observed, "pqs-3", cast, strongest="pqs-3")
    link(observed, "pqs-4", cast, strongest="pqs-1")  # a tick, and made before the one that was the strongest
    assert [code for code, (_, best) in live(observed).items() if best] == ["pqs-1"]
    link(observed, "pqs-1", cast, strongest="pqs-1")
    assert live(observed)["pqs-1"] == ("Shows pqs-1.", True)


def test_what_is_said_of_the_strongest_counts_when_a_tick_gets_its_reason(observed: Record, cast: Cast) -> None:
    """With three links the page asks; that one of them is the tick itself changes nothing of the answer."""
    link(observed, "pqs-2", cast)
    link(observed, "pqs-7", cast, strongest="pqs-2")
    assert [code for code, (_, best) in live(observed).items() if best] == ["pqs-2"]


def test_what_the_form_names_stays_linked_when_its_reason_is_taken_away(observed: Record, cast: Cast) -> None:
    standards.unlink(link(observed, "pqs-1", cast), by=cast.noor, now=NOW)
    assert live(observed) == {"pqs-7": ("", False), "pqs-1": ("", False)}
    records.lock(observed, seen_version=observed_version(observed), by=cast.ben, now=NOW)
    records.reopen(observed, reason="One more.", seen_version=observed_version(observed), by=cast.amira, now=NOW)
    assert live(observed) == {"pqs-7": ("", False), "pqs-1": ("", False)}


def test_a_link_is_taken_away_and_made_again(observed: Record, cast: Cast) -> None:
    one = link(observed, "pqs-2", cast)
    standards.unlink(one, by=cast.noor, now=NOW)
    standards.unlink(one, by=cast.noor, now=NOW)  # pressed twice
    assert "pqs-2" not in live(observed)
    link(observed, "pqs-2", cast)
    assert "pqs-2" in live(observed)
    ticked = observed.standard_links.get(standard="pqs-7", ended_at__isnull=True)
    with pytest.raises(Refused, match="The form itself names this standard"):
        standards.unlink(ticked, by=cast.noor, now=NOW)


def test_a_locked_record_keeps_its_links(observed: Record, cast: Cast) -> None:
    one = link(observed, "pqs-2", cast)
    records.lock(observed, seen_version=observed_version(observed), by=cast.ben, now=NOW)
    with pytest.raises(Refused, match="This record is locked"):
        link(observed, "pqs-3", cast)
    with pytest.raises(Refused, match="This record is locked"):
        standards.unlink(one, by=cast.ben, now=NOW)


def test_who_links_and_what_is_evidence(observed: Record, year: Registration, cast: Cast) -> None:
    for stranger in (cast.amira, cast.cal, cast.cora, cast.adele):
        with pytest.raises(NotAllowed):
            standards.link(observed, "pqs-2", why="Why not.", by=stranger, now=NOW)
    for code in ("pqs-11", "kss-1", "holistic"):
        with pytest.raises(Refused, match="Select a standard from the list"):
            link(observed, code, cast)


def test_a_recommendation_is_evidence_of_nothing(year: Registration, cast: Cast) -> None:
    with pytest.raises(Refused, match="A recommendation is not evidence of a standard"):
        link(make.recommended(year, now=NOW), "pqs-2", cast)


def test_portfolio_5_one_entry_fills_counter_and_grid(observed: Record, year: Registration, cast: Cast) -> None:
    """Linked twice with a sentence each, it counts in the grid for both, and nothing is typed again."""
    link(observed, "pqs-2", cast)
    link(observed, "pqs-1", cast)
    drafted = make.draft(year, AGREEMENT, now=NOW)
    link(drafted, "pqs-2", cast)
    covered = coverage_of(year, cast.ben, TODAY)
    assert {code: dict(covered.of(code).kinds) for code in ("pqs-1", "pqs-2", "pqs-7", "pqs-3")} == {
        "pqs-1": {OBSERVATION: 1},
        "pqs-2": {OBSERVATION: 1},  # the agreement is linked too, and not agreed yet
        "pqs-7": {OBSERVATION: 1},
        "pqs-3": {},
    }
    assert [covered.of(code).is_gap for code in ("pqs-2", "pqs-3")] == [False, True]


def test_fault_t40_a_failed_observation_awards_nothing(year: Registration, cast: Cast) -> None:
    failed = make.agreed(year, OBSERVATION, now=NOW, met="not_met")
    link(failed, "pqs-2", cast)
    one = coverage_of(year, cast.ben, TODAY).of("pqs-2")
    assert ([bool(piece.because) for piece in one.linked], one.is_gap) == ([True], True)


def test_the_assessor_says_what_is_enough_and_no_count_does(observed: Record, year: Registration, cast: Cast) -> None:
    for person in (cast.noor, cast.amira, cast.cal):
        with pytest.raises(NotAllowed):
            standards.judge(year, "pqs-1", is_enough=True, why="I say so.", by=person, now=NOW)
    assert coverage_of(year, cast.noor, TODAY).of("pqs-1").judged is None
    standards.judge(year, "pqs-1", is_enough=False, why="One visit only.", by=cast.ben, now=NOW)
    standards.judge(year, "pqs-1", is_enough=True, why="Seen with three families.", by=cast.ben, now=NOW)
    standards.judge(year, "pqs-1", is_enough=True, why="Seen with three families. ", by=cast.ben, now=NOW)
    assert year.sufficiencies.count() == 2  # the same again is said once
    judged = coverage_of(year, cast.noor, TODAY).of("pqs-1").judged
    assert judged is not None
    assert (judged.is_enough, judged.why) == (True, "Seen with three families.")
    with pytest.raises(Refused, match="not one of the year"):
        standards.judge(year, "pqs-99", is_enough=True, why="Why not.", by=cast.ben, now=NOW)


class TestPages:
    @pytest.fixture(autouse=True)
    def the_day(self) -> Any:
        with clock.moved_to(NOW):
            yield

    @pytest.fixture
    def as_(self, client_for: type[Client]) -> Any:
        def sign_in(user: User) -> Client:
            client = client_for()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            return client

        return sign_in

    def test_it_works(self, observed: Record, year: Registration, cast: Cast, as_: Any) -> None:
        ben = as_(cast.ben)
        address = reverse("record_standards", args=[observed.pk])
        page = ben.post(address, {"standard": "pqs-2", "why": "His words."}, follow=True).content.decode()
        assert "Linked to PQS 2: Communication." in page
        refused = ben.post(address, {"standard": "pqs-3", "why": "Play."}).content.decode()
        assert "Select which standard the record shows best" in refused
        assert "Play." in refused  # nothing typed is lost
        page = ben.post(address, {"standard": "pqs-3", "why": "Play.", "strongest": "new"}, follow=True)
        assert live(observed)["pqs-3"] == ("Play.", True)
        grid = ben.get(reverse("coverage", args=[year.pk])).content.decode()
        assert "Records linked to more than 3 standards" in grid
        one = reverse("coverage_standard", args=[year.pk, "pqs-3"])
        assert "Play." in ben.get(one).content.decode()
        ben.post(one, {"is_enough": "yes", "why": "Three families."})
        said = as_(cast.noor).get(one).content.decode()
        assert "Ben Okafor said on " in said
        assert "that it is enough: Three families." in said

    def test_nothing_is_offered_once_the_year_is_over(
        self, observed: Record, year: Registration, cast: Cast, as_: Any
    ) -> None:
        address, noor = reverse("record_standards", args=[observed.pk]), as_(cast.noor)
        assert "Link to this standard" in noor.get(address).content.decode()
        changes.withdraw(year, TODAY, "They left.", by=cast.amira, now=NOW)
        assert "Link to this standard" not in noor.get(address).content.decode()

    def test_whoever_takes_a_reason_away_is_told_what_stays(self, observed: Record, cast: Cast, as_: Any) -> None:
        noor, said = as_(cast.noor), []
        for code in ("pqs-1", "pqs-2"):
            address = reverse("record_standard_remove", args=[observed.pk, link(observed, code, cast).pk])
            said.append(noor.get(address).content.decode())
            said.append(noor.post(address, {"sent": "yes"}, follow=True).content.decode())
        assert "so it stays linked by that" in said[0]
        assert "The form itself still names PQS 1: Relationships and direct work." in said[1]
        assert "no longer counts for this standard" in said[2]
        assert "PQS 2: Communication is no longer linked. You can link it again." in said[3]

    def test_an_employer_that_the_year_has_left_is_not_told_how_it_goes_on(
        self, observed: Record, year: Registration, cast: Cast, as_: Any
    ) -> None:
        transfers.let_go(year, TODAY, cast.southmouth, by=cast.amira, now=NOW)
        number = Registration.objects.get(pk=year.pk).nqsw.swe_number or ""
        transfers.take_over(number, cast.southmouth, TODAY, cast.cal, by=cast.cora, now=NOW)
        standards.judge(year, "pqs-1", is_enough=False, why="Said at Southmouth.", by=cast.cal, now=NOW)
        addresses = [reverse("coverage", args=[year.pk]), reverse("coverage_standard", args=[year.pk, "pqs-1"])]
        amira, cora = as_(cast.amira), as_(cast.cora)
        assert [amira.get(address).status_code for address in addresses] == [404, 404]
        assert "Said at Southmouth." in cora.get(addresses[1]).content.decode()
        own = amira.get(reverse("record_standards", args=[observed.pk])).content.decode()
        assert "PQS 7" in own
        assert addresses[0] not in own

    def test_a_neighbour_is_shown_nothing(
        self, observed: Record, year: Registration, other_year: Registration, cast: Cast, as_: Any
    ) -> None:
        made = link(observed, "pqs-2", cast)
        theirs = make.agreed(other_year, OBSERVATION, now=NOW)
        cal = as_(cast.cal)
        addresses = [
            reverse("record_standards", args=[observed.pk]),
            reverse("record_standard_remove", args=[observed.pk, made.pk]),
            reverse("coverage", args=[year.pk]),
            reverse("coverage_standard", args=[year.pk, "pqs-2"]),
            reverse("record_standard_remove", args=[theirs.pk, made.pk]),  # by way of a record of theirs
        ]
        assert [cal.get(address).status_code for address in addresses] == [404] * 5
        assert [cal.post(address, {"why": "x"}).status_code for address in addresses[:2]] == [404] * 2
        assert cal.get(reverse("coverage", args=[other_year.pk])).status_code == 200

    @pytest.mark.parametrize("name", ["coverage", "record_standards"])
    def test_as_many_queries_for_one_link_as_for_three(
        self, name: str, observed: Record, year: Registration, cast: Cast, as_: Any
    ) -> None:
        ben = as_(cast.ben)
        address = reverse(name, args=[year.pk if name == "coverage" else observed.pk])
        observed.standard_links.filter(standard="pqs-7").update(ended_at=NOW)
        ben.get(address)
        with CaptureQueriesContext(connection) as with_one:
            ben.get(address)
        link(observed, "pqs-2", cast)
        link(observed, "pqs-3", cast)
        with CaptureQueriesContext(connection) as with_three:
            ben.get(address)
        assert len(with_three) == len(with_one)


class TestWalls:
    @pytest.fixture(params=["app", "owner"])
    def raw(
        self, request: pytest.FixtureRequest, app_sql: psycopg.Connection, owner_sql: psycopg.Connection
    ) -> psycopg.Connection:
        return app_sql if request.param == "app" else owner_sql

    def test_what_the_database_refuses(
        self, raw: psycopg.Connection, observed: Record, year: Registration, cast: Cast
    ) -> None:
        link(observed, "pqs-2", cast, why="Why.")
        link(observed, "pqs-3", cast, strongest="pqs-2")
        standards.judge(year, "pqs-1", is_enough=True, why="Seen.", by=cast.ben, now=NOW)
        insert = (
            "INSERT INTO assessments_standardlink (record_id, standard, why, linked_by_id, linked_at, strongest)"
            f" SELECT id, 'pqs-4', 'x', {cast.ben.pk}, now(), %s FROM assessments_record WHERE id = {observed.pk}"
        )
        judgement = (
            "INSERT INTO assessments_sufficiency (registration_id, standard, is_enough, why, judged_by_id, judged_at)"
            f" VALUES ({year.pk}, 'pqs-1', true, '', {cast.ben.pk}, now())"
        )
        for statement, values in (
            ("UPDATE assessments_standardlink SET why = 'other' WHERE standard = 'pqs-2'", ()),
            ("UPDATE assessments_standardlink SET standard = 'pqs-9' WHERE standard = 'pqs-2'", ()),
            ("UPDATE assessments_standardlink SET strongest = true WHERE standard = 'pqs-3'", ()),
            (insert, (True,)),
            (judgement, ()),
            ("UPDATE assessments_sufficiency SET is_enough = false", ()),
            ("DELETE FROM assessments_sufficiency", ()),
        ):
            refused(raw, statement, values)
        records.lock(observed, seen_version=observed_version(observed), by=cast.ben, now=NOW)
        refused(raw, insert, (False,))
        refused(raw, "UPDATE assessments_standardlink SET ended_at = now() WHERE standard = 'pqs-2'", ())


def refused(raw: psycopg.Connection, statement: str, values: tuple[object, ...]) -> None:
    with pytest.raises(psycopg.Error) as error:
        raw.execute(statement, values)  # type: ignore[call-overload]
    assert error.value.sqlstate in {"23001", "23505", "23514", "42501"}, (statement, error.value)
