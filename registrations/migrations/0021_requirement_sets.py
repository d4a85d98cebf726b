"""The set of requirements that a programme year uses, and the kind of feedback by its name in the forms.

Published years are frozen, so their trigger is laid aside while each gets the set that it has followed so far.
"""

from django.db import migrations, models

SETTLE = migrations.RunSQL(
    """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registrations_programmeyear DISABLE TRIGGER USER;
    UPDATE registrations_programmeyear SET
        requirement_set = CASE
            WHEN programme = 'asye_adults' THEN 'adults-2015'
            WHEN programme = 'ecdp' THEN 'two-year-draft'
            WHEN (evidence->>'critical_reflection')::int >= 3 THEN 'four-part-2015'
            ELSE 'refreshed-2022' END,
        evidence = CASE WHEN evidence ? 'feedback_people'
            THEN (evidence - 'feedback_people') || jsonb_build_object('feedback_families', evidence->'feedback_people')
            ELSE evidence END;
    ALTER TABLE registrations_programmeyear ENABLE TRIGGER USER;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0020_alike_in_a_file")]
    operations = [
        migrations.AddField(
            model_name="programmeyear",
            name="requirement_set",
            field=models.CharField(
                choices=[
                    ("refreshed-2022", "Refreshed set, from September 2022"),
                    ("four-part-2015", "Four-part set of 2015"),
                    ("adults-2015", "ASYE with adults"),
                    ("two-year-draft", "Early career development programme, draft"),
                ],
                default="refreshed-2022",
                max_length=40,
            ),
        ),
        SETTLE,
    ]
