"""The list of the year: every kind by the part of the year, what is next, and no clutter."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Record
from asye import clock
from registrations.models import Registration
from registrations.services import changes, transfers
from registrations.states import DeferralReason
from reporting.queries import figures
from tests.assessments.kinds.conftest import Folders
from tests.cast import NOW, TODAY, Cast
from tests.factories import assessments as make
from tests.factories import registrations as register

SUPERVISION = "supervision"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def page_for(client: Any, user: User, name: str, *args: object) -> str:
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    text: str = client.get(reverse(name, args=args)).content.decode()
    return text


def begun(year: Registration, count: int) -> None:
    """As many supervisions as given, each only opened."""
    for ordinal in range(1, count + 1):
        make.draft(year, SUPERVISION, ordinal=ordinal, now=NOW)


def test_the_parts_of_the_year_in_order(year: Registration, cast: Cast, client: Any) -> None:
    page = page_for(client, cast.noor, "records", year.pk)
    wanted = [
        "At the start",
        "Support and assessment agreement",
        "Self-assessment at the start",
        "Development plan for the first months",
        "By the 3-month review",
        "By the 6-month review",
        "Critical reflection at 6 months",
        "By the final review",
        "Through the year",
        "Direct observation: 0 of 3",
        "Supervision meeting: 0 agreed",
    ]
    places = [page.index(words) for words in wanted]
    assert places == sorted(places)
    assert "Recommendation" not in page


def test_twenty_five_supervisions_are_the_newest_three_and_a_link(year: Registration, cast: Cast, client: Any) -> None:
    begun(year, 25)
    page = page_for(client, cast.ben, "records", year.pk)
    assert "Supervision meeting 26" in page  # the next one
    assert "Supervision meeting 23" in page
    assert "Supervision meeting 22" not in page
    assert "All 25" in page
    first = page_for(client, cast.ben, "records_of_kind", year.pk, SUPERVISION)
    assert "Supervision meeting 25" in first
    assert "Supervision meeting 5" not in first.replace("Supervision meeting 25", "")
    second = client.get(reverse("records_of_kind", args=[year.pk, SUPERVISION]), {"page": 2}).content.decode()
    assert "Supervision meeting 5" in second
    assert client.get(reverse("records_of_kind", args=[year.pk, "review"])).status_code == 404
    assert client.get(reverse("records_of_kind", args=[year.pk, "poem"])).status_code == 404


def test_other_employer_is_refused(year: Registration, cast: Cast, client: Any) -> None:
    begun(year, 1)
    client.force_login(cast.cora, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("records_of_kind", args=[year.pk, SUPERVISION])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_constant(year: Registration, cast: Cast, client: Any, count: int) -> None:
    begun(year, count)
    page_for(client, cast.ben, "records_of_kind", year.pk, SUPERVISION)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("records_of_kind", args=[year.pk, SUPERVISION]))
    assert len(queries) == OF_KIND, "\n".join(one["sql"][:150] for one in queries)


OF_KIND = 18


def test_what_is_late_says_so_and_what_may_be_left_out_does_not(year: Registration, cast: Cast, client: Any) -> None:
    with clock.moved_to(NOW + timedelta(days=60)):
        page = page_for(client, cast.noor, "records", year.pk)
    assert page.count("Overdue") == 3  # agreement, self-assessment and plan of the start


def test_of_a_year_that_is_paused_or_over_nothing_is_late(year: Registration, cast: Cast, client: Any) -> None:
    make.draft(year, "agreement", now=NOW)
    changes.defer(year, TODAY, DeferralReason.SICKNESS, agreed=register.agreed(NOW), by=cast.amira, now=NOW)
    later = NOW + timedelta(days=60)
    with clock.moved_to(later):
        page = page_for(client, cast.noor, "records", year.pk)
        assert "The year is paused, so nothing is late." in page
        assert [word for word in ("Overdue", "days late") if word in page] == []
        changes.withdraw(year, TODAY, "They left.", by=cast.amira, now=later)
        page = page_for(client, cast.noor, "records", year.pk)
    assert [word for word in ("Overdue", "days late", "The year is paused") if word in page] == []


def test_before_it_is_approved_nothing_is_late(cast: Cast, client: Any) -> None:
    register.published_year(by=cast.adele, second=cast.zora, now=NOW)
    asked = register.submitted(cast.northshire, by=cast.amira, assessor=cast.ben, now=NOW)
    with clock.moved_to(NOW + timedelta(days=60)):
        page = page_for(client, cast.amira, "records", asked.pk)
    assert "3-month review" in page
    assert [word for word in ("Overdue", "days late") if word in page] == []


def test_what_was_agreed_with_another_employer_is_not_called_missing(
    year: Registration, cast: Cast, client: Any
) -> None:
    """The next employer does not read it, is told that it is there, and goes on counting where it stopped."""
    make.agreed(year, "agreement", now=NOW)
    make.agreed(year, "direct_observation", now=NOW)
    transfers.let_go(year, TODAY, cast.southmouth, by=cast.amira, now=NOW)
    number = Registration.objects.get(pk=year.pk).nqsw.swe_number or ""
    transfers.take_over(number, cast.southmouth, TODAY, cast.cal, by=cast.cora, now=NOW)
    with clock.moved_to(NOW + timedelta(days=60)):
        for person in (cast.cora, cast.cal):
            page = page_for(client, person, "records", year.pk)
            assert page.count("Overdue") == 2  # self-assessment and plan of the start
            assert page.count("Made with another employer") == (2 if person == cast.cora else 1)
        assert "Direct observation 2" in page
        begun = client.post(reverse("record_new", args=[year.pk, "direct_observation", "2"]))
    assert begun.status_code == 302
    assert Record.objects.get(ordinal=2).placement.employer == cast.southmouth


def test_only_a_review_holds_a_review(year: Registration, cast: Cast) -> None:
    """A reflection at six months and an observation below the level are in the year; neither moves it on."""
    make.agreed(year, "critical_reflection", review_point="review_6", now=NOW)
    make.agreed(year, "direct_observation", now=NOW)
    make.agreed(year, "direct_observation", ordinal=2, now=NOW, met="not_met")
    own = figures.own_years(cast.noor, TODAY)[0]
    assert "review_6" not in own.done
    assert own.observations == 1
    make.agreed(year, "review", review_point="review_6", now=NOW)
    assert "review_6" in figures.own_years(cast.noor, TODAY)[0].done


def test_a_record_the_year_has_no_place_for_stays_in_sight(
    year: Registration, cast: Cast, client: Any, folders: Folders
) -> None:
    make.draft(year, "critical_reflection", review_point="review_6", now=NOW)
    wanted = folders.read("requirement_sets", "refreshed-2022.json")
    wanted["kinds"] = [one for one in wanted["kinds"] if one["kind"] != "critical_reflection"]
    folders.write("requirement_sets", "refreshed-2022.json", wanted)
    page = page_for(client, cast.noor, "records", year.pk)
    assert "Other records" in page
    assert "Critical reflection at 6 months" in page
    assert Record.objects.count() == 1
