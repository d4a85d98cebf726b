"""What a merger gave its successor is said by the placements whose years went along.

For mergers of before: the placement that ended on the day on which the successor's began.
"""

import django.db.models.deletion
from django.db import migrations, models

FILL = migrations.RunSQL(
    """
    UPDATE registrations_placement p SET handed_to_id = e.successor_id
    FROM accounts_employer e, registrations_placement n
    WHERE e.id = p.employer_id AND n.registration_id = p.registration_id AND n.employer_id = e.successor_id
        AND n.starts_on = p.ends_on AND p.ends_on >= e.closed_on;
    """,
    migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_receipts"),
        ("registrations", "0021_requirement_sets"),
    ]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="handed_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.employer",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("handed_to", models.F("employer")), _negated=True),
                name="placement_handed_to_another",
            ),
        ),
        FILL,
    ]
