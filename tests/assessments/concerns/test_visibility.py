"""Who reads the words of a concern, through the scope and through the pages."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import roles
from accounts.models import Notice, User
from assessments.models import BlindReader, Concern, Record
from assessments.queries import foresight, reviewers_of
from asye import clock
from registrations.models import Registration
from registrations.services import assessors
from tests.cast import NOW, TODAY, Cast
from tests.factories import accounts as people
from tests.factories import assessments as records
from tests.factories import concerns as make
from tests.factories.payments import moved
from tests.ground.built_once import built_once

LATER = NOW + timedelta(days=10)


@built_once
def concern(year: Registration, cast: Cast) -> Concern:
    return make.planned(year, by=cast.ben, now=NOW)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


def readers(concern: Concern, people: Iterable[User], now: Any = NOW) -> set[str]:
    """Who of these reads it, by scope; the pages agree."""
    found = set()
    for person in people:
        client = Client()
        client.force_login(person)
        with clock.moved_to(now):
            scoped = Concern.objects.visible_to(person, clock.today()).filter(pk=concern.pk).exists()
            page = client.get(reverse("concern", args=[concern.pk]))
            listed = client.get(reverse("concerns", args=[concern.registration_id]))
        assert (page.status_code == 200) == scoped, person
        if scoped:
            assert make.WORDS in page.content.decode()
            assert reverse("concern", args=[concern.pk]) in listed.content.decode()
        else:
            assert make.WORDS not in listed.content.decode()
            assert reverse("concern", args=[concern.pk]) not in listed.content.decode()
        if scoped:
            found.add(person.first_name)
    return found


def test_the_nqsw_reads_it_at_once_and_no_neighbour_ever(
    concern: Concern, other_year: Registration, cast: Cast
) -> None:
    assert readers(concern, cast.everybody()) == {"Noor", "Ben", "Amira", "Udo"}


def test_a_senior_lead_reads_it_while_the_recommendation_waits(
    concern: Concern, fail_recommended: Record, cast: Cast
) -> None:
    assert readers(concern, [cast.lena, cast.sol]) == {"Lena"}
    records.outcomes.record_outcome(
        fail_recommended.registration, final_revision=fail_recommended.current_revision, result="fail",
        moderation_basis="panel", notice_on=TODAY, by=cast.lena, now=NOW,
    )  # fmt: skip
    assert readers(concern, [cast.lena, cast.ben]) == {"Ben"}


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.SENIOR_LEAD, roles.AUDITOR], ids=lambda role: role.key)
def test_whoever_judges_the_year_blind_reads_it_in_no_role(
    concern: Concern, fail_recommended: Record, cast: Cast, role: roles.Role
) -> None:
    people.in_role(cast.dev, role, None if role == roles.AUDITOR else cast.northshire, by=cast.adele, now=NOW)
    assert readers(concern, [cast.dev]) == {"Dev"}
    BlindReader.objects.create(revision=fail_recommended.current_revision, reader=cast.dev, since=NOW)
    assert readers(concern, [cast.dev]) == set()


def test_an_assessor_who_hands_over_reads_it_no_longer(concern: Concern, year: Registration, cast: Cast) -> None:
    sally = people.person("sally@northshire.example", "Sally", "New", by=cast.adele, now=NOW)
    people.in_role(sally, roles.ASSESSOR, cast.northshire, by=cast.adele, now=NOW)
    assessors.assign_assessor(year, sally, TODAY, by=cast.amira, now=NOW)
    assert readers(concern, [cast.ben, sally]) == {"Sally"}


def test_after_a_move_it_stays_with_the_employer_it_was_raised_at(
    concern: Concern, year: Registration, cast: Cast
) -> None:
    """Neither side can go on with it; the new employer is not told that there was one."""
    moved(year, cast.southmouth, cast.cal, on=clock.london_date(LATER), by=cast.cora, now=NOW)
    assert readers(concern, [cast.noor, cast.amira, cast.ben, cast.cora, cast.cal], LATER) == {"Noor", "Amira"}
    with clock.moved_to(LATER):
        assert b"No concern has been recorded at Southmouth." in opened(cast.cal, "concerns", year.pk).content
        assert b'name="seen_count" value="0"' in opened(cast.cal, "concern_raise", year.pk).content
        flag = foresight(year, clock.today()).flag
        assert opened(cast.amira, "concern_review", concern.pk).status_code == 403
        page = opened(cast.amira, "concern", concern.pk).content.decode()
    assert "Review the support" not in page
    assert flag == "No concern was recorded at Southmouth before this recommendation."


def test_a_coordinator_who_judges_the_year_blind_hears_of_none(year: Registration, cast: Cast) -> None:
    """Nor can they be asked to look at the support."""
    for role in (roles.COORDINATOR, roles.MODERATOR):
        people.in_role(cast.lena, role, cast.northshire, by=cast.adele, now=NOW)
    record = records.recommended(year, "fail", now=NOW)
    BlindReader.objects.create(revision=record.current_revision, reader=cast.lena, since=NOW)
    raised = make.planned(year, by=cast.ben, now=NOW)
    told = Notice.objects.filter(kind="assessments.concern_for_others").values_list("user", flat=True)
    assert set(told) == {cast.amira.pk}
    assert set(reviewers_of(raised, TODAY)) == {cast.ben, cast.amira}


def opened(person: User, name: str, pk: int) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=[pk]))
