"""The log of sensitive records is read by person and by day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_employer_walls")]
    operations = [
        migrations.AddIndex(
            model_name="sensitiveread", index=models.Index(fields=["actor", "id"], name="read_by_person")
        ),
        migrations.AddIndex(model_name="sensitiveread", index=models.Index(fields=["at"], name="read_by_day")),
    ]
