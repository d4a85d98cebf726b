"""Grant terms: drafted by one, published by another, frozen, and accepted by a named person."""

import pytest
from django.urls import reverse

from accounts import employer_queries, employer_rules, roles, waiting
from accounts.models import GrantTerms, TermsAcceptance, User
from accounts.services import humans, terms
from accounts.states import MOVES_TERMS, TermsState
from asye import clock
from asye.refusals import NotAllowed, Refused, Stale
from tests.cast import NOW, TODAY, Cast

pytestmark = pytest.mark.django_db


def drafted(cast: Cast, text: str = "We will spend it well.") -> GrantTerms:
    return terms.draft(text, "First version.", TODAY, by=cast.adele, now=NOW)


def published(cast: Cast, text: str = "We will spend it well.") -> GrantTerms:
    return terms.publish(drafted(cast, text), by=cast.zora, now=NOW)


def accept(cast: Cast, version: GrantTerms, by: User) -> TermsAcceptance:
    return terms.accept(version, cast.northshire, by=by, now=NOW, seen_sha256=version.sha256)


def test_whoever_drafted_or_changed_it_does_not_publish_it(cast: Cast) -> None:
    draft = drafted(cast)
    with pytest.raises(Refused, match="another administrator"):
        terms.publish(draft, by=cast.adele, now=NOW)
    terms.edit(draft, text="Better words.", what_changed="x", required_from=TODAY, by=cast.zora, now=NOW, seen_edits=1)
    with pytest.raises(Refused, match="another administrator"):
        terms.publish(draft, by=cast.zora, now=NOW)


def test_a_second_account_of_the_drafter_is_barred_too(cast: Cast) -> None:
    User.objects.filter(pk=cast.zora.pk).update(human=cast.adele.human)
    with pytest.raises(Refused, match="another administrator"):
        terms.publish(drafted(cast), by=User.objects.get(pk=cast.zora.pk), now=NOW)


def test_two_accounts_that_prove_to_be_one_persons_after_the_draft_are_barred_too(client, cast: Cast) -> None:
    draft = drafted(cast)
    humans.join(cast.adele, cast.zora, now=NOW)
    one = User.objects.get(pk=cast.zora.pk)
    with pytest.raises(Refused, match="another administrator"):
        terms.publish(draft, by=one, now=NOW)
    (waits,) = waiting.found([employer_queries.FOR_PERSON], one, {roles.ADMINISTRATOR.key}, TODAY)
    assert waits.tasks == []
    client.force_login(one)
    with clock.moved_to(NOW):
        page = client.get(reverse("terms_version", args=[draft.pk])).content.decode()
    assert "You drafted or changed this version" in page


def test_published_words_stay(cast: Cast) -> None:
    version = published(cast)
    assert version.sha256 == employer_rules.digest_of("We will spend it well.")
    change = {"text": "y", "what_changed": "x", "required_from": TODAY}
    with pytest.raises(Refused, match="cannot be changed"):
        terms.edit(version, **change, by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="cannot be changed"):
        terms.publish(version, by=cast.zora, now=NOW)
    assert MOVES_TERMS[TermsState.PUBLISHED] == (TermsState.SUPERSEDED,)


def test_an_old_page_of_a_draft_changes_nothing(cast: Cast) -> None:
    draft = drafted(cast)
    change = {"text": "y", "what_changed": "x", "required_from": TODAY}
    terms.edit(draft, **change, by=cast.adele, now=NOW, seen_edits=1)
    with pytest.raises(Stale):
        terms.edit(draft, **change, by=cast.adele, now=NOW, seen_edits=1)
    with pytest.raises(Stale):
        terms.publish(draft, by=cast.zora, now=NOW, seen_edits=1)


def test_one_draft_at_a_time(cast: Cast) -> None:
    drafted(cast)
    with pytest.raises(Refused, match="already a draft"):
        drafted(cast)


def test_accepted_by_a_named_person_under_a_role(cast: Cast) -> None:
    version = published(cast)
    assert list(employer_queries.not_accepted(version, TODAY)) == [cast.northshire, cast.southmouth]
    accepted = accept(cast, version, cast.lena)
    assert (accepted.accepted_by, accepted.role, accepted.sha256) == (cast.lena, "senior_lead", version.sha256)
    assert accepted.employer_name == "Northshire"
    assert list(employer_queries.not_accepted(version, TODAY)) == [cast.southmouth]
    with pytest.raises(Refused, match="accepted these terms for Northshire"):
        accept(cast, version, cast.amira)


def test_a_new_version_is_accepted_anew_and_the_old_one_no_more(cast: Cast) -> None:
    first = published(cast)
    accept(cast, first, cast.lena)
    second = published(cast, "We will spend it better.")
    assert second.version == 2
    with pytest.raises(Stale):
        accept(cast, first, cast.amira)
    with pytest.raises(Stale):
        terms.accept(second, cast.northshire, by=cast.amira, now=NOW, seen_sha256=first.sha256)
    accept(cast, second, cast.amira)
    assert [each.terms.version for each in employer_queries.acceptances_of(cast.northshire)] == [2, 1]


@pytest.mark.parametrize("who", ["ben", "dev", "noor", "cora", "sol", "erin", "omar", "adele", "udo"])
def test_only_its_own_leads_accept(cast: Cast, who: str) -> None:
    version = published(cast)
    with pytest.raises(NotAllowed):
        accept(cast, version, getattr(cast, who))


@pytest.mark.parametrize("who", ["amira", "lena", "erin", "omar", "priya", "udo"])
def test_only_administrators_write_them(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        terms.draft("x", "x", TODAY, by=getattr(cast, who), now=NOW)
    with pytest.raises(NotAllowed):
        terms.publish(drafted(cast), by=getattr(cast, who), now=NOW)
