"""An entry moves money between the accounts of its own line, and who a page names as approver is the one whose hand it
was."""

from django.db import migrations

BETWEEN_ITS_ACCOUNTS = migrations.RunSQL(
    """
    CREATE FUNCTION payments_entry_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        of_line record;
    BEGIN
        SELECT l.grant_year_id AS year, 'grant_budget:' || g.code AS budget,
               'owed_to_employer:' || l.employer_id AS employer INTO of_line
            FROM payments_line l JOIN payments_grantyear g ON g.id = l.grant_year_id WHERE l.id = NEW.line_id;
        IF NEW.grant_year_id <> of_line.year OR ARRAY[NEW.debit, NEW.credit]::text[] IS DISTINCT FROM (CASE NEW.event
               WHEN 'sent' THEN ARRAY[of_line.budget, of_line.employer]
               WHEN 'paid' THEN ARRAY[of_line.employer, 'paid']
               WHEN 'paid_reversed' THEN ARRAY['paid', of_line.employer]
               WHEN 'sent_reversed' THEN ARRAY[of_line.employer, of_line.budget] END) THEN
            RAISE EXCEPTION 'an entry moves money between the accounts of its line' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER of_its_line AFTER INSERT ON payments_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION payments_entry_accounts();
    """,
    """
    DROP TRIGGER of_its_line ON payments_ledgerentry;
    DROP FUNCTION payments_entry_accounts();
    """,
)

THE_APPROVER_NAMED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_batch_approver() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM payments_batchhand WHERE batch_id = NEW.id AND hand = 'approver'
                       AND user_id = NEW.approved_by_id AND human_id = NEW.approved_human_id) THEN
            RAISE EXCEPTION 'the approver is another person than the hand says' USING ERRCODE = '23503';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER zz_approver AFTER UPDATE ON payments_batch FOR EACH ROW
        WHEN (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL) EXECUTE FUNCTION payments_batch_approver();
    """,
    """
    DROP TRIGGER zz_approver ON payments_batch;
    DROP FUNCTION payments_batch_approver();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_terms_required")]
    operations = [BETWEEN_ITS_ACCOUNTS, THE_APPROVER_NAMED]
