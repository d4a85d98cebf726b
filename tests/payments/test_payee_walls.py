"""What the database refuses about vendor details, to the application's role and to the owner: each wall by its name."""

from datetime import timedelta

import psycopg

from accounts import roles
from accounts.models import Membership
from accounts.services import employers, humans, people
from payments.models import Batch, GrantYear, Payee
from payments.services import batches, payees, sharing
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.payments.test_walls import Refuses, _row, insert, raw, refuses, world

__all__ = ["raw", "refuses", "world"]
VERIFY = """
    UPDATE payments_payee SET verified_by_id = %(by)s, verified_human_id = %(human)s, verified_at = %(now)s,
        called_back_on = '2026-09-14', called_back_note = 'x', called_number = %(number)s,
        called_person_id = %(person)s, spoke_to = %(spoke_to)s, used_from = %(used_from)s
    WHERE id = %(payee)s
"""


def _values(payee: Payee, cast: Cast, **changed: object) -> dict[str, object]:
    return {
        "by": cast.priya.pk,
        "human": cast.priya.human_id,
        "now": NOW,
        "number": "",
        "person": cast.amira.pk,
        "spoke_to": "Head of finance",
        "used_from": TODAY + timedelta(days=10),
        "payee": payee.pk,
        **changed,
    }


