"""The first page among 60,000 registrations beside the same page among 100: all of them, searched and narrowed."""

import os
import statistics
import time

import psycopg

from bench._harness import report, service, settle

FEW, MANY = 100, 60_000
REPEATS = 25
# One registration many times over: people of 500 names with 200 employers, an eighth of them still on the programme.
LOAD = """
WITH fresh AS (
    SELECT n, nextval('registrations_nqsw_id_seq') AS person,
           nextval('registrations_registration_id_seq') AS registration
    FROM generate_series(%(first)s::int, %(last)s::int) n
), people AS (
    INSERT INTO registrations_nqsw SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', person, 'swe_number', 'SW' || (2000000 + n), 'email', n || '@bench.example', 'user_id', NULL,
        'invitation_id', NULL, 'first_name', 'Ann' || chr(97 + n %% 20), 'last_name', 'Name' || chr(97 + n %% 25)))).*
    FROM fresh, registrations_nqsw m WHERE m.id = %(person)s
), registered AS (
    INSERT INTO registrations_registration SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', registration, 'nqsw_id', person, 'reference', 'CF15' || lpad(n::text, 5, '0') || 'X',
        'state', 'registered',
        'decided_at', m.submitted_at, 'decided_by_id', m.submitted_by_id,
        'given_first_name', 'Ann' || chr(97 + n %% 20), 'given_last_name', 'Name' || chr(97 + n %% 25),
        'submitted_at', m.submitted_at - n * interval '1 minute',
        'ended_on', CASE WHEN n %% 8 > 0 THEN m.asye_start + 365 END,
        'end_reason', CASE WHEN n %% 8 > 0 THEN 'outcome_confirmed' ELSE '' END))).*
    FROM fresh, registrations_registration m WHERE m.id = %(registration)s
)
INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on, ends_on)
    SELECT registration, person, e.id, m.asye_start, CASE WHEN n %% 8 > 0 THEN m.asye_start + 365 END
    FROM fresh JOIN accounts_employer e ON e.name = 'Employer ' || (n %% 200 + 1), registrations_registration m
    WHERE m.id = %(registration)s
"""
PAGES = {
    "all": {},
    "a name and a stage": {"name": "namec annc", "stage": "on_programme"},
    "a stage that nobody is in": {"stage": "refused"},
    "a region and a year": {"region": "E12000003", "year": "asye_cf:2026-27"},
    "an overdue review": {"overdue": ["overdue"]},
}


def main() -> None:
    with service():
        from django.db import connection, transaction
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from accounts.models import Employer
        from accounts.states import EmployerKind, Region
        from asye import clock
        from tests import cast
        from tests.factories import registrations as make

        with transaction.atomic():
            people = cast.build()
        make.published_year(by=people.adele, second=people.zora, now=cast.NOW)
        one = make.submitted(people.northshire, by=people.amira, assessor=people.ben, now=cast.NOW)
        day, regions = clock.london_date(cast.CAST_JOINED), Region.values
        Employer.objects.bulk_create(
            Employer(name=f"Employer {n}", kind=EmployerKind.CHILDRENS_TRUST, region=regions[n % 9], opened_on=day)
            for n in range(1, 201)
        )
        client = Client()
        client.force_login(people.erin)

        def load(first: int, last: int) -> None:
            with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
                owner.execute(LOAD, {"first": first, "last": last, "person": one.nqsw_id, "registration": one.pk})
            settle()

        def measured() -> dict[str, tuple[float, int]]:
            found = {}
            for words, criteria in PAGES.items():
                address = client.post("/registrations", criteria).url
                taken = []
                for _ in range(REPEATS):
                    began = time.perf_counter()
                    assert client.get(address).status_code == 200
                    taken.append((time.perf_counter() - began) * 1000)
                with CaptureQueriesContext(connection) as made:
                    client.get(address)
                found[words] = statistics.median(taken), len(made)
            return found

        with clock.moved_to(cast.NOW):
            load(1, FEW)
            few = measured()
            load(FEW + 1, MANY)
            many = measured()
            for words in PAGES:
                report(f"list of 60,000: {words}, beside 100", many[words][0], few[words][0], 2.0)
                report(f"queries of that page: {words}", many[words][1], few[words][1], 1.0, unit="queries")


if __name__ == "__main__":
    main()
