"""Leave to register a person once more after a fail: who allowed it, until when and why. Append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from asye.sql import append_only

# What is pointed to as the fail is a year of the person of that number that ended with an outcome. Which outcome it
# is, the app that owns outcomes has checked.
OF_THE_PERSON = migrations.RunSQL(
    """
    CREATE FUNCTION allowed_again_of_the_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.failed_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registrations_registration r
            JOIN registrations_nqsw own ON own.id = r.nqsw_id
            JOIN registrations_nqsw known ON known.swe_number = NEW.swe_number
            WHERE r.id = NEW.failed_id AND r.end_reason = 'outcome_confirmed'
              AND COALESCE(own.merged_into_id, own.id) = COALESCE(known.merged_into_id, known.id)) THEN
            RAISE EXCEPTION 'a second attempt follows a year of the same person that ended with an outcome'
                USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER of_the_person BEFORE INSERT ON registrations_allowedagain
        FOR EACH ROW EXECUTE FUNCTION allowed_again_of_the_person();
    """,
    """
    DROP TRIGGER of_the_person ON registrations_allowedagain;
    DROP FUNCTION allowed_again_of_the_person();
    """,
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_append_only"),
        ("registrations", "0014_same_person"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AllowedAgain",
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
                        related_name="allowed_again",
                        to="accounts.employer",
                    ),
                ),
                (
                    "failed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allowed_again",
                        to="registrations.registration",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["swe_number", "employer"], name="allowed_again_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("swe_number__regex", "^SW[1-9][0-9]{0,6}$")), name="allowed_again_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="allowed_again_reason"
                    ),
                ],
            },
        ),
        OF_THE_PERSON,
        append_only("registrations_allowedagain"),
    ]
