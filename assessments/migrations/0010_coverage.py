"""Links to standards with a strongest among them, closed with their record; what the assessor says of a standard."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only, frozen_columns

# What a locked record is evidence of stays as it was when the record was locked.
CLOSED_WITH_THE_RECORD = migrations.RunSQL(
    """
    CREATE FUNCTION assessments_link_of_open_record() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE r record;
    BEGIN
        SELECT state, blind INTO r FROM assessments_record WHERE id = NEW.record_id FOR SHARE;
        IF r.state = 'locked' THEN
            RAISE EXCEPTION 'the links of a locked record do not change' USING ERRCODE = '23001';
        END IF;
        IF r.blind THEN
            RAISE EXCEPTION 'a record that is kept from readers is evidence of nothing' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER of_open_record BEFORE INSERT OR UPDATE ON assessments_standardlink
        FOR EACH ROW EXECUTE FUNCTION assessments_link_of_open_record();
    """,
    """
    DROP TRIGGER of_open_record ON assessments_standardlink;
    DROP FUNCTION assessments_link_of_open_record();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_reminders"),
        ("registrations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("standardlink", "strongest", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "standardlink",
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(ended_at__isnull=True, strongest=True),
                name="standard_link_one_strongest",
            ),
        ),
        migrations.CreateModel(
            name="Sufficiency",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("standard", models.CharField(max_length=20)),
                ("is_enough", models.BooleanField()),
                ("why", models.CharField(max_length=500)),
                ("judged_at", models.DateTimeField()),
                (
                    "judged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sufficiencies",
                        to="registrations.registration",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "verbose_name_plural": "sufficiencies",
                "indexes": [models.Index(fields=["registration", "standard", "-id"], name="sufficiency_latest")],
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(why=""), name="sufficiency_has_a_reason"),
                ],
            },
        ),
        append_only("assessments_sufficiency"),
        frozen_columns("assessments_standardlink", "record_id", "standard", "why", "linked_by_id", "linked_at"),
        frozen_columns("assessments_standardlink", "ended_at", unless_null=True),
        CLOSED_WITH_THE_RECORD,
    ]
