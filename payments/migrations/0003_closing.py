"""What closes a line is the payer's own answer or a full recovery that stays, and what was paid elsewhere stays so.

Triggers of one table fire by name: these look at a line after `frozen` has refused what may not change at all.
"""

from django.db import migrations

LINE_CLOSES_FOR_A_REASON = migrations.RunSQL(
    """
    CREATE FUNCTION payments_line_closes() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answer text;
    BEGIN
        answer := CASE NEW.closed_as WHEN 'failed' THEN 'rejected' WHEN 'returned' THEN 'returned' END;
        IF answer IS NOT NULL
           AND NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = NEW.id AND result = answer) THEN
            RAISE EXCEPTION 'the payer has not said that this line was %', answer USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_closes BEFORE UPDATE ON payments_line
        FOR EACH ROW WHEN (NEW.closed_as IS DISTINCT FROM OLD.closed_as) EXECUTE FUNCTION payments_line_closes();

    CREATE FUNCTION payments_recovery_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        paid_closed_as text;
    BEGIN
        SELECT closed_as INTO paid_closed_as FROM payments_line WHERE id = OLD.recovers_id FOR SHARE;
        IF paid_closed_as = 'recovered' AND (TG_OP = 'DELETE' OR NEW.closed_as IS NOT NULL) THEN
            RAISE EXCEPTION 'what this recovers is closed as recovered' USING ERRCODE = '23001';
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_recovery_stays BEFORE UPDATE OR DELETE ON payments_line
        FOR EACH ROW WHEN (OLD.kind = 'recovery') EXECUTE FUNCTION payments_recovery_stays();
    """,
    """
    DROP TRIGGER zz_recovery_stays ON payments_line;
    DROP FUNCTION payments_recovery_stays();
    DROP TRIGGER zz_closes ON payments_line;
    DROP FUNCTION payments_line_closes();
    """,
)

PAID_ELSEWHERE_STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION payments_slot_stays_paid() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a slot that was paid elsewhere stays so' USING ERRCODE = '23001';
    END $$;
    CREATE TRIGGER stays_paid BEFORE UPDATE ON payments_entitlement FOR EACH ROW
        WHEN (OLD.paid_elsewhere_source <> '' AND NEW.paid_elsewhere_source = ''
              OR OLD.paid_elsewhere_reference <> '' AND NEW.paid_elsewhere_reference = '')
        EXECUTE FUNCTION payments_slot_stays_paid();
    """,
    """
    DROP TRIGGER stays_paid ON payments_entitlement;
    DROP FUNCTION payments_slot_stays_paid();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_walls")]
    operations = [LINE_CLOSES_FOR_A_REASON, PAID_ELSEWHERE_STAYS]
