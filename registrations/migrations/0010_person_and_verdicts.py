"""The person in full, every verdict, and equality answers by key: adding a question needs no column."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0009_changes_of_a_year"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AdjustmentReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Adjustments",
            fields=[
                (
                    "nqsw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="adjustments",
                        serialize=False,
                        to="registrations.nqsw",
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("prefer_not_to_say", "Prefer not to say")],
                        max_length=20,
                    ),
                ),
                ("detail", models.TextField(blank=True, default="")),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("submitted", "Registration sent"),
                            ("corrected", "Answers corrected"),
                            ("register", "The register answered"),
                            ("fact", "A fact was corrected"),
                        ],
                        max_length=20,
                    ),
                ),
                ("after_approval", models.BooleanField(default=False)),
                ("facts", models.JSONField()),
                ("register", models.JSONField(null=True)),
                ("rule_version", models.CharField(max_length=20)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("fundable", "Can be funded"),
                            ("unfunded", "Can take part, without funding"),
                            ("cannot_register", "Cannot be registered"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reasons", models.JSONField()),
                ("evaluated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FactRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=30)),
                ("was", models.JSONField()),
                ("wanted", models.JSONField()),
                ("because", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("accepted", models.BooleanField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_verdict_allows",
        ),
        migrations.AddField(
            model_name="equalityanswers",
            name="answers",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="equalityanswers",
            name="list_version",
            field=models.CharField(default="2021-census", max_length=20),
        ),
        migrations.AddField(
            model_name="nqsw",
            name="institution",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="nqsw",
            name="middle_names",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="nqsw",
            name="title",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="registration",
            name="assessor_is_manager",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="given_middle_names",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="registration",
            name="service_area",
            field=models.CharField(
                blank=True,
                choices=[
                    ("assessment", "Referral and assessment"),
                    ("early_help", "Early help and family support"),
                    ("protection", "Child protection and children in need"),
                    ("care", "Children in care"),
                    ("leaving_care", "Leaving care"),
                    ("fostering", "Fostering"),
                    ("adoption", "Adoption"),
                    ("disability", "Disabled children"),
                    ("youth_justice", "Youth justice"),
                    ("courts", "Family courts"),
                    ("health", "Hospital or health service"),
                    ("school", "School or academy"),
                    ("other", "Another area"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="team",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddConstraint(
            model_name="nqsw",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("personal_email"),
                condition=models.Q(("personal_email", ""), _negated=True),
                name="nqsw_personal_email_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ["fundable", "unfunded"]),
                    models.Q(("state", "registered"), _negated=True),
                    _connector="OR",
                ),
                name="registration_verdict_allows",
            ),
        ),
        migrations.AddField(
            model_name="addressproof",
            name="nqsw",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="address_proofs", to="registrations.nqsw"
            ),
        ),
        migrations.AddField(
            model_name="adjustmentreader",
            name="nqsw",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="adjustment_readers", to="registrations.nqsw"
            ),
        ),
        migrations.AddField(
            model_name="adjustmentreader",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustments",
            constraint=models.CheckConstraint(
                condition=models.Q(("wish", "yes"), ("detail", ""), _connector="OR"),
                name="adjustments_detail_only_where_wished",
            ),
        ),
        migrations.CreateModel(
            name="ChangedVerdict",
            fields=[
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="settled",
                        serialize=False,
                        to="registrations.evaluation",
                    ),
                ),
                ("taken", models.BooleanField()),
                ("because", models.TextField()),
                ("settled_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="evaluation",
            name="evaluated_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="evaluations", to="registrations.registration"
            ),
        ),
        migrations.AddField(
            model_name="factrequest",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="factrequest",
            name="nqsw",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="fact_requests", to="registrations.nqsw"
            ),
        ),
        migrations.AddField(
            model_name="factrequest",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="fact_requests",
                to="registrations.registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="addressproof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True), ("used_at__isnull", True)),
                fields=("nqsw",),
                name="address_proof_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="addressproof",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"),
                name="address_proof_used_or_revoked",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentreader",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)), fields=("nqsw", "user"), name="adjustment_reader_once"
            ),
        ),
        migrations.AddField(
            model_name="changedverdict",
            name="settled_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="factrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("nqsw", "field"),
                name="fact_request_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="factrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted__isnull", True),
                        ("answer", ""),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                    ),
                    models.Q(
                        ("accepted__isnull", False), ("answered_at__isnull", False), ("answered_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="fact_request_answer_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="factrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted", False), ("answer", ""), _negated=True),
                name="fact_request_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="factrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="fact_request_is_explained"
            ),
        ),
        migrations.AddConstraint(
            model_name="changedverdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="changed_verdict_is_explained"
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE registrations_equalityanswers SET answers = (
                SELECT COALESCE(jsonb_object_agg(key, value), '{}') FROM (VALUES
                    ('sex', sex), ('gender_same', gender_same), ('ethnic_group', ethnic_group),
                    ('ethnic_detail_' || ethnic_group, ethnic_detail), ('disability', disability),
                    ('orientation', orientation), ('religion', religion)) AS given (key, value) WHERE value <> '')
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="disability",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="ethnic_detail",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="ethnic_group",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="gender_same",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="orientation",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="religion",
        ),
        migrations.RemoveField(
            model_name="equalityanswers",
            name="sex",
        ),
    ]
