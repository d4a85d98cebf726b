"""When two spellings are taken for one person's name, and when a caseworker has to look (rule E15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import simulator
from registrations.rules.names import are_close, matches_any, names_match

NAMES = [f"{person.first_name} {person.last_name}" for person in simulator.people()]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Siobhan O'Rourke", "Siobhán O’Rourke"),
        ("Siobhan O Rourke", "Siobhán O'Rourke"),
        ("Siobhan ORourke", "SIOBHAN O’ROURKE"),
        ("Annemarie Lowe", "Anne-Marie Lowe"),
        ("Anne Marie Lowe", "Annemarie Lowe"),
        ("Sam MacDonald", "Sam Mac-Donald"),
        ("Sam Mac Donald", "Sam MacDonald"),
        ("Ann Smith", "Ann Smith-Jones"),
        ("Ann Jones", "Ann Smith‐Jones"),
        ("Ann Smith Jones", "Ann Smith-Jones"),
        ("Smith, Ann", "Ann Smith"),
        ("Marlin Fay", "Marlin Danielle Fay"),
        ("Jan van der Berg", "Jan Vanderberg"),
        ("Zoe Lukasiewicz-Thorsdottir", "Zoë Łukasiewicz-Þórsdóttir"),
        ("Julio Stehr", "Julio A.B.C Stehr"),
        ("Soren Strosse", "Søren Stroße"),
        ("Nguyễn Thị Hoa", "Nguyen Thi Hoa"),
    ],
)
def test_the_same_person(ours, theirs):
    assert names_match(ours, theirs)
    assert names_match(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs", "close"),
    [
        ("Jayden Smith Koch", "Hayden Smith Koch", True),
        ("Mohammed Ali", "Mohamed Ali", True),
        ("Ann E Smith", "Anne Smith", True),
        ("Rory Ann Hintz", "Rory Jane Hintz", False),
        ("Sam Bogan", "Samuel Bogan", False),
        ("Ann Brown", "Ann Smith", False),
        ("Ann", "Ann Smith", False),
        ("Ann Ann", "Ann Smith", False),
        ("", "Ann Smith", False),
        ("Ann Smith", "", False),
        ("' - .", "- '", False),
    ],
)
def test_somebody_has_to_look(ours, theirs, close):
    assert not names_match(ours, theirs)
    assert not names_match(theirs, ours)
    if ours.strip("' -.") and theirs:
        assert are_close(ours, theirs) is close


def test_a_former_name_stands_in_for_the_last_one_only():
    assert names_match("Ann Brown", "Ann Smith", "Smith")
    assert not names_match("Ann Brown", "Zoe Smith", "Smith")
    assert matches_any(["Ann Brown", ""], "Ann Smith", "Smith")
    assert not matches_any([], "Ann Smith")


def test_neighbours_in_the_register_are_told_apart():
    near = {p.number: f"{p.first_name} {p.last_name}" for p in simulator.people() if p.number.startswith("SW8")}
    assert not names_match(near["SW800007"], near["SW800008"])
    assert are_close(near["SW800007"], near["SW800008"])


@given(st.sampled_from(NAMES), st.sampled_from(["upper", "lower", "title", "swapcase"]), st.randoms())
def test_case_order_and_signs_do_not_matter(name, case, dice):
    words = getattr(name, case)().replace("'", "’").split()
    dice.shuffle(words)
    assert names_match(name, " ".join(words))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_compared_the_same_both_ways(one, other):
    assert names_match(one, other) == names_match(other, one)
    assert isinstance(are_close(one, other), bool)
