"""A whole year of one NQSW in the browser, from the agreement to the recommendation, with every minimum of the
refreshed set of 2022 met: written and signed by Noor and Ben, looked on by Amira."""

import re
from datetime import UTC, datetime

import pytest

from assessments.states import Part
from registrations.management.shipped import EVIDENCE, WITH_NINE_MONTHS
from tests.cast import NOW, build
from tests.factories import registrations as register
from tests.ground.browser import go_on, look
from tests.journeys.keeping import WORDS, Year
from tests.journeys.the_year import FINISH, SECRET
from tests.journeys.walking import answer, main, refused, says

NQSW, ASSESSOR = Part.NQSW, Part.ASSESSOR
SHORT = "Before you can recommend a pass, these must be agreed"
NEED, NEXT, ROLES = "Writing for a court.", "A chronology short enough to be read.", "NQSW, assessor and manager"
NEEDS, AFTER = "What do you need to develop now?", "What should the next year of practice build on?"
REVIEW = {"attended": ROLES, "concern": "No"}
PLAN = {"next": NEXT}


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(stack):
    """The cast in the running service."""
    stack.set_clock(NOW)
    return build()


@pytest.fixture
def year(cast, stack, window_of):
    """Noor's year with Ben from 31 August 2026, with a review at nine months that may be left out."""
    register.published_year(
        2026, by=cast.adele, second=cast.zora, now=NOW, review_months=WITH_NINE_MONTHS, optional_reviews=["review_9"],
        evidence=EVIDENCE,
    )  # fmt: skip
    noor = register.registered(
        cast.northshire, by=cast.amira, caseworker=cast.erin, assessor=cast.ben, now=NOW, nqsw_user=cast.noor
    )
    return Year(stack, window_of, noor, {NQSW: cast.noor, ASSESSOR: cast.ben})


def test_the_whole_year(year, cast):
    at_the_start(year)
    in_autumn(year)
    at_three_months(year)
    in_winter(year)
    at_six_months(year)
    looked_on(year, cast.amira)
    at_nine_months(year)
    record = too_early(year)
    at_the_end(year)
    complete(year, cast.amira)
    recommended(year, record)
    kept_from_the_nqsw(year, record)


def at_the_start(year):
    """The first plan begins with what the agreement says of needs."""
    year.on(at(2026, 10, 1))
    first = [
        year.record("agreement"),
        year.record("self_assessment", "start"),
        year.record("development_plan", "start"),
    ]
    year.keep(*first, agreement={"needs": NEED}, development_plan=PLAN)


def in_autumn(year):
    """Ben watches a visit, two people say what they think, and Noor's first report is read."""
    year.on(at(2026, 11, 9))
    visit, report = year.record("direct_observation"), year.record("written_report")
    year.keep(visit, report)
    year.keep(
        year.record("feedback_families"), year.record("feedback_professionals"), year.record("supervision"),
        first=ASSESSOR,
    )  # fmt: skip
    year.link(ASSESSOR, visit, "pqs-1", "pqs-2", "pcf-1")
    year.link(NQSW, report, "pqs-6", "pqs-7", "pcf-6")


def at_three_months(year):
    year.on(at(2026, 12, 1))
    year.keep(year.record("review", "review_3"), review=REVIEW)
    year.keep(year.record("development_plan", "review_3"), development_plan=PLAN, begins={NEEDS: NEXT})


def in_winter(year):
    """Another social worker watches; the other records of the autumn come a second time."""
    year.on(at(2027, 2, 8))
    visit, report = year.record("direct_observation", "2"), year.record("written_report", "2")
    year.keep(visit, report, direct_observation={"observer": "Another registered social worker"})
    year.keep(
        year.record("feedback_families", "2"), year.record("feedback_professionals", "2"),
        year.record("supervision", "2"), first=ASSESSOR,
    )  # fmt: skip
    year.link(ASSESSOR, visit, "pqs-3", "pqs-4", "pcf-3")
    year.link(NQSW, report, "pqs-5", "pqs-8", "pcf-4")


