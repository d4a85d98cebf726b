"""A finding can name the row, or the registration of the same employer, that a row is like."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("registrations", "0019_past_payments_of_two_people")]

    operations = [
        migrations.AddField(model_name="bulkfinding", name="like_row", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(
            model_name="bulkfinding",
            name="registration",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registrations.registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkfinding",
            constraint=models.CheckConstraint(
                condition=Q(like_row__isnull=True, registration__isnull=True)
                | (
                    Q(is_note=True)
                    & (
                        Q(like_row__isnull=True, registration__isnull=False)
                        | (Q(like_row__isnull=False, registration__isnull=True) & ~Q(like_row=F("row")))
                    )
                ),
                name="finding_like_one_other",
            ),
        ),
    ]
