"""A reading is given out and stays unsealed only while the recommendation is hidden from its reader in every role."""

from django.db import migrations

BLIND = migrations.RunSQL(
    """
    INSERT INTO assessments_blindreader (revision_id, reader_id, since)
        SELECT p.final_revision_id, a.moderator_id, a.allocated_at
        FROM moderation_allocation a JOIN moderation_reading g ON g.allocation_id = a.id
        JOIN moderation_sampleitem i ON i.id = a.item_id JOIN moderation_populationitem p ON p.id = i.population_id
        WHERE a.withdrawn_at IS NULL AND g.sealed_at IS NULL;
    CREATE FUNCTION moderation_check_blind() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM assessments_blindreader b JOIN moderation_populationitem p
                           ON p.final_revision_id = b.revision_id
                       JOIN moderation_sampleitem i ON i.population_id = p.id
                       WHERE i.id = NEW.item_id AND b.reader_id = NEW.moderator_id AND b.lifted_at IS NULL) THEN
            RAISE EXCEPTION 'the recommendation is not hidden from this reader' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER is_blind AFTER INSERT ON moderation_allocation
        FOR EACH ROW EXECUTE FUNCTION moderation_check_blind();
    CREATE FUNCTION moderation_check_lifting() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
    BEGIN
        IF NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL AND EXISTS (
            SELECT FROM moderation_allocation a JOIN moderation_sampleitem i ON i.id = a.item_id
            JOIN moderation_populationitem p ON p.id = i.population_id
            LEFT JOIN moderation_reading g ON g.allocation_id = a.id
            WHERE p.final_revision_id = NEW.revision_id AND a.moderator_id = NEW.reader_id
              AND a.withdrawn_at IS NULL AND g.sealed_at IS NULL) THEN
            RAISE EXCEPTION 'this reader has not sealed their judgement' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER lifted_by_moderation BEFORE UPDATE ON assessments_blindreader
        FOR EACH ROW EXECUTE FUNCTION moderation_check_lifting();
    """,
    """
    DROP TRIGGER lifted_by_moderation ON assessments_blindreader;
    DROP TRIGGER is_blind ON moderation_allocation;
    DROP FUNCTION moderation_check_lifting();
    DROP FUNCTION moderation_check_blind();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_walls"), ("assessments", "0003_blind_readers")]
    operations = [BLIND]
