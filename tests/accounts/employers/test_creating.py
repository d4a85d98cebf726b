"""Employers made by DfE: the code, the phone, the first co-ordinator, and what changes later."""

import pytest

from accounts import employer_rules as rules
from accounts import roles
from accounts.models import AuditEvent, Employer, FormerDetails, Invitation, LocalAuthority, User
from accounts.services import employers, people, reference, replacing
from accounts.services.employers import Details
from accounts.services.invitations import Person
from accounts.states import EmployerKind, Region
from asye.refusals import NotAllowed, Refused, Stale
from tests.cast import NOW, TODAY, Cast

pytestmark = pytest.mark.django_db
LA = EmployerKind.LOCAL_AUTHORITY
FAY = Person("fay@camden.example", "Fay", "O'Brien")


def camden(phone: str = "020 7974 4444") -> Details:
    authority = LocalAuthority.objects.get(name="Camden")
    return Details("Camden", LA, Region.LONDON, authority, phone)


@pytest.fixture
def _reference(db: None) -> None:
    reference.load_local_authorities(NOW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", rules.CODE_NUMBERS),
        ("", rules.CODE_NUMBERS),
        ("20a", rules.CODE_NUMBERS),
        ("２０２", rules.CODE_NUMBERS),
        ("20", rules.CODE_THREE),
        ("2022", rules.CODE_THREE),
        ("020", rules.CODE_THREE),
    ],
)
def test_a_code_is_three_numbers(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        rules.local_authority_code(typed)


def test_a_code_may_be_spaced() -> None:
    assert rules.local_authority_code(" 20 2\n") == "202"


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("+44 808 157 0192", "+448081570192", "0808 157 0192"),
        ("0300 123 4567", "+443001234567", "0300 123 4567"),
        ("0 8 0 8 1 5 7 0 1 9 2", "+448081570192", "0808 157 0192"),
        ("01632 960 001", "+441632960001", "01632 960 001"),
        ("020 7946 0000", "+442079460000", "020 7946 0000"),
        ("+44 (0)20 7946 0000", "+442079460000", "020 7946 0000"),
        ("0044 7700 900 982", "+447700900982", "07700 900 982"),
        ("07700-900-982", "+447700900982", "07700 900 982"),
        ("016977 3555", "+44169773555", "01697 735 55"),
    ],
)
def test_a_phone_number_is_stored_in_one_form(typed: str, stored: str, shown: str) -> None:
    """03 and 08 numbers pass too, and spaces are gone before the column's length counts."""
    assert rules.canonical_phone(typed) == stored
    assert len(stored) <= 13
    assert rules.shown_phone(stored) == shown


@pytest.mark.parametrize(
    "typed", ["", "999", "04 1234 56789", "05600 123456", "+33 1 23 45 67 89", "07700 900 98", "07700 900 9821",
              "٠٧٧٠٠٩٠٠٩٨٢", "0770090098a", "+44 +44 7700 900982"]
)  # fmt: skip
def test_anything_else_is_no_phone_number(typed: str) -> None:
    with pytest.raises(Refused):
        rules.canonical_phone(typed)


@pytest.mark.usefixtures("_reference")
def test_made_with_its_first_coordinator_at_once(cast: Cast) -> None:
    made = employers.create_with_coordinator(camden(), FAY, by=cast.adele, now=NOW)
    assert (made.name, made.phone, made.local_authority_id, made.opened_on) == ("Camden", "+442079744444", "202", TODAY)
    sent = Invitation.objects.get(employer=made)
    assert (sent.user.email, sent.role) == ("fay@camden.example", roles.COORDINATOR.key)


@pytest.mark.usefixtures("_reference")
def test_neither_is_made_where_one_cannot_be(cast: Cast) -> None:
    people.deactivate(cast.cal, because="Left", by=cast.adele, now=NOW)
    with pytest.raises(Refused, match="deactivated"):
        employers.create_with_coordinator(camden(), Person(cast.cal.email, "C", "P"), by=cast.adele, now=NOW)
    assert not Employer.objects.filter(name="Camden").exists()


@pytest.mark.usefixtures("_reference")
def test_all_153_authorities_with_their_region_can_be_employers() -> None:
    """Their codes pass our own check, and each has a region."""
    assert LocalAuthority.objects.count() == 153
    assert set(LocalAuthority.objects.values_list("region", flat=True)) == set(Region.values)
    assert all(rules.local_authority_code(code) for code in LocalAuthority.objects.values_list("code", flat=True))


class TestChanging:
    def test_what_it_was_is_kept(self, cast: Cast) -> None:
        before = cast.northshire
        new = Details("Northshire Together", before.kind, before.region, None, "0300 123 4567")
        after = employers.change_details(before, new, "New name.", by=cast.adele, now=NOW, seen_version=1)
        assert (after.name, after.phone, after.version) == ("Northshire Together", "+443001234567", 2)
        former = FormerDetails.objects.get(employer=before)
        assert (former.name, former.phone, former.version, former.because) == ("Northshire", "", 1, "New name.")
        assert AuditEvent.objects.get(act="accounts.change_employer").codes == ["name", "phone"]

    def test_an_old_tab_changes_nothing(self, cast: Cast) -> None:
        """Else the last page to be sent wins, with every column it was opened with."""
        facts = (cast.northshire.kind, cast.northshire.region)
        employers.change_details(cast.northshire, Details("One", *facts), "x", by=cast.adele, now=NOW, seen_version=1)
        with pytest.raises(Stale):
            employers.change_details(
                cast.northshire, Details("Two", *facts), "x", by=cast.zora, now=NOW, seen_version=1
            )
        assert Employer.objects.get(pk=cast.northshire.pk).name == "One"

    def test_a_coordinator_changes_the_phone_only(self, cast: Cast) -> None:
        own = cast.northshire
        phone = Details(own.name, own.kind, own.region, None, "0300 123 4567")
        assert employers.change_details(own, phone, "Moved.", by=cast.amira, now=NOW).phone == "+443001234567"
        name = Details("Mine", own.kind, own.region, None, "0300 123 4567")
        for who in (cast.amira, cast.cora, cast.ben, cast.erin):
            with pytest.raises(NotAllowed):
                employers.change_details(own, name, "x", by=who, now=NOW)

    def test_refused(self, cast: Cast) -> None:
        own = cast.northshire
        same = Details(own.name, own.kind, own.region)
        with pytest.raises(Refused, match="Nothing is different"):
            employers.change_details(own, same, "x", by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="Enter why"):
            employers.change_details(own, Details("Two", own.kind, own.region), " ", by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="already an employer with this name"):
            employers.change_details(own, Details("southmouth", own.kind, own.region), "x", by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="which local authority"):
            employers.change_details(own, Details("Two", LA, own.region), "x", by=cast.adele, now=NOW)


