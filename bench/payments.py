"""Owed lines of 60,000 registrations, a batch and its response of 10,000 lines, a statement beside 500,000 entries."""

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Any

import psycopg

from asye import embedded
from bench._harness import report, service, settle

OWED, REPEATS, ROUNDS = 60_000, 25, 3
SMALL, LARGE, MOST_MEGABYTES = 1_000, 10_000, 50.0
FEW, MANY = 1_250, 130_500  # people, nearly all with both payments: 5,000 and 500,000 rows of the ledger
# One registration many times over: of the first people Northshire has fifty and Southmouth the rest, 200 employers all
# who come after them.
PEOPLE = """
WITH fresh AS (
    SELECT n, nextval('registrations_nqsw_id_seq') AS person,
           nextval('registrations_registration_id_seq') AS registration
    FROM generate_series(%(first)s::int, %(last)s::int) n
), people AS (
    INSERT INTO registrations_nqsw SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', person, 'swe_number', 'SW' || (2000000 + n), 'email', n || '@bench.example'))).*
    FROM fresh, registrations_nqsw m WHERE m.id = %(person)s
), registered AS (
    INSERT INTO registrations_registration SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', registration, 'nqsw_id', person, 'reference', 'CF' || lpad(n::text, 9, '0')))).*
    FROM fresh, registrations_registration m WHERE m.id = %(registration)s
)
INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on)
    SELECT registration, person, e.id, m.asye_start
    FROM fresh JOIN accounts_employer e ON e.name = CASE
        WHEN n <= 50 THEN 'Northshire' WHEN n <= 1250 THEN 'Southmouth' ELSE 'Employer ' || (n %% 200 + 1) END,
        registrations_registration m
    WHERE m.id = %(registration)s
"""
# Everybody who has no slot passes, and has both payments: lines like the one there is, of its batch, sent and paid.
PAST = """
WITH someone AS (
    SELECT r.id AS registration, r.nqsw_id AS person, p.employer_id AS employer, nextval('assessments_outcome_id_seq')
           AS outcome
    FROM registrations_registration r JOIN registrations_placement p ON p.registration_id = r.id
    WHERE NOT EXISTS (SELECT FROM payments_entitlement e WHERE e.person_id = r.nqsw_id)
), passed AS (
    INSERT INTO assessments_outcome (id, registration_id, moderation_basis, result, decided_by_id, decided_at, because)
    SELECT outcome, registration, 'earlier', 'pass', %(by)s, %(now)s, '' FROM someone
), slots AS (
    INSERT INTO payments_entitlement (person_id, milestone, paid_elsewhere_source, paid_elsewhere_reference)
    SELECT person, milestone, '', '' FROM someone, (VALUES ('registration'), ('completion')) m (milestone)
    RETURNING id, person_id, milestone
), lines AS (
    INSERT INTO payments_line (reference, slot_id, slot_open, kind, reason, registration_id, outcome_id, outcome_result,
        employer_id, employer_name, payee_id, payee_verified, programme_year_id, milestone, rate_pence, amount_pence,
        grant_year_id, due_on, sentence, batch_id, made_by_id, made_at, closed_because)
    SELECT 'L' || upper(substr(md5(s.id::text), 1, 19)), s.id, true, m.kind, w.reason, registration,
        CASE w.reason WHEN 'completed' THEN outcome END, CASE w.reason WHEN 'completed' THEN 'pass' END,
        employer, m.employer_name, p.id, true, m.programme_year_id, s.milestone, m.rate_pence, m.amount_pence,
        m.grant_year_id, m.due_on, m.sentence, m.batch_id, m.made_by_id, m.made_at, ''
    FROM slots s JOIN someone ON person = s.person_id JOIN payments_payee p ON p.employer_id = employer
        JOIN (VALUES ('registration', 'registered'), ('completion', 'completed')) w (milestone, reason)
          ON w.milestone = s.milestone, payments_line m WHERE m.id = %(line)s
    RETURNING id, employer_id
), answers AS (
    INSERT INTO payments_responserow (response_id, batch_id, line_id, result, because, amount_pence, happened_on)
    SELECT m.response_id, m.batch_id, l.id, 'paid', '', m.amount_pence, m.happened_on
    FROM lines l, payments_responserow m WHERE m.line_id = %(line)s
)
INSERT INTO payments_ledgerentry
    (id, seal_id, batch_id, line_id, grant_year_id, event, debit, credit, pence, happened_on, entered_at)
SELECT gen_random_uuid(), m.seal_id, m.batch_id, l.id, m.grant_year_id, m.event,
    CASE m.event WHEN 'paid' THEN 'owed_to_employer:' || l.employer_id ELSE m.debit END,
    CASE m.event WHEN 'sent' THEN 'owed_to_employer:' || l.employer_id ELSE m.credit END,
    m.pence, m.happened_on, m.entered_at
FROM lines l, payments_ledgerentry m WHERE m.line_id = %(line)s
"""
PAYEES = """
INSERT INTO payments_payee (employer_id, vendor_number, proposed_by_id, proposed_human_id, proposed_at, verified_by_id,
        verified_human_id, verified_at, called_back_on, called_back_note, called_number, called_person_id,
        spoke_to, used_from, refused_because)
    SELECT e.id, 'VB' || e.id + 10000, p.proposed_by_id, p.proposed_human_id, p.proposed_at, p.verified_by_id,
        p.verified_human_id, p.verified_at, p.called_back_on, p.called_back_note, p.called_number, p.called_person_id,
        p.spoke_to, p.used_from, ''
    FROM accounts_employer e, payments_payee p WHERE e.name LIKE 'Employer %%' AND p.employer_id = %(employer)s
"""


