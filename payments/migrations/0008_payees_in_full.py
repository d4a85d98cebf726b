"""Vendor details are verified on a contact that was held before, stay while their lines are under way, rest after a
change, and are two employers' only where two people have said so. docs/adr/0021-payees-and-forecast.md gives the
reasons."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from asye.sql import frozen_columns, never_deleted

USED_SINCE_VERIFIED = migrations.RunSQL(
    """
    UPDATE payments_payee SET used_from = (verified_at AT TIME ZONE 'Europe/London')::date
        WHERE verified_at IS NOT NULL;
    """,
    migrations.RunSQL.noop,
)

VERIFIED_ON_A_CONTACT_HELD_BEFORE = migrations.RunSQL(
    """
    CREATE FUNCTION payments_payee_called() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        day date := (NEW.verified_at AT TIME ZONE 'Europe/London')::date;
        earliest date := day;
    BEGIN
        IF NEW.verified_at IS NULL THEN RETURN NEW; END IF;
        IF TG_OP = 'UPDATE' AND OLD.verified_at IS NOT NULL THEN
            IF (NEW.called_number, NEW.called_person_id, NEW.spoke_to, NEW.used_from)
               IS DISTINCT FROM (OLD.called_number, OLD.called_person_id, OLD.spoke_to, OLD.used_from) THEN
                RAISE EXCEPTION 'how vendor details were verified cannot be changed' USING ERRCODE = '23001';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.spoke_to = '' OR NEW.called_number = '' AND NEW.called_person_id IS NULL THEN
            RAISE EXCEPTION 'vendor details are verified by a call back to a contact' USING ERRCODE = '23514';
        END IF;
        IF NEW.called_number <> '' AND NOT EXISTS (
            SELECT FROM (
                SELECT phone, lag(changed_at) OVER (ORDER BY version) AS since
                    FROM accounts_formerdetails WHERE employer_id = NEW.employer_id
                UNION ALL
                SELECT e.phone, (SELECT max(changed_at) FROM accounts_formerdetails WHERE employer_id = e.id)
                    FROM accounts_employer e WHERE e.id = NEW.employer_id
            ) held WHERE phone = NEW.called_number AND (since IS NULL OR since <= NEW.proposed_at)) THEN
            RAISE EXCEPTION 'that number was not held before the proposal' USING ERRCODE = '23503';
        END IF;
        IF NEW.called_person_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
            WHERE m.user_id = NEW.called_person_id AND m.employer_id = NEW.employer_id
              AND m.role IN ('coordinator', 'senior_lead')
              AND m.starts_on <= (NEW.proposed_at AT TIME ZONE 'Europe/London')::date
              AND u.human_id <> NEW.proposed_human_id AND u.human_id IS DISTINCT FROM NEW.verified_human_id) THEN
            RAISE EXCEPTION 'that person did not act for the employer before the proposal' USING ERRCODE = '23503';
        END IF;
        IF EXISTS (SELECT FROM payments_payee
                   WHERE employer_id = NEW.employer_id AND id <> NEW.id AND verified_at IS NOT NULL) THEN
            earliest := day + COALESCE(
                (SELECT cool_off_days FROM payments_grantyear WHERE starts_on <= day AND ends_on > day), 10);
        END IF;
        IF NEW.used_from < earliest THEN
            RAISE EXCEPTION 'changed vendor details are not used before %', earliest USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_called BEFORE INSERT OR UPDATE ON payments_payee
        FOR EACH ROW EXECUTE FUNCTION payments_payee_called();
    """,
    """
    DROP TRIGGER zz_called ON payments_payee;
    DROP FUNCTION payments_payee_called();
    """,
)

STAYS_WHILE_ITS_LINES_ARE_UNDER_WAY = migrations.RunSQL(
    """
    CREATE FUNCTION payments_payee_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM payments_line l JOIN payments_batch b ON b.id = l.batch_id
                   WHERE l.payee_id = NEW.id AND b.state <> 'cancelled' AND b.handed_over_at IS NULL) THEN
            RAISE EXCEPTION 'a line of these vendor details is in a live batch' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_stays BEFORE UPDATE ON payments_payee FOR EACH ROW
        WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION payments_payee_stays();
    """,
    """
    DROP TRIGGER zz_stays ON payments_payee;
    DROP FUNCTION payments_payee_stays();
    """,
)

NOT_PAID_UNTIL_READY = migrations.RunSQL(
    """
    CREATE FUNCTION payments_payee_waits(which bigint, day date) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT CASE
            WHEN p.used_from > day THEN 'new vendor details are used from ' || p.used_from
            WHEN EXISTS (
                SELECT FROM payments_payee q
                WHERE q.vendor_number = p.vendor_number AND q.employer_id <> p.employer_id
                  AND q.verified_at IS NOT NULL AND q.ended_at IS NULL
                  AND NOT EXISTS (SELECT FROM payments_sharednumber s
                                  WHERE s.one_id = least(p.id, q.id) AND s.two_id = greatest(p.id, q.id)
                                    AND s.confirmed_at IS NOT NULL))
                THEN 'another employer has the same vendor number'
            ELSE '' END
        FROM payments_payee p WHERE p.id = which
    $$;
    CREATE FUNCTION payments_line_payee_ready() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        waits text := payments_payee_waits(NEW.payee_id, (NEW.made_at AT TIME ZONE 'Europe/London')::date);
    BEGIN
        IF waits <> '' THEN RAISE EXCEPTION '%', waits USING ERRCODE = '23503'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER ready BEFORE INSERT ON payments_line
        FOR EACH ROW WHEN (NEW.kind = 'payment') EXECUTE FUNCTION payments_line_payee_ready();

    CREATE FUNCTION payments_batch_payees_ready() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        day date := (COALESCE(NEW.approved_at, NEW.submitted_at) AT TIME ZONE 'Europe/London')::date;
        waits text;
    BEGIN
        SELECT payments_payee_waits(l.payee_id, day) INTO waits
            FROM (SELECT DISTINCT payee_id FROM payments_line WHERE batch_id = NEW.id AND kind = 'payment') l
            WHERE payments_payee_waits(l.payee_id, day) <> '' LIMIT 1;
        IF waits <> '' THEN RAISE EXCEPTION '%', waits USING ERRCODE = '23001'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER zz_payees_ready BEFORE UPDATE ON payments_batch FOR EACH ROW
        WHEN (OLD.state = 'draft' AND NEW.state = 'submitted' OR OLD.state = 'submitted' AND NEW.state = 'approved')
        EXECUTE FUNCTION payments_batch_payees_ready();
    """,
    """
    DROP TRIGGER zz_payees_ready ON payments_batch;
    DROP FUNCTION payments_batch_payees_ready();
    DROP TRIGGER ready ON payments_line;
    DROP FUNCTION payments_line_payee_ready();
    DROP FUNCTION payments_payee_waits(bigint, date);
    """,
)

TWO_PEOPLE_SAY_WHY = migrations.RunSQL(
    """
    CREATE FUNCTION payments_shared_number() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT FROM payments_payee p JOIN payments_payee q
              ON q.vendor_number = p.vendor_number AND q.employer_id <> p.employer_id
            WHERE p.id = NEW.one_id AND q.id = NEW.two_id AND p.verified_at IS NOT NULL AND q.verified_at IS NOT NULL
              AND p.ended_at IS NULL AND q.ended_at IS NULL) THEN
            RAISE EXCEPTION 'these two are not in use under one number' USING ERRCODE = '23503';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.confirmed_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM accounts_user WHERE id = NEW.explained_by_id AND human_id = NEW.explained_human_id)) THEN
            RAISE EXCEPTION 'somebody explains it first, as themselves' USING ERRCODE = '23503';
        END IF;
        IF NEW.confirmed_at IS NOT NULL AND TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND (
            NOT EXISTS (SELECT FROM accounts_user WHERE id = NEW.confirmed_by_id AND human_id = NEW.confirmed_human_id)
            OR EXISTS (SELECT FROM accounts_user WHERE id = NEW.explained_by_id AND human_id = NEW.confirmed_human_id))
        THEN
            RAISE EXCEPTION 'nobody confirms what they explained' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER two_people BEFORE INSERT OR UPDATE ON payments_sharednumber
        FOR EACH ROW EXECUTE FUNCTION payments_shared_number();
    """,
    """
    DROP TRIGGER two_people ON payments_sharednumber;
    DROP FUNCTION payments_shared_number();
    """,
)


def _by(name: str, to: str, *, may_be_none: bool = False) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return name, models.ForeignKey(
        to=to, on_delete=django.db.models.deletion.PROTECT, related_name="+", null=may_be_none
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sealed_api_answers"),
        ("payments", "0007_recoveries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("grantyear", "cool_off_days", models.PositiveSmallIntegerField(db_default=10)),
        migrations.AddField("grantyear", "contact_settled_days", models.PositiveSmallIntegerField(db_default=30)),
        migrations.AddField("payee", "called_number", models.CharField(blank=True, db_default="", max_length=13)),
        migrations.AddField("payee", *_by("called_person", settings.AUTH_USER_MODEL, may_be_none=True)),
        migrations.AddField("payee", "spoke_to", models.CharField(blank=True, db_default="", max_length=100)),
        migrations.AddField("payee", "used_from", models.DateField(null=True)),
        USED_SINCE_VERIFIED,
        migrations.RemoveConstraint("payee", "payee_number_once"),
        migrations.AddIndex("payee", models.Index(fields=["vendor_number"], name="payee_by_number")),
        migrations.AddConstraint(
            "payee",
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, used_from__isnull=True)
                | Q(verified_at__isnull=False, used_from__isnull=False),
                name="payee_used_once_verified",
            ),
        ),
        migrations.AddConstraint(
            "payee",
            models.CheckConstraint(
                condition=Q(called_number="") | Q(called_person__isnull=True), name="payee_called_one_contact"
            ),
        ),
        migrations.CreateModel(
            "SharedNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                _by("one", "payments.payee"),
                _by("two", "payments.payee"),
                ("because", models.CharField(max_length=500)),
                _by("explained_by", settings.AUTH_USER_MODEL),
                _by("explained_human", "accounts.human"),
                ("explained_at", models.DateTimeField()),
                _by("confirmed_by", settings.AUTH_USER_MODEL, may_be_none=True),
                _by("confirmed_human", "accounts.human", may_be_none=True),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=["one", "two"], name="shared_once"),
                    models.CheckConstraint(condition=Q(one__lt=F("two")), name="shared_older_first"),
                    models.CheckConstraint(condition=~Q(because=""), name="shared_explained"),
                    models.CheckConstraint(
                        condition=Q(confirmed_by__isnull=True, confirmed_human__isnull=True, confirmed_at__isnull=True)
                        | Q(confirmed_by__isnull=False, confirmed_human__isnull=False, confirmed_at__isnull=False),
                        name="shared_confirmed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(confirmed_human__isnull=True) | ~Q(confirmed_human=F("explained_human")),
                        name="shared_two_people",
                    ),
                ],
            },
        ),
        VERIFIED_ON_A_CONTACT_HELD_BEFORE,
        STAYS_WHILE_ITS_LINES_ARE_UNDER_WAY,
        NOT_PAID_UNTIL_READY,
        TWO_PEOPLE_SAY_WHY,
        frozen_columns(
            "payments_sharednumber",
            "one_id",
            "two_id",
            "because",
            "explained_by_id",
            "explained_human_id",
            "explained_at",
        ),
        frozen_columns(
            "payments_sharednumber", "confirmed_by_id", "confirmed_human_id", "confirmed_at", unless_null=True
        ),
        never_deleted("payments_sharednumber"),
    ]
