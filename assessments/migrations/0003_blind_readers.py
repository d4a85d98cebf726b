"""Who is to judge a year without knowing one of its records. The row stays; only its end is added, once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from asye.sql import frozen_columns, never_deleted


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_walls"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="BlindReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blind_readers",
                        to="assessments.revision",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(lifted_at__isnull=True), fields=("revision", "reader"), name="blind_reader_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("since")),
                        name="blind_reader_in_order",
                    ),
                ],
            },
        ),
        never_deleted("assessments_blindreader"),
        frozen_columns("assessments_blindreader", "revision_id", "reader_id", "since"),
        frozen_columns("assessments_blindreader", "lifted_at", unless_null=True),
    ]