def at_six_months(year):
    """The review begins with who took part the last time."""
    year.on(at(2027, 3, 1))
    reflection = year.record("critical_reflection", "review_6")
    year.keep(reflection, year.record("self_assessment", "review_6"))
    year.keep(year.record("review", "review_6"), review={"concern": "No"})
    year.keep(year.record("development_plan", "review_6"), development_plan=PLAN, begins={NEEDS: NEXT})
    year.link(NQSW, reflection, "pqs-9", "pcf-2", "pcf-7")


def looked_on(year, coordinator):
    """The co-ordinator sees what there is and which standards nothing shows yet."""
    says(look(year.records(coordinator)), "Direct observation: 2 of 3", "Supervision meeting: 2 agreed")
    page = look(year.visit(coordinator, f"/registrations/{year.registration.pk}/coverage"))
    says(page, "Nothing agreed shows these yet PQS 10: Organisational context PCF 5")


def at_nine_months(year):
    """A review that may be left out, and was not."""
    year.on(at(2027, 6, 1))
    year.keep(year.record("review", "review_9"), review={"concern": "No"})


def too_early(year):
    """Ben begins to recommend before the evidence is there: he is told what is short, and his words are kept."""
    year.on(at(2027, 8, 9))
    record = year.record("recommendation")
    says(year.before(ASSESSOR, record), SHORT, "Direct observation: 2 of 3", "Written report or record: 2 of 3")
    page = year.begin(ASSESSOR, record)
    says(page, SHORT)
    assert "Direct observation: 2 of 3" in page.get_by_label("Sufficient").input_value()
    answer(page, "Valid", f"{SECRET} of the whole year.")
    go_on(page, "Save")
    refused(page, FINISH, "Select what you recommend")
    return record


def at_the_end(year):
    """The last of everything."""
    year.on(at(2027, 8, 24))
    visit, report = year.record("direct_observation", "3"), year.record("written_report", "3")
    reflection, plan = (
        year.record("critical_reflection", "review_final"),
        year.record("development_plan", "review_final"),
    )
    year.keep(visit, report, reflection, year.record("self_assessment", "review_final"))
    year.keep(year.record("feedback_families", "3"), year.record("feedback_professionals", "3"), first=ASSESSOR)
    year.keep(year.record("review", "review_final"), review={"concern": "No"})
    year.keep(plan, begins={AFTER: NEXT})
    year.link(ASSESSOR, visit, "pqs-10", "pcf-5")
    year.link(NQSW, reflection, "pcf-8", "pcf-9")


def complete(year, coordinator):
    """The evidence table says enough everywhere, and no standard is without a record."""
    rows = look(year.records(coordinator)).get_by_role("table").get_by_role("row").all_inner_texts()[1:]
    enough = [re.split(r"\s*\t\s*", row.strip())[-1] for row in rows]
    assert enough == ["Enough"] * 10 + ["No number is asked for"], rows
    page = year.visit(coordinator, f"/registrations/{year.registration.pk}/coverage")
    says(page, "Every standard has at least one agreed record.")


def recommended(year, record):
    """Nothing is short any more: Ben finds his words again, gives his four grounds and signs."""
    page = year.visit(ASSESSOR, f"/records/{record.pk}/edit")
    assert SHORT not in main(page).inner_text()
    grounds = {one.key: f"{SECRET}: {one.noun}." for one in record.schema.fields if one.type in WORDS}
    year.write(page, record.asked(ASSESSOR, first=True), record, grounds)
    says(year.sign(ASSESSOR, record), "Agreed")


def kept_from_the_nqsw(year, record):
    """On no page that Noor can reach from her start page is a word of it; its own addresses do not exist for her."""
    page = year.visit(NQSW, "/")
    for address in ("", "/edit", "/sign", "/standards", "/versions/1"):
        assert page.request.get(f"/records/{record.pk}{address}").status == 404, address
    seen, waiting = set(), ["/"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answered = page.request.get(address)
        words = answered.text()
        assert SECRET not in words, address
        assert f"/records/{record.pk}" not in re.findall(r'href="([^"#?]+)', words), address
        if "text/html" in answered.headers.get("content-type", ""):
            found = set(re.findall(r'href="(/[^"#?]*)', words))
            waiting += sorted(one for one in found - seen - set(waiting) if not one.startswith(("/static", "/mail")))
    assert len(seen) > 100, seen
