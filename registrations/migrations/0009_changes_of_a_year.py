"""Changes of a year that can be undone, agreement to a deferral, cover for an assessor, moves between two employers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import frozen_columns, never_deleted

# Cover stands beside the assessor, so the two may overlap; two covers may not. A move is between placements of its own
# registration, and what was agreed or called off stays as it is.
WALLS = migrations.RunSQL(
    """
    ALTER TABLE registrations_assessorassignment DROP CONSTRAINT assignment_one_at_a_time;
    ALTER TABLE registrations_assessorassignment ADD CONSTRAINT assignment_one_at_a_time
        EXCLUDE USING gist (placement_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&) WHERE (NOT cover);
    ALTER TABLE registrations_assessorassignment ADD CONSTRAINT assignment_one_cover_at_a_time
        EXCLUDE USING gist (placement_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&) WHERE (cover);
    ALTER TABLE registrations_move ADD CONSTRAINT move_leaves_own_placement
        FOREIGN KEY (leaves_id, registration_id) REFERENCES registrations_placement (id, registration_id);
    ALTER TABLE registrations_move ADD CONSTRAINT move_becomes_own_placement
        FOREIGN KEY (becomes_id, registration_id) REFERENCES registrations_placement (id, registration_id);
    CREATE FUNCTION move_over() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.done_at IS NOT NULL OR OLD.called_off_at IS NOT NULL) AND OLD IS DISTINCT FROM NEW THEN
            RAISE EXCEPTION 'a move that was agreed or called off cannot be changed' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER over BEFORE UPDATE ON registrations_move FOR EACH ROW EXECUTE FUNCTION move_over();
    """,
    """
    DROP TRIGGER over ON registrations_move;
    DROP FUNCTION move_over();
    ALTER TABLE registrations_move DROP CONSTRAINT move_becomes_own_placement;
    ALTER TABLE registrations_move DROP CONSTRAINT move_leaves_own_placement;
    ALTER TABLE registrations_assessorassignment DROP CONSTRAINT assignment_one_cover_at_a_time;
    ALTER TABLE registrations_assessorassignment DROP CONSTRAINT assignment_one_at_a_time;
    ALTER TABLE registrations_assessorassignment ADD CONSTRAINT assignment_one_at_a_time
        EXCLUDE USING gist (placement_id WITH =, daterange(starts_on, ends_on, '[)') WITH &&);
    """,
)

# The twin of registrations.queries.review_dates and planned_end. What was undone counts for nothing: a deferral that
# was undone lasts no day.
DUE = """
    CREATE OR REPLACE FUNCTION registration_due(wanted bigint, after_months integer)
    RETURNS date LANGUAGE sql STABLE AS $$
        WITH base AS (
            SELECT ((CASE y.counts_from WHEN 'employment_start' THEN r.employment_start
                WHEN 'swe_registered_from' THEN r.swe_registered_from ELSE r.asye_start END)
                + make_interval(months => after_months))::date AS due
            FROM registrations_registration r
            JOIN registrations_programmeyear y ON y.id = r.programme_year_id WHERE r.id = wanted
        ), pause AS (
            SELECT starts_on AS began, ends_on - starts_on AS days FROM registrations_deferral
            WHERE registration_id = wanted AND ends_on IS NOT NULL
            UNION ALL
            SELECT (recorded_at AT TIME ZONE 'Europe/London')::date, days FROM registrations_extension
            WHERE registration_id = wanted{counts}
        ), summed AS (
            SELECT began, days, COALESCE(sum(days) OVER (ORDER BY began, days
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::integer AS before FROM pause
        ), counted AS (
            SELECT days, bool_and(began <= base.due + before) OVER (ORDER BY began, days
                ROWS UNBOUNDED PRECEDING) AS counts FROM summed CROSS JOIN base
        )
        SELECT base.due + COALESCE((SELECT sum(days) FROM counted WHERE counts), 0)::integer FROM base
    $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0008_allowed_late"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("withdrawal", "Withdrawal"),
                            ("deferral", "Deferral"),
                            ("return", "Return from a deferral"),
                            ("extension", "Extension"),
                            ("assessor", "Change of assessor"),
                            ("cover", "Cover for an assessor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("counts_from", models.DateField()),
                ("ends", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_because", models.CharField(blank=True, default="", max_length=1000)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_side",
                    models.CharField(
                        choices=[("leaving", "The employer they leave"), ("receiving", "The employer they go to")],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("leaves_on", models.DateField(null=True)),
                ("leaving_at", models.DateTimeField(null=True)),
                ("starts_on", models.DateField(null=True)),
                ("receiving_at", models.DateTimeField(null=True)),
                ("settled_because", models.CharField(blank=True, default="", max_length=1000)),
                ("done_at", models.DateTimeField(null=True)),
                ("called_off_at", models.DateTimeField(null=True)),
                ("called_off_because", models.CharField(blank=True, default="", max_length=1000)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="deferral",
            name="deferral_in_order",
        ),
        migrations.AddField(
            model_name="assessorassignment",
            name="cover",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="assessorassignment",
            name="note",
            field=models.CharField(blank=True, default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="deferral",
            name="assessor_agreed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="deferral",
            name="expected_back",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="deferral",
            name="manager_agreed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="deferral",
            name="manager_name",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="deferral",
            name="nqsw_agreed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="extension",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="assessorassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cover", False),
                    models.Q(("ends_on__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="assignment_cover_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="deferral_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assessor_agreed_on__isnull", True),
                        ("manager_agreed_on__isnull", True),
                        ("manager_name", ""),
                        ("nqsw_agreed_on__isnull", True),
                    ),
                    models.Q(
                        ("assessor_agreed_on__isnull", False),
                        ("manager_agreed_on__isnull", False),
                        ("nqsw_agreed_on__isnull", False),
                        models.Q(("manager_name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="deferral_agreed_by_all",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_back__isnull", True), ("expected_back__gt", models.F("starts_on")), _connector="OR"
                ),
                name="deferral_expected_back_later",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="extension",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="change",
                to="registrations.extension",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="registrations.registration"
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="undone_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="assessor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="becomes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="move_here",
                to="registrations.placement",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="called_off_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="leaves",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves_away", to="registrations.placement"
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="leaving_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="receiving_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="registrations.registration"
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="to_employer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves_here",
                to="accounts.employer",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_because", ""), ("undone_by__isnull", True)),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undone_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="change_undone_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extension__isnull", False), ("kind", "extension")),
                    models.Q(models.Q(("kind", "extension"), _negated=True), ("extension__isnull", True)),
                    _connector="OR",
                ),
                name="change_extension_with_its_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.UniqueConstraint(
                condition=models.Q(("called_off_at__isnull", True), ("done_at__isnull", True)),
                fields=("registration",),
                name="move_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leaves_on__isnull", True), ("leaving_at__isnull", True), ("leaving_by__isnull", True)),
                    models.Q(
                        ("leaves_on__isnull", False), ("leaving_at__isnull", False), ("leaving_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="move_leaving_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("assessor__isnull", True),
                        ("receiving_at__isnull", True),
                        ("receiving_by__isnull", True),
                        ("starts_on__isnull", True),
                    ),
                    models.Q(
                        ("assessor__isnull", False),
                        ("receiving_at__isnull", False),
                        ("receiving_by__isnull", False),
                        ("starts_on__isnull", False),
                        ("to_employer__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="move_receiving_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("becomes__isnull", True), ("done_at__isnull", True)),
                    models.Q(
                        ("becomes__isnull", False),
                        ("called_off_at__isnull", True),
                        ("done_at__isnull", False),
                        ("leaves_on__isnull", False),
                        ("starts_on__gte", models.F("leaves_on")),
                    ),
                    _connector="OR",
                ),
                name="move_done_when_both_agree",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("called_off_at__isnull", True), ("called_off_because", ""), ("called_off_by__isnull", True)
                    ),
                    models.Q(
                        ("called_off_at__isnull", False),
                        ("called_off_by__isnull", False),
                        models.Q(("called_off_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="move_called_off_with_reason",
            ),
        ),
        WALLS,
        migrations.RunSQL(DUE.format(counts=" AND undone_at IS NULL"), DUE.format(counts="")),
        never_deleted("registrations_change"),
        frozen_columns(
            "registrations_change",
            *("registration_id", "kind", "counts_from", "ends", "extension_id", "made_by_id", "made_at"),
        ),
        frozen_columns("registrations_change", "undone_at", "undone_by_id", unless_null=True),
        frozen_columns("registrations_extension", "registration_id", "days", "reason", "recorded_by_id", "recorded_at"),
        frozen_columns("registrations_extension", "undone_at", unless_null=True),
        never_deleted("registrations_move"),
        frozen_columns("registrations_move", "registration_id", "leaves_id", "asked_side", "asked_at"),
        frozen_columns("registrations_move", "to_employer_id", unless_null=True),
    ]
