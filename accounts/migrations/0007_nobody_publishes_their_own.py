"""Nobody publishes terms that they wrote under another account either: two accounts may prove to be one person's after
the draft, and the hands keep the human of their time."""

from django.db import migrations

BY_ANOTHER = migrations.RunSQL(
    """
    CREATE FUNCTION terms_published_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_user
                       WHERE id = NEW.published_by_id AND human_id = NEW.published_human_id) THEN
            RAISE EXCEPTION 'the terms were published by another person' USING ERRCODE = '23503';
        END IF;
        IF EXISTS (SELECT FROM accounts_termshand h JOIN accounts_user u ON u.id = h.user_id
                   WHERE h.terms_id = NEW.id AND h.hand = 'drafter'
                     AND NEW.published_human_id IN (h.human_id, u.human_id)) THEN
            RAISE EXCEPTION 'nobody publishes what they wrote' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER published_by_another AFTER UPDATE ON accounts_grantterms FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL) EXECUTE FUNCTION terms_published_by_another();
    """,
    """
    DROP TRIGGER published_by_another ON accounts_grantterms;
    DROP FUNCTION terms_published_by_another();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_reads_by_person")]
    operations = [BY_ANOTHER]
