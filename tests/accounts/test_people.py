"""Accounts, roles and employers: what the acts do and refuse."""

from datetime import timedelta

import pytest

from accounts import queries, roles
from accounts.models import AuditDetail, AuditEvent, LocalAuthority, Notice, User
from accounts.services import audit, employers, invitations, people, reference
from accounts.states import EmployerKind, Region
from accounts.waiting import found
from asye.refusals import NotAllowed, Refused
from tests.cast import NOW, PASSWORD, TODAY

TOMORROW = TODAY + timedelta(days=1)


def give(cast, user, role, employer=None, **more):
    facts = {"starts_on": TODAY, "by": cast.adele, "now": NOW, **more}
    return people.give_role(user, role, employer=employer, **facts)


def test_an_account_is_made_once_for_an_address(cast):
    fay = people.create_user(" Fay@People.example ", "Fay", "Ferris", by=cast.amira, now=NOW)
    assert (fay.email, fay.has_usable_password()) == ("fay@people.example", False)
    assert fay.human.accounts.get() == fay
    with pytest.raises(Refused, match="already an account") as refusal:
        people.create_user("FAY@people.example", "Fay", "Ferris", by=cast.amira, now=NOW)
    assert refusal.value.field == "email"
    assert people.find_or_create_user("FAY@people.example", "No", "Body", by=cast.erin, now=NOW).first_name == "Fay"


def test_a_role_is_given_with_its_trace_and_letter(cast):
    held = give(cast, cast.nils, roles.ASSESSOR, cast.northshire)
    event = AuditEvent.objects.get(act="accounts.give_role", object_id=held.pk)
    assert (event.actor, event.membership, event.codes) == (cast.adele, cast.adele.memberships.get(), ["assessor"])
    assert event.detail_digest == ""
    letter = Notice.objects.get(user=cast.nils)
    assert "Assessor, Northshire, from 14 September 2026" in letter.body


@pytest.mark.parametrize(
    ("role", "at", "sentence"),
    [
        (roles.ASSESSOR, None, "Select the employer where this person is assessor"),
        (roles.CASEWORKER, "northshire", "not a role at an employer"),
        (roles.NQSW, "northshire", "not a role at an employer"),
    ],
)
def test_a_role_must_fit_the_place(cast, role, at, sentence):
    with pytest.raises(Refused, match=sentence):
        give(cast, cast.nils, role, at and getattr(cast, at))


def test_a_role_is_held_once_at_a_place_at_a_time(cast):
    with pytest.raises(Refused, match="already has this role"):
        give(cast, cast.ben, roles.ASSESSOR, cast.northshire)
    held = cast.ben.memberships.get()
    people.end_role(held, on=TOMORROW, by=cast.amira, now=NOW)
    with pytest.raises(Refused, match="already has this role"):
        give(cast, cast.ben, roles.ASSESSOR, cast.northshire)
    assert give(cast, cast.ben, roles.ASSESSOR, cast.northshire, starts_on=TOMORROW).pk != held.pk
    assert give(cast, cast.ben, roles.ASSESSOR, cast.southmouth).employer == cast.southmouth


def test_administrators_do_not_give_themselves_roles(cast):
    with pytest.raises(Refused, match="yourself a role"):
        give(cast, cast.adele, roles.PAYMENTS_APPROVER)
    cast.nils.human = cast.adele.human  # a second account of the same person is the same person
    cast.nils.save(update_fields=["human"])
    with pytest.raises(Refused, match="yourself a role"):
        give(cast, cast.nils, roles.PAYMENTS_APPROVER)


def test_a_role_ends_today_or_later_and_once(cast):
    held = cast.ben.memberships.get()
    with pytest.raises(Refused, match="today or later"):
        people.end_role(held, on=TODAY - timedelta(days=1), by=cast.amira, now=NOW)
    people.end_role(held, on=TODAY, by=cast.amira, now=NOW)
    assert queries.roles_of(cast.ben, TODAY) == []
    with pytest.raises(Refused, match="ended on 14 September 2026"):
        people.end_role(held, on=TODAY, by=cast.amira, now=NOW)
    assert "Assessor, Northshire, ends on 14 September 2026" in Notice.objects.get(user=cast.ben).body


