"""The rules as tables: numbers, eligibility, dates, names, references."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asye.refusals import Refused
from registrations import reference, simulator
from registrations.rules import dates, eligibility, numbers
from registrations.rules.answers import Post, Previous
from registrations.rules.names import names_match
from registrations.states import Verdict
from tests.factories import registrations as make

YEAR = SimpleNamespace(
    code="2026-27",
    version=1,
    window_from=date(2026, 4, 1),
    window_to=date(2027, 3, 31),
    fundable_years=4,
    latest_days_after_start=90,
    agency_funded=True,
    second_attempt="override",
)
ON = date(2026, 9, 14)
PLAIN = make.answers(SimpleNamespace(pk=1), on=ON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("SW1", "SW1"),
        ("sw12345", "SW12345"),
        (" SW 12 345 ", "SW12345"),
        ("SW-012345", "SW12345"),
        ("sw 0001234567", "SW1234567"),
        ("SW\u00a012\u200a345", "SW12345"),
    ],
)
def test_numbers_in_disguise(typed, stored):
    assert numbers.canonical(typed) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter their"),
        ("   ", "Enter their"),
        ("SW", "Enter the digits"),
        ("12345", "must start with SW"),
        ("WS12345", "must start with SW"),
        ("SW12O45", "letter O"),
        ("SWO", "letter O"),
        ("SW12A45", "only digits"),
        ("SW12.3a", "only digits"),
        ("SW000", "all zeros"),
        ("SW12345678", "7 digits or fewer"),
        ("SW１２３", "standard keyboard"),
        ("ＳＷ123", "standard keyboard"),
        ("SW١٢٣", "standard keyboard"),
        ("SW12345\n6x", "only digits"),
    ],
)
def test_numbers_refused(typed, words):
    with pytest.raises(Refused, match=words) as refusal:
        numbers.canonical(typed)
    assert refusal.value.field == "swe_number"


@given(
    number=st.integers(1, 9_999_999),
    zeros=st.integers(0, 12),
    gaps=st.lists(st.sampled_from(["", " ", "-", "\t", "\u00a0", "\u2013"]), min_size=24, max_size=24),
    low=st.booleans(),
)
def test_every_disguise_of_a_number_is_the_same_key(number, zeros, gaps, low):
    plain = f"SW{'0' * zeros}{number}"
    typed = "".join(gap + letter for gap, letter in zip(gaps, plain, strict=False))
    assert numbers.canonical(typed.lower() if low else typed) == f"SW{number}"


@given(st.text(max_size=30))
def test_anything_else_is_canonical_or_refused(typed):
    try:
        stored = numbers.canonical(typed)
    except Refused:
        return
    assert numbers.is_canonical(stored)
    assert numbers.canonical(stored) == stored


def rules_against(answers, on=ON):
    result = eligibility.evaluate(answers, YEAR, on)
    return result.verdict, [reason.rule for reason in result.deciding]


def changed(**fields):
    eligible = {key: fields.pop(key) for key in list(fields) if hasattr(PLAIN.eligibility, key)}
    return replace(PLAIN, eligibility=replace(PLAIN.eligibility, **eligible), **fields)


def test_plain_answers_can_be_funded_for_every_reason():
    verdict, rules = rules_against(PLAIN)
    assert verdict == Verdict.FUNDABLE
    assert sorted(rules) == sorted([*(f"E{number}" for number in range(1, 16)), "U3"])


@pytest.mark.parametrize(
    ("fields", "verdict", "rules"),
    [
        ({"post": Post.EVIDENCES}, Verdict.FUNDABLE, None),
        ({"post": Post.NEITHER}, Verdict.CANNOT_REGISTER, ["E3"]),
        ({"child_and_family": False}, Verdict.CANNOT_REGISTER, ["E4"]),
        ({"contract": "agency", "duties_agreed": True}, Verdict.FUNDABLE, None),
        ({"contract": "agency", "duties_agreed": False}, Verdict.CANNOT_REGISTER, ["E5"]),
        ({"contract": "locum", "duties_agreed": None}, Verdict.CANNOT_REGISTER, ["E5"]),
        ({"contract": "permanent", "duties_agreed": False}, Verdict.FUNDABLE, None),
        ({"in_england": False}, Verdict.CANNOT_REGISTER, ["E6"]),
        ({"assessor_experienced": False}, Verdict.CANNOT_REGISTER, ["E8"]),
        ({"previous": Previous.STARTED}, Verdict.FUNDABLE, None),
        ({"previous": Previous.ADULTS_NOW}, Verdict.CANNOT_REGISTER, ["E9"]),
        ({"previous": Previous.COMPLETED}, Verdict.CANNOT_REGISTER, ["E9"]),
        ({"previous": Previous.FAILED}, Verdict.CANNOT_REGISTER, ["E10"]),
        ({"swe_registered_from": date(2026, 9, 10), "asye_start": date(2026, 9, 9)}, Verdict.CANNOT_REGISTER, ["E11"]),
        ({"swe_registered_from": ON + timedelta(days=1), "asye_start": date(2026, 10, 1)}, "cannot_register", ["E1"]),
        ({"in_england": False, "child_and_family": False}, Verdict.CANNOT_REGISTER, ["E4", "E6"]),
    ],
)
def test_eligibility(fields, verdict, rules):
    found, deciding = rules_against(changed(**fields))
    assert found == verdict
    assert rules is None or deciding == rules


@pytest.mark.parametrize(
    ("qualified", "start", "verdict"),
    [
        (date(2022, 9, 1), date(2026, 8, 31), Verdict.FUNDABLE),
        (date(2022, 9, 1), date(2026, 9, 1), Verdict.FUNDABLE),  # the anniversary itself
        (date(2022, 9, 1), date(2026, 9, 2), Verdict.UNFUNDED),
        (date(2024, 2, 29), date(2028, 2, 29), Verdict.FUNDABLE),
        (date(2024, 2, 29), date(2028, 3, 1), Verdict.UNFUNDED),
    ],
)
def test_four_years_to_the_day(qualified, start, verdict):
    year = SimpleNamespace(**{**vars(YEAR), "window_to": date(2030, 3, 31)})
    answers = changed(qualified_on=qualified, swe_registered_from=qualified, asye_start=start, employment_start=start)
    result = eligibility.evaluate(answers, year, start)
    assert result.verdict == verdict
    assert [r.rule for r in result.deciding] == ["E2"] or verdict == Verdict.FUNDABLE


def test_three_years_from_29_february_end_on_28_february():
    assert eligibility.last_fundable_start(date(2024, 2, 29), 3) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("on", "rules"),
    [
        (date(2026, 3, 31), ["E12"]),
        (date(2026, 4, 1), None),
        (date(2027, 3, 31), None),
        (date(2027, 4, 1), ["E12"]),
    ],
)
def test_the_window_holds_its_last_day(on, rules):
    start = on
    answers = changed(asye_start=start, employment_start=start, swe_registered_from=date(2025, 7, 1))
    verdict, deciding = rules_against(answers, on)
    assert (verdict == Verdict.FUNDABLE) == (rules is None)
    assert rules is None or deciding == rules


@pytest.mark.parametrize(("days", "fine"), [(0, True), (90, True), (91, False)])
def test_latest_registration_after_start(days, fine):
    start = ON - timedelta(days=days)
    verdict, deciding = rules_against(changed(asye_start=start, employment_start=start))
    assert (verdict == Verdict.FUNDABLE) == fine
    assert fine or deciding == ["U3"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"qualified_on": ON + timedelta(days=1)}, "qualified_on"),
        ({"swe_registered_from": ON + timedelta(days=1)}, "swe_registered_from"),
        ({"qualified_on": date(2025, 2, 2), "swe_registered_from": date(2025, 2, 1)}, "swe_registered_from"),
        ({"employment_start": date(2026, 9, 2), "asye_start": date(2026, 9, 1)}, "asye_start"),
        ({"swe_registered_from": date(2026, 9, 2), "asye_start": date(2026, 9, 1)}, "asye_start"),
        ({"employment_start": date(2027, 3, 15)}, "employment_start"),
        ({"asye_start": date(2027, 3, 15)}, "asye_start"),
    ],
)
def test_date_order_names_the_field(fields, field):
    with pytest.raises(Refused) as refusal:
        dates.check_order(fields, ON)
    assert refusal.value.field == field


def test_dates_that_are_equal_are_in_order():
    dates.check_order(dict.fromkeys(("qualified_on", "swe_registered_from", "employment_start", "asye_start"), ON), ON)


@pytest.mark.parametrize(
    ("given_name", "found", "former", "same"),
    [
        ("Siân Davies", "Sian  DAVIES", "", True),
        ("Hannah ORourke", "Hannah O'Rourke", "", True),
        ("Zoe Rahman Shaw", "Zoë Rahman-Shaw", "", True),
        ("Davies Siân", "Siân Davies", "", True),
        ("Ann Marie Jones", "Ann Jones", "", True),
        ("Ann Smith", "Ann Jones", "Jones", True),
        ("Ann Smith", "Ann Jones", "", False),
        ("Ann", "Ann Jones", "", False),
        ("Ann Smith", "Beth Jones", "Jones", False),
        ("", "Ann Jones", "", False),
    ],
)
def test_names(given_name, found, former, same):
    assert names_match(given_name, found, former) is same


def test_reference_check_character():
    assert reference.check_character("A12425GABC1234002") == "M"  # the standard's own example (ISO 7064)
    assert reference.reference("CF26", 42)[:-1] == "CF2600042"
    for bad in (0, 100_000):
        with pytest.raises(ValueError, match="not between"):
            reference.reference("CF26", bad)


@given(st.integers(1, 99_999), st.integers(0, 9), st.sampled_from(reference.ALPHABET))
def test_one_wrong_character_is_noticed(sequence, place, other):
    right = reference.reference("CF26", sequence)
    assert reference.is_reference(right)
    wrong = right[:place] + other + right[place + 1 :]
    assert reference.is_reference(wrong) == (wrong == right)


def test_the_simulated_people_are_distinct_and_plain_first():
    people = simulator.people()
    assert len({p.number for p in people}) == len(people)
    assert all(numbers.is_canonical(p.number) for p in people)
    assert sum(p.is_plain for p in people) >= 80
