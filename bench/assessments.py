"""A save while somebody types beside a view that writes one row; a record with a long history beside a new one; and how
many queries the home page takes for 300 NQSWs beside one."""

from itertools import count
from typing import Any

from bench._harness import figure, report, service, settle
from bench.payments import write

WORDS = "What was seen on the visit, and what it says of the work with this family. " * 40
FEW, MANY = 2, 200
PEOPLE = 300


# One registration many times over, with its placement and whoever assesses it.
PEOPLE_LIKE_ONE = """
WITH fresh AS (
    SELECT n, nextval('registrations_nqsw_id_seq') AS person,
           nextval('registrations_registration_id_seq') AS registration
    FROM generate_series(2, %(last)s::int) n
), people AS (
    INSERT INTO registrations_nqsw SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', person, 'swe_number', 'SW' || (2000000 + n), 'email', n || '@bench.example'))).*
    FROM fresh, registrations_nqsw m, registrations_registration r WHERE m.id = r.nqsw_id AND r.id = %(registration)s
), registered AS (
    INSERT INTO registrations_registration SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', registration, 'nqsw_id', person, 'reference', 'CF' || lpad(n::text, 9, '0')))).*
    FROM fresh, registrations_registration m WHERE m.id = %(registration)s
), placed AS (
    INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on)
    SELECT registration, person, m.employer_id, m.starts_on
    FROM fresh, registrations_placement m WHERE m.registration_id = %(registration)s
    RETURNING id
)
INSERT INTO registrations_assessorassignment
        (placement_id, assessor_id, starts_on, cover, note, assigned_by_id, assigned_at)
    SELECT placed.id, m.assessor_id, m.starts_on, false, '', m.assigned_by_id, m.assigned_at
    FROM placed, registrations_assessorassignment m JOIN registrations_placement p ON p.id = m.placement_id
    WHERE p.registration_id = %(registration)s
"""


class World:
    """The cast, and the year of one NQSW under way."""

    def __init__(self) -> None:
        from django.db import transaction

        from tests import cast
        from tests.factories import registrations as make

        with transaction.atomic():
            self.people = cast.build()
        make.published_year(by=self.people.adele, second=self.people.zora, now=cast.NOW)
        self.now = cast.NOW
        self.year = make.registered(
            self.people.northshire,
            by=self.people.amira,
            caseworker=self.people.erin,
            assessor=self.people.ben,
            now=cast.NOW,
        )

    def record(self, ordinal: int, versions: int) -> Any:
        """An observation with so many versions."""
        from django.db import transaction

        from assessments.services import records, revisions

        ben = self.people.ben
        made = records.open_record(self.year, "direct_observation", ordinal=ordinal, by=ben, now=self.now)
        for number in range(1, versions + 1):
            with transaction.atomic():
                revisions.write(made, {"seen": f"{number}. {WORDS}"}, by=ben, now=self.now)
        return made


def signed_in(person: Any) -> Any:
    """That person's browser."""
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def queries_of_home(person: Any) -> int:
    """What the second visit takes: the first prepares and notes that the session is in use."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(person)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/").status_code == 200
    return len(queries)


def saving(world: World, record: Any) -> None:
    """The round trip of autosave.js beside that of a view that writes one row."""
    ben, numbers = signed_in(world.people.ben), count(1)

    def save() -> None:
        number = next(numbers)
        typed = {"changed": "seen", "seen": f"{WORDS}{number}", "seen_draft": 0, "seen_revision": FEW}
        answer = ben.post(f"/records/{record.pk}/draft", {**typed, "client": f"1a2b3c4d:{number}"})
        assert answer.status_code == 200, answer.content

    def plainly() -> None:
        answer = ben.post(f"/one-row/{record.pk}", {"seen": f"{WORDS}{next(numbers)}"})
        assert answer.status_code == 200, answer.content

    figure("a save while somebody types: signed-in, one row", ours=save, reference=plainly, target=3.0)


def opening(world: World, many: Any, few: Any) -> None:
    """The page of a record with a long history beside that of a new one."""
    ben = signed_in(world.people.ben)

    def opened(record: Any) -> None:
        assert ben.get(f"/records/{record.pk}").status_code == 200

    what = f"a record with {MANY} versions: with {FEW}"
    figure(what, ours=lambda: opened(many), reference=lambda: opened(few), target=1.5)


def main() -> None:
    with service():
        from django.test import override_settings

        from asye import clock

        world = World()
        people = {"co-ordinator": world.people.amira, "assessor": world.people.ben}
        with clock.moved_to(world.now), override_settings(ROOT_URLCONF="bench._writing_urls"):
            few, many = world.record(1, FEW), world.record(2, MANY)
            settle()
            saving(world, few)
            opening(world, many, few)
            one = {role: queries_of_home(person) for role, person in people.items()}
            write(PEOPLE_LIKE_ONE, last=PEOPLE, registration=world.year.pk)
            for role, person in people.items():
                what = f"queries of the {role}’s home page: {PEOPLE} NQSWs, one"
                report(what, queries_of_home(person), one[role], 1.0, "queries")


if __name__ == "__main__":
    main()
