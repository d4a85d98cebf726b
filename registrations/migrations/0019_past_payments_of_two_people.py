"""Past payments are confirmed by another person than the one who sent them in, also where two accounts proved to be
one person's meanwhile: the row keeps the humans of its time, and only those of its users."""

from django.db import migrations

BY_ANOTHER = migrations.RunSQL(
    """
    CREATE FUNCTION earlier_file_humans() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.uploaded_by_id AND human_id = NEW.uploaded_human_id) THEN
            RAISE EXCEPTION 'the file was sent in by another person' USING ERRCODE = '23503';
        END IF;
        IF NEW.taken_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.taken_by_id IS NULL) THEN
            IF NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.taken_by_id AND human_id = NEW.taken_human_id) THEN
                RAISE EXCEPTION 'the file was confirmed by another person' USING ERRCODE = '23503';
            END IF;
            IF NEW.kind = 'payments' AND EXISTS (
                SELECT FROM accounts_user WHERE id = NEW.uploaded_by_id AND human_id = NEW.taken_human_id) THEN
                RAISE EXCEPTION 'nobody confirms past payments they sent in' USING ERRCODE = '23001';
            END IF;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER humans BEFORE INSERT OR UPDATE ON registrations_earlierfile
        FOR EACH ROW EXECUTE FUNCTION earlier_file_humans();
    """,
    """
    DROP TRIGGER humans ON registrations_earlierfile;
    DROP FUNCTION earlier_file_humans();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0018_mergers_of_two_people")]
    operations = [BY_ANOTHER]
