"""The payer's answers leave no employer with more taken off than it is paid. docs/adr/0020-recoveries.md says why.

The rule was the service's alone: a row by which a payment was rejected or returned could leave what was taken off it.
All rows of a file are looked at together, at its end, for payments come back before what was taken off them.
"""

from django.db import migrations, models

NEVER_BELOW_NOUGHT = migrations.RunSQL(
    """
    CREATE FUNCTION payments_row_nets() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        answered payments_line;
        net bigint;
    BEGIN
        SELECT * INTO answered FROM payments_line WHERE id = NEW.line_id;
        IF answered.kind = 'payment' AND NEW.result = 'paid' OR NOT EXISTS (
            SELECT FROM payments_line
            WHERE batch_id = NEW.batch_id AND employer_id = answered.employer_id AND kind = 'recovery') THEN
            RETURN NULL;
        END IF;
        SELECT sum(CASE l.kind WHEN 'payment' THEN l.amount_pence ELSE -l.amount_pence END) INTO net
            FROM payments_line l
            WHERE l.batch_id = NEW.batch_id AND l.employer_id = answered.employer_id
              AND NOT EXISTS (SELECT FROM payments_responserow
                              WHERE line_id = l.id AND result IN ('rejected', 'returned'))
              AND (l.kind = 'payment'
                   OR EXISTS (SELECT FROM payments_responserow WHERE line_id = l.id AND result = 'paid'));
        IF net < 0 THEN
            RAISE EXCEPTION 'more would be taken off than the employer is paid' USING ERRCODE = '23001';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER nets AFTER INSERT ON payments_responserow DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION payments_row_nets();
    """,
    """
    DROP TRIGGER nets ON payments_responserow;
    DROP FUNCTION payments_row_nets();
    """,
)


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_stands_while_nothing_else_does")]
    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("kind", "recovery")), fields=["batch", "employer"], name="line_taken_off"
            ),
        ),
        NEVER_BELOW_NOUGHT,
    ]
