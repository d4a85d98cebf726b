import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import frozen_columns, never_deleted


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0005_register_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("unfunded", models.PositiveIntegerField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("fault", models.CharField(blank=True, default="", max_length=1000)),
                ("checked_at", models.DateTimeField(null=True)),
                ("registered", models.PositiveIntegerField(null=True)),
                ("registered_at", models.DateTimeField(null=True)),
                ("purged_at", models.DateTimeField(null=True)),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.employer"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="BulkFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                ("column", models.CharField(blank=True, default="", max_length=100)),
                ("reason", models.CharField(max_length=500)),
                ("remedy", models.CharField(max_length=500)),
                ("is_note", models.BooleanField(default=False)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="registrations.bulkupload",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="bulkupload",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purged_at__isnull", True), ("registered_at__isnull", True)),
                fields=("employer", "sha256"),
                name="upload_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", True),
                        ("digest", ""),
                        ("fault", ""),
                        ("good__isnull", True),
                        ("unfunded__isnull", True),
                    ),
                    models.Q(("checked_at__isnull", False), ("digest", ""), models.Q(("fault", ""), _negated=True)),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("fault", ""),
                        ("good__lte", models.F("rows")),
                        ("unfunded__lte", models.F("good")),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="upload_checked_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("registered__isnull", True), ("registered_at__isnull", True), ("registered_by__isnull", True)
                    ),
                    models.Q(
                        ("registered__gt", 0),
                        ("registered__lte", models.F("good")),
                        ("registered_by__isnull", False),
                        ("registered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="upload_registered_with_its_facts",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkupload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("content__isnull", False), ("purged_at__isnull", True)),
                    models.Q(("content__isnull", True), ("purged_at__isnull", False)),
                    _connector="OR",
                ),
                name="upload_kept_until_purged",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkfinding",
            index=models.Index(fields=["upload", "row", "id"], name="finding_by_row"),
        ),
        never_deleted("registrations_bulkupload"),
        frozen_columns("registrations_bulkupload", "employer_id", "uploaded_by_id", "uploaded_at", "sha256"),
        frozen_columns(
            "registrations_bulkupload",
            "registered_at",
            "registered_by_id",
            "purged_at",
            "registered",
            unless_null=True,
        ),
    ]
