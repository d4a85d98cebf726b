"""Recoveries that people decide, and the walls around them. docs/adr/0020-recoveries.md gives the reasons.

A recovery, its parts and its line in a batch are held together by keys and by triggers that lock the line that was paid
first and then the recovery. Functions of earlier migrations that look at recoveries are written anew.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only, never_deleted


def as_before(module: str, operation: str, function: str) -> str:
    """The statement that makes a function again as an earlier migration made it."""
    sql = getattr(import_module(f"payments.migrations.{module}"), operation).sql
    start = sql.index(f"CREATE FUNCTION {function}(")
    end = sql.index("END $$;", start) + len("END $$;")
    return "CREATE OR REPLACE" + sql[start + len("CREATE") : end]


BELONGS_TOGETHER = migrations.RunSQL(
    """
    ALTER TABLE payments_line
        ADD CONSTRAINT line_recovers_as_decided FOREIGN KEY (recovery_id, recovers_id, amount_pence)
            REFERENCES payments_recovery (id, line_id, amount_pence);
    """,
    "ALTER TABLE payments_line DROP CONSTRAINT line_recovers_as_decided;",
)

NO_MORE_THAN_WAS_PAID = migrations.RunSQL(
    """
    CREATE FUNCTION payments_recovery_begins() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        paid payments_line;
        back bigint;
    BEGIN
        SELECT * INTO paid FROM payments_line WHERE id = NEW.line_id FOR UPDATE;
        IF paid.kind IS DISTINCT FROM 'payment' OR paid.closed_as IS NOT NULL
           OR NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = paid.id AND result = 'paid') THEN
            RAISE EXCEPTION 'only what was paid can be recovered' USING ERRCODE = '23503';
        END IF;
        IF NEW.approved_at IS NOT NULL OR NEW.stopped_at IS NOT NULL THEN
            RAISE EXCEPTION 'a recovery begins as a proposal' USING ERRCODE = '23001';
        END IF;
        SELECT COALESCE(sum(amount_pence - COALESCE(written_off_pence, 0)), 0) INTO back
            FROM payments_recovery WHERE line_id = NEW.line_id AND stopped_at IS NULL;
        IF back + NEW.amount_pence > paid.amount_pence THEN
            RAISE EXCEPTION 'more would be recovered than was paid' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER begins BEFORE INSERT ON payments_recovery
        FOR EACH ROW EXECUTE FUNCTION payments_recovery_begins();

    CREATE FUNCTION payments_part_received() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        of_part payments_recovery;
        before record;
    BEGIN
        SELECT * INTO of_part FROM payments_recovery WHERE id = NEW.recovery_id FOR UPDATE;
        IF of_part.invoiced_at IS NULL OR of_part.written_off_at IS NOT NULL
           OR NEW.received_on < of_part.invoiced_on THEN
            RAISE EXCEPTION 'only what an invoice asks for is paid back' USING ERRCODE = '23001';
        END IF;
        SELECT count(*) AS n, COALESCE(sum(amount_pence), 0) AS pence INTO before
            FROM payments_recoverypart WHERE recovery_id = NEW.recovery_id;
        IF before.pence + NEW.amount_pence > of_part.amount_pence THEN
            RAISE EXCEPTION 'more would come back than was asked for' USING ERRCODE = '23514';
        END IF;
        IF NEW.number <> before.n + 1 THEN
            RAISE EXCEPTION 'parts are numbered in order' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER received BEFORE INSERT ON payments_recoverypart
        FOR EACH ROW EXECUTE FUNCTION payments_part_received();
    """,
    """
    DROP TRIGGER received ON payments_recoverypart;
    DROP FUNCTION payments_part_received();
    DROP TRIGGER begins ON payments_recovery;
    DROP FUNCTION payments_recovery_begins();
    """,
)

MOVES_AS_DECIDED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_recovery_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.stopped_at IS NOT NULL OR OLD.written_off_at IS NOT NULL THEN
            RAISE EXCEPTION 'a recovery that has ended cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF (NEW.line_id, NEW.amount_pence, NEW.cause, NEW.reason, NEW.proposed_by_id, NEW.proposed_human_id,
            NEW.proposed_at) IS DISTINCT FROM
           (OLD.line_id, OLD.amount_pence, OLD.cause, OLD.reason, OLD.proposed_by_id, OLD.proposed_human_id,
            OLD.proposed_at)
           OR OLD.approved_at IS NOT NULL
              AND (NEW.approved_by_id, NEW.approved_human_id, NEW.approved_at)
              IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_human_id, OLD.approved_at)
           OR OLD.invoiced_at IS NOT NULL
              AND (NEW.invoice_reference, NEW.invoiced_on, NEW.invoiced_by_id, NEW.invoiced_at)
              IS DISTINCT FROM (OLD.invoice_reference, OLD.invoiced_on, OLD.invoiced_by_id, OLD.invoiced_at) THEN
            RAISE EXCEPTION 'what was decided of a recovery cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF (NEW.stopped_at IS NOT NULL OR NEW.invoiced_at IS NOT NULL AND OLD.invoiced_at IS NULL)
           AND EXISTS (SELECT FROM payments_line WHERE recovery_id = NEW.id AND closed_as IS NULL) THEN
            RAISE EXCEPTION 'it is being taken off a payment' USING ERRCODE = '23001';
        END IF;
        IF NEW.written_off_at IS NOT NULL AND NEW.written_off_pence IS DISTINCT FROM NEW.amount_pence - (
            SELECT COALESCE(sum(amount_pence), 0) FROM payments_recoverypart WHERE recovery_id = NEW.id) THEN
            RAISE EXCEPTION 'what is written off is what has not come back' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER moves BEFORE UPDATE ON payments_recovery
        FOR EACH ROW EXECUTE FUNCTION payments_recovery_moves();

    CREATE FUNCTION payments_recovery_human() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT'
           AND NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.proposed_by_id AND human_id = NEW.proposed_human_id)
        THEN
            RAISE EXCEPTION 'the proposal is not that person''s' USING ERRCODE = '23503';
        END IF;
        IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
        IF NEW.approved_at IS NOT NULL AND OLD.approved_at IS NULL AND (
            NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.approved_by_id AND human_id = NEW.approved_human_id)
            OR EXISTS (SELECT FROM accounts_user WHERE id = NEW.proposed_by_id AND human_id = NEW.approved_human_id))
        THEN
            RAISE EXCEPTION 'nobody approves what they proposed' USING ERRCODE = '23001';
        END IF;
        IF NEW.stopped_as = 'called_off' AND EXISTS (
            SELECT FROM accounts_user u WHERE u.id = NEW.stopped_by_id AND (u.human_id = NEW.proposed_human_id
                OR u.human_id = (SELECT human_id FROM accounts_user WHERE id = NEW.proposed_by_id))) THEN
            RAISE EXCEPTION 'nobody calls off what they proposed' USING ERRCODE = '23001';
        END IF;
        IF NEW.write_off_asked_at IS DISTINCT FROM OLD.write_off_asked_at AND NEW.write_off_asked_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.write_off_asked_by_id
                           AND human_id = NEW.write_off_human_id) THEN
            RAISE EXCEPTION 'the request is not that person''s' USING ERRCODE = '23503';
        END IF;
        IF NEW.written_off_at IS NOT NULL AND (
            NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.written_off_by_id
                        AND human_id = NEW.written_off_human_id)
            OR (NEW.write_off_asked_by_id, NEW.write_off_human_id)
               IS DISTINCT FROM (OLD.write_off_asked_by_id, OLD.write_off_human_id)
            OR EXISTS (SELECT FROM accounts_user WHERE id = NEW.write_off_asked_by_id
                       AND human_id = NEW.written_off_human_id)) THEN
            RAISE EXCEPTION 'nobody writes off alone' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER human BEFORE INSERT OR UPDATE ON payments_recovery
        FOR EACH ROW EXECUTE FUNCTION payments_recovery_human();
    """,
    """
    DROP TRIGGER human ON payments_recovery;
    DROP FUNCTION payments_recovery_human();
    DROP TRIGGER moves ON payments_recovery;
    DROP FUNCTION payments_recovery_moves();
    """,
)