def test_an_end_to_come_can_be_brought_forward(cast):
    held = people.end_role(cast.ben.memberships.get(), on=TOMORROW, by=cast.amira, now=NOW)
    assert people.end_role(held, on=TODAY, by=cast.amira, now=NOW).ends_on == TODAY


def test_a_role_that_has_not_begun_cannot_end_before_it_does(cast):
    held = give(cast, cast.nils, roles.ASSESSOR, cast.northshire, starts_on=TOMORROW)
    with pytest.raises(Refused, match="starts on 15 September 2026"):
        people.end_role(held, on=TODAY, by=cast.adele, now=NOW)


def test_somebody_is_left_to_let_others_in(cast):
    with pytest.raises(Refused, match="only co-ordinator"):
        people.end_role(cast.amira.memberships.get(), on=TODAY, by=cast.amira, now=NOW)
    people.end_role(cast.amira.memberships.get(), on=TODAY, by=cast.adele, now=NOW)
    people.end_role(cast.zora.memberships.get(), on=TODAY, by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="only administrator"):
        people.end_role(cast.adele.memberships.get(), on=TODAY, by=cast.adele, now=NOW)


def test_somebody_who_begins_later_is_not_there_yet(cast):
    people.end_role(cast.zora.memberships.get(), on=TODAY, by=cast.adele, now=NOW)
    give(cast, cast.nils, roles.ADMINISTRATOR, starts_on=TOMORROW)
    held = cast.adele.memberships.get()
    with pytest.raises(Refused, match="only administrator"):
        people.end_role(held, on=TODAY, by=cast.adele, now=NOW)
    assert people.end_role(held, on=TOMORROW, by=cast.adele, now=NOW).ends_on == TOMORROW


class TestDeactivation:
    def test_somebody_is_left_to_let_others_in(self, cast):
        people.end_role(cast.zora.memberships.get(), on=TOMORROW, by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="only administrator"):
            people.deactivate(cast.adele, because="x", by=cast.zora, now=NOW)
        people.deactivate(cast.amira, because="x", by=cast.zora, now=NOW)  # an administrator can invite another
        people.deactivate(cast.zora, because="x", by=cast.adele, now=NOW)

    def test_the_next_request_is_refused(self, client, cast):
        client.force_login(cast.ben)
        assert client.get("/account").status_code == 200
        people.deactivate(cast.ben, because="Left the employer", by=cast.adele, now=NOW)
        assert client.get("/account")["Location"].startswith("/sign-in")
        assert client.post("/sign-in", {"login": cast.ben.email, "password": PASSWORD}).status_code == 200
        assert client.get("/account").status_code == 302

    def test_why_is_kept_beside_the_event(self, cast):
        people.deactivate(cast.ben, because="Left the employer", by=cast.adele, now=NOW)
        event = AuditEvent.objects.get(act="accounts.deactivate")
        detail = AuditDetail.objects.get(event=event)
        assert detail.words == {"because": "Left the employer"}
        assert event.detail_digest == audit.digest(detail.salt, detail.words)

    def test_why_can_be_forgotten_and_the_event_stays(self, cast):
        people.deactivate(cast.ben, because="Left the employer", by=cast.adele, now=NOW)
        event = AuditEvent.objects.get(act="accounts.deactivate")
        with pytest.raises(NotAllowed):
            audit.erase(event, by=cast.udo, now=NOW)
        audit.erase(event, by=cast.adele, now=NOW)
        detail = AuditDetail.objects.get(event=event)
        assert (detail.words, detail.erased_at) == (None, NOW)
        assert AuditEvent.objects.get(act="accounts.erase_words").object_id == event.pk
        with pytest.raises(Refused, match="already been erased"):
            audit.erase(event, by=cast.adele, now=NOW)

    def test_nobody_deactivates_themselves_or_twice(self, cast):
        with pytest.raises(Refused, match="yourself"):
            people.deactivate(cast.adele, because="x", by=cast.adele, now=NOW)
        people.deactivate(cast.ben, because="x", by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="already"):
            people.deactivate(cast.ben, because="x", by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="deactivated"):
            give(cast, cast.ben, roles.MODERATOR, cast.northshire)

    def test_an_account_opens_again_without_its_password(self, client, cast):
        people.deactivate(cast.ben, because="Mistake", by=cast.adele, now=NOW)
        people.reactivate(cast.ben, because="Mistake", by=cast.adele, now=NOW)
        assert queries.role_keys_of(User.objects.get(pk=cast.ben.pk), TODAY) == {"assessor"}
        assert client.post("/sign-in", {"login": cast.ben.email, "password": PASSWORD}).status_code == 200
        client.post("/password/reset", {"email": cast.ben.email})
        assert Notice.objects.filter(user=cast.ben, kind="accounts.reset_password").exists()
        with pytest.raises(Refused, match="active"):
            people.reactivate(cast.ben, because="x", by=cast.adele, now=NOW)