def write(query: str, **values: Any) -> None:
    """As the superuser, past the walls that the services' own rows have come through."""
    url = os.environ["OWNER_DATABASE_URL"].replace(embedded.OWNER, embedded.SUPERUSER)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SET session_replication_role = replica")
        server.execute(query, values)
    settle()


def main() -> None:
    with service():
        from django.db import transaction

        from accounts.models import Employer
        from accounts.states import EmployerKind, Region
        from asye import clock
        from tests import cast
        from tests.factories import payments as make

        with transaction.atomic():
            people = cast.build()
        make.setting(people, now=cast.NOW)
        one = make.registered(people, now=cast.NOW)
        line = make.confirmed(people, now=cast.NOW).lines.get()
        day = clock.london_date(cast.CAST_JOINED)
        Employer.objects.bulk_create(
            Employer(
                name=f"Employer {n}", kind=EmployerKind.CHILDRENS_TRUST, region=Region.values[n % 9], opened_on=day
            )
            for n in range(1, 201)
        )
        write(PAYEES, employer=people.northshire.pk)

        def load(first: int, last: int) -> None:
            write(PEOPLE, first=first, last=last, person=one.nqsw_id, registration=one.pk)

        def paid_in_the_past() -> None:
            write(PAST, by=people.lena.pk, now=cast.NOW, line=line.pk)

        with clock.moved_to(cast.NOW):
            load(1, FEW)
            paid_in_the_past()
            few = statements(people)
            done, found = FEW, []
            for count in (SMALL, LARGE):
                load(done + 1, done + count)
                found.append(batch(people))
                done += count
            batches(*found)
            load(done + 1, done + OWED)
            raising(people)
            load(done + OWED + 1, MANY)
            paid_in_the_past()
            many = statements(people)
        for (lines, time_few, queries_few), (_, time_many, queries_many) in zip(few, many, strict=True):
            report(f"statement of {lines:,} lines: 500,000 entries, 5,000", time_many, time_few, 1.5)
            report(f"queries of that statement of {lines:,} lines", queries_many, queries_few, 1.0, unit="queries")