def test_details_are_verified_on_a_contact_held_before(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    details = employers.Details(world.northshire.name, world.northshire.kind, world.northshire.region)
    before, after = NOW - timedelta(days=90), NOW + timedelta(minutes=1)
    given = {"by": world.amira, "because": "We moved."}
    employers.change_details(world.northshire, _phone(details, "01632 960 001"), now=before, **given)
    proposed = payees.propose(world.northshire, "VN99999", by=world.omar, now=NOW)
    employers.change_details(world.northshire, _phone(details, "01632 960 002"), now=after, **given)
    people.give_role(
        world.ben, roles.SENIOR_LEAD, employer=world.northshire, starts_on=TODAY + timedelta(1), by=world.adele, now=NOW
    )
    for changed, by in (
        ({"spoke_to": ""}, "by a call back to a contact"),
        ({"person": None}, "by a call back to a contact"),
        ({"person": None, "number": "+441632960002"}, "that number was not held before"),
        ({"person": world.cora.pk}, "did not act for the employer before"),
        ({"person": world.ben.pk}, "did not act for the employer before"),
        ({"number": "+441632960001"}, "payee_called_one_contact"),
        ({"used_from": None}, "payee_used_once_verified"),
        ({"used_from": TODAY + timedelta(days=9)}, "not used before 2026-09-24"),
    ):
        refuses(VERIFY, _values(proposed, world, **changed), by=by)
    in_use = "UPDATE payments_payee SET ended_at = now() WHERE verified_at IS NOT NULL AND employer_id = %s"
    raw.execute(in_use, [world.northshire.pk])
    raw.execute(VERIFY, _values(proposed, world, person=None, number="+441632960001"))
    for column in ("called_number = ''", "spoke_to = 'Somebody'", "used_from = '2026-09-14'"):
        refuses(
            f"UPDATE payments_payee SET {column} WHERE id = %s", [proposed.pk], by="were verified cannot be changed"
        )


def test_who_proposed_is_not_called_under_another_account(
    world: Cast, refuses: Refuses, raw: psycopg.Connection
) -> None:
    proposed = payees.propose(world.northshire, "VN99999", by=world.omar, now=NOW)
    raw.execute(
        "UPDATE payments_payee SET ended_at = now() WHERE verified_at IS NOT NULL AND employer_id = %s",
        [world.northshire.pk],
    )
    humans.join(world.omar, world.amira, now=NOW)
    refuses(VERIFY, _values(proposed, world), by="did not act for the employer before")
    raw.execute(VERIFY, _values(proposed, world, person=world.lena.pk))


def test_whoever_no_longer_acts_for_it_is_not_called(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    """The role has ended, or the account is closed: somebody who has left would confirm anything, or nothing."""
    proposed = payees.propose(world.northshire, "VN99999", by=world.omar, now=NOW)
    raw.execute(
        "UPDATE payments_payee SET ended_at = now() WHERE verified_at IS NOT NULL AND employer_id = %s",
        [world.northshire.pk],
    )
    role = Membership.objects.get(user=world.lena, employer=world.northshire)
    people.end_role(role, on=TODAY, by=world.amira, now=NOW)
    people.deactivate(world.amira, because="They left.", by=world.adele, now=NOW)
    for who in (world.lena, world.amira):
        refuses(VERIFY, _values(proposed, world, person=who.pk), by="did not act for the employer before")
    people.reactivate(world.amira, because="They are back.", by=world.adele, now=NOW)
    raw.execute(VERIFY, _values(proposed, world))


def _phone(details: employers.Details, phone: str) -> employers.Details:
    return employers.Details(details.name, details.kind, details.region, phone=phone)


def test_changed_details_are_not_paid_before_their_day(world: Cast, refuses: Refuses, raw: psycopg.Connection) -> None:
    line = make.draft(world, now=NOW).lines.get()
    row = {key: value for key, value in _row(line).items() if key != "id"}
    batches.hold_line(line, "Other details.", by=world.omar, now=NOW)
    changed = make.verified(payees.propose(world.northshire, "VN99999", by=world.omar, now=NOW), world, now=NOW)
    early = {**row, "payee_id": changed.pk, "made_at": NOW + timedelta(days=9)}
    refuses(*insert(early), by="new vendor details are used from 2026-09-24")
    raw.execute(*insert({**early, "made_at": NOW + timedelta(days=10)}))


def test_a_number_of_two_employers_is_not_paid_until_two_people_say_so(
    world: Cast, refuses: Refuses, raw: psycopg.Connection
) -> None:
    GrantYear.objects.update(cool_off_days=0)
    batch = make.submitted(world, now=NOW)
    own = Payee.objects.get(employer=world.northshire)
    theirs = payees.propose(world.southmouth, own.vendor_number, by=world.omar, now=NOW)
    theirs = make.verified(theirs, world, now=NOW)
    approve = """
        UPDATE payments_batch SET state = 'approved', approved_by_id = %s, approved_human_id = %s, approved_at = now()
    """
    refuses(approve, [world.priya.pk, world.priya.human_id], by="another employer has the same vendor number")
    row = {key: value for key, value in _row(batch.lines.get()).items() if key != "id"}
    batches.hold_line(batch.lines.get(), "Whose is it?", by=world.omar, now=NOW)
    refuses(*insert(row), by="another employer has the same vendor number")
    say = """
        INSERT INTO payments_sharednumber (one_id, two_id, because, explained_by_id, explained_human_id, explained_at,
            confirmed_by_id, confirmed_human_id, confirmed_at)
        VALUES (%s, %s, %s, %s, %s, now(), %s, %s, %s)
    """
    omar, priya = (world.omar.pk, world.omar.human_id), (world.priya.pk, world.priya.human_id)
    nobody = (None, None, None)
    refuses(say, [theirs.pk, own.pk, "x", *omar, *nobody], by="shared_older_first")
    refuses(say, [own.pk, theirs.pk, "", *omar, *nobody], by="shared_explained")
    refuses(say, [own.pk, theirs.pk, "x", omar[0], priya[1], *nobody], by="somebody explains it first")
    refuses(say, [own.pk, theirs.pk, "x", *omar, *priya, NOW], by="somebody explains it first")
    ended = Payee.objects.filter(employer=world.southmouth).earliest("pk")
    refuses(say, [own.pk, ended.pk, "x", *omar, *nobody], by="not in use under one number")
    said = sharing.explain(own, theirs, "One runs the other.", by=world.omar, now=NOW)
    refuses(say, [own.pk, theirs.pk, "x", *omar, *nobody], by="shared_once")
    refuse = "UPDATE payments_sharednumber SET refused_by_id = %s, refused_at = now(), refused_because = %s"
    refuses(refuse, [priya[0], ""], by="shared_refused_with_reason")
    born = say.replace("confirmed_at)", "confirmed_at, refused_by_id, refused_at, refused_because)")
    born = born.replace("%s)\n", "%s, %s, now(), 'x')\n")
    refuses(born, [own.pk, theirs.pk, "x", *omar, *nobody, priya[0]], by="somebody explains it before")
    raw.execute(refuse, [priya[0], "x"])
    for values in ([priya[0], "y"], [None, ""]):
        refuses(refuse, values, by="what was decided of a shared number")
    confirm = "UPDATE payments_sharednumber SET confirmed_by_id = %s, confirmed_human_id = %s, confirmed_at = now()"
    refuses(confirm, priya, by="shared_refused_with_reason")
    said = sharing.explain(own, theirs, "Their board has written.", by=world.omar, now=NOW)
    confirm += " WHERE refused_at IS NULL"
    refuses(confirm, omar, by="nobody confirms what they explained")
    refuses(confirm, [omar[0], priya[1]], by="nobody confirms what they explained")
    only = "WHERE refused_at IS NULL"
    refuses(f"UPDATE payments_sharednumber SET confirmed_at = now() {only}", by="nobody confirms")
    one_fact = f"UPDATE payments_sharednumber SET confirmed_by_id = %s {only}"
    refuses(one_fact, [priya[0]], by="shared_confirmed_by_somebody")
    refuses("UPDATE payments_sharednumber SET because = 'y'", by="cannot be changed")
    refuses("DELETE FROM payments_sharednumber", by="append-only")
    refuses("TRUNCATE payments_sharednumber", by="append-only")
    raw.execute(confirm, priya)
    refuses(confirm, priya, by="cannot be changed")
    refuses(f"{refuse} WHERE confirmed_at IS NOT NULL", [priya[0], "x"], by="what was decided of a shared number")
    said.refresh_from_db()
    assert said.confirmed_by == world.priya
    raw.execute(*insert(row))
    assert Batch.objects.get().lines.count() == 1


def test_accounts_that_change_hands_do_not_make_two_people_of_one(
    world: Cast, refuses: Refuses, raw: psycopg.Connection
) -> None:
    """Who explained it has another human’s account by now, and another account has theirs: still the same human."""
    own = Payee.objects.get(employer=world.northshire)
    GrantYear.objects.update(cool_off_days=0)
    theirs = make.verified(payees.propose(world.southmouth, own.vendor_number, by=world.omar, now=NOW), world, now=NOW)
    sharing.explain(own, theirs, "One runs the other.", by=world.omar, now=NOW)
    raw.execute("UPDATE accounts_user SET human_id = %s WHERE id = %s", [world.omar.human_id, world.nils.pk])
    raw.execute("UPDATE accounts_user SET human_id = %s WHERE id = %s", [world.udo.human_id, world.omar.pk])
    confirm = "UPDATE payments_sharednumber SET confirmed_by_id = %s, confirmed_human_id = %s, confirmed_at = now()"
    refuses(confirm, [world.nils.pk, world.omar.human_id], by="shared_two_people")
