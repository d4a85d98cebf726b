"""Records that may be one person are brought up for a caseworker, as part of the act that registers somebody."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection

LIKELY: Final = 3  # a name alone, or a number alone, is no reason to look: two things are, or the e-mail address

# In what two people, a and b, are alike. A file is compared by the same before anybody in it is registered.
NAME: Final = """(COALESCE(compared_name(a.first_name, a.last_name) IN (
            compared_name(b.first_name, b.last_name), compared_name(b.first_name, b.former_name)), false)
        OR COALESCE(compared_name(a.first_name, a.former_name) = compared_name(b.first_name, b.last_name), false))"""
EMAIL: Final = """ARRAY[NULLIF(lower(a.email), ''), NULLIF(lower(a.personal_email), '')]
            && array_remove(ARRAY[NULLIF(lower(b.email), ''), NULLIF(lower(b.personal_email), '')], NULL)"""
NUMBER: Final = "COALESCE(one_digit_apart(a.swe_number, b.swe_number), false)"

# Every record of a batch with every other record: the pairs come from an index each, and only they are scored. What is
# blank or not held equals nothing. Dates of birth that differ speak against it.
PAIRS: Final = f"""
WITH new AS (SELECT * FROM registrations_nqsw WHERE id = ANY(%(people)s) AND merged_into_id IS NULL),
pair AS (
    SELECT a.id AS a_id, b.id AS b_id FROM new a
    JOIN registrations_nqsw b ON compared_name(b.first_name, b.last_name) = compared_name(a.first_name, a.last_name)
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON compared_name(b.first_name, b.last_name) = compared_name(a.first_name, a.former_name)
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON compared_name(b.first_name, b.former_name) = compared_name(a.first_name, a.last_name)
        AND b.former_name <> ''
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON lower(b.email) = lower(a.email) AND a.email <> ''
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON lower(b.email) = lower(a.personal_email) AND a.personal_email <> ''
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON lower(b.personal_email) = lower(a.email) AND b.personal_email <> ''
    UNION SELECT a.id, b.id FROM new a
    JOIN registrations_nqsw b ON b.date_of_birth = a.date_of_birth AND b.date_of_birth IS NOT NULL
),
compared AS (
    SELECT least(a.id, b.id) AS one_id, greatest(a.id, b.id) AS other_id,
        {NAME} AS name,
        COALESCE(a.date_of_birth = b.date_of_birth, false) AS birth,
        COALESCE(a.date_of_birth <> b.date_of_birth, false) AS other_birth,
        {EMAIL} AS email,
        {NUMBER} AS number
    FROM pair JOIN new a ON a.id = pair.a_id
    JOIN registrations_nqsw b ON b.id = pair.b_id AND b.id <> a.id AND b.merged_into_id IS NULL
),
scored AS (
    SELECT DISTINCT one_id, other_id,
        2 * name::int + 2 * birth::int + 3 * email::int + 2 * number::int - 2 * other_birth::int AS score,
        array_remove(ARRAY[CASE WHEN name THEN 'name' END, CASE WHEN birth THEN 'birth' END,
            CASE WHEN email THEN 'email' END, CASE WHEN number THEN 'number' END], NULL) AS alike
    FROM compared
)
INSERT INTO registrations_likeness (one_id, other_id, score, alike, found_at, answer, because)
SELECT one_id, other_id, score, alike, %(now)s, '', '' FROM scored WHERE score >= %(likely)s
ON CONFLICT (one_id, other_id) DO NOTHING
"""  # noqa: S608


def bring_up(people: Iterable[int], now: datetime) -> int:
    """Keeps every likely pair with one of these records in it that is not known yet; answers how many. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"people": list(people), "now": now, "likely": LIKELY})
        return cursor.rowcount
