"""An NQSW's year in steps."""

from datetime import UTC, date, datetime

import pytest

from assessments.models import Certificate, Outcome
from registrations.models import ProgrammeYear, Registration
from reporting.presenters.own_year import Step, year
from reporting.queries.figures import OwnYear

TODAY = date(2026, 9, 14)
DATES = [
    ("review_3", "3-month review", date(2026, 9, 4)),
    ("review_6", "6-month review", date(2026, 12, 4)),
    ("review_final", "Final review", date(2027, 6, 4)),
]
BOTH = "You and your assessor, Ben Okafor"


def own(stage="on_programme", *, done=(), observations=0, outcome=None, certificate=None, **changed):
    registration = Registration(
        pk=7,
        reference="CF2600042X",
        state="registered",
        submitted_at=datetime(2026, 6, 5, 9, tzinfo=UTC),
        decided_at=datetime(2026, 6, 9, 9, tzinfo=UTC),
        asye_start=date(2026, 6, 4),
        programme_year=ProgrammeYear(evidence={"direct_observation": 3}),
    )
    for name, value in changed.items():
        setattr(registration, name, value)
    registration.stage = stage
    return OwnYear(
        registration, "Northshire", "Ben Okafor", date(2026, 7, 2), DATES, set(done), observations, outcome, certificate
    )


def steps(*args, **kwargs):
    return [(step.heading, step.state) for step in year(own(*args, **kwargs), TODAY).steps]


def test_the_whole_line_with_what_is_done_next_and_who_does_it():
    found = year(own(done={"agreement", "review_3"}, observations=1), TODAY)
    assert (found.heading, found.stage) == ("CF2600042X", "On the programme")
    assert found.sentence == "Your year at Northshire."
    assert found.certificate == ""
    assert found.steps == (
        Step("Registration", "Approved on 9 June 2026", "A caseworker of the Department", "Done"),
        Step("Support and assessment agreement", "", BOTH, "Done"),
        Step("3-month review", "", BOTH, "Done"),
        Step("6-month review", "Due 4 December 2026, due in 81 days", BOTH, "Next"),
        Step("Direct observations", "1 of 3 agreed", "Your assessor, Ben Okafor", "Later"),
        Step("Final review", "Due 4 June 2027, due in 263 days", BOTH, "Later"),
        Step("Recommendation, moderation and outcome", "", "Your assessor, then your employer", "Later"),
        Step("Certificate", "", "Made for you after a pass", "Later"),
    )


def test_a_review_that_is_late_says_so():
    found = year(own(done={"agreement"}), TODAY)
    assert found.steps[2] == Step("3-month review", "Due 4 September 2026, 10 days late", BOTH, "Next")


@pytest.mark.parametrize(
    ("state", "stage", "who"),
    [
        ("submitted", "being_checked", "A caseworker of the Department"),
        ("queried", "question_asked", "Your co-ordinator answers a question"),
    ],
)
def test_before_it_is_approved(state, stage, who):
    found = year(own(stage, state=state, decided_at=None, reference=None), TODAY)
    assert found.heading == "Registration with Northshire"
    assert found.steps[0] == Step("Registration", "Sent on 5 June 2026", who, "Next")
    assert {step.state for step in found.steps[1:]} == {"Later"}


def test_nothing_is_next_while_the_year_is_paused():
    found = year(own("deferred", done={"agreement"}), TODAY)
    assert found.sentence == "Your year at Northshire is paused. The dates move when you return."
    assert {step.state for step in found.steps[2:]} == {"Later"}
    assert [step.when for step in found.steps if "Due" in step.when] == []  # the 3-month review is not late either


def test_the_recommendation_is_not_told_before_the_outcome():
    assert steps(done={"recommendation"})[-2:] == [
        ("Recommendation, moderation and outcome", "Later"),
        ("Certificate", "Later"),
    ]


def test_a_pass_whose_certificate_is_being_made_and_then_there():
    passed = Outcome(result="pass", decided_at=datetime(2027, 6, 20, 9, tzinfo=UTC))
    done = {"agreement", "review_3", "review_6", "review_final"}
    found = year(own("finished", done=done, observations=4, outcome=passed), TODAY)
    assert found.sentence == "You have passed your year at Northshire."
    assert [step.state for step in found.steps] == ["Done"] * 7 + ["Next"]
    assert found.steps[4].when == "3 of 3 agreed"
    issued = Certificate(issued_at=datetime(2027, 6, 20, 9, 5, tzinfo=UTC))
    found = year(own("finished", done=done, observations=4, outcome=passed, certificate=issued), TODAY)
    assert (found.outcome, found.certificate) == ("/registrations/7/outcome", "/registrations/7/certificate")
    assert found.steps[-1] == Step("Certificate", "Issued on 20 June 2027", "Made for you after a pass", "Done")


def test_a_fail_has_no_certificate_and_says_until_when_to_appeal():
    failed = Outcome(result="fail", decided_at=datetime(2027, 6, 20, 9, tzinfo=UTC), appeal_by=date(2027, 7, 18))
    found = year(own("finished", outcome=failed), TODAY)
    assert found.sentence == "The outcome of your year at Northshire is a fail. You can appeal until 18 July 2027."
    assert "Certificate" not in [step.heading for step in found.steps]


@pytest.mark.parametrize(
    ("stage", "changed", "sentence", "headings"),
    [
        ("withdrawn", {"ended_on": date(2026, 9, 1)}, "This registration with Northshire ended on 1 September 2026.",
         ["Registration", "Support and assessment agreement"]),
        ("refused", {"state": "refused", "reference": None},
         "The Department has refused this registration. Your co-ordinator can tell you why.",
         ["Support and assessment agreement"]),
    ],
)  # fmt: skip
def test_what_came_to_nothing_shows_only_what_was_done(stage, changed, sentence, headings):
    found = year(own(stage, done={"agreement"}, **changed), TODAY)
    assert found.sentence == sentence
    assert [step.heading for step in found.steps] == headings
