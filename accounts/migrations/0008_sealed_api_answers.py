"""What a request to the API was answered rests encrypted. What was kept in clear is forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_nobody_publishes_their_own")]
    operations = [
        migrations.RunSQL("DELETE FROM accounts_apianswer", migrations.RunSQL.noop),
        migrations.RemoveField(model_name="apianswer", name="body"),
        migrations.AddField(
            model_name="apianswer", name="body", field=models.BinaryField(default=b""), preserve_default=False
        ),
    ]
