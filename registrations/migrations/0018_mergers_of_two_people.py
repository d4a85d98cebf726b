"""Nobody confirms a merger that they proposed under another account either: two accounts may prove to be one person's
after it was proposed, and the row keeps the human of that time."""

from django.db import migrations

BY_ANOTHER = migrations.RunSQL(
    """
    CREATE FUNCTION merger_confirmed_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user
                       WHERE id = NEW.confirmed_by_id AND human_id = NEW.confirmed_human_id) THEN
            RAISE EXCEPTION 'the merger was confirmed by another person' USING ERRCODE = '23503';
        END IF;
        IF EXISTS (SELECT FROM accounts_user
                   WHERE id = NEW.proposed_by_id AND human_id = NEW.confirmed_human_id) THEN
            RAISE EXCEPTION 'nobody confirms a merger they proposed' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER confirmed_by_another AFTER UPDATE ON registrations_merger FOR EACH ROW
        WHEN (OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL)
        EXECUTE FUNCTION merger_confirmed_by_another();
    CREATE TRIGGER made_confirmed_by_another AFTER INSERT ON registrations_merger FOR EACH ROW
        WHEN (NEW.confirmed_at IS NOT NULL) EXECUTE FUNCTION merger_confirmed_by_another();
    """,
    """
    DROP TRIGGER made_confirmed_by_another ON registrations_merger;
    DROP TRIGGER confirmed_by_another ON registrations_merger;
    DROP FUNCTION merger_confirmed_by_another();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0017_names_at_once")]
    operations = [BY_ANOTHER]