TAKEN_OFF_AS_DECIDED = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_recovery_cap() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        paid payments_line;
        decided payments_recovery;
    BEGIN
        SELECT * INTO paid FROM payments_line WHERE id = NEW.recovers_id FOR UPDATE;
        SELECT * INTO decided FROM payments_recovery WHERE id = NEW.recovery_id FOR UPDATE;
        IF paid.kind IS DISTINCT FROM 'payment' OR paid.closed_as IS NOT NULL
           OR NOT EXISTS (SELECT FROM payments_responserow WHERE line_id = paid.id AND result = 'paid') THEN
            RAISE EXCEPTION 'only what was paid can be recovered' USING ERRCODE = '23503';
        END IF;
        IF decided.approved_at IS NULL OR decided.stopped_at IS NOT NULL OR decided.invoiced_at IS NOT NULL THEN
            RAISE EXCEPTION 'only an approved recovery is taken off a payment' USING ERRCODE = '23001';
        END IF;
        IF (NEW.employer_id, NEW.grant_year_id, NEW.registration_id, NEW.milestone, NEW.rate_pence) IS DISTINCT FROM
           (paid.employer_id, paid.grant_year_id, paid.registration_id, paid.milestone, paid.rate_pence) THEN
            RAISE EXCEPTION 'a recovery is of the employer and the year of what was paid' USING ERRCODE = '23503';
        END IF;
        RETURN NEW;
    END $$;

    CREATE FUNCTION payments_batch_nets() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM payments_line WHERE batch_id = NEW.id GROUP BY employer_id
            HAVING sum(CASE kind WHEN 'payment' THEN amount_pence ELSE -amount_pence END) < 0) THEN
            RAISE EXCEPTION 'more would be taken off than an employer is paid' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER nets BEFORE UPDATE ON payments_batch FOR EACH ROW
        WHEN (NEW.state <> OLD.state AND NEW.state IN ('submitted', 'approved'))
        EXECUTE FUNCTION payments_batch_nets();
    """,
    "DROP TRIGGER nets ON payments_batch; DROP FUNCTION payments_batch_nets();"
    + as_before("0002_walls", "RECOVERIES_ARE_CAPPED", "payments_recovery_cap"),
)

RECOVERED_WHEN_ALL_IS = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        batch_state text;
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
        IF OLD.closed_as IS NOT NULL
           OR to_jsonb(NEW) - '{closed_as,closed_because,closed_at}'::text[]
              IS DISTINCT FROM to_jsonb(OLD) - '{closed_as,closed_because,closed_at}'::text[] THEN
            RAISE EXCEPTION 'a line cannot be changed' USING ERRCODE = '23001';
        END IF;
        IF NEW.closed_as = 'cancelled' AND batch_state <> 'cancelled'
           OR NEW.closed_as <> 'cancelled' AND batch_state <> 'approved' THEN
            RAISE EXCEPTION 'a line of a batch that is % cannot be closed as %', batch_state, NEW.closed_as
                USING ERRCODE = '23001';
        END IF;
        IF NEW.closed_as = 'recovered' AND NEW.amount_pence IS DISTINCT FROM (
            SELECT COALESCE(sum(l.amount_pence), 0) FROM payments_line l WHERE l.recovers_id = NEW.id
                AND EXISTS (SELECT FROM payments_responserow w WHERE w.line_id = l.id AND w.result = 'paid')
            ) + (
            SELECT COALESCE(sum(p.amount_pence), 0) FROM payments_recoverypart p
            JOIN payments_recovery r ON r.id = p.recovery_id WHERE r.line_id = NEW.id) THEN
            RAISE EXCEPTION 'a line is recovered only when all of it is' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;

    CREATE FUNCTION payments_line_asked_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.closed_as = 'returned' AND EXISTS (
            SELECT FROM payments_recovery WHERE line_id = NEW.id AND stopped_at IS NULL
                AND amount_pence > COALESCE(written_off_pence, 0)) THEN
            RAISE EXCEPTION 'this payment is being recovered' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zzz_asked_back BEFORE UPDATE ON payments_line FOR EACH ROW
        WHEN (NEW.closed_as IS DISTINCT FROM OLD.closed_as) EXECUTE FUNCTION payments_line_asked_back();

    CREATE FUNCTION payments_row_of_recovery() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM payments_line WHERE id = NEW.line_id AND kind = 'recovery') THEN
            RAISE EXCEPTION 'a recovery cannot be returned' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_recovery BEFORE INSERT ON payments_responserow FOR EACH ROW
        WHEN (NEW.result = 'returned') EXECUTE FUNCTION payments_row_of_recovery();
    """,
    """
    DROP TRIGGER zz_recovery ON payments_responserow;
    DROP FUNCTION payments_row_of_recovery();
    DROP TRIGGER zzz_asked_back ON payments_line;
    DROP FUNCTION payments_line_asked_back();
    """
    + as_before("0002_walls", "LINE_STANDS_IN_A_DRAFT", "payments_line_frozen"),
)

