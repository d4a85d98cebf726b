"""What was paid before this service is paid once: no two slots carry the same payment of a source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0005_entries_of_their_line"), ("registrations", "0016_earlier_records")]
    operations = [
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                fields=("paid_elsewhere_source", "paid_elsewhere_reference"),
                condition=~models.Q(paid_elsewhere_source=""),
                name="slot_paid_elsewhere_once",
            ),
        ),
    ]
