import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from asye.sql import frozen_columns, never_deleted

AT_MOST_A_YEAR = migrations.RunSQL(
    """
    ALTER TABLE accounts_apikey ADD CONSTRAINT api_key_lasts_at_most_a_year CHECK (
        expires_on > (issued_at AT TIME ZONE 'Europe/London')::date
        AND expires_on <= ((issued_at AT TIME ZONE 'Europe/London')::date + interval '1 year')::date
    );
    """,
    "ALTER TABLE accounts_apikey DROP CONSTRAINT api_key_lasts_at_most_a_year;",
)
# An answer is written once and goes after two days; nothing in it changes.
ANSWERS_STAY = migrations.RunSQL(
    "REVOKE UPDATE ON accounts_apianswer FROM asye_app;", "GRANT UPDATE ON accounts_apianswer TO asye_app;"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("prefix", models.CharField(max_length=10, unique=True)),
                ("secret_hash", models.CharField(max_length=64)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("registrations:read", "Read your organisation's registrations"),
                                ("registrations:write", "Register NQSWs, answer questions and withdraw"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("expires_on", models.DateField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_on", models.DateField(null=True)),
                (
                    "employer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="api_keys", to="accounts.employer"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                        | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                        name="api_key_revoked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            scopes__contained_by=["registrations:read", "registrations:write"], scopes__len__gt=0
                        ),
                        name="api_key_scopes_known",
                    ),
                    models.UniqueConstraint(
                        models.F("employer"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(revoked_at__isnull=True),
                        name="api_key_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(max_length=64)),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "api_key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="accounts.apikey"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="api_answer_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=["api_key", "key_digest"], name="api_answer_once"),
                ],
            },
        ),
        AT_MOST_A_YEAR,
        never_deleted("accounts_apikey"),
        frozen_columns(
            "accounts_apikey",
            "employer_id",
            "name",
            "prefix",
            "secret_hash",
            "scopes",
            "holder_id",
            "issued_by_id",
            "issued_at",
            "expires_on",
        ),
        frozen_columns("accounts_apikey", "revoked_at", "revoked_by_id", unless_null=True),
        ANSWERS_STAY,
    ]