ENTERED_BOTH_WAYS = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_entry_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        about record;
        decided payments_recovery;
        wanted bigint;
        sides text[];
    BEGIN
        SELECT * INTO decided FROM payments_recovery WHERE id = NEW.recovery_id;
        SELECT l.kind, l.batch_id AS batch, l.grant_year_id AS year, l.amount_pence AS pence,
               'grant_budget:' || g.code AS budget, 'owed_to_employer:' || l.employer_id AS employer,
               'owed_by_employer:' || l.employer_id AS debtor INTO about
            FROM payments_line l JOIN payments_grantyear g ON g.id = l.grant_year_id
            WHERE l.id = COALESCE(NEW.line_id, decided.line_id);
        sides := CASE NEW.event
            WHEN 'sent' THEN ARRAY[about.budget, about.employer]
            WHEN 'paid' THEN ARRAY[about.employer, 'paid']
            WHEN 'paid_reversed' THEN ARRAY['paid', about.employer]
            WHEN 'sent_reversed' THEN ARRAY[about.employer, about.budget]
            WHEN 'invoiced' THEN ARRAY[about.debtor, about.budget]
            WHEN 'received' THEN ARRAY['paid', about.debtor]
            WHEN 'written_off' THEN ARRAY[about.budget, about.debtor] END;
        IF about.kind = 'recovery' THEN sides := ARRAY[sides[2], sides[1]]; END IF;
        IF NEW.grant_year_id <> about.year OR ARRAY[NEW.debit, NEW.credit]::text[] IS DISTINCT FROM sides THEN
            RAISE EXCEPTION 'an entry moves money between the accounts of its line' USING ERRCODE = '23001';
        END IF;
        IF NEW.recovery_id IS NOT NULL THEN
            wanted := CASE NEW.event
                WHEN 'invoiced' THEN CASE WHEN decided.invoiced_at IS NOT NULL THEN decided.amount_pence END
                WHEN 'written_off' THEN decided.written_off_pence
                WHEN 'received' THEN (SELECT amount_pence FROM payments_recoverypart
                                      WHERE id = NEW.part_id AND recovery_id = NEW.recovery_id) END;
            IF NEW.batch_id <> about.batch OR NEW.pence IS DISTINCT FROM wanted THEN
                RAISE EXCEPTION 'an entry of a recovery is what was decided of it' USING ERRCODE = '23001';
            END IF;
        END IF;
        RETURN NULL;
    END $$;
    """,
    as_before("0005_entries_of_their_line", "BETWEEN_ITS_ACCOUNTS", "payments_entry_accounts"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_earlier_payments"),
        ("accounts", "0008_sealed_api_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_pence", models.BigIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("never_started", "The year never started"),
                            ("withdrawn", "They left, and their programme year recovers the payment"),
                            ("now_a_fail", "The pass it was paid for became a fail"),
                            ("paid_twice", "Paid under two records of one person"),
                            ("judgement", "Decided by DfE"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("proposed_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "stopped_as",
                    models.CharField(
                        choices=[("withdrawn", "Withdrawn"), ("declined", "Declined"), ("called_off", "Called off")],
                        max_length=10,
                        null=True,
                    ),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                ("stopped_because", models.CharField(blank=True, default="", max_length=500)),
                ("invoice_reference", models.CharField(blank=True, default="", max_length=40)),
                ("invoiced_on", models.DateField(null=True)),
                ("invoiced_at", models.DateTimeField(null=True)),
                ("write_off_asked_at", models.DateTimeField(null=True)),
                ("write_off_because", models.CharField(blank=True, default="", max_length=500)),
                ("written_off_at", models.DateTimeField(null=True)),
                ("written_off_pence", models.BigIntegerField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RecoveryPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("amount_pence", models.BigIntegerField()),
                ("received_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["recovery", "number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="entry_reversal_names_what",
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="event",
            field=models.CharField(
                choices=[
                    ("sent", "Sent to the payer"),
                    ("paid", "Paid"),
                    ("paid_reversed", "Payment returned"),
                    ("sent_reversed", "No longer owed by this line"),
                    ("invoiced", "Asked back with an invoice"),
                    ("received", "Paid back"),
                    ("written_off", "Written off"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="line",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="payments.line"
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="approved_human",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="invoiced_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="asked_back", to="payments.line"
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="proposed_human",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"),
        ),
        migrations.AddField(
            model_name="recovery",
            name="stopped_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="write_off_asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="write_off_human",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="written_off_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recovery",
            name="written_off_human",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="recovery",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="payments.recovery",
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="recovery",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="payments.recovery",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("recovery__isnull", False)), fields=["recovery"], name="line_of_recovery"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "payment"), ("recovery__isnull", True)),
                    models.Q(("kind", "recovery"), ("recovery__isnull", False)),
                    _connector="OR",
                ),
                name="line_recovery_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_as__isnull", True), ("recovery__isnull", False)),
                fields=("recovery",),
                name="line_one_offset",
            ),
        ),
        migrations.AddField(
            model_name="recoverypart",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recoverypart",
            name="recovery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="payments.recovery"
            ),
        ),
        migrations.AddField(
            model_name="ledgerentry",
            name="part",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="payments.recoverypart",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recovery__isnull", False)),
                fields=("recovery", "event", "part"),
                name="entry_once_of_recovery",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("line__isnull", False),
                        ("part__isnull", True),
                        ("recovery__isnull", True),
                        models.Q(("event__in", ("invoiced", "received", "written_off")), _negated=True),
                    ),
                    models.Q(
                        ("line__isnull", True),
                        ("part__isnull", True),
                        ("recovery__isnull", False),
                        ("event__in", ["invoiced", "written_off"]),
                    ),
                    models.Q(
                        ("event", "received"),
                        ("line__isnull", True),
                        ("part__isnull", False),
                        ("recovery__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="entry_of_line_or_recovery",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("event__in", ["sent", "paid", "invoiced", "received", "written_off"]),
                        ("reverses__isnull", True),
                    ),
                    models.Q(("event__in", ["sent_reversed", "paid_reversed"]), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="entry_reversal_names_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(fields=("id", "line", "amount_pence"), name="recovery_amount_referable"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(condition=models.Q(("amount_pence__gte", 1)), name="recovery_positive"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="recovery_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at__isnull", True), ("approved_by__isnull", True), ("approved_human__isnull", True)
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("approved_human__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="recovery_approved_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_human__isnull", True),
                    models.Q(("approved_human", models.F("proposed_human")), _negated=True),
                    _connector="OR",
                ),
                name="recovery_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("stopped_as__isnull", True),
                        ("stopped_at__isnull", True),
                        ("stopped_by__isnull", True),
                        ("stopped_because", ""),
                    ),
                    models.Q(
                        ("stopped_as__isnull", False),
                        ("stopped_at__isnull", False),
                        ("stopped_by__isnull", False),
                        models.Q(("stopped_because", ""), _negated=True),
                        ("invoiced_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="recovery_stopped_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_as__isnull", True),
                    models.Q(("approved_at__isnull", False), ("stopped_as", "called_off")),
                    models.Q(("approved_at__isnull", True), ("stopped_as__in", ["withdrawn", "declined"])),
                    _connector="OR",
                ),
                name="recovery_stopped_in_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("invoice_reference", ""),
                        ("invoiced_on__isnull", True),
                        ("invoiced_at__isnull", True),
                        ("invoiced_by__isnull", True),
                    ),
                    models.Q(
                        models.Q(("invoice_reference", ""), _negated=True),
                        ("invoiced_at__isnull", False),
                        ("invoiced_by__isnull", False),
                        ("invoiced_on__isnull", False),
                        ("approved_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="recovery_invoiced_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("write_off_asked_by__isnull", True),
                        ("write_off_human__isnull", True),
                        ("write_off_asked_at__isnull", True),
                        ("write_off_because", ""),
                    ),
                    models.Q(
                        ("write_off_asked_by__isnull", False),
                        ("write_off_human__isnull", False),
                        ("invoiced_at__isnull", False),
                        ("write_off_asked_at__isnull", False),
                        models.Q(("write_off_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recovery_write_off_asked_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("written_off_by__isnull", True),
                        ("written_off_human__isnull", True),
                        ("written_off_at__isnull", True),
                        ("written_off_pence__isnull", True),
                    ),
                    models.Q(
                        ("written_off_by__isnull", False),
                        ("written_off_human__isnull", False),
                        ("write_off_asked_at__isnull", False),
                        ("written_off_at__isnull", False),
                        ("written_off_pence__gte", 1),
                        ("written_off_pence__lte", models.F("amount_pence")),
                        models.Q(("written_off_human", models.F("write_off_human")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recovery_written_off_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverypart",
            constraint=models.UniqueConstraint(fields=("recovery", "number"), name="part_numbered"),
        ),
        migrations.AddConstraint(
            model_name="recoverypart",
            constraint=models.CheckConstraint(condition=models.Q(("amount_pence__gte", 1)), name="part_positive"),
        ),
        BELONGS_TOGETHER,
        NO_MORE_THAN_WAS_PAID,
        MOVES_AS_DECIDED,
        TAKEN_OFF_AS_DECIDED,
        RECOVERED_WHEN_ALL_IS,
        ENTERED_BOTH_WAYS,
        append_only("payments_recoverypart"),
        never_deleted("payments_recovery"),
    ]
