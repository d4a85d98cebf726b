"""Pages of programme years: drafting, small forms, comparing, publishing; what they cost and what they refuse."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from asye import clock
from registrations import queries, year_words
from registrations.forms.year_outcomes import FORMS
from registrations.models import ProgrammeYear
from registrations.services import years
from registrations.states import Programme
from tests.cast import NOW, TODAY, Cast
from tests.factories import registrations as make
from tests.ground.built_once import built_once

pytestmark = pytest.mark.django_db
LIST, ONE, COMPARED, PUBLISHING = 9, 15, 12, 17
GOOD: dict[str, dict[str, str]] = {
    "name": {"name": "ASYE", "reference_prefix": "CF", "cohort": "16"},
    "window": {
        "window_from_day": "1",
        "window_from_month": "4",
        "window_from_year": "2027",
        "window_to_day": "31",
        "window_to_month": "3",
        "window_to_year": "2028",
    },
    "note": {"note": "The rules of 2027."},
    "joining": {
        "fundable_years": "3",
        "latest_days_after_start": "60",
        "agency_funded": "no",
        "second_attempt": "never",
    },
    "length": {
        "counts_from": "asye_start",
        "months": "12",
        "part_time": "by_hours",
        "longest_months": "24",
        "longest_deferral_months": "",
    },
    "reviews": {
        "agreement_days": "28",
        "review_points": "3, 6,9",
        "optional_points": "9",
        "final_month": "11",
        "panel_days": "28",
        "report_days": "14",
    },
    "evidence": {
        "standard_set": "pqs-2018",
        "requirement_set": "refreshed-2022",
        "direct_observation": "3",
        "feedback_families": "3",
        "feedback_professionals": "3",
        "written_report": "3",
        "critical_reflection": "2",
        "self_assessment": "3",
        "development_plan": "4",
        "assessor_observations": "3",
    },
    "amounts": {"registration": "1,250.50", "completion": "£900"},
    "fail": {"on_fail": "pay"},
    "withdrawal": {"on_withdrawal": "recover"},
    "move": {"on_move": "registering"},
    "completion": {},
    "moderation": {
        "sample_percent": "20",
        "readers": "2",
        "panel_members": "4",
        "external_moderation": "compulsory",
    },
    "certificate": {"appeal_days": "21", "certificate_issuer": "Department for Education"},
}


@pytest.fixture(autouse=True)
def at_now():
    with clock.moved_to(NOW):
        yield


@built_once
def draft(cast: Cast, year: ProgrammeYear) -> ProgrammeYear:
    return years.draft_next(year, by=cast.adele, now=NOW)


def at(name: str, *args: object) -> str:
    return reverse(name, args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    return response.content.decode().replace("&#x27;", "'")


def test_the_list_is_by_programme_with_drafts_first(cast: Cast, draft: ProgrammeYear) -> None:
    call_command("load_programme_years", cast.adele.email)
    page = text_of(signed_in(cast.udo).get(at("programme_years")))
    assert (
        page.index("ASYE child and family</caption>") < page.index("ASYE adults</caption>") < page.index("Early career")
    )
    tags = re.findall(r"govuk-tag[^>]*>\s*(\w+)", page[: page.index("ASYE adults</caption>")])
    assert (tags[:2], tags[-1]) == (["Beta", "Draft"], "Published")
    assert signed_in(cast.erin).get(at("programme_years")).status_code == 403


@pytest.mark.parametrize("step", sorted(GOOD))
def test_every_small_form_saves_what_was_typed(cast: Cast, draft: ProgrammeYear, step: str) -> None:
    client, url = signed_in(cast.adele), at("programme_year_change", draft.pk, step)
    shown = client.get(url)
    assert shown.status_code == 200
    again = client.post(url, {**GOOD[step], "version": "1"})
    assert again.status_code == 302, text_of(again)
    draft.refresh_from_db()
    initial = FORMS[step].initial_of(draft, queries.amounts_of(draft))
    form = FORMS[step]({key: str(value) for key, value in GOOD[step].items()}, year=draft, on=TODAY)
    assert form.is_valid()
    assert {**form.values(), **form.amounts()}.items() <= {
        **{name: getattr(draft, name) for name in form.values()},
        **queries.amounts_of(draft),
    }.items()
    assert initial.keys() == form.fields.keys()


def test_there_is_a_form_for_every_row_and_a_row_for_every_form() -> None:
    assert set(year_words.STEPS) == set(FORMS) == set(GOOD)


@pytest.mark.parametrize("step", sorted(set(GOOD) - {"completion"}))
def test_a_form_left_empty_says_what_to_enter(cast: Cast, draft: ProgrammeYear, step: str) -> None:
    answer = signed_in(cast.adele).post(at("programme_year_change", draft.pk, step), {"version": "1"})
    assert answer.status_code == 200
    assert "There is a problem" in text_of(answer)
    draft.refresh_from_db()
    assert draft.edits == 1


@pytest.mark.parametrize(
    ("step", "changed", "words"),
    [
        ("reviews", {"review_points": "three"}, "Enter months as whole numbers separated by commas"),
        ("reviews", {"optional_points": "7"}, "A review that may be left out must be one of the reviews"),
        ("reviews", {"final_month": "13"}, "The final review must be between month 1 and month 12"),
        ("length", {"longest_months": "6"}, "The greatest length must be between 12 and 120 months"),
        ("window", {"window_from_year": "2026"}, "The first day of 2027-28 must be in 2027"),
        ("amounts", {"completion": "1000.001"}, "must be an amount in pounds"),
        ("fail", {"on_fail": "cannot_happen"}, "Select what happens to the second payment from the list"),
        ("evidence", {"assessor_observations": "4"}, "At most 3 observations are asked for"),
    ],
)
def test_what_contradicts_itself_is_said_at_its_field(
    cast: Cast, draft: ProgrammeYear, step: str, changed: dict[str, str], words: str
) -> None:
    url = at("programme_year_change", draft.pk, step)
    answer = signed_in(cast.adele).post(url, {**GOOD[step], **changed, "version": "1"})
    assert answer.status_code == 200
    assert text_of(answer).count(words) == 2  # in the summary and beside the field


def test_amounts_are_typed_in_pounds_and_kept_in_pence(cast: Cast, draft: ProgrammeYear) -> None:
    client = signed_in(cast.adele)
    client.post(at("programme_year_change", draft.pk, "amounts"), {**GOOD["amounts"], "version": "1"})
    assert queries.amounts_of(draft) == {"registration": 125_050, "completion": 90_000}
    page = text_of(client.get(at("programme_year", draft.pk)))
    assert "£1,250.50" in page
    assert "£900" in page


def test_what_happened_says_each_rule_before_and_after(cast: Cast, draft: ProgrammeYear) -> None:
    changed = {"months": 13, "last_completion_on": TODAY.replace(year=2028), "agency_funded": False}
    years.edit_year(draft, changed, amounts_pence={"completion": 50_000}, by=cast.adele, now=NOW)
    page = text_of(signed_in(cast.udo).get(at("programme_year", draft.pk)))
    for line in (
        "Length: 12 months → 13 months",
        "Last day of a paid completion: No last day → 14 September 2028",
        "Agency workers and locums: Funded → Not funded",
        "Second payment, at completion: £1,000 → £500",
    ):
        assert line in page


def test_a_stale_page_is_409(cast: Cast, draft: ProgrammeYear) -> None:
    years.edit_year(draft, {"cohort": 99}, by=cast.adele, now=NOW)
    for name, data in (("change", GOOD["fail"]), ("publish", {}), ("discard", {"because": "No."})):
        args = [draft.pk, "fail"] if name == "change" else [draft.pk]
        assert (
            signed_in(cast.zora).post(at(f"programme_year_{name}", *args), {**data, "version": "1"}).status_code == 409
        )


def test_unknown_pages(cast: Cast, draft: ProgrammeYear, year: ProgrammeYear) -> None:
    client = signed_in(cast.adele)
    assert client.get(at("programme_year_change", draft.pk, "poems")).status_code == 404
    assert client.get(at("programme_year", 999_999)).status_code == 404
    assert client.get(at("programme_year_compare", draft.pk) + "?other=999999").status_code == 404
    assert client.get(at("programme_year_change", year.pk, "name")).status_code == 409
    assert client.get(at("programme_year_discard", year.pk)).status_code == 409


def test_drafted_from_last_year_and_published_by_another(cast: Cast, year: ProgrammeYear) -> None:
    adele, zora = signed_in(cast.adele), signed_in(cast.zora)
    assert "open from 1 April 2027 to 31 March 2028" in text_of(adele.get(at("programme_year_next", year.pk)))
    assert adele.post(at("programme_year_next", year.pk)).status_code == 302
    draft = ProgrammeYear.objects.get(code="2027-28")
    page = text_of(adele.get(at("programme_year", draft.pk)))
    assert "whether a fail earns the second payment" in page
    assert "so another administrator has to publish it" in page
    assert "Read what publishing does" not in text_of(zora.get(at("programme_year", draft.pk)))
    for number, step in enumerate(("fail", "withdrawal", "move"), 1):
        adele.post(at("programme_year_change", draft.pk, step), {**GOOD[step], "version": str(number)})
    refused = text_of(adele.get(at("programme_year_publish", draft.pk)))
    assert "so another person has to publish it" in refused
    assert ">Publish<" not in refused.replace(" ", "").replace("\n", "")
    assert adele.post(at("programme_year_publish", draft.pk), {"version": "4"}).status_code == 409
    assert "Read what publishing does" in text_of(zora.get(at("programme_year", draft.pk)))
    shown = text_of(zora.get(at("programme_year_publish", draft.pk)))
    assert "Registrations sent in from 1 April 2027 to 31 March 2028 follow these rules." in shown
    assert "What is different from the one before" in shown
    assert zora.post(at("programme_year_publish", draft.pk), {"version": "4"}).status_code == 302
    draft.refresh_from_db()
    assert draft.published_by == cast.zora


def test_a_correction_says_who_keeps_the_old_rules(cast: Cast, year: ProgrammeYear) -> None:
    make.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    adele, zora = signed_in(cast.adele), signed_in(cast.zora)
    assert "1 registration made under version 1 keeps, its rules" not in text_of(
        adele.get(at("programme_year_correct", year.pk))
    )
    assert "1 registration made under version 1 keeps its rules." in text_of(
        adele.get(at("programme_year_correct", year.pk))
    )
    adele.post(at("programme_year_correct", year.pk), {"because": "Sixty days."})
    again = ProgrammeYear.objects.get(version=2)
    adele.post(at("programme_year_change", again.pk, "joining"), {**GOOD["joining"], "version": "1"})
    shown = text_of(zora.get(at("programme_year_publish", again.pk)))
    assert "It takes the place of version 1. The 1 registration made under it keeps the rules of that version." in shown
    zora.post(at("programme_year_publish", again.pk), {"version": "2"})
    assert "A later version has taken its place. 1 registration follows this one to the end." in text_of(
        zora.get(at("programme_year", year.pk))
    )


def test_compared_with_the_one_before_and_with_any(cast: Cast, draft: ProgrammeYear, year: ProgrammeYear) -> None:
    years.edit_year(draft, {"months": 13}, by=cast.adele, now=NOW)
    adults = make.draft_year(by=cast.adele, now=NOW, programme=Programme.ASYE_ADULTS)
    client = signed_in(cast.udo)
    page = text_of(client.get(at("programme_year_compare", draft.pk)))
    different, same = page.split("What is the same", 1)
    assert "13 months" in different
    assert "12 months" in different
    assert "Letters that references begin with" not in different
    assert "Letters that references begin with" in same
    page = text_of(client.get(at("programme_year_compare", draft.pk) + f"?other={adults.pk}"))
    assert "Letters that references begin with" in page.split("What is the same", 1)[0]


def test_a_draft_is_discarded_with_a_reason(cast: Cast, draft: ProgrammeYear) -> None:
    client, url = signed_in(cast.zora), at("programme_year_discard", draft.pk)
    assert "Enter why" in text_of(client.post(url, {"version": "1"}))
    assert client.post(url, {"because": "Too early.", "version": "1"}).status_code == 302
    page = text_of(client.get(at("programme_year", draft.pk)))
    assert "This draft was given up." in page
    assert "Too early." in page


def _cost(user: User, url: str) -> int:
    client = signed_in(user)
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as made:
        client.get(url)
    return len(made)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_stays(cast: Cast, year: ProgrammeYear, count: int) -> None:
    for number in range(count):
        draft = make.draft_year(2027 + number, by=cast.adele, now=NOW)
        years.edit_year(draft, {"cohort": 50 + number}, by=cast.adele, now=NOW)
    assert (
        _cost(cast.zora, at("programme_years")),
        _cost(cast.zora, at("programme_year", draft.pk)),
        _cost(cast.zora, at("programme_year_compare", draft.pk)),
        _cost(cast.zora, at("programme_year_publish", draft.pk)),
    ) == (LIST, ONE, COMPARED, PUBLISHING)
