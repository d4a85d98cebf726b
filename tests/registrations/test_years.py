"""Programme years: who may move a version where, what is shipped, and that registrations keep their version."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from accounts.models import AuditEvent, Notice, User
from accounts.services import people
from asye.money import pounds
from asye.refusals import NotAllowed, Refused, Stale
from registrations import queries, year_queries, year_words
from registrations.management import shipped
from registrations.models import ProgrammeYear, Registration, YearHand
from registrations.rules import eligibility
from registrations.rules import years as rules
from registrations.services import changes, checking, years
from registrations.states import MOVES_YEAR, WAITS_FOR_YEAR, Contract, Milestone, Programme, YearState
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
PEOPLE = ("amira", "lena", "ben", "dev", "cora", "noor", "erin", "omar", "priya", "ana", "udo", "nils")
LATER = NOW + timedelta(days=1)


def publish(year: ProgrammeYear, by: User) -> None:
    years.publish_year(year, by=by, now=NOW)


def discard(year: ProgrammeYear, by: User) -> None:
    years.discard_year(year, "Not needed.", by=by, now=NOW)


def change(year: ProgrammeYear, by: User) -> None:
    years.edit_year(year, {"fundable_years": 5}, by=by, now=NOW)


def correct(year: ProgrammeYear, by: User) -> None:
    years.draft_correction(year, "Five years.", by=by, now=NOW)


ACTS: dict[Callable[[ProgrammeYear, User], None], tuple[set[YearState], YearState | None]] = {
    publish: ({YearState.DRAFT}, YearState.PUBLISHED),
    discard: ({YearState.DRAFT}, YearState.DISCARDED),
    change: ({YearState.DRAFT}, None),
    correct: ({YearState.PUBLISHED}, None),
}


def in_state(cast: Cast, state: YearState) -> ProgrammeYear:
    year = make.draft_year(by=cast.adele, now=NOW)
    if state == YearState.DISCARDED:
        years.discard_year(year, "Too early.", by=cast.adele, now=NOW)
    elif state != YearState.DRAFT:
        years.publish_year(year, by=cast.zora, now=NOW)
    if state == YearState.SUPERSEDED:
        again = years.draft_correction(year, "The days.", by=cast.adele, now=NOW)
        years.publish_year(again, by=cast.zora, now=NOW)
    year.refresh_from_db()
    assert year.state == state
    return year


@pytest.mark.parametrize("state", list(YearState))
@pytest.mark.parametrize("act", list(ACTS), ids=lambda act: act.__name__)
def test_from_to_role(cast: Cast, state: YearState, act: Callable[[ProgrammeYear, User], None]) -> None:
    year = in_state(cast, state)
    possible, after = ACTS[act]
    for name in PEOPLE:
        with pytest.raises(NotAllowed):
            act(year, getattr(cast, name))
    if state in possible:
        act(year, cast.zora)
        year.refresh_from_db()
        assert year.state == (after or state)
        assert after is None or after in MOVES_YEAR[state]
    else:
        with pytest.raises(Refused):
            act(year, cast.zora)
        year.refresh_from_db()
        assert year.state == state


def test_every_state_is_in_the_moves() -> None:
    assert set(MOVES_YEAR) == set(YearState) == set(WAITS_FOR_YEAR)


def test_it_works(cast: Cast) -> None:
    """Drafted from last year, its choices made, published by somebody else; the others are told when it is ready."""
    last = make.published_year(by=cast.adele, second=cast.zora, now=NOW)
    Notice.objects.all().delete()
    year = years.draft_next(last, by=cast.adele, now=NOW)
    assert (year.code, year.version, year.cohort) == ("2027-28", 1, 16)
    assert (year.window_from, year.window_to) == (date(2027, 4, 1), date(2028, 3, 31))
    assert (year.on_fail, year.on_withdrawal, year.on_move) == ("", "", "")
    assert queries.amounts_of(year) == queries.amounts_of(last)
    assert not Notice.objects.exists()
    with pytest.raises(Refused, match="choose whether a fail earns the second payment, what a withdrawal"):
        years.publish_year(year, by=cast.zora, now=NOW)
    chosen = {"on_fail": "pay", "on_withdrawal": "keep", "on_move": "registering"}
    year = years.edit_year(year, chosen, by=cast.adele, now=NOW, seen_edits=1)
    (told,) = Notice.objects.all()
    assert (told.user, told.kind) == (cast.zora, "registrations.year_ready")
    year = years.publish_year(year, by=cast.zora, now=NOW, seen_edits=2)
    assert (year.state, year.published_by) == (YearState.PUBLISHED, cast.zora)
    assert Notice.objects.get(kind="registrations.year_published").user == cast.adele
    assert queries.year_open(date(2027, 6, 1)) == year
    acts = AuditEvent.objects.filter(object_type="registrations.programmeyear", object_id=year.pk).order_by("id")
    assert [event.act for event in acts] == [
        "registrations.draft_year",
        "registrations.edit_year",
        "registrations.publish_year",
    ]
    assert acts[1].detail.words["after"] == chosen


def test_whoever_changed_it_is_barred_and_their_second_account_too(cast: Cast) -> None:
    third = people.create_user("third@dfe.example", "Third", "Person", by=cast.adele, now=NOW)
    year = make.draft_year(by=cast.adele, now=NOW)
    change(year, cast.zora)
    for by in (cast.adele, cast.zora):
        with pytest.raises(Refused, match="drafted or changed"):
            publish(year, by)
    cast.ana.human = cast.zora.human
    cast.ana.save(update_fields=["human"])
    assert rules.has_hand(year.hands.select_related("user"), cast.ana.human_id)
    assert not rules.has_hand(year.hands.select_related("user"), third.human_id)
    assert YearHand.objects.filter(programme_year=year).count() == 2


def test_a_page_that_is_stale_changes_nothing(cast: Cast) -> None:
    year = make.draft_year(by=cast.adele, now=NOW)
    change(year, cast.adele)
    with pytest.raises(Stale):
        years.edit_year(year, {"months": 13}, by=cast.adele, now=NOW, seen_edits=1)
    with pytest.raises(Stale):
        years.publish_year(year, by=cast.zora, now=NOW, seen_edits=1)
    assert ProgrammeYear.objects.get(pk=year.pk).months == 12


def test_saving_what_stands_there_leaves_no_hand(cast: Cast) -> None:
    year = make.draft_year(by=cast.adele, now=NOW)
    amounts = queries.amounts_of(year)
    years.edit_year(year, {"months": year.months}, amounts_pence=amounts, by=cast.zora, now=NOW)
    years.publish_year(year, by=cast.zora, now=NOW)


def test_a_correction_supersedes_and_registrations_keep_their_version(cast: Cast, year: ProgrammeYear) -> None:
    before = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    again = years.draft_correction(year, "Thirty days.", by=cast.adele, now=NOW)
    assert (again.version, again.note, again.on_fail) == (2, "Thirty days.", year.on_fail)
    again = years.edit_year(again, {"latest_days_after_start": 10}, by=cast.adele, now=NOW)
    again = years.publish_year(again, by=cast.zora, now=NOW)
    year.refresh_from_db()
    assert (year.state, year.superseded_by, queries.year_open(TODAY)) == (YearState.SUPERSEDED, again, again)
    after = make.answers(cast.ben, number=1, on=TODAY)
    assert "U3" in [one.rule for one in eligibility.evaluate(after, again, TODAY).deciding]
    with pytest.raises(Refused, match="within 10 days"):
        make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    make.queried(before, by=cast.erin, now=NOW)
    given = make.answers(cast.ben, on=TODAY, job_title="Child protection social worker")
    checking.answer(before, "Done.", by=cast.amira, now=LATER, answers=given)
    before.refresh_from_db()
    assert (before.programme_year, before.rule_version) == (year, "2026-27 v1")
    assert (before.job_title, before.verdict) == ("Child protection social worker", "fundable")


def test_years_of_one_programme_do_not_overlap(cast: Cast, year: ProgrammeYear) -> None:
    wide = make.draft_year(2027, by=cast.adele, now=NOW, window_from=date(2027, 3, 31))
    with pytest.raises(Refused, match="cannot be open on the same day"):
        publish(wide, cast.zora)
    adults = make.draft_year(by=cast.adele, now=NOW, programme=Programme.ASYE_ADULTS)
    publish(adults, cast.zora)


def test_what_can_still_happen_needs_a_choice(cast: Cast) -> None:
    gone = {"on_fail": "cannot_happen", "on_withdrawal": "cannot_happen", "on_move": "cannot_happen"}
    with pytest.raises(Refused, match="is not over"):
        publish(make.draft_year(by=cast.adele, now=NOW, **gone), cast.zora)
    make.published_year(2025, by=cast.adele, second=cast.zora, now=NOW, **gone)
    running = make.published_year(2024, by=cast.adele, second=cast.zora, now=NOW)
    then = NOW - timedelta(days=600)
    registration = make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=then)
    again = years.draft_correction(running, "Over.", by=cast.adele, now=NOW)
    years.edit_year(again, gone, by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="1 registration is still running in 2024-25"):
        publish(again, cast.zora)
    make.withdrawn(registration, by=cast.amira, now=NOW)
    publish(again, cast.zora)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("window_from", date(2025, 4, 1), "must be in 2026"),
        ("window_to", date(2026, 4, 1), "after the first day"),
        ("name", " ", "what the programme is called"),
        ("reference_prefix", "C1", "two capital letters"),
        ("longest_months", 11, "between 12 and 120"),
        ("review_months", {"review_3": 3, "review_final": 13}, "between month 1 and month 12"),
        ("review_months", {"review_3": 3, "review_12": 12, "review_final": 12}, "before the final review"),
        ("optional_reviews", ["review_9"], "one of the reviews"),
        ("assessor_observations", 2, "At most 1 observations"),
        ("evidence", {"poems": 1}, "no kind of evidence"),
        ("sample_percent", 101, "between 0 and 100"),
        ("readers", 0, "between 1 and 5"),
        ("on_fail", "perhaps", "Select from the list"),
        ("standard_set", "", "Select from the list"),
        ("last_completion_on", date(2026, 3, 31), "1 April 2026 or later"),
    ],
)
def test_contradictions_are_refused(cast: Cast, field: str, value: object, words: str) -> None:
    year = make.draft_year(by=cast.adele, now=NOW)
    with pytest.raises(Refused, match=words):
        years.edit_year(year, {field: value}, by=cast.adele, now=NOW)


def test_two_drafts_of_one_year(cast: Cast, year: ProgrammeYear) -> None:
    correct(year, cast.adele)
    with pytest.raises(Refused, match="already a draft of 2026-27"):
        correct(year, cast.zora)
    years.draft_next(year, by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="2027-28 is there already"):
        years.draft_next(year, by=cast.zora, now=NOW)
    discard(ProgrammeYear.objects.get(code="2027-28"), cast.adele)
    assert years.draft_next(year, by=cast.zora, now=NOW).version == 2


def test_a_field_that_is_none_is_a_fault_of_ours(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no field"):
        years.edit_year(make.draft_year(by=cast.adele, now=NOW), {"published_at": NOW}, by=cast.adele, now=NOW)


def test_what_is_shipped(cast: Cast) -> None:
    """Every year since 2018-19, adults and the two-year programme: drafts that say what they rest on (D10, P1)."""
    call_command("load_programme_years", cast.adele.email)
    of = {(each.programme, each.code): each for each in ProgrammeYear.objects.all()}
    children = [each for (programme, _), each in sorted(of.items()) if programme == Programme.ASYE_CHILD_AND_FAMILY]
    assert [each.code for each in children] == [f"{start}-{start - 1999}" for start in range(2018, 2027)]
    assert [each.cohort for each in children] == list(range(7, 16))
    assert [each.evidence["critical_reflection"] for each in children] == [3] * 4 + [2] * 5
    assert [each.last_completion_on for each in children] == [date(2026, 3, 31)] * 4 + [None] * 5
    assert {pounds(pence) for each in children for pence in queries.amounts_of(each).values()} == {"£1,000"}
    assert all(each.optional_reviews == ["review_9"] and each.note for each in of.values() if each.months == 12)
    adults = of[Programme.ASYE_ADULTS, "2026-27"]
    assert (adults.window_from, adults.window_to) == (date(2026, 2, 1), date(2027, 1, 31))
    assert (adults.external_moderation, adults.reference_prefix) == ("compulsory", "AD")
    two = of[Programme.ECDP, "2027-28"]
    assert (two.months, two.fundable_years, two.agency_funded, two.window_from) == (24, 3, False, date(2027, 9, 1))
    assert queries.amounts_of(two) == {}
    missing = rules.missing_choices(two, set())
    assert missing[-2:] == ["the amount for registration", "the amount for completion"]
    assert len(missing) == 6


def test_every_open_question_is_a_field() -> None:
    """What the pages show is what can be changed is what is copied: nothing is forgotten in one of them."""
    fields = {field.name for field in ProgrammeYear._meta.concrete_fields}
    of_the_version = {"id", "programme", "code", "version", "edits", "drafted_by", "drafted_human_id"}
    of_its_moves = {"published_by", "published_human_id", "published_hand", "published_at"}
    of_its_end = {"superseded_by", "superseded_at", "discarded_by", "discarded_at"}
    assert fields - of_the_version - of_its_moves - of_its_end == rules.EDITABLE
    bare = {"review_months": {"review_final": 12}, "evidence": {}, "window_from": TODAY, "window_to": TODAY}
    one = ProgrammeYear(**bare, cohort=1, optional_reviews=[])
    changed = {
        **dict.fromkeys(("name", "note", "certificate_issuer"), "Other"),
        "reference_prefix": "ZZ",
        "window_from": date(2020, 1, 1),
        "window_to": date(2020, 1, 1),
        "cohort": 2,
        **{name: 77 for name in rules.EDITABLE if isinstance(getattr(one, name), int)},
        "agency_funded": False,
        "longest_deferral_months": 3,
        "last_completion_on": TODAY,
        "counts_from": "employment_start",
        "part_time": "agreed",
        "second_attempt": "never",
        "review_months": {"review_final": 11},
        "standard_set": "pqs-2018",
        "requirement_set": "four-part-2015",
        "external_moderation": "not_used",
        "on_fail": "pay",
        "on_withdrawal": "keep",
        "on_move": "completing",
        "evidence": {"written_report": 1},
    }
    for name in rules.EDITABLE - {"optional_reviews"}:
        other = ProgrammeYear(**{**bare, "cohort": 1, "optional_reviews": [], name: changed[name]})
        differ, _ = year_words.compared((one, {}), (other, {}))
        assert len(differ) == 1, name
    none, some = {}, {Milestone.REGISTRATION.value: 5, Milestone.COMPLETION.value: 6}
    assert len(year_words.compared((one, none), (one, some))[0]) == 2


def test_the_year_is_counted_from_the_day_the_programme_year_names(cast: Cast) -> None:
    make.published_year(by=cast.adele, second=cast.zora, now=NOW, counts_from="employment_start")
    start = TODAY - timedelta(days=40)
    made = make.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, employment_start=start
    )
    found = queries.with_end(Registration.objects.filter(pk=made.pk)).get()
    assert found.asye_start != start
    assert queries.planned_end(found) == found.planned_end_on == start.replace(year=2027)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("percent", "part_time", "months"),
    [(100, "by_hours", 12), (60, "by_hours", 20), (70, "by_hours", 18), (30, "by_hours", 24), (50, "agreed", 12)],
)
def test_part_time_takes_longer(percent: int, part_time: str, months: int) -> None:
    assert rules.part_time_months(ProgrammeYear(part_time=part_time), percent) == months


def test_what_the_year_says_of_deferrals_agencies_and_references(cast: Cast) -> None:
    said = {"longest_deferral_months": 1, "agency_funded": False, "reference_prefix": "QQ"}
    year = make.published_year(by=cast.adele, second=cast.zora, now=NOW, **said)
    agency = make.answers(cast.ben, on=TODAY, contract=Contract.AGENCY, duties_agreed=True)
    assert [one.rule for one in eligibility.evaluate(agency, year, TODAY).deciding] == ["E5"]
    assert eligibility.evaluate(agency, year, TODAY).verdict == "unfunded"
    made = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    assert str(made.reference).startswith("QQ26")
    make.deferred(made, by=cast.amira, now=NOW)
    late = NOW + timedelta(days=40)
    with pytest.raises(Refused, match="at most 1 months long"):
        changes.resume(made, late.date(), by=cast.amira, now=late)
    changes.resume(made, TODAY + timedelta(days=30), by=cast.amira, now=late)


def test_planned_dates(cast: Cast) -> None:
    given = {"review_months": shipped.WITH_NINE_MONTHS, "optional_reviews": ["review_9"], "panel_days": 7}
    make.published_year(by=cast.adele, second=cast.zora, now=NOW, **given)
    made = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    start = made.asye_start
    shown = {label: day for _, label, day in queries.planned_dates(made)}
    assert list(shown) == [
        *("Agreement signed", "3-month review", "6-month review", "9-month review (may be left out)", "Final review"),
        *("Moderation", "Outcome confirmed"),
    ]
    assert shown["Agreement signed"] == start + timedelta(days=28)
    assert shown["Moderation"] == shown["Final review"] + timedelta(days=7)
    assert shown["Outcome confirmed"] == shown["Final review"] + timedelta(days=21)
    assert "review_9" not in [key for key, _, _ in queries.review_dates(made)]


def test_the_version_before(cast: Cast, year: ProgrammeYear) -> None:
    following = years.draft_next(year, by=cast.adele, now=NOW)
    again = years.draft_correction(year, "Days.", by=cast.adele, now=NOW)
    assert year_queries.year_before(following) == again
    assert year_queries.year_before(again) == year
    discard(again, cast.adele)
    assert year_queries.year_before(following) == year
    assert year_queries.year_before(year) is None