class TestReplacing:
    def test_the_leaver_stays_who_they_were(self, cast: Cast) -> None:
        """The new person is not written over the old one's account, sign-in and all."""
        before = User.objects.filter(pk=cast.amira.pk).values().get()
        held = cast.amira.memberships.get()
        sent, _ = replacing.replace(held, FAY, on=TODAY, by=cast.adele, now=NOW)
        assert User.objects.filter(pk=cast.amira.pk).values().get() == before
        assert sent.user.pk != cast.amira.pk
        assert sent.user.human_id != cast.amira.human_id
        held.refresh_from_db()
        assert held.ends_on == TODAY

    def test_nothing_changes_where_the_new_person_cannot_come(self, cast: Cast) -> None:
        held = cast.amira.memberships.get()
        with pytest.raises(Refused):
            replacing.replace(held, Person(cast.amira.email, "A", "R"), on=TODAY, by=cast.adele, now=NOW)
        held.refresh_from_db()
        assert held.ends_on is None
        assert not Invitation.objects.filter(sent_at=NOW).exists()

    def test_a_coordinator_does_not_leave_nobody_behind(self, cast: Cast) -> None:
        with pytest.raises(Refused, match="only co-ordinator"):
            replacing.replace(cast.amira.memberships.get(), FAY, on=TODAY, by=cast.amira, now=NOW)


class TestRolesByDate:
    def test_an_end_to_come_can_be_moved_and_taken_back(self, cast: Cast) -> None:
        held = cast.ben.memberships.get()
        later = TODAY.replace(year=TODAY.year + 1)
        assert people.end_role(held, on=later, by=cast.amira, now=NOW).ends_on == later
        assert people.end_role(held, on=TODAY.replace(month=12), by=cast.amira, now=NOW).ends_on.month == 12
        assert people.keep_role(held, by=cast.amira, now=NOW).ends_on is None
        with pytest.raises(Refused, match="no end"):
            people.keep_role(held, by=cast.amira, now=NOW)

    def test_a_role_that_ended_is_given_again_and_the_first_stays(self, cast: Cast) -> None:
        held = cast.ben.memberships.get()
        with pytest.raises(Refused, match="has not ended"):
            people.reinstate(held, by=cast.amira, now=NOW)
        people.end_role(held, on=TODAY, by=cast.amira, now=NOW)
        held.refresh_from_db()
        with pytest.raises(Refused, match="already ended"):
            people.keep_role(held, by=cast.amira, now=NOW)
        again = people.reinstate(held, by=cast.amira, now=NOW)
        assert (again.starts_on, again.ends_on) == (TODAY, None)
        assert cast.ben.memberships.count() == 2
        with pytest.raises(Refused, match="already has this role"):
            people.reinstate(held, by=cast.amira, now=NOW)

    def test_nobody_puts_off_the_end_of_their_own(self, cast: Cast) -> None:
        held = people.give_role(cast.zora, roles.PAYMENTS_APPROVER, starts_on=TODAY, by=cast.adele, now=NOW)
        later = TODAY.replace(month=12)
        people.end_role(held, on=later, by=cast.adele, now=NOW)
        with pytest.raises(Refused, match="put off its end"):
            people.keep_role(held, by=cast.zora, now=NOW)
        with pytest.raises(Refused, match="put off its end"):
            people.end_role(held, on=later.replace(day=30), by=cast.zora, now=NOW)
        assert people.end_role(held, on=TODAY, by=cast.zora, now=NOW).ends_on == TODAY
        with pytest.raises(Refused, match="put off its end"):
            people.reinstate(held, by=cast.zora, now=NOW)

    def test_another_employer_is_refused(self, cast: Cast) -> None:
        held = people.end_role(cast.ben.memberships.get(), on=TODAY, by=cast.amira, now=NOW)
        for act in (people.keep_role, people.reinstate, employers.name_primary):
            with pytest.raises(NotAllowed):
                act(held, by=cast.cora, now=NOW)

    def test_the_main_contact(self, cast: Cast) -> None:
        second = people.give_role(
            cast.ben, roles.COORDINATOR, employer=cast.northshire, starts_on=TODAY, by=cast.adele, now=NOW
        )
        first = cast.amira.memberships.get()
        assert employers.name_primary(second, by=cast.amira, now=NOW).is_primary
        assert employers.name_primary(first, by=cast.amira, now=NOW).is_primary
        second.refresh_from_db()
        assert not second.is_primary
        with pytest.raises(Refused, match="Only a co-ordinator or a senior lead"):
            employers.name_primary(cast.dev.memberships.get(), by=cast.amira, now=NOW)
