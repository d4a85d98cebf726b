"""Reminders: one letter a person and London day, each step told once and never before its day; both append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from asye.sql import append_only

BELONGS_TOGETHER = migrations.RunSQL(
    """
    ALTER TABLE assessments_reminder ADD CONSTRAINT reminder_of_its_letter
        FOREIGN KEY (letter_id, person_id, told_on) REFERENCES assessments_reminderletter (id, person_id, "on");

    CREATE FUNCTION assessments_reminder_letter_fits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM accounts_notice n WHERE n.id = NEW.notice_id AND n.user_id = NEW.person_id
                       AND n.kind = 'assessments.due_digest') THEN
            RAISE EXCEPTION 'a reminder leaves in a digest to its own person' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER fits BEFORE INSERT ON assessments_reminderletter
        FOR EACH ROW EXECUTE FUNCTION assessments_reminder_letter_fits();
    """,
    """
    DROP TRIGGER fits ON assessments_reminderletter;
    DROP FUNCTION assessments_reminder_letter_fits();
    ALTER TABLE assessments_reminder DROP CONSTRAINT reminder_of_its_letter;
    """,
)

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def person() -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_receipts"),
        ("assessments", "0008_concerns"),
        ("registrations", "0021_requirement_sets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderChoice",
            fields=[
                ID,
                ("only_late", models.BooleanField()),
                ("chosen_at", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReminderLetter",
            fields=[
                ID,
                ("on", models.DateField()),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.notice"
                    ),
                ),
                ("person", person()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=["person", "on"], name="reminder_letter_once_a_day"),
                    models.UniqueConstraint(fields=["id", "person", "on"], name="reminder_letter_referable"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ID,
                ("kind", models.CharField(max_length=40)),
                ("review_point", models.CharField(blank=True, default="", max_length=20)),
                ("ordinal", models.PositiveSmallIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("step", models.SmallIntegerField()),
                ("because", models.CharField(max_length=20)),
                ("told_on", models.DateField()),
                ("person", person()),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registrations.registration",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="assessments.reminderletter",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["registration", "kind", "review_point", "ordinal", "person", "due_on", "step"],
                        name="reminder_step_told_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("because", "own"), ("step__in", (-28, -14, 0, 7, 14))),
                            Q(("because", "coordinator"), ("step", 7)),
                            Q(("because", "senior_lead"), ("step", 14)),
                            _connector="OR",
                        ),
                        name="reminder_step_of_the_reason",
                    ),
                    models.CheckConstraint(
                        condition=Q(told_on__gte=F("due_on") + F("step")), name="reminder_not_before_its_day"
                    ),
                ],
            },
        ),
        BELONGS_TOGETHER,
        append_only("assessments_reminderletter"),
        append_only("assessments_reminder"),
    ]
