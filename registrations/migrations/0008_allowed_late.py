"""Leave to register a person after the last day for it: who allowed it, until when and why. Append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0007_agreement_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AllowedLate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("swe_number", models.CharField(max_length=9)),
                ("until", models.DateField()),
                ("because", models.TextField()),
                ("allowed_at", models.DateTimeField()),
                (
                    "allowed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowed_late",
                        to="accounts.employer",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["swe_number", "employer"], name="allowed_late_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("swe_number__regex", "^SW[1-9][0-9]{0,6}$")), name="allowed_late_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="allowed_late_reason"
                    ),
                ],
            },
        ),
        append_only("registrations_allowedlate"),
    ]
