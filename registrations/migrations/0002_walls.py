"""What Django cannot say: no two live placements of one person, a placement's person is its registration's, a
published programme year is frozen, and nothing here is ever deleted but a draft."""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

PLACEMENT_WALLS = migrations.RunSQL(
    """
    ALTER TABLE registrations_placement ADD CONSTRAINT placement_person_is_registrations
        FOREIGN KEY (registration_id, nqsw_id) REFERENCES registrations_registration (id, nqsw_id);
    ALTER TABLE registrations_placement ADD CONSTRAINT placement_one_live
        EXCLUDE USING gist (nqsw_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&);
    ALTER TABLE registrations_assessorassignment ADD CONSTRAINT assignment_one_at_a_time
        EXCLUDE USING gist (placement_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&);
    ALTER TABLE registrations_deferral ADD CONSTRAINT deferral_one_at_a_time
        EXCLUDE USING gist (registration_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&);
    """,
    """
    ALTER TABLE registrations_deferral DROP CONSTRAINT deferral_one_at_a_time;
    ALTER TABLE registrations_assessorassignment DROP CONSTRAINT assignment_one_at_a_time;
    ALTER TABLE registrations_placement DROP CONSTRAINT placement_one_live;
    ALTER TABLE registrations_placement DROP CONSTRAINT placement_person_is_registrations;
    """,
)

PUBLISHED_IS_FROZEN = migrations.RunSQL(
    """
    CREATE FUNCTION programme_year_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.published_at IS NOT NULL AND OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION 'a published programme year cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER frozen BEFORE UPDATE ON registrations_programmeyear
        FOR EACH ROW EXECUTE FUNCTION programme_year_frozen();
    CREATE FUNCTION milestone_amount_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM registrations_programmeyear y WHERE y.published_at IS NOT NULL
                   AND y.id IN (COALESCE(OLD.programme_year_id, NEW.programme_year_id), NEW.programme_year_id)) THEN
            RAISE EXCEPTION 'the amounts of a published programme year cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER frozen BEFORE INSERT OR UPDATE ON registrations_milestoneamount
        FOR EACH ROW EXECUTE FUNCTION milestone_amount_frozen();
    """,
    """
    DROP TRIGGER frozen ON registrations_milestoneamount;
    DROP FUNCTION milestone_amount_frozen();
    DROP TRIGGER frozen ON registrations_programmeyear;
    DROP FUNCTION programme_year_frozen();
    """,
)


# The twin of registrations.rules.dates.shifted: the two are compared by a test. A pause that began after the day
# then due, and every pause after that one, changes nothing.
DUE = migrations.RunSQL(
    """
    CREATE FUNCTION registration_due(wanted bigint, after_months integer) RETURNS date LANGUAGE sql STABLE AS $$
        WITH base AS (
            SELECT (asye_start + make_interval(months => after_months))::date AS due
            FROM registrations_registration WHERE id = wanted
        ), pause AS (
            SELECT starts_on AS began, ends_on - starts_on AS days FROM registrations_deferral
            WHERE registration_id = wanted AND ends_on IS NOT NULL
            UNION ALL
            SELECT (recorded_at AT TIME ZONE 'Europe/London')::date, days FROM registrations_extension
            WHERE registration_id = wanted
        ), summed AS (
            SELECT began, days, COALESCE(sum(days) OVER (ORDER BY began, days
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::integer AS before FROM pause
        ), counted AS (
            SELECT days, bool_and(began <= base.due + before) OVER (ORDER BY began, days
                ROWS UNBOUNDED PRECEDING) AS counts FROM summed CROSS JOIN base
        )
        SELECT base.due + COALESCE((SELECT sum(days) FROM counted WHERE counts), 0)::integer FROM base
    $$;
    """,
    "DROP FUNCTION registration_due(bigint, integer);",
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0001_initial"), ("accounts", "0002_append_only")]
    operations = [
        PLACEMENT_WALLS,
        PUBLISHED_IS_FROZEN,
        DUE,
        append_only("registrations_registercheck"),
        frozen_columns("registrations_registration", "nqsw_id", "programme_year_id", "submitted_at", "submitted_by_id"),
        frozen_columns("registrations_registration", "reference", "decided_at", unless_null=True),
        *[
            never_deleted(f"registrations_{name}")
            for name in (
                "programmeyear",
                "milestoneamount",
                "nqsw",
                "registration",
                "registrationquery",
                "placement",
                "assessorassignment",
                "deferral",
                "extension",
            )
        ],
    ]
