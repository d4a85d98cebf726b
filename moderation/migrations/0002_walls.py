"""What Django cannot say: nobody reads what they had a hand in, a sealed judgement and a completed reading never
change, a frozen population stays frozen, and nothing here is ever deleted."""

from django.db import migrations

from asye.sql import append_only, frozen_columns, never_deleted

CONFLICT = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_took_part(reader_human bigint, of_registration bigint) RETURNS boolean
        LANGUAGE sql SET search_path = public AS $$
        SELECT EXISTS (SELECT FROM registrations_registration r
                       JOIN registrations_nqsw n ON n.id = r.nqsw_id JOIN accounts_user u ON u.id = n.user_id
                       WHERE r.id = of_registration AND u.human_id = reader_human)
            OR EXISTS (SELECT FROM registrations_assessorassignment a
                       JOIN registrations_placement p ON p.id = a.placement_id
                       JOIN accounts_user u ON u.id = a.assessor_id
                       WHERE p.registration_id = of_registration AND u.human_id = reader_human)
            OR EXISTS (SELECT FROM assessments_signature s JOIN assessments_record c ON c.id = s.record_id
                       JOIN accounts_user u ON u.id = s.person_id
                       WHERE c.registration_id = of_registration AND u.human_id = reader_human)
            OR EXISTS (SELECT FROM moderation_conflictdeclared d JOIN accounts_user u ON u.id = d.moderator_id
                       WHERE d.registration_id = of_registration AND u.human_id = reader_human)
    $$;
    CREATE FUNCTION moderation_conflicted(reader_human bigint, of_registration bigint) RETURNS boolean
        LANGUAGE sql SET search_path = public AS $$
        SELECT moderation_took_part(reader_human, of_registration)
            OR EXISTS (SELECT FROM assessments_revision v JOIN assessments_record c ON c.id = v.record_id
                       JOIN accounts_user u ON u.id = v.author_id
                       WHERE c.registration_id = of_registration AND u.human_id = reader_human)
    $$;
    CREATE FUNCTION moderation_check_reader(reader_user bigint, of_item bigint) RETURNS void
        LANGUAGE plpgsql SET search_path = public AS $$
    DECLARE about bigint;
    BEGIN
        SELECT p.registration_id INTO about FROM moderation_sampleitem i
            JOIN moderation_populationitem p ON p.id = i.population_id WHERE i.id = of_item;
        -- waits for whoever is naming an assessor, or declaring a conflict, at this moment
        PERFORM FROM registrations_registration WHERE id = about FOR SHARE;
        IF (SELECT moderation_conflicted(u.human_id, about) FROM accounts_user u WHERE u.id = reader_user) THEN
            RAISE EXCEPTION 'this reader has a conflict with registration %', about USING ERRCODE = '23514';
        END IF;
    END $$;
    """,
    """
    DROP FUNCTION moderation_check_reader(bigint, bigint);
    DROP FUNCTION moderation_conflicted(bigint, bigint);
    DROP FUNCTION moderation_took_part(bigint, bigint);
    """,
)

ALLOCATION = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_allocation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.moderator_human_id IS DISTINCT FROM
               (SELECT human_id FROM accounts_user WHERE id = NEW.moderator_id) THEN
                RAISE EXCEPTION 'the allocation names another human than its moderator' USING ERRCODE = '23514';
            END IF;
            PERFORM moderation_check_reader(NEW.moderator_id, NEW.item_id);
        ELSIF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL
              AND EXISTS (SELECT FROM moderation_reading WHERE allocation_id = NEW.id AND completed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a completed reading cannot be withdrawn' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON moderation_allocation
        FOR EACH ROW EXECUTE FUNCTION moderation_allocation_guard();
    """,
    "DROP TRIGGER guard ON moderation_allocation; DROP FUNCTION moderation_allocation_guard();",
)

