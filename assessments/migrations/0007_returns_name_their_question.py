"""A record that goes back before it is agreed names the question it is about, or says that it is about the whole."""

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
    dependencies = [("assessments", "0004_earlier_outcomes")]
    operations = [
        SAID_OF_THE_WHOLE,
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=~Q(from_state="submitted", to_state="returned", about_field=""),
                name="transition_return_names_its_question",
            ),
        ),
    ]
