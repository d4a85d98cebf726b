"""Two records of one person: what is compared, by which index; pairs that are remembered; a merge is for good."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import frozen_columns, never_deleted

# A first and a last name as they are compared, the spaces within each left out; nothing where either is blank, so that
# blanks never match. The other function says whether two numbers are one digit apart: changed, left out or added.
COMPARED = migrations.RunSQL(
    """
    CREATE FUNCTION compared_name(first_name text, last_name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT NULLIF(replace(public.plain_name(first_name), ' ', ''), '') || ' '
            || NULLIF(replace(public.plain_name(last_name), ' ', ''), '')
    $$;
    CREATE FUNCTION one_digit_apart(a text, b text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE
            WHEN length(a) = length(b) THEN
                (SELECT count(*) FROM generate_series(1, length(a)) AS i WHERE substr(a, i, 1) <> substr(b, i, 1)) = 1
            WHEN length(a) = length(b) + 1 THEN
                EXISTS (SELECT FROM generate_series(1, length(a)) AS i WHERE overlay(a PLACING '' FROM i FOR 1) = b)
            WHEN length(b) = length(a) + 1 THEN
                EXISTS (SELECT FROM generate_series(1, length(b)) AS i WHERE overlay(b PLACING '' FROM i FOR 1) = a)
            ELSE false END
    $$;
    CREATE INDEX nqsw_compared_name ON registrations_nqsw (compared_name(first_name, last_name));
    CREATE INDEX nqsw_compared_former ON registrations_nqsw (compared_name(first_name, former_name))
        WHERE former_name <> '';
    CREATE INDEX nqsw_compared_email ON registrations_nqsw (lower(email));
    CREATE INDEX nqsw_compared_birth ON registrations_nqsw (date_of_birth) WHERE date_of_birth IS NOT NULL;
    """,
    """
    DROP INDEX nqsw_compared_birth;
    DROP INDEX nqsw_compared_email;
    DROP INDEX nqsw_compared_former;
    DROP INDEX nqsw_compared_name;
    DROP FUNCTION one_digit_apart(text, text);
    DROP FUNCTION compared_name(text, text);
    """,
)
MERGED_FOR_GOOD = migrations.RunSQL(
    """
    CREATE FUNCTION nqsw_merged_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        before bigint := CASE WHEN TG_OP = 'UPDATE' THEN OLD.merged_into_id END;
    BEGIN
        IF before IS NOT DISTINCT FROM NEW.merged_into_id THEN
            RETURN NEW;
        END IF;
        IF before IS NOT NULL THEN
            RAISE EXCEPTION 'a merge is for good' USING ERRCODE = '23001';
        END IF;
        PERFORM FROM registrations_nqsw WHERE id = NEW.merged_into_id FOR UPDATE;
        IF EXISTS (SELECT FROM registrations_nqsw WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
           OR EXISTS (SELECT FROM registrations_nqsw WHERE merged_into_id = NEW.id) THEN
            RAISE EXCEPTION 'a record is merged into one that stands for itself' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER merged_for_good BEFORE INSERT OR UPDATE ON registrations_nqsw
        FOR EACH ROW EXECUTE FUNCTION nqsw_merged_for_good();
    """,
    """
    DROP TRIGGER merged_for_good ON registrations_nqsw;
    DROP FUNCTION nqsw_merged_for_good();
    """,
)
DECIDED_ONCE = migrations.RunSQL(
    """
    CREATE FUNCTION likeness_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.answer <> '' THEN
            RAISE EXCEPTION 'this pair has been decided' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER decided_once BEFORE UPDATE ON registrations_likeness
        FOR EACH ROW EXECUTE FUNCTION likeness_decided_once();
    """,
    "DROP TRIGGER decided_once ON registrations_likeness; DROP FUNCTION likeness_decided_once();",
)


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0013_mergers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Likeness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveSmallIntegerField()),
                (
                    "alike",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("found_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("different", "Different people"), ("same", "The same person")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("because", models.CharField(blank=True, default="", max_length=500)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registrations.nqsw"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registrations.nqsw"
                    ),
                ),
            ],
            options={
                "ordering": ["found_at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("answer", "")), fields=["found_at", "id"], name="likeness_open")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="likeness_once_a_pair"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))), name="likeness_of_two_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("because", ""),
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                            ),
                            models.Q(
                                ("answer__in", ["different", "same"]),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="likeness_decided_with_facts",
                    ),
                ],
            },
        ),
        COMPARED,
        MERGED_FOR_GOOD,
        DECIDED_ONCE,
        never_deleted("registrations_likeness"),
        frozen_columns("registrations_likeness", "one_id", "other_id", "score", "alike", "found_at"),
    ]