def raising(people) -> None:
    """The very lines that were drafted are taken aside and put back, in tables that have settled alike."""
    from django.db import connection, transaction

    from payments.models import Batch, Entitlement, Line
    from payments.services import preparing
    from tests.cast import NOW

    tables = {
        model._meta.db_table: ", ".join(field.column for field in model._meta.concrete_fields if not field.generated)
        for model in (Batch, Entitlement, Line)
    }
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
        for name in tables:
            owner.execute(f"CREATE TABLE aside_{name} (LIKE {name})")

    def ours() -> tuple[float, dict[str, bytes]]:
        with transaction.atomic(), connection.cursor() as cursor:
            began = time.perf_counter()
            made = preparing.prepare_batch(by=people.omar, now=NOW)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            took = time.perf_counter() - began
            assert made.lines.count() == OWED
            which = {
                "payments_batch": f"id = {made.pk}",
                "payments_line": f"batch_id = {made.pk}",
                "payments_entitlement": f"id IN (SELECT slot_id FROM payments_line WHERE batch_id = {made.pk})",
            }
            aside = {}
            for name, columns in tables.items():
                query = f"COPY (SELECT {columns} FROM {name} WHERE {which[name]} ORDER BY id) TO STDOUT"
                with connection.connection.cursor().copy(query) as out:
                    aside[name] = b"".join(out)
            transaction.set_rollback(True)
        return took, aside

    def reference() -> float:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(preparing.TIME_ENOUGH)
            for name, columns in tables.items():
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                began = time.perf_counter()
                cursor.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM aside_{name} ORDER BY id")
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                took = time.perf_counter() - began  # in the end, of the lines
            transaction.set_rollback(True)
        return took

    drafted, bare = [], []
    for _ in range(ROUNDS):
        settle()
        took, aside = ours()
        drafted.append(took * 1000 / OWED)
        with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as owner:
            for name, rows in aside.items():
                owner.execute(f"TRUNCATE aside_{name}")
                with owner.cursor().copy(f"COPY aside_{name} ({tables[name]}) FROM STDIN") as into:
                    into.write(rows)
        settle()
        bare.append(reference() * 1000 / OWED)
    report(f"raise a line: {OWED:,}, INSERT … SELECT", statistics.median(drafted), statistics.median(bare), 3.0)


def batch(people) -> dict[str, Any]:
    """What `bench._batch` says of everything that is owed now."""
    from payments.services import preparing
    from tests.cast import NOW

    made = preparing.prepare_batch(by=people.omar, now=NOW)
    settle()
    done = subprocess.run(
        [sys.executable, "-m", "bench._batch", str(made.pk)], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def batches(small: dict[str, Any], large: dict[str, Any]) -> None:
    what = f"batch of {LARGE:,} lines"
    more = large["mb"] - small["mb"]
    report(f"memory to submit, approve, write {LARGE:,} lines, beyond {SMALL:,}", more, MOST_MEGABYTES, 1.0, "MB")
    beside = f"a line of a {what}, of {SMALL:,}"
    report(f"submit, approve, write {beside}", large["written"], small["written"], 1.5)
    more = large["imported_mb"] - small["imported_mb"]
    report(f"memory to import its response too, beyond {SMALL:,}", more, MOST_MEGABYTES, 1.0, "MB")
    report(f"import the response to {beside}", large["imported"], small["imported"], 1.5)


def statements(people) -> list[tuple[int, float, int]]:
    """Of the statements of Northshire and of Southmouth: the lines of the year, milliseconds, queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from payments.models import Line

    client = Client()
    client.force_login(people.omar)
    found = []
    for employer in (people.northshire, people.southmouth):
        address = f"/payments/statements/{employer.pk}/2026-27"
        taken = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            assert client.get(address).status_code == 200
            taken.append((time.perf_counter() - began) * 1000)
        with CaptureQueriesContext(connection) as made:
            client.get(address)
        found.append((Line.objects.filter(employer=employer).count(), statistics.median(taken), len(made)))
    return found


if __name__ == "__main__":
    main()
