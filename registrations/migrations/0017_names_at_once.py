"""The names for the search are kept up once for each statement; nobody is placed beyond an employer's last day."""

from django.db import migrations

# Names as 0012_finding reads them. A file of 5,000 people writes its names in one statement and not in 10,000; those
# who are written are locked in one order, so two files with the same people never wait for each other for ever.
NAMES_AT_ONCE = migrations.RunSQL(
    """
    DROP TRIGGER names_given ON registrations_registration;
    DROP TRIGGER names_changed ON registrations_nqsw;
    DROP TRIGGER names_new ON registrations_nqsw;
    DROP FUNCTION names_of_person();
    CREATE FUNCTION keep_names(people bigint[]) RETURNS void LANGUAGE sql AS $$
        INSERT INTO registrations_personnames (nqsw_id, words)
        SELECT person, words_of_person(person) FROM (SELECT DISTINCT unnest(people) AS person ORDER BY 1) AS each
        ON CONFLICT (nqsw_id) DO UPDATE SET words = EXCLUDED.words
            WHERE registrations_personnames.words <> EXCLUDED.words
    $$;
    CREATE FUNCTION names_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM keep_names(ARRAY(SELECT id FROM written));
        RETURN NULL;
    END $$;
    CREATE FUNCTION names_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM keep_names(ARRAY(SELECT w.id FROM written w JOIN before b USING (id)
            WHERE w IS DISTINCT FROM b));
        RETURN NULL;
    END $$;
    CREATE FUNCTION names_given() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM keep_names(ARRAY(SELECT nqsw_id FROM written));
        RETURN NULL;
    END $$;
    CREATE FUNCTION names_given_anew() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM keep_names(ARRAY(SELECT w.nqsw_id FROM written w JOIN before b USING (id)
            WHERE (w.given_first_name, w.given_middle_names, w.given_last_name)
                IS DISTINCT FROM (b.given_first_name, b.given_middle_names, b.given_last_name)));
        RETURN NULL;
    END $$;
    CREATE TRIGGER names_new AFTER INSERT ON registrations_nqsw
        REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION names_new();
    CREATE TRIGGER names_changed AFTER UPDATE ON registrations_nqsw
        REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION names_changed();
    CREATE TRIGGER names_given AFTER INSERT ON registrations_registration
        REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION names_given();
    CREATE TRIGGER names_given_anew AFTER UPDATE ON registrations_registration
        REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION names_given_anew();
    INSERT INTO registrations_personnames (nqsw_id, words) SELECT id, words_of_person(id) FROM registrations_nqsw
        ON CONFLICT (nqsw_id) DO UPDATE SET words = EXCLUDED.words
            WHERE registrations_personnames.words <> EXCLUDED.words;
    """,
    """
    DROP TRIGGER names_given_anew ON registrations_registration;
    DROP TRIGGER names_given ON registrations_registration;
    DROP TRIGGER names_changed ON registrations_nqsw;
    DROP TRIGGER names_new ON registrations_nqsw;
    DROP FUNCTION names_given_anew();
    DROP FUNCTION names_given();
    DROP FUNCTION names_changed();
    DROP FUNCTION names_new();
    DROP FUNCTION keep_names(bigint[]);
    CREATE FUNCTION names_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        person bigint := CASE WHEN TG_TABLE_NAME = 'registrations_nqsw' THEN (to_jsonb(NEW)->>'id')::bigint
                              ELSE (to_jsonb(NEW)->>'nqsw_id')::bigint END;
    BEGIN
        INSERT INTO registrations_personnames (nqsw_id, words) VALUES (person, words_of_person(person))
        ON CONFLICT (nqsw_id) DO UPDATE SET words = EXCLUDED.words
            WHERE registrations_personnames.words <> EXCLUDED.words;
        RETURN NULL;
    END $$;
    CREATE TRIGGER names_new AFTER INSERT ON registrations_nqsw FOR EACH ROW EXECUTE FUNCTION names_of_person();
    CREATE TRIGGER names_changed AFTER UPDATE ON registrations_nqsw FOR EACH ROW
        WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION names_of_person();
    CREATE TRIGGER names_given AFTER INSERT OR UPDATE OF given_first_name, given_last_name
        ON registrations_registration FOR EACH ROW EXECUTE FUNCTION names_of_person();
    """,
)

# Until now only a new placement was looked at: an undo could open one again beyond the last day of its employer.
NOT_OPENED_BEYOND = migrations.RunSQL(
    """
    CREATE TRIGGER opened_with_open_employer BEFORE UPDATE OF ends_on, employer_id ON registrations_placement
        FOR EACH ROW WHEN (NEW.employer_id <> OLD.employer_id
            OR COALESCE(NEW.ends_on, 'infinity') > COALESCE(OLD.ends_on, 'infinity'))
        EXECUTE FUNCTION placement_with_open_employer();
    """,
    "DROP TRIGGER opened_with_open_employer ON registrations_placement;",
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0016_earlier_records")]
    operations = [NAMES_AT_ONCE, NOT_OPENED_BEYOND]
