"""A record that goes back before it is agreed names the question it is about, or says that it is about the whole; and a
letter knows which record it is about."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SAID_OF_THE_WHOLE = migrations.RunSQL(
    """
    ALTER TABLE assessments_transition DISABLE TRIGGER USER;
    UPDATE assessments_transition SET about_field = 'whole'
        WHERE from_state = 'submitted' AND to_state = 'returned' AND about_field = '';
    ALTER TABLE assessments_transition ENABLE TRIGGER USER;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_safe_writing"), ("accounts", "0002_append_only")]
    operations = [
        SAID_OF_THE_WHOLE,
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=~Q(from_state="submitted", to_state="returned", about_field=""),
                name="transition_return_names_its_question",
            ),
        ),
        migrations.CreateModel(
            name="RecordLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.notice"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.record"
                    ),
                ),
            ],
        ),
    ]
