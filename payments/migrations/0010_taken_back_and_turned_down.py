"""What was recorded as received by mistake is taken back by two people, and why two employers share a vendor number can
be turned down. docs/adr/0020-recoveries.md and 0021-payees-and-forecast.md give the reasons.

A part of less than nothing stands against the one it takes back, so every sum over parts stays right as it is.
Functions of earlier migrations that look at parts are written anew.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from asye.sql import frozen_columns, never_deleted


def as_before(module: str, operation: str, function: str) -> str:
    """The statement that makes a function again as an earlier migration made it."""
    sql = getattr(import_module(f"payments.migrations.{module}"), operation).sql
    start = sql.index(f"FUNCTION {function}(")
    return "CREATE OR REPLACE " + sql[start : sql.index("END $$;", start)] + "END $$;"


ASKED_BY_ONE = migrations.RunSQL(
    """
    CREATE FUNCTION payments_part_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        of_part payments_recovery;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.refused_at IS NOT NULL OR EXISTS (SELECT FROM payments_recoverypart WHERE reversal_id = NEW.id) THEN
                RAISE EXCEPTION 'what was decided of a reversal cannot be changed' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.refused_at IS NOT NULL
           OR NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.asked_by_id AND human_id = NEW.asked_human_id) THEN
            RAISE EXCEPTION 'somebody asks for a reversal first, as themselves' USING ERRCODE = '23503';
        END IF;
        SELECT r.* INTO of_part FROM payments_recovery r JOIN payments_recoverypart p ON p.recovery_id = r.id
            WHERE p.id = NEW.part_id AND p.reversal_id IS NULL FOR UPDATE OF r;
        IF of_part.id IS NULL OR of_part.written_off_at IS NOT NULL THEN
            RAISE EXCEPTION 'only what was received on an open invoice is taken back' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER asked BEFORE INSERT OR UPDATE ON payments_partreversal
        FOR EACH ROW EXECUTE FUNCTION payments_part_reversal();
    """,
    """
    DROP TRIGGER asked ON payments_partreversal;
    DROP FUNCTION payments_part_reversal();
    """,
)

TAKEN_BACK_BY_ANOTHER = migrations.RunSQL(
    """
    CREATE OR REPLACE FUNCTION payments_part_received() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        of_part payments_recovery;
        before record;
        asked payments_partreversal;
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
        IF NEW.reversal_id IS NULL THEN RETURN NEW; END IF;
        SELECT * INTO asked FROM payments_partreversal WHERE id = NEW.reversal_id FOR UPDATE;
        IF asked.refused_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM payments_recoverypart WHERE id = asked.part_id AND recovery_id = NEW.recovery_id
                AND amount_pence = -NEW.amount_pence) THEN
            RAISE EXCEPTION 'a reversal takes back the part that it was asked for' USING ERRCODE = '23503';
        END IF;
        IF EXISTS (SELECT FROM accounts_user u WHERE u.id = NEW.recorded_by_id AND (u.human_id = asked.asked_human_id
                   OR u.human_id = (SELECT human_id FROM accounts_user WHERE id = asked.asked_by_id))) THEN
            RAISE EXCEPTION 'nobody takes back alone what was received' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    """,
    as_before("0007_recoveries", "NO_MORE_THAN_WAS_PAID", "payments_part_received"),
)

NOT_RECOVERED_AFTER_ALL = migrations.RunSQL(
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
                AND EXISTS (SELECT FROM payments_responserow w WHERE w.line_id = l.id AND w.result = 'paid');
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
    as_before("0007_recoveries", "RECOVERED_WHEN_ALL_IS", "payments_line_frozen"),
)

ENTERED_BACKWARDS = migrations.RunSQL(
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
            WHEN 'received_reversed' THEN ARRAY[about.debtor, 'paid']
            WHEN 'written_off' THEN ARRAY[about.budget, about.debtor] END;
        IF about.kind = 'recovery' THEN sides := ARRAY[sides[2], sides[1]]; END IF;
        IF NEW.grant_year_id <> about.year OR ARRAY[NEW.debit, NEW.credit]::text[] IS DISTINCT FROM sides THEN
            RAISE EXCEPTION 'an entry moves money between the accounts of its line' USING ERRCODE = '23001';
        END IF;
        IF NEW.recovery_id IS NOT NULL THEN
            wanted := CASE NEW.event
                WHEN 'invoiced' THEN CASE WHEN decided.invoiced_at IS NOT NULL THEN decided.amount_pence END
                WHEN 'written_off' THEN decided.written_off_pence
                ELSE (SELECT CASE NEW.event WHEN 'received' THEN amount_pence ELSE -amount_pence END
                      FROM payments_recoverypart WHERE id = NEW.part_id AND recovery_id = NEW.recovery_id) END;
            IF NEW.batch_id <> about.batch OR NEW.pence IS DISTINCT FROM wanted THEN
                RAISE EXCEPTION 'an entry of a recovery is what was decided of it' USING ERRCODE = '23001';
            END IF;
        END IF;
        RETURN NULL;
    END $$;

    CREATE OR REPLACE FUNCTION payments_entry_reverses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM payments_ledgerentry e WHERE e.id = NEW.reverses_id
                AND (e.line_id, e.recovery_id) IS NOT DISTINCT FROM (NEW.line_id, NEW.recovery_id)
                AND e.part_id IS NOT DISTINCT FROM (
                    SELECT r.part_id FROM payments_recoverypart p JOIN payments_partreversal r ON r.id = p.reversal_id
                    WHERE p.id = NEW.part_id)
                AND e.debit = NEW.credit AND e.credit = NEW.debit AND e.pence = NEW.pence AND e.reverses_id IS NULL
                AND NEW.event = e.event || '_reversed') THEN
            RAISE EXCEPTION 'a reversal mirrors the entry it reverses' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    """,
    as_before("0007_recoveries", "ENTERED_BOTH_WAYS", "payments_entry_accounts")
    + as_before("0002_walls", "FILES_ARE_WHAT_WAS_APPROVED", "payments_entry_reverses"),
)

