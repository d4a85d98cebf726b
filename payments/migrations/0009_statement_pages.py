"""A page of an employer's statement reads its own lines in their order, however many the year and the others have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_payees_in_full")]
    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["employer", "grant_year", "due_on", "id"], name="line_of_statement"),
        ),
    ]
