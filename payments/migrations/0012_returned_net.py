"""A bank returns what was sent to an employer as one sum: what was taken off it comes back with it.
docs/adr/0020-recoveries.md gives the reasons.

What the payer took off and has returned counts nowhere as come back, so the payment that it brought back stands again.
Functions of earlier migrations are written anew.

Thousands of records that are taken over at once leave every plan made for empty tables until autovacuum comes by. Only
the owner of a table may look at it anew, so the application does by a function of the owner's.
"""

from importlib import import_module

from django.db import migrations

as_before = import_module("payments.migrations.0010_taken_back_and_turned_down").as_before

RETURNED_WITH_ALL = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_row_of_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM payments_line off JOIN payments_line l
                ON l.batch_id = off.batch_id AND l.employer_id = off.employer_id AND l.kind = 'payment'
            WHERE off.id = NEW.line_id AND off.kind = 'recovery' AND NOT EXISTS (
                SELECT FROM payments_responserow WHERE line_id = l.id AND result IN ('rejected', 'returned'))) THEN
            RAISE EXCEPTION 'a recovery is returned with all that it was taken off' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    """,
    as_before("0007_recoveries", "RECOVERED_WHEN_ALL_IS", "payments_row_of_recovery"),
)

RETURNED_IS_NOT_BACK = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        batch_state text;
        back bigint;
    BEGIN
        SELECT state INTO batch_state FROM payments_batch
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.batch_id ELSE NEW.batch_id END FOR SHARE;
        IF TG_OP IN ('INSERT', 'DELETE') THEN
            IF batch_state IS DISTINCT FROM 'draft' THEN
                RAISE EXCEPTION 'a line cannot be added to or taken out of a batch that is %', batch_state
                    USING ERRCODE = '23001';
            END IF;
            IF TG_OP = 'INSERT' AND NEW.closed_as IS NOT NULL THEN
                RAISE EXCEPTION 'a line is not born closed' USING ERRCODE = '23001';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF OLD.closed_as IS NOT NULL AND (OLD.closed_as <> 'recovered' OR NEW.closed_as IS NOT NULL)
           OR to_jsonb(NEW) - '{closed_as,closed_because,closed_at}'::text[]
              IS DISTINCT FROM to_jsonb(OLD) - '{closed_as,closed_because,closed_at}'::text[] THEN
            RAISE EXCEPTION 'a line cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF NEW.closed_as = 'cancelled' AND batch_state <> 'cancelled'
           OR NEW.closed_as <> 'cancelled' AND batch_state <> 'approved' THEN
            RAISE EXCEPTION 'a line of a batch that is % cannot be closed as %', batch_state, NEW.closed_as
                USING ERRCODE = '23001';
        END IF;
        IF 'recovered' IN (OLD.closed_as, NEW.closed_as) THEN
            SELECT COALESCE(sum(l.amount_pence), 0) INTO back FROM payments_line l WHERE l.recovers_id = NEW.id
                AND EXISTS (SELECT FROM payments_responserow w WHERE w.line_id = l.id AND w.result = 'paid')
                AND NOT EXISTS (SELECT FROM payments_responserow w WHERE w.line_id = l.id AND w.result = 'returned');
            SELECT back + COALESCE(sum(p.amount_pence), 0) INTO back FROM payments_recoverypart p
                JOIN payments_recovery r ON r.id = p.recovery_id WHERE r.line_id = NEW.id;
        END IF;
        IF NEW.closed_as = 'recovered' AND NEW.amount_pence IS DISTINCT FROM back THEN
            RAISE EXCEPTION 'a line is recovered only when all of it is' USING ERRCODE = '23001';
        END IF;
        IF OLD.closed_as = 'recovered' AND NEW.amount_pence = back THEN
            RAISE EXCEPTION 'a line that is recovered stays so' USING ERRCODE = '23001';
        END IF;
        IF OLD.closed_as = 'recovered' AND EXISTS (
            SELECT FROM payments_line WHERE slot_id = NEW.slot_id AND kind = 'payment' AND id > NEW.id) THEN
            RAISE EXCEPTION 'what was recovered has been made again since' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    """,
    as_before("0010_taken_back_and_turned_down", "NOT_RECOVERED_AFTER_ALL", "payments_line_frozen"),
)

LOOKED_AT_ANEW = migrations.RunSQL(
    """
    CREATE FUNCTION payments_look_at_taken_over() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
        ANALYZE (SKIP_LOCKED) registrations_nqsw, registrations_registration, registrations_placement,
            registrations_earlierrow, assessments_outcome, payments_entitlement;
    END $$;
    REVOKE ALL ON FUNCTION payments_look_at_taken_over() FROM PUBLIC;
    """,
    "DROP FUNCTION payments_look_at_taken_over();",
)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0011_called_is_not_who_proposed"),
        ("registrations", "0019_past_payments_of_two_people"),
        ("assessments", "0004_earlier_outcomes"),
    ]
    operations = [RETURNED_WITH_ALL, RETURNED_IS_NOT_BACK, LOOKED_AT_ANEW]