def test_a_password_is_changed_by_its_person_only(cast):
    with pytest.raises(NotAllowed):
        people.change_password(cast.ben, "eleven green kettles hum", by=cast.adele, now=NOW)


class TestEmployers:
    def test_a_local_authority_is_one_of_the_153_in_its_own_region(self, cast):
        assert reference.load_local_authorities(NOW) == 153
        assert reference.load_local_authorities(NOW) == 153
        assert LocalAuthority.objects.count() == 153
        camden = LocalAuthority.objects.get(name="Camden")
        kind = EmployerKind.LOCAL_AUTHORITY
        with pytest.raises(Refused, match="Select which local authority"):
            employers.create_employer("Camden", kind, Region.LONDON, by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="Camden is in another region"):
            employers.create_employer("Camden", kind, Region.EAST, camden, by=cast.adele, now=NOW)
        made = employers.create_employer("Camden", kind, Region.LONDON, camden, by=cast.adele, now=NOW)
        assert made.opened_on == TODAY
        with pytest.raises(Refused, match="already an employer"):
            employers.create_employer("Camden Council", kind, Region.LONDON, camden, by=cast.adele, now=NOW)

    def test_a_name_is_used_once(self, cast):
        with pytest.raises(Refused, match="already an employer with this name"):
            employers.create_employer(" NORTHSHIRE ", "nhs", Region.EAST, by=cast.adele, now=NOW)


class TestFirstAdministrator:
    def test_it_works_once(self, db):
        first, token = invitations.create_first_administrator("a@dfe.example", "A", "A", now=NOW)
        _, again = invitations.create_first_administrator("A@dfe.example", "A", "A", now=NOW)
        with pytest.raises(Refused, match="already an administrator"):
            invitations.create_first_administrator("b@dfe.example", "B", "B", now=NOW)
        with pytest.raises(Refused, match="no longer valid"):
            invitations.accept(token, "eleven green kettles hum", now=NOW)
        assert invitations.accept(again, "eleven green kettles hum", now=NOW) == first
        assert queries.role_keys_of(first, TODAY) == {"administrator"}
        with pytest.raises(Refused, match="already an administrator"):
            invitations.create_first_administrator("a@dfe.example", "A", "A", now=NOW)


def test_queries_tell_who_is_where(cast):
    give(cast, cast.ben, roles.ASSESSOR, cast.southmouth)
    assert set(queries.employers_of(cast.ben, TODAY, roles.ASSESSOR)) == {cast.northshire, cast.southmouth}
    assert set(queries.employers_of(cast.ben, TODAY, roles.COORDINATOR)) == set()
    assert set(queries.people_in_role(cast.southmouth, roles.ASSESSOR, TODAY)) == {cast.ben, cast.cal}
    assert [str(held) for held in queries.roles_of(cast.erin, TODAY)] == ["Caseworker, Department for Education"]
    assert [held.user for held in queries.people_of(cast.northshire, TODAY)] == [
        *(cast.amira, cast.lena, cast.dev, cast.ben),
    ]


def test_open_invitations_are_what_a_coordinator_waits_for(cast, django_assert_num_queries):
    def waits_on(user):
        return found([queries.ON_OTHERS], user, roles.ALL, TODAY)[0].tasks

    assert waits_on(cast.amira) == []
    for name in ("x", "y", "z"):
        invitations.invite(f"{name}@p.example", name, name, roles.ASSESSOR, cast.northshire, by=cast.amira, now=NOW)
    with django_assert_num_queries(1):
        waiting = waits_on(cast.amira)
    assert len(waiting) == 3
    assert next((task.about, task.who, task.due) for task in waiting) == (
        "Assessor, Northshire", "x@p.example", TODAY + timedelta(days=14),
    )  # fmt: skip
    assert waits_on(cast.cora) == []
    assert waits_on(cast.ben) == []
