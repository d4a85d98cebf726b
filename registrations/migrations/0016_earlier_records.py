"""Records from before this service: files, findings, and a row for everything that was taken over."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only, frozen_columns, never_deleted

# A row says the kind and the source of its file.
OF_ITS_FILE = migrations.RunSQL(
    """
    ALTER TABLE registrations_earlierfile ADD CONSTRAINT earlier_file_referable UNIQUE (id, kind, source);
    ALTER TABLE registrations_earlierrow ADD CONSTRAINT earlier_row_of_its_file
        FOREIGN KEY (file_id, kind, source) REFERENCES registrations_earlierfile (id, kind, source);
    """,
    """
    ALTER TABLE registrations_earlierrow DROP CONSTRAINT earlier_row_of_its_file;
    ALTER TABLE registrations_earlierfile DROP CONSTRAINT earlier_file_referable;
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_sealed_api_answers"),
        ("registrations", "0015_allowed_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EarlierFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employers", "Employers"),
                            ("people", "People and their registrations"),
                            ("outcomes", "Outcomes"),
                            ("payments", "Past payments"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("portal", "Skills for Care portal"),
                            ("claims_2026", "Claim spreadsheets of March 2026"),
                        ],
                        max_length=20,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("name", models.CharField(max_length=100)),
                ("ending", models.CharField(max_length=4)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                (
                    "unused",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                ("rows", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(null=True)),
                ("already", models.PositiveIntegerField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("fault", models.CharField(blank=True, default="", max_length=1000)),
                ("checked_at", models.DateTimeField(null=True)),
                ("taken", models.PositiveIntegerField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("purged_at", models.DateTimeField(null=True)),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_human",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "uploaded_human",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.human"
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="EarlierFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, default="", max_length=100)),
                ("reason", models.CharField(max_length=500)),
                ("remedy", models.CharField(max_length=500)),
                ("is_note", models.BooleanField(default=False)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="registrations.earlierfile",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "id"],
            },
        ),
        migrations.CreateModel(
            name="EarlierRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employers", "Employers"),
                            ("people", "People and their registrations"),
                            ("outcomes", "Outcomes"),
                            ("payments", "Past payments"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("portal", "Skills for Care portal"),
                            ("claims_2026", "Claim spreadsheets of March 2026"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reference", models.CharField(max_length=100)),
                ("said", models.CharField(max_length=64)),
                (
                    "milestone",
                    models.CharField(
                        blank=True,
                        choices=[("registration", "Registration"), ("completion", "Completion")],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_rows",
                        to="accounts.employer",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_rows",
                        to="registrations.earlierfile",
                    ),
                ),
                (
                    "nqsw",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_rows",
                        to="registrations.nqsw",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_rows",
                        to="registrations.registration",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="earlierfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purged_at__isnull", True), ("taken_at__isnull", True)),
                fields=("kind", "source", "sha256"),
                name="earlier_file_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("already__isnull", True),
                        ("checked_at__isnull", True),
                        ("digest", ""),
                        ("fault", ""),
                        ("good__isnull", True),
                    ),
                    models.Q(("checked_at__isnull", False), ("digest", ""), models.Q(("fault", ""), _negated=True)),
                    models.Q(
                        ("already__isnull", False),
                        ("checked_at__isnull", False),
                        ("fault", ""),
                        ("good__isnull", False),
                        (
                            "rows__gte",
                            django.db.models.expressions.CombinedExpression(models.F("good"), "+", models.F("already")),
                        ),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="earlier_file_checked_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("taken__isnull", True),
                        ("taken_at__isnull", True),
                        ("taken_by__isnull", True),
                        ("taken_human__isnull", True),
                    ),
                    models.Q(
                        ("taken__gt", 0),
                        ("taken__lte", models.F("good")),
                        ("taken_by__isnull", False),
                        ("taken_human__isnull", False),
                        ("taken_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="earlier_file_taken_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "payments"), _negated=True),
                    ("taken_human__isnull", True),
                    models.Q(("taken_human", models.F("uploaded_human")), _negated=True),
                    _connector="OR",
                ),
                name="earlier_payments_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content__isnull", False), ("purged_at__isnull", True)),
                    models.Q(("content__isnull", True), ("purged_at__isnull", False)),
                    _connector="OR",
                ),
                name="earlier_file_kept_until_purged",
            ),
        ),
        migrations.AddIndex(
            model_name="earlierfinding",
            index=models.Index(fields=["file", "row", "id"], name="earlier_finding_by_row"),
        ),
        migrations.AddConstraint(
            model_name="earlierrow",
            constraint=models.UniqueConstraint(
                models.F("kind"),
                models.F("source"),
                django.db.models.functions.text.Lower("reference"),
                name="earlier_row_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("registration__isnull", False)),
                fields=("registration", "kind"),
                name="earlier_row_once_a_registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("nqsw__isnull", False)),
                fields=("nqsw", "milestone"),
                name="earlier_row_once_a_milestone",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference", ""), _negated=True), name="earlier_row_has_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("employer__isnull", False),
                        ("kind", "employers"),
                        ("registration__isnull", True),
                        ("milestone", ""),
                        ("nqsw__isnull", True),
                    ),
                    models.Q(
                        ("kind__in", ["people", "outcomes"]),
                        ("registration__isnull", False),
                        ("employer__isnull", True),
                        ("milestone", ""),
                        ("nqsw__isnull", True),
                    ),
                    models.Q(
                        ("kind", "payments"),
                        ("milestone__in", ["registration", "completion"]),
                        ("nqsw__isnull", False),
                        ("employer__isnull", True),
                        ("registration__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="earlier_row_about_one_thing",
            ),
        ),
        OF_ITS_FILE,
        append_only("registrations_earlierrow", lockable=True),
        never_deleted("registrations_earlierfile"),
        frozen_columns(
            "registrations_earlierfile",
            *("kind", "source", "uploaded_by_id", "uploaded_human_id", "uploaded_at", "sha256"),
        ),
        frozen_columns(
            "registrations_earlierfile", "taken", "taken_by_id", "taken_human_id", "taken_at", unless_null=True
        ),
    ]
