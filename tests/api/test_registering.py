"""A system registers, answers and withdraws: by the same services, under the same rules, in the same sentences."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import AuditEvent, Notice
from asye.dates import long_date
from registrations.models import NQSW, ProgrammeYear, Registration
from registrations.rules import taken
from registrations.services import checking, second_attempts
from tests.api.asking import System
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make

pytestmark = pytest.mark.django_db
Body = Callable[..., dict[str, Any]]


def problem(response: Any) -> tuple[int, str, dict[str, str]]:
    """Status, code and the sentence about each field."""
    assert response.headers["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == response.status_code
    assert said["type"] == f"urn:asye:problem:{said['code']}"
    return response.status_code, said["code"], {each["field"]: each["sentence"] for each in said["errors"]}


def test_it_works(cast: Cast, year: ProgrammeYear, north: System, body: Body) -> None:
    shown = north.send("/registrations", body(), 201)
    made = Registration.objects.get()
    assert (shown["id"], shown["stage"], shown["verdict"]) == (made.pk, "being_checked", "fundable")
    assert shown["assessor"] == {"name": "Ben Okafor", "email": cast.ben.email}
    assert shown["reasons"][0]["rule"] == "E1"
    assert made.submitted_by == cast.amira
    event = AuditEvent.objects.get(act="registrations.submit")
    assert event.actor == cast.amira
    assert event.membership == cast.amira.memberships.get()
    assert event.codes == ["fundable", f"api-key-{cast.northshire.api_keys.get().pk}"]
    assert Notice.objects.filter(user=cast.ben).exists()
    assert north.read(f"/registrations/{made.pk}") == shown
    assert north.read("/registrations")["registrations"] == [shown]
    assert north.send("/registrations/search", {"swe_number": f" sw 0{shown['swe_number'][2:]}"})["registrations"] == [
        shown
    ]


def test_an_act_on_a_page_names_no_key(cast: Cast, year: ProgrammeYear, north: System, body: Body) -> None:
    north.send("/registrations", body(), 201)
    make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW, number=1)
    assert AuditEvent.objects.filter(act="registrations.submit").last().codes == ["fundable"]


def test_the_verdict_before_and_nothing_is_kept(cast: Cast, year: ProgrammeYear, north: System, body: Body) -> None:
    before = Notice.objects.count()
    said = north.send("/registrations/check", body(), Idempotency_Key="")
    assert (said["can_register"], said["verdict"], said["obstacles"]) == (True, "fundable", [])
    assert not NQSW.objects.exists()
    assert not Registration.objects.exists()
    assert Notice.objects.count() == before
    said = north.send("/registrations/check", body(child_and_family=False))
    assert (said["can_register"], said["verdict"]) == (False, "cannot_register")
    assert "They must work in a child and family service" in said["obstacles"][0]["sentence"]
    assert "E4" in [each["rule"] for each in said["reasons"]]


def test_every_wrong_field_is_named_in_the_sentence_of_the_page(
    cast: Cast, year: ProgrammeYear, north: System, body: Body
) -> None:
    wrong = body(
        first_name=None,
        email="nobody",
        swe_number="XY1",
        fte_percent=5,
        contract="zero_hours",
        in_england=None,
        assessor="cal@southmouth.example",
        qualified_on="2026-02-31",
        asye_start=str(TODAY + timedelta(days=400)),
        colour="blue",
    )
    status, code, said = problem(north.ask("POST", "/registrations", wrong))
    assert (status, code) == (422, "invalid")
    assert said == {
        "colour": "There is no field with this name.",
        "first_name": "Enter their first name.",
        "email": "Enter their email address in the correct format, like name@example.com.",
        "swe_number": said["swe_number"],
        "qualified_on": "The date they qualified must be a real date.",
        "asye_start": f"The date their ASYE starts must be {long_date(TODAY.replace(2027, 3))} or earlier.",
        "contract": said["contract"],
        "fte_percent": "Their working time must be between 10 and 100.",
        "assessor": "Select an assessor from the list of your organisation's assessors.",
        "in_england": "Select yes if they work in England.",
    }
    assert "SW" in said["swe_number"]
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", 7, "Send text."),
        ("fte_percent", "100", "Send a whole number."),
        ("fte_percent", True, "Send a whole number."),
        ("fte_percent", 10**30, "Send a whole number."),
        ("in_england", "yes", "Send true or false."),
        ("qualified_on", "27/6/2026", "Send a date like 2026-09-01."),
        ("qualified_on", "٢٠٢٦-٠٦-٢٧", "Send a date like 2026-09-01."),
        ("assessor", ["ben"], "Send text."),
        ("previous", {"a": 1}, "Send text."),
    ],
)
@pytest.mark.usefixtures("year")
def test_a_value_of_another_kind(north: System, body: Body, field: str, value: object, sentence: str) -> None:
    status, _, said = problem(north.ask("POST", "/registrations", body(**{field: value})))
    assert (status, said) == (422, {field: sentence})


def test_the_rules_refuse_with_verdict_and_numbered_reasons(year: ProgrammeYear, north: System, body: Body) -> None:
    response = north.ask("POST", "/registrations", body(previous="completed"))
    assert problem(response)[:2] == (422, "refused")
    said = response.json()
    assert said["verdict"] == "cannot_register"
    assert said["detail"] == "They have already completed an ASYE and cannot do a second one."
    assert {"rule": "E9", "sentence": said["detail"]} in said["reasons"]


def test_a_second_attempt_is_refused_until_a_caseworker_has_allowed_it(
    cast: Cast, year: ProgrammeYear, north: System, body: Body
) -> None:
    refused = north.ask("POST", "/registrations", body(previous="failed"))
    assert problem(refused)[:2] == (422, "refused")
    said = refused.json()
    assert said["detail"].endswith("A second attempt is possible only once a caseworker has allowed it.")
    assert {"rule": "E10", "sentence": said["detail"]} in said["reasons"]
    number = body()["swe_number"]
    second_attempts.allow(number, cast.northshire, TODAY, "Failed before.", failed=None, by=cast.erin, now=NOW)
    allowed = north.ask("POST", "/registrations", body(previous="failed"))
    assert allowed.status_code == 201
    reasons = allowed.json()["reasons"]
    assert {"rule": "E10", "sentence": "A caseworker has allowed a second attempt."} in reasons


def test_somebody_registered_elsewhere_is_said_as_on_the_page(
    cast: Cast, year: ProgrammeYear, north: System, body: Body
) -> None:
    make.submitted(cast.southmouth, by=cast.cora, assessor=cast.cal, now=NOW)
    response = north.ask("POST", "/registrations", body(email="other@people.example"))
    assert problem(response) == (422, "refused", {"swe_number": taken.LIVE_ELSEWHERE})
    assert "outhmouth" not in response.content.decode()


def test_no_year_is_open(cast: Cast, north: System, body: Body) -> None:
    response = north.ask("POST", "/registrations", body())
    assert problem(response)[:2] == (422, "refused")
    assert response.json()["verdict"] is None
    assert "no programme year is open" in response.json()["detail"]


def test_a_question_is_answered_with_corrections(cast: Cast, year: ProgrammeYear, north: System, body: Body) -> None:
    made = north.send("/registrations", body(), 201)
    checking.ask(Registration.objects.get(), "Is the job title right?", by=cast.erin, now=NOW)
    asked = north.read(f"/registrations/{made['id']}")
    assert (asked["stage"], asked["question"]["text"]) == ("question_asked", "Is the job title right?")
    path = f"/registrations/{made['id']}/answer"
    stale = north.ask("POST", path, {"version": made["version"], "text": "No."})
    assert problem(stale)[:2] == (409, "stale")
    empty = north.ask("POST", path, {"version": asked["version"], "text": " "})
    assert problem(empty)[2] == {"text": "Enter your answer."}
    wrong = north.ask("POST", path, {"version": asked["version"], "text": "No.", "corrections": {"first_name": "A"}})
    assert "last_name" in problem(wrong)[2]
    sent = {"version": asked["version"], "text": "No.", "corrections": body(job_title="Senior practitioner")}
    after = north.send(path, sent)
    assert (after["job_title"], after["question"], after["stage"]) == ("Senior practitioner", None, "being_checked")
    again = north.ask("POST", path, {"version": after["version"], "text": "Again."})
    assert problem(again)[:2] == (409, "refused")


def test_an_nqsw_is_withdrawn(cast: Cast, year: ProgrammeYear, north: System) -> None:
    made = make.registered(cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW)
    shown = north.read(f"/registrations/{made.reference}")
    assert (shown["stage"], len(shown["reviews"]) > 2) == ("on_programme", True)
    path = f"/registrations/{made.reference}/withdraw"
    bad = north.ask("POST", path, {"version": shown["version"], "on": "2026-13-01"})
    assert problem(bad)[2] == {"on": "The date they left must be a real date.", "because": "Enter why they left."}
    none = north.ask("POST", path, {"on": str(TODAY), "because": "Left."})
    assert problem(none)[2] == {"version": "Send the version of the registration as you read it."}
    after = north.send(path, {"version": shown["version"], "on": str(TODAY), "because": "Left."})
    assert (after["stage"], after["ended_on"], after["end_reason"]) == ("withdrawn", str(TODAY), "withdrawn")
    stale = north.ask("POST", path, {"version": shown["version"], "on": str(TODAY), "because": "Left."})
    assert problem(stale)[:2] == (409, "stale")


def test_assessors_and_options(cast: Cast, year: ProgrammeYear, north: System) -> None:
    assert north.read("/assessors") == {"assessors": [{"name": "Ben Okafor", "email": cast.ben.email}]}
    said = north.read("/options")
    assert (said["cohort"], said["open_until"]) == ("2026-27", "2027-03-31")
    fields = {each["name"]: each for each in said["fields"]}
    assert {"value": "permanent", "label": "Permanent"} in fields["contract"]["choices"]
    assert (fields["duties_agreed"]["required"], fields["email"]["required"]) == (False, True)
    assert fields["in_england"]["choices"] == fields["assessor"]["choices"] == []
