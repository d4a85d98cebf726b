"""What Django cannot say of programme years: nobody publishes what they had a hand in, a published version changes
only by being superseded by a later one, and two years of one programme are never open on the same day."""

from django.db import migrations

from asye.sql import append_only

HANDS = migrations.RunSQL(
    """
    INSERT INTO registrations_yearhand (programme_year_id, human_id, user_id, hand, at)
        SELECT id, drafted_human_id, drafted_by_id, 'drafter', COALESCE(published_at, now())
        FROM registrations_programmeyear
        UNION ALL
        SELECT id, published_human_id, published_by_id, 'publisher', published_at
        FROM registrations_programmeyear WHERE published_at IS NOT NULL;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registrations_programmeyear
        ADD CONSTRAINT programme_year_publisher_has_the_hand
        FOREIGN KEY (id, published_human_id, published_hand)
        REFERENCES registrations_yearhand (programme_year_id, human_id, hand);
    CREATE FUNCTION year_hand_human() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.user_id AND human_id = NEW.human_id) THEN
            RAISE EXCEPTION 'the hand is not that person''s' USING ERRCODE = '23503';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER human BEFORE INSERT ON registrations_yearhand FOR EACH ROW EXECUTE FUNCTION year_hand_human();
    """,
    """
    DROP TRIGGER human ON registrations_yearhand;
    DROP FUNCTION year_hand_human();
    ALTER TABLE registrations_programmeyear DROP CONSTRAINT programme_year_publisher_has_the_hand;
    """,
)

ONE_OPEN = migrations.RunSQL(
    """
    ALTER TABLE registrations_programmeyear ADD CONSTRAINT programme_year_one_open
        EXCLUDE USING gist (programme WITH =, daterange(window_from, window_to, '[]') WITH &&)
        WHERE (published_at IS NOT NULL AND superseded_at IS NULL);
    """,
    "ALTER TABLE registrations_programmeyear DROP CONSTRAINT programme_year_one_open;",
)

MOVES = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION programme_year_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        superseding text[] := '{superseded_at,superseded_by_id}';
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.published_at IS NOT NULL OR NEW.superseded_at IS NOT NULL OR NEW.discarded_at IS NOT NULL THEN
                RAISE EXCEPTION 'a programme year begins as a draft' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END IF;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
        IF (OLD.programme, OLD.code, OLD.version, OLD.drafted_by_id, OLD.drafted_human_id)
           IS DISTINCT FROM (NEW.programme, NEW.code, NEW.version, NEW.drafted_by_id, NEW.drafted_human_id) THEN
            RAISE EXCEPTION 'what a programme year is cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF OLD.discarded_at IS NOT NULL OR OLD.superseded_at IS NOT NULL THEN
            RAISE EXCEPTION 'a programme year that is over cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF OLD.published_at IS NOT NULL AND (
            NEW.superseded_at IS NULL OR to_jsonb(NEW) - superseding IS DISTINCT FROM to_jsonb(OLD) - superseding) THEN
            RAISE EXCEPTION 'a published programme year cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND (
            SELECT count(*) FROM registrations_milestoneamount
            WHERE programme_year_id = NEW.id AND milestone IN ('registration', 'completion')) < 2 THEN
            RAISE EXCEPTION 'a programme year without its amounts cannot be published' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER frozen ON registrations_programmeyear;
    CREATE TRIGGER frozen BEFORE INSERT OR UPDATE ON registrations_programmeyear
        FOR EACH ROW EXECUTE FUNCTION programme_year_frozen();

    CREATE FUNCTION programme_year_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM registrations_programmeyear later WHERE later.id = NEW.superseded_by_id
                       AND later.programme = NEW.programme AND later.code = NEW.code AND later.version > NEW.version
                       AND later.published_at IS NOT NULL) THEN
            RAISE EXCEPTION 'only a later published version of the same year supersedes it' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER superseded AFTER UPDATE ON registrations_programmeyear
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.superseded_at IS NOT NULL)
        EXECUTE FUNCTION programme_year_superseded();

    CREATE OR REPLACE FUNCTION milestone_amount_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- waits for whoever publishes the year at this moment
        PERFORM FROM registrations_programmeyear y
            WHERE y.id IN (COALESCE(OLD.programme_year_id, NEW.programme_year_id), NEW.programme_year_id) FOR SHARE;
        IF EXISTS (SELECT FROM registrations_programmeyear y
                   WHERE (y.published_at IS NOT NULL OR y.discarded_at IS NOT NULL)
                   AND y.id IN (COALESCE(OLD.programme_year_id, NEW.programme_year_id), NEW.programme_year_id)) THEN
            RAISE EXCEPTION 'the amounts of a published programme year cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    """,
    """
    DROP TRIGGER superseded ON registrations_programmeyear;
    DROP FUNCTION programme_year_superseded();
    DROP TRIGGER frozen ON registrations_programmeyear;
    CREATE TRIGGER frozen BEFORE UPDATE ON registrations_programmeyear
        FOR EACH ROW EXECUTE FUNCTION programme_year_frozen();
    """,
)

# The twin of registrations.queries.review_dates and planned_end, from the date that the programme year counts from.
DUE = """
    CREATE OR REPLACE FUNCTION registration_due(wanted bigint, after_months integer)
    RETURNS date LANGUAGE sql STABLE AS $$
        WITH base AS (
            SELECT ({first_day} + make_interval(months => after_months))::date AS due
            FROM registrations_registration r
            JOIN registrations_programmeyear y ON y.id = r.programme_year_id WHERE r.id = wanted
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
"""
BY_YEAR = (
    "CASE y.counts_from WHEN 'employment_start' THEN r.employment_start "
    "WHEN 'swe_registered_from' THEN r.swe_registered_from ELSE r.asye_start END"
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0003_programme_years_in_full")]
    operations = [
        append_only("registrations_yearhand"),
        HANDS,
        ONE_OPEN,
        MOVES,
        migrations.RunSQL(DUE.format(first_day=BY_YEAR), DUE.format(first_day="r.asye_start")),
    ]
