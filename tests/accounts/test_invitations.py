"""Letters with a secret link: once, in time, for one person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import roles
from accounts.models import AuditEvent, Invitation, Notice, User
from accounts.services import invitations, people
from asye.refusals import NotAllowed, Refused
from tests.cast import NOW, PASSWORD, TODAY, Cast

NEW = "eleven green kettles hum"


def invite(cast: Cast, *, role=roles.ASSESSOR, email="Fay@northshire.example ", by=None, now=NOW, **more):
    employer = more.pop("employer", cast.northshire)
    return invitations.invite(email, "Fay", "O'Brien", role, employer, by=by or cast.amira, now=now, **more)


def test_it_works(cast):
    invitation, token = invite(cast)
    assert invitation.user.email == "fay@northshire.example"
    assert token not in invitation.token_hash
    assert not invitation.user.memberships.exists()
    fay = invitations.accept(token, NEW, now=NOW + timedelta(days=13))
    assert fay.check_password(NEW)
    membership = fay.memberships.get()
    assert (membership.role, membership.employer) == ("assessor", cast.northshire)
    assert membership.starts_on == TODAY + timedelta(days=13)
    event = AuditEvent.objects.get(act="accounts.accept_invitation")
    assert (event.actor, event.membership) == (fay, membership)


def test_the_letter_names_the_role_and_keeps_the_link_apart(cast):
    invitation, token = invite(cast)
    letter = Notice.objects.get(user=invitation.user)
    assert letter.secret_link == f"http://localhost:8000/join/{token}"
    assert token not in letter.body
    assert "Dear Fay O'Brien" in letter.body
    assert "Assessor, Northshire" in letter.body
    assert "28 September 2026" in letter.body


def test_a_link_works_once(cast):
    _, token = invite(cast)
    invitations.accept(token, NEW, now=NOW)
    with pytest.raises(Refused, match="already been accepted"):
        invitations.accept(token, NEW, now=NOW)


def test_a_link_runs_out_after_14_days(cast):
    _, token = invite(cast)
    with pytest.raises(Refused, match="run out"):
        invitations.accept(token, NEW, now=NOW + timedelta(days=14))


def test_a_resend_takes_the_link_before_back(cast):
    first, old = invite(cast)
    second, new = invitations.resend(first, by=cast.amira, now=NOW + timedelta(days=20))
    with pytest.raises(Refused, match="no longer valid"):
        invitations.accept(old, NEW, now=NOW + timedelta(days=20))
    assert invitations.accept(new, NEW, now=NOW + timedelta(days=33)) == second.user


def test_nobody_is_invited_again_while_the_link_works(cast):
    """Sent twice, the page would send a second letter and end the link of the first."""
    _, token = invite(cast)
    with pytest.raises(Refused, match="invited already, and the link works until 28 September 2026") as refusal:
        invite(cast)
    assert refusal.value.field == "email"
    assert Notice.objects.filter(to_email="fay@northshire.example").count() == 1
    invitations.accept(token, NEW, now=NOW)


def test_inviting_again_takes_a_link_back_that_has_run_out(cast):
    _, old = invite(cast)
    later = NOW + timedelta(days=14)
    invite(cast, now=later)
    with pytest.raises(Refused, match="no longer valid"):
        invitations.accept(old, NEW, now=later)


def test_a_revoked_link_does_not_work(cast):
    invitation, token = invite(cast)
    invitations.revoke(invitation, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="no longer valid"):
        invitations.accept(token, NEW, now=NOW)
    with pytest.raises(Refused, match="already been cancelled"):
        invitations.revoke(invitation, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="already been cancelled"):
        invitations.resend(invitation, by=cast.amira, now=NOW)


def test_an_unknown_link_is_refused(cast):
    with pytest.raises(Refused, match="not one of ours"):
        invitations.accept("nothing", NEW, now=NOW)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "15 characters or more"),
        ("fourteen chars", "15 characters or more"),
        ("fay@northshire.example", "too like your name or email address"),
    ],
)
def test_a_weak_password_is_refused_and_nothing_is_stored(cast, password, sentence):
    invitation, token = invite(cast)
    with pytest.raises(Refused, match=sentence) as refusal:
        invitations.accept(token, password, now=NOW)
    assert refusal.value.field == "password"
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.get(pk=invitation.user_id).has_usable_password()


def test_an_account_that_has_a_password_is_never_given_another(cast):
    invitation, token = invite(cast, email=cast.cal.email)
    assert invitation.user == cast.cal
    for signed_in in (None, cast.ben):
        with pytest.raises(NotAllowed):
            invitations.accept(token, NEW, by=signed_in, now=NOW)
    invitations.accept(token, None, by=cast.cal, now=NOW)
    cast.cal.refresh_from_db()
    assert cast.cal.check_password(PASSWORD)
    assert {str(held.employer) for held in cast.cal.memberships.all()} == {"Northshire", "Southmouth"}


def test_an_existing_account_keeps_its_names(cast):
    invitation, _ = invite(cast, email=cast.cal.email)
    assert invitation.user.full_name == "Cal Penrose"


def test_who_already_has_the_role_is_not_invited(cast):
    with pytest.raises(Refused, match="already has this role"):
        invite(cast, email=cast.ben.email)


def test_nobody_invites_themselves(cast):
    with pytest.raises(Refused, match="yourself"):
        invite(cast, email=cast.amira.email, role=roles.ASSESSOR)


def test_a_deactivated_person_is_not_invited_and_cannot_accept(cast):
    _, token = invite(cast, email=cast.cal.email)
    people.deactivate(cast.cal, because="Left", by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="deactivated"):
        invite(cast, email=cast.cal.email)
    with pytest.raises(Refused, match="no longer valid"):
        invitations.accept(token, None, by=cast.cal, now=NOW)


def test_a_closed_employer_invites_nobody(cast):
    cast.northshire.closed_on = TODAY
    cast.northshire.save(update_fields=["closed_on"])
    with pytest.raises(Refused, match="closed on 14 September 2026"):
        invite(cast, by=cast.adele)
    with pytest.raises(NotAllowed):
        invite(cast)


@pytest.mark.parametrize(("role", "at"), [(roles.CASEWORKER, "northshire"), (roles.ASSESSOR, None)])
def test_a_role_must_fit_the_place(cast, role, at):
    with pytest.raises(Refused):
        invite(cast, role=role, employer=at and getattr(cast, at), by=cast.adele)


def test_an_nqsw_is_invited_again_and_keeps_one_membership(cast):
    _, token = invitations.invite(
        cast.noor.email, "Noor", "Rahman", roles.NQSW, by=cast.amira, now=NOW, accept_url_name="invitation"
    )
    invitations.accept(token, None, by=cast.noor, now=NOW)
    assert cast.noor.memberships.count() == 1


class TestPage:
    def test_it_works(self, client, cast, monkeypatch):
        monkeypatch.setattr("asye.clock.now", lambda: NOW)
        _, token = invite(cast)
        page = client.get(reverse("invitation", args=[token]))
        assert page.status_code == 200
        assert "Assessor, Northshire" in page.content.decode()
        weak = client.post(reverse("invitation", args=[token]), {"password1": "weak"})
        assert "Your password must be 15 characters or more" in weak.content.decode()

    def test_accepting_says_what_happens_next(self, client, cast, monkeypatch):
        monkeypatch.setattr("asye.clock.now", lambda: NOW)
        _, token = invite(cast)
        done = client.post(reverse("invitation", args=[token]), {"password1": NEW})
        assert "What happens next" in done.content.decode()
        again = client.post(reverse("invitation", args=[token]), {"password1": NEW})
        assert again.status_code == 410
        assert "already been accepted" in again.content.decode()

    def test_a_strange_link_is_not_found(self, client, cast):
        assert client.get(reverse("invitation", args=["nothing"])).status_code == 404

    def test_an_nqsws_link_is_not_taken_up_here(self, client, cast):
        _, token = invitations.invite(
            "new@people.example", "New", "Person", roles.NQSW, by=cast.amira, now=NOW, accept_url_name="invitation"
        )
        assert client.post(reverse("invitation", args=[token]), {"password1": NEW}).status_code == 404
        assert Invitation.objects.get(role="nqsw").accepted_at is None

    def test_an_account_must_be_signed_in(self, client, cast, monkeypatch):
        monkeypatch.setattr("asye.clock.now", lambda: NOW)
        _, token = invite(cast, email=cast.cal.email)
        address = reverse("invitation", args=[token])
        assert "Sign in to accept" in client.get(address).content.decode()
        assert client.post(address).status_code == 403
        client.force_login(cast.ben)
        assert "somebody else" in client.get(address).content.decode()
        assert client.post(address).status_code == 403
        client.force_login(cast.cal)
        assert "It will be added to the account" in client.get(address).content.decode()
        assert client.post(address)["Location"] == "/account"
        assert cast.cal.memberships.count() == 2