TURNED_DOWN_FOR_GOOD = migrations.RunSQL(
    """
    CREATE FUNCTION payments_shared_turned_down() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.refused_at IS NOT NULL THEN
            RAISE EXCEPTION 'somebody explains it before it is turned down' USING ERRCODE = '23503';
        END IF;
        IF TG_OP = 'UPDATE' AND (OLD.refused_at IS NOT NULL OR OLD.confirmed_at IS NOT NULL)
           AND (NEW.refused_by_id, NEW.refused_at, NEW.refused_because)
           IS DISTINCT FROM (OLD.refused_by_id, OLD.refused_at, OLD.refused_because) THEN
            RAISE EXCEPTION 'what was decided of a shared number cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER turned_down BEFORE INSERT OR UPDATE ON payments_sharednumber
        FOR EACH ROW EXECUTE FUNCTION payments_shared_turned_down();
    """,
    """
    DROP TRIGGER turned_down ON payments_sharednumber;
    DROP FUNCTION payments_shared_turned_down();
    """,
)

ADVANCE_STAYS_ONCE_USED = migrations.RunSQL(
    """
    CREATE FUNCTION payments_advance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM payments_line WHERE grant_year_id = NEW.id AND reason = 'final_year_advance'
                   AND closed_as IS DISTINCT FROM 'cancelled') THEN
            RAISE EXCEPTION 'second payments were made ready for the day of this advance' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER advance_stays BEFORE UPDATE ON payments_grantyear FOR EACH ROW
        WHEN (NEW.final_year_advance_on IS DISTINCT FROM OLD.final_year_advance_on)
        EXECUTE FUNCTION payments_advance_stays();
    """,
    """
    DROP TRIGGER advance_stays ON payments_grantyear;
    DROP FUNCTION payments_advance_stays();
    """,
)


def _user(*, may_be_none: bool = False) -> models.Field:  # type: ignore[type-arg]
    return models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=django.db.models.deletion.PROTECT, related_name="+", null=may_be_none
    )


