"""Many people whose money becomes due day by day, written by one statement: one registration many times over."""

from django.db import connection

from accounts.models import Employer
from registrations.models import Registration

FIRST_NUMBER = 2_000_000
MANY = """
WITH fresh AS (
    SELECT n, nextval('registrations_nqsw_id_seq') AS person,
           nextval('registrations_registration_id_seq') AS registration,
           %(employers)s::bigint[] AS employers
    FROM generate_series(%(first)s::int, %(last)s::int) n
), people AS (
    INSERT INTO registrations_nqsw SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', person, 'swe_number', 'SW' || (%(from)s + n), 'email', n || '@crowd.example', 'user_id', NULL,
        'invitation_id', NULL))).*
    FROM fresh, registrations_nqsw m WHERE m.id = %(person)s
), registered AS (
    INSERT INTO registrations_registration SELECT (jsonb_populate_record(m, jsonb_build_object(
        'id', registration, 'nqsw_id', person, 'reference', 'CF15' || lpad(n::text, 5, '0') || 'X',
        'decided_at', m.decided_at + floor(n / %(a_day)s::float) * interval '1 day'))).*
    FROM fresh, registrations_registration m WHERE m.id = %(registration)s
)
INSERT INTO registrations_placement (registration_id, nqsw_id, employer_id, starts_on)
    SELECT registration, person, employers[1 + n %% cardinality(employers)], m.asye_start
    FROM fresh, registrations_registration m WHERE m.id = %(registration)s
"""


def register(like: Registration, employers: list[Employer], first: int, last: int, *, a_day: float) -> None:
    """Writes people `first` to `last`, registered as `like` was, `a_day` of them approved on each day after its own.

    They are with the employers in turn. Person n has the number SW and FIRST_NUMBER + n.
    """
    values = {
        "first": first,
        "last": last,
        "from": FIRST_NUMBER,
        "a_day": a_day,
        "employers": [employer.pk for employer in employers],
        "person": like.nqsw_id,
        "registration": like.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(MANY, values)
