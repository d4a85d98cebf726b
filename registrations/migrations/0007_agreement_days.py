"""The days after its start within which the agreement of a year is signed, as a rule of the programme year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registrations", "0006_uploads")]
    operations = [
        migrations.AddField(
            model_name="programmeyear",
            name="agreement_days",
            field=models.PositiveSmallIntegerField(default=28),
        ),
    ]