REFUSED = Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refused_because="")
NOT_REFUSED = Q(refused_by__isnull=True, refused_at__isnull=True, refused_because="")
OF_A_PART = ("received", "received_reversed")
OF_A_RECOVERY = ("invoiced", *OF_A_PART, "written_off")
REVERSALS = ("sent_reversed", "paid_reversed", "received_reversed")
EVENTS = [
    ("sent", "Sent to the payer"),
    ("paid", "Paid"),
    ("paid_reversed", "Payment returned"),
    ("sent_reversed", "No longer owed by this line"),
    ("invoiced", "Asked back with an invoice"),
    ("received", "Paid back"),
    ("received_reversed", "Not paid back after all"),
    ("written_off", "Written off"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sealed_api_answers"),
        ("payments", "0009_statement_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "PartReversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.ForeignKey(
                        to="payments.recoverypart",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                    ),
                ),
                ("because", models.CharField(max_length=500)),
                ("asked_by", _user()),
                (
                    "asked_human",
                    models.ForeignKey(
                        to="accounts.human", on_delete=django.db.models.deletion.PROTECT, related_name="+"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("refused_by", _user(may_be_none=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused_because", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["part"], condition=Q(refused_at__isnull=True), name="reversal_once"
                    ),
                    models.CheckConstraint(condition=~Q(because=""), name="reversal_has_reason"),
                    models.CheckConstraint(condition=NOT_REFUSED | REFUSED, name="reversal_refused_with_reason"),
                ],
            },
        ),
        migrations.AddField(
            "recoverypart",
            "reversal",
            models.OneToOneField(
                to="payments.partreversal",
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                related_name="done",
            ),
        ),
        migrations.RemoveConstraint("recoverypart", "part_positive"),
        migrations.AddConstraint(
            "recoverypart",
            models.CheckConstraint(
                condition=Q(reversal__isnull=True, amount_pence__gte=1)
                | Q(reversal__isnull=False, amount_pence__lte=-1),
                name="part_signed",
            ),
        ),
        migrations.AlterField("ledgerentry", "event", models.CharField(choices=EVENTS, max_length=20)),
        migrations.RemoveConstraint("ledgerentry", "entry_of_line_or_recovery"),
        migrations.AddConstraint(
            "ledgerentry",
            models.CheckConstraint(
                condition=Q(line__isnull=False, recovery__isnull=True, part__isnull=True) & ~Q(event__in=OF_A_RECOVERY)
                | Q(line__isnull=True, recovery__isnull=False, part__isnull=True)
                & Q(event__in=["invoiced", "written_off"])
                | Q(line__isnull=True, recovery__isnull=False, part__isnull=False, event__in=OF_A_PART),
                name="entry_of_line_or_recovery",
            ),
        ),
        migrations.RemoveConstraint("ledgerentry", "entry_reversal_names_what"),
        migrations.AddConstraint(
            "ledgerentry",
            models.CheckConstraint(
                condition=Q(event__in=[event for event, _ in EVENTS if event not in REVERSALS], reverses__isnull=True)
                | Q(event__in=REVERSALS, reverses__isnull=False),
                name="entry_reversal_names_what",
            ),
        ),
        migrations.AddField("sharednumber", "refused_by", _user(may_be_none=True)),
        migrations.AddField("sharednumber", "refused_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "sharednumber", "refused_because", models.CharField(blank=True, db_default="", max_length=500)
        ),
        migrations.RemoveConstraint("sharednumber", "shared_once"),
        migrations.AddConstraint(
            "sharednumber",
            models.UniqueConstraint(fields=["one", "two"], condition=Q(refused_at__isnull=True), name="shared_once"),
        ),
        migrations.AddConstraint(
            "sharednumber",
            models.CheckConstraint(
                condition=NOT_REFUSED
                | Q(refused_by__isnull=False, refused_at__isnull=False, confirmed_at__isnull=True)
                & ~Q(refused_because=""),
                name="shared_refused_with_reason",
            ),
        ),
        ASKED_BY_ONE,
        TAKEN_BACK_BY_ANOTHER,
        NOT_RECOVERED_AFTER_ALL,
        ENTERED_BACKWARDS,
        TURNED_DOWN_FOR_GOOD,
        ADVANCE_STAYS_ONCE_USED,
        frozen_columns("payments_partreversal", "part_id", "because", "asked_by_id", "asked_human_id", "asked_at"),
        never_deleted("payments_partreversal"),
    ]
