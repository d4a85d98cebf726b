"""Letters have a reference by which they are known when they come back, and what became of them is kept."""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from asye.sql import append_only, frozen_columns

STATUS = [
    ("delivered", "It arrived"),
    ("permanent-failure", "There is no such address, or its server refuses our letters for good"),
    ("temporary-failure", "For three days the mailbox was full or its server did not take it"),
    ("technical-failure", "GOV.UK Notify failed. The address may be right"),
]
ONLY_OF_WHAT_LEFT = migrations.RunSQL(
    """
    CREATE FUNCTION receipt_only_of_what_left() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT attempts FROM accounts_notice WHERE id = NEW.notice_id) = 0 THEN
            RAISE EXCEPTION 'a letter that never left does not come back' USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER only_of_what_left BEFORE INSERT ON accounts_receipt
        FOR EACH ROW EXECUTE FUNCTION receipt_only_of_what_left();
    """,
    "DROP TRIGGER only_of_what_left ON accounts_receipt; DROP FUNCTION receipt_only_of_what_left();",
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sealed_api_answers")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="reference",
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), unique=True),
        ),
        migrations.AddIndex(model_name="notice", index=models.Index(fields=["to_email"], name="notice_by_address")),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="accounts.notice"
                    ),
                ),
                ("carried_as", models.UUIDField()),
                ("status", models.CharField(choices=STATUS, max_length=20)),
                ("completed_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-completed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=["notice", "carried_as", "status"], name="receipt_once"),
                    models.CheckConstraint(
                        condition=models.Q(status__in=[value for value, _ in STATUS]), name="receipt_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(completed_at__lte=models.F("received_at")),
                        name="receipt_not_of_the_future",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["-completed_at", "-id"],
                        condition=~models.Q(status="delivered"),
                        name="receipt_not_delivered",
                    ),
                ],
            },
        ),
        append_only("accounts_receipt"),
        frozen_columns("accounts_notice", "reference"),
        ONLY_OF_WHAT_LEFT,
    ]
