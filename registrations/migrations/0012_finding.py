"""Finding registrations: names by their parts in any spelling, indexes for lists of any length; notes; exports."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Func, Q

from asye.sql import append_only

# A name as it is compared: "Łukasz O’Neill-Smith" is "lukasz oneill smith". IMMUTABLE as long as nobody changes the
# rules of the dictionary, which is named with its schema so that no search path decides which one it is.
PLAIN_NAME = migrations.RunSQL(
    r"""
    CREATE FUNCTION plain_name(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT btrim(regexp_replace(regexp_replace(
            lower(public.unaccent('public.unaccent'::regdictionary, normalize(given, NFKC))),
            '[''’‘‛`´ʼʻʹ′.]', '', 'g'), '[\s\-‐‑‒–—―−/,;:()"_]+', ' ', 'g'))
    $$;
    """,
    "DROP FUNCTION plain_name(text);",
)

# Read by name and not by column, so that names added to a person later are found without another migration.
NAMES = migrations.RunSQL(
    """
    CREATE FUNCTION words_of_person(wanted bigint) RETURNS text LANGUAGE sql STABLE AS $$
        WITH typed AS (
            SELECT each.value
            FROM registrations_nqsw n, jsonb_each_text(to_jsonb(n)) AS each
            WHERE n.id = wanted AND each.key IN
                ('first_name', 'middle_names', 'last_name', 'former_name', 'known_as', 'certificate_name')
            UNION
            SELECT each.value
            FROM registrations_registration r, jsonb_each_text(to_jsonb(r)) AS each
            WHERE r.nqsw_id = wanted AND each.key IN ('given_first_name', 'given_middle_names', 'given_last_name')
        ), given AS (
            SELECT plain_name(value) AS name FROM typed
            UNION
            SELECT plain_name(regexp_replace(value, '[''’‘‛`´ʼʻʹ′.]', ' ', 'g')) FROM typed
        )
        SELECT COALESCE(string_agg(' ' || name ||
            CASE WHEN name LIKE '% %' THEN ' ' || replace(name, ' ', '') ELSE '' END, '' ORDER BY name), '')
        FROM given WHERE name <> ''
    $$;
    CREATE FUNCTION names_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        person bigint := CASE WHEN TG_TABLE_NAME = 'registrations_nqsw' THEN (to_jsonb(NEW)->>'id')::bigint
                              ELSE (to_jsonb(NEW)->>'nqsw_id')::bigint END;
    BEGIN
        INSERT INTO registrations_personnames (nqsw_id, words) VALUES (person, words_of_person(person))
        ON CONFLICT (nqsw_id) DO UPDATE SET words = EXCLUDED.words
            WHERE registrations_personnames.words <> EXCLUDED.words;
        RETURN NULL;
    END $$;
    CREATE TRIGGER names_new AFTER INSERT ON registrations_nqsw FOR EACH ROW EXECUTE FUNCTION names_of_person();
    CREATE TRIGGER names_changed AFTER UPDATE ON registrations_nqsw FOR EACH ROW
        WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION names_of_person();
    CREATE TRIGGER names_given AFTER INSERT OR UPDATE OF given_first_name, given_last_name
        ON registrations_registration FOR EACH ROW EXECUTE FUNCTION names_of_person();
    INSERT INTO registrations_personnames (nqsw_id, words) SELECT id, words_of_person(id) FROM registrations_nqsw;
    """,
    """
    DROP TRIGGER names_given ON registrations_registration;
    DROP TRIGGER names_changed ON registrations_nqsw;
    DROP TRIGGER names_new ON registrations_nqsw;
    DROP FUNCTION names_of_person();
    DROP FUNCTION words_of_person(bigint);
    """,
)

# The order of the list, of the queue and of one stage or year: a page is read from the index, not sorted.
IN_ORDER = migrations.RunSQL(
    """
    CREATE INDEX registration_newest ON registrations_registration (submitted_at DESC, id DESC);
    CREATE INDEX registration_by_state ON registrations_registration (state, end_reason, submitted_at, id);
    CREATE INDEX registration_by_year ON registrations_registration (programme_year_id, submitted_at, id);
    CREATE INDEX placement_of_employer ON registrations_placement (employer_id, registration_id);
    CREATE INDEX placement_in_order ON registrations_placement (registration_id, starts_on, id);
    """,
    """
    DROP INDEX placement_in_order;
    DROP INDEX placement_of_employer;
    DROP INDEX registration_by_year;
    DROP INDEX registration_by_state;
    DROP INDEX registration_newest;
    """,
)

NOTE_BELONGS = migrations.RunSQL(
    """
    CREATE FUNCTION note_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_auditevent e WHERE e.id = NEW.event_id AND e.act = 'registrations.note'
                       AND e.object_type = 'registrations.registration' AND e.object_id = NEW.registration_id
                       AND e.actor_id = NEW.written_by_id) THEN
            RAISE EXCEPTION 'the event of a note is about another thing' USING ERRCODE = '23514';
        END IF;
        IF NEW.employer_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registrations_placement p
            WHERE p.registration_id = NEW.registration_id AND p.employer_id = NEW.employer_id) THEN
            RAISE EXCEPTION 'an employer writes notes only about its own NQSWs' USING ERRCODE = '23514';
        END IF;
        IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registrations_note n WHERE n.id = NEW.corrects_id
            AND n.registration_id = NEW.registration_id AND n.employer_id IS NOT DISTINCT FROM NEW.employer_id) THEN
            RAISE EXCEPTION 'a note corrects one of the same readers' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER belongs BEFORE INSERT ON registrations_note FOR EACH ROW EXECUTE FUNCTION note_belongs();
    """,
    "DROP TRIGGER belongs ON registrations_note; DROP FUNCTION note_belongs();",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0011_verdict_walls"),
    ]
    operations = [
        PLAIN_NAME,
        migrations.CreateModel(
            name="PersonNames",
            fields=[
                (
                    "nqsw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="names",
                        serialize=False,
                        to="registrations.nqsw",
                    ),
                ),
                ("words", models.TextField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="names_by_part", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        NAMES,
        IN_ORDER,
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("written_at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="registrations.note",
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.employer",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registration_note",
                        to="accounts.auditevent",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="registrations.registration",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(corrects=F("id")), name="note_corrects_another"),
                ],
            },
        ),
        append_only("registrations_note"),
        NOTE_BELONGS,
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                (
                    "ending",
                    models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel workbook (.xlsx)")], max_length=4),
                ),
                (
                    "criteria",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                (
                    "registrations",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["registrations"], name="export_by_registration")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            count=Func(
                                F("registrations"),
                                function="cardinality",
                                output_field=models.IntegerField(),
                            )
                        ),
                        name="export_count_is_of_its_registrations",
                    ),
                ],
            },
        ),
        append_only("registrations_export"),
    ]