READING = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_reading_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    DECLARE given moderation_allocation;
    BEGIN
        IF OLD.completed_at IS NOT NULL AND OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION 'a completed reading cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.allocation_id <> OLD.allocation_id THEN
            RAISE EXCEPTION 'a reading stays with its allocation' USING ERRCODE = '23001';
        END IF;
        IF OLD.sealed_at IS NOT NULL AND (OLD.judgement, OLD.judgement_reasons, OLD.sealed_at)
                                         IS DISTINCT FROM (NEW.judgement, NEW.judgement_reasons, NEW.sealed_at) THEN
            RAISE EXCEPTION 'a sealed judgement cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF (NEW.sealed_at IS NOT NULL AND OLD.sealed_at IS NULL)
           OR (NEW.completed_at IS NOT NULL AND OLD.completed_at IS NULL) THEN
            SELECT * INTO given FROM moderation_allocation WHERE id = NEW.allocation_id;
            IF given.withdrawn_at IS NOT NULL THEN
                RAISE EXCEPTION 'the reading was withdrawn' USING ERRCODE = '23514';
            END IF;
            PERFORM moderation_check_reader(given.moderator_id, given.item_id);
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON moderation_reading
        FOR EACH ROW EXECUTE FUNCTION moderation_reading_guard();
    """,
    "DROP TRIGGER guard ON moderation_reading; DROP FUNCTION moderation_reading_guard();",
)

POPULATION = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_population_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    BEGIN
        IF EXISTS (SELECT FROM moderation_sampleitem i JOIN moderation_populationitem p ON p.id = i.population_id
                   WHERE p.round_id = NEW.round_id) THEN
            RAISE EXCEPTION 'the population of round % is frozen', NEW.round_id USING ERRCODE = '23001';
        END IF;
        IF NOT EXISTS (SELECT FROM assessments_signature s JOIN assessments_record c ON c.id = s.record_id
                       WHERE s.revision_id = NEW.final_revision_id AND s.person_id = NEW.assessor_id
                         AND c.registration_id = NEW.registration_id) THEN
            RAISE EXCEPTION 'this assessor has not signed a revision of this registration' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER guard BEFORE INSERT ON moderation_populationitem
        FOR EACH ROW EXECUTE FUNCTION moderation_population_guard();
    """,
    "DROP TRIGGER guard ON moderation_populationitem; DROP FUNCTION moderation_population_guard();",
)

RESOLUTION = migrations.RunSQL(
    """
    CREATE FUNCTION moderation_resolution_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    DECLARE wanted int; done int; unfinished int;
    BEGIN
        SELECT r.readers INTO wanted FROM moderation_sampleitem i
            JOIN moderation_populationitem p ON p.id = i.population_id
            JOIN moderation_round r ON r.id = p.round_id WHERE i.id = NEW.item_id;
        SELECT count(*) FILTER (WHERE g.completed_at IS NOT NULL), count(*) FILTER (WHERE g.completed_at IS NULL)
            INTO done, unfinished FROM moderation_allocation a JOIN moderation_reading g ON g.allocation_id = a.id
            WHERE a.item_id = NEW.item_id AND a.withdrawn_at IS NULL;
        IF done < wanted OR unfinished > 0 THEN
            RAISE EXCEPTION 'sampled record % is not read to the end', NEW.item_id USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER guard BEFORE INSERT ON moderation_resolution
        FOR EACH ROW EXECUTE FUNCTION moderation_resolution_guard();
    """,
    "DROP TRIGGER guard ON moderation_resolution; DROP FUNCTION moderation_resolution_guard();",
)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
        ("accounts", "0002_append_only"),
        ("registrations", "0002_walls"),
    ]
    operations = [
        CONFLICT,
        ALLOCATION,
        READING,
        POPULATION,
        RESOLUTION,
        append_only("moderation_populationitem"),
        # not append_only: a row that others lock needs a grant to update it
        frozen_columns("moderation_sampleitem", "population_id", "reasons"),
        append_only("moderation_resolution"),
        append_only("moderation_conflictdeclared"),
        *[never_deleted(f"moderation_{name}") for name in ("round", "sampleitem", "allocation", "reading", "feedback")],
        frozen_columns(
            "moderation_round", "employer_id", "programme_year_id", "sample_percent", "readers", "population_hash",
            "seed", "opened_by_id", "opened_at",
        ),
        frozen_columns("moderation_round", "closed_by_id", "closed_at", unless_null=True),
        frozen_columns(
            "moderation_allocation", "item_id", "moderator_id", "moderator_human_id", "allocated_by_id", "allocated_at"
        ),
        frozen_columns("moderation_allocation", "withdrawn_by_id", "withdrawn_at", unless_null=True),
        frozen_columns("moderation_feedback", "item_id", "to_id", "text", "sent_by_id", "sent_at"),
        frozen_columns("moderation_feedback", "acknowledged_at", unless_null=True),
    ]  # fmt: skip
